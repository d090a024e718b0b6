"""Where mcdesk keeps its files."""

from collections.abc import Mapping
from pathlib import Path

from mcdesk.errors import SettingsProblem

HOME_VARIABLE = "MCDESK_HOME"


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
