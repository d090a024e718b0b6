"""Settings: what config.toml may say, reading it, and writing it.

Flags outrank the environment, the environment the file, the file the defaults. Secrets never stand
here.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mcdesk.errors import SettingsProblem

if TYPE_CHECKING:
    from mcdesk.settings.hours import desk_zone, opening_hours
    from mcdesk.settings.model import Settings, Template
    from mcdesk.settings.reading import load
    from mcdesk.settings.spoken import spoken_words

__all__ = [
    "Settings",
    "Template",
    "app_folder",
    "desk_zone",
    "load",
    "opening_hours",
    "spoken_words",
]

HOME_VARIABLE = "MCDESK_HOME"
_HOMES = {
    "Settings": "model",
    "Template": "model",
    "desk_zone": "hours",
    "load": "reading",
    "opening_hours": "hours",
    "spoken_words": "spoken",
}


def app_folder(environ: Mapping[str, str]) -> Path:
    """Find the app folder: MCDESK_HOME of *environ*, else the user's data folder.

    Raises SettingsProblem when MCDESK_HOME begins with the home of somebody unknown.
    """
    if not (home := environ.get(HOME_VARIABLE, "")):
        from platformdirs import user_data_path

        return user_data_path("mcdesk", appauthor=False, roaming=False)
    try:
        return Path(home).expanduser().absolute()
    except RuntimeError as error:
        raise SettingsProblem(
            f"{HOME_VARIABLE} names no folder: {error}",
            hint=f"set {HOME_VARIABLE} to a whole path",
        ) from error


if not TYPE_CHECKING:  # or else mypy would believe in every name

    def __getattr__(name: str) -> object:
        """Import what is asked for, so that finding the app folder does not load msgspec."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
