"""Putting a text on the clipboard: the system's, else that of the terminal."""

from base64 import b64encode

from mcdesk.cli.terminal.output import Output


def copied(text: str, output: Output) -> bool:
    """Put *text* on a clipboard, and return whether there was one."""
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError):
        return output.control(f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07")
    return True
