"""Settings: what config.toml may say, reading it, and writing it.

Flags override the environment, the environment the file, the file the defaults. Secrets are never
here.
"""

from collections.abc import Mapping
from pathlib import Path

from mcdesk.errors import SettingsProblem
from mcdesk.folders import file_in_the_way

_HOME = "MCDESK_HOME"
_MEND = f"set {_HOME} to the whole path of a folder"


def app_folder(environ: Mapping[str, str]) -> Path:
    """Find the app folder: MCDESK_HOME of *environ*, else the user's data folder.

    Raises SettingsProblem if there is no home to find it in, or a file is in its place.
    """
    folder = _named(environ.get(_HOME, ""))
    # Windows says of what lies below a file only that it is not there.
    if file := file_in_the_way(folder):
        raise SettingsProblem(
            f"{file} is a file, but config.toml and everything else need a folder there", hint=_MEND
        )
    return folder


def _named(home: str) -> Path:
    """Find the folder that MCDESK_HOME names, the usual one for ""."""
    try:
        if home:
            return Path(home).expanduser().absolute()
        from platformdirs import user_data_path

        folder = user_data_path("mcdesk", appauthor=False, roaming=False)
        if not folder.is_absolute():  # what is left of "~" where nobody has a home
            raise RuntimeError(f"{folder} lies nowhere")
    except (RuntimeError, LookupError, ValueError, OSError) as error:
        who = f"{_HOME} names no folder" if home else "this user has no home for the app folder"
        raise SettingsProblem(f"{who}: {error}", hint=_MEND) from error
    return folder
