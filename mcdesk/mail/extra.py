"""What sending by Microsoft 365 needs beyond mcdesk itself, and what adds it where mcdesk is."""

import sys
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = ("msal", "msal-extensions")


def adding() -> str:
    """Return the command that adds the libraries to this very mcdesk, however it was installed.

    pipx and uv each leave a file in the folder that they make for a program; a virtual environment
    of uv's has no pip.
    """
    prefix, names = Path(sys.prefix), " ".join(LIBRARIES)
    if (prefix / "pipx_metadata.json").exists():
        return f"pipx inject {prefix.name} {names}"
    if (prefix / "uv-receipt.toml").exists():
        more = " ".join(f"--with {name}" for name in LIBRARIES)
        return f"uv tool install {more} . (in mcdesk's own folder)"
    # PowerShell takes a program in quotes for a text.
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    if find_spec("pip") is None:
        return f"uv pip install --python {python} {names}"
    return f"{python} -m pip install {names}"
