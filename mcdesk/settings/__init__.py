"""Settings: what config.toml may say, reading it, and writing it.

Flags outrank the environment, the environment the file, the file the defaults. Secrets never stand
here.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcdesk.settings.folder import app_folder
    from mcdesk.settings.hours import desk_zone, opening_hours
    from mcdesk.settings.model import Hours, Settings, Template
    from mcdesk.settings.reading import load
    from mcdesk.settings.spoken import spoken_words
    from mcdesk.settings.writing import has_comments, save

__all__ = [
    "Hours",
    "Settings",
    "Template",
    "app_folder",
    "desk_zone",
    "has_comments",
    "load",
    "opening_hours",
    "save",
    "spoken_words",
]

_HOMES = {
    "Hours": "model",
    "Settings": "model",
    "Template": "model",
    "app_folder": "folder",
    "desk_zone": "hours",
    "has_comments": "writing",
    "load": "reading",
    "opening_hours": "hours",
    "save": "writing",
    "spoken_words": "spoken",
}


if not TYPE_CHECKING:  # or else mypy would believe in every name

    def __getattr__(name: str) -> object:
        """Import what is asked for, so that finding the app folder does not load msgspec."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
