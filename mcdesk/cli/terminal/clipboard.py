"""The clipboard: the system's, by the program it has for that, else the terminal's own."""

import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence

from mcdesk.cli.terminal.output import Output

# Each with the variable of the display that it needs.
_OF_DISPLAYS = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("WSL_DISTRO_NAME", ("clip.exe",)),
)
LIMIT = 1.0  # seconds for such a program


def copy(output: Output, text: str, environ: Mapping[str, str]) -> None:
    """Put *text* on the clipboard, and say what became of it."""
    troubles = []
    for argv in _programs(environ):
        trouble = _failed(argv, text, environ)
        if not trouble:
            output.talk(f"copied: {text}")
            return
        troubles.append(trouble)
    why = f" ({'; '.join(troubles)})" if troubles else ""
    # Whether a terminal obeys, it does not say.
    if output.control(f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07"):
        output.talk(f"asked this terminal to copy {text}; not every terminal does{why}")
    else:
        output.talk(f"no clipboard here: copy {text} by hand{why}")


def _programs(environ: Mapping[str, str]) -> Sequence[Sequence[str]]:
    """List the programs of this system that copy, the likelier first."""
    if sys.platform == "win32":
        return [("clip",)]
    if sys.platform == "darwin":
        return [("pbcopy",)]
    return [argv for display, argv in _OF_DISPLAYS if environ.get(display)]


def _failed(argv: Sequence[str], text: str, environ: Mapping[str, str]) -> str:
    """Let the program *argv* copy *text*, and return why it did not, "" if it did."""
    program = shutil.which(argv[0], path=environ.get("PATH"))
    if program is None:
        return f"{argv[0]} is not installed"
    try:
        # xclip stays behind to hold the text, and any output of it open.
        code = subprocess.run(  # noqa: S603 - a fixed name, no shell, a text of ours
            [program, *argv[1:]],
            input=text.encode(_encoding(argv[0], text)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LIMIT,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return f"{argv[0]} did not answer"
    except OSError as error:
        return f"{argv[0]} cannot be started: {error.strerror or error}"
    return f"{argv[0]} failed with exit code {code}" if code else ""


def _encoding(program: str, text: str) -> str:
    """Return what *program* reads: Windows' own knows all characters in UTF-16 alone."""
    return "utf-16" if program.startswith("clip") and not text.isascii() else "utf-8"
