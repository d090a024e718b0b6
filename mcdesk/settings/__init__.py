"""Settings: what config.toml may say, reading it, and writing it.

Flags outrank the environment, the environment the file, the file the defaults. Secrets never stand
here.
"""

from collections.abc import Mapping
from pathlib import Path

from mcdesk.errors import SettingsProblem

_HOME = "MCDESK_HOME"


def app_folder(environ: Mapping[str, str]) -> Path:
    """Find the app folder: MCDESK_HOME of *environ*, else the user's data folder.

    Raises SettingsProblem when MCDESK_HOME begins with the home of somebody unknown.
    """
    if not (home := environ.get(_HOME, "")):
        from platformdirs import user_data_path

        return user_data_path("mcdesk", appauthor=False, roaming=False)
    try:
        return Path(home).expanduser().absolute()
    except RuntimeError as error:
        raise SettingsProblem(
            f"{_HOME} names no folder: {error}", hint=f"set {_HOME} to a whole path"
        ) from error
