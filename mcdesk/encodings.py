"""The encodings that other programs on this computer write in; none of them need say which."""

import locale
import sys

from mcdesk.core.wording import decoded


def text_from(raw: bytes, *, piped: bool = False) -> str:
    r"""Read *raw*, which a program or a person's editor left; lines end with \n then.

    *piped* is what came out of a pipe: on Windows, cmd and its commands write the console's code
    page there. What no encoding explains becomes U+FFFD.
    """
    likely = (of_console() if piped else None) or _of_files()
    return decoded(raw, likely=likely).replace("\r\n", "\n").replace("\r", "\n")


def of_console() -> str | None:
    """Return the encoding of this console's output, None where consoles have none of their own."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        return f"cp{kernel.GetConsoleOutputCP() or kernel.GetOEMCP()}"
    return None


def _of_files() -> str:
    """Return the system's own encoding; a computer that is all UTF-8 gets the rest from Windows."""
    here = locale.getencoding()
    return "cp1252" if here.casefold().replace("-", "") in {"utf8", "cp65001"} else here
