"""The text of a note: read from wherever it comes, and safe before anything is done with it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mcdesk.cli.call import Call
from mcdesk.cli.terminal.page import Page
from mcdesk.core.notes import too_long
from mcdesk.core.passwords import holds_password
from mcdesk.core.wording import writable
from mcdesk.encodings import text_from
from mcdesk.errors import DeskError, UsageProblem

_TELLS_SECRETS = (
    "warning: that looks like a password, and everyone who can open the ticket can read the note"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, and the name of the *draft* that holds it as well; "" if none could."""

    text: str
    draft: str = ""


def read_text(call: Call, given: str | None, file: Path | None) -> Typed | None:
    """Read the text and keep it as a draft; None if it should be written in an editor."""
    if given is not None and file is not None:
        with safe(call, None if given == "-" else usable(call, given)):
            raise UsageProblem("use either TEXT or --file, not both")
    if file is not None:
        return usable(call, _read(file))
    if given == "-":
        return usable(call, _piped())
    if given is not None:
        return usable(call, given)
    if not call.desk.interactive or call.desk.dry_run:
        raise UsageProblem("there is no note text", hint='mcdesk note ID "TEXT", or - for stdin')
    return None


def usable(call: Call, text: str) -> Typed:
    """Keep *text* as a draft; raise UsageProblem if it is empty or too long for a note."""
    text = writable(text).strip()
    if not text:
        raise UsageProblem("the note is empty")
    return checked(call, Typed(text) if call.desk.dry_run else _kept(call, text))


def checked(call: Call, typed: Typed) -> Typed:
    """Return *typed*, and say what is odd about it; raise UsageProblem if it is too long."""
    with safe(call, typed):
        if "\N{REPLACEMENT CHARACTER}" in typed.text:
            call.output.talk("warning: some characters could not be read and show as \ufffd")
        if complaint := too_long(typed.text):
            raise UsageProblem(complaint)
        if holds_password(typed.text):
            call.output.talk(_TELLS_SECRETS)
    return typed


@contextmanager
def safe(call: Call, typed: Typed | None) -> Iterator[None]:
    """Say where the text is if the block fails or is stopped; print it back if it is nowhere."""
    try:
        yield
    except DeskError as problem:
        if typed and (kept := place_of(call, typed)):
            problem.hint = f"{problem.hint}; {kept}" if problem.hint else kept
        raise
    except BaseException:  # Ctrl-C, or a bug
        if typed and (kept := place_of(call, typed)):
            call.output.talk(kept)
        raise


def place_of(call: Call, typed: Typed) -> str:
    """Say which file holds the text; "" if it was sent meanwhile.

    If there never was one, print the text back, and return "".
    """
    if typed.draft:
        path = call.desk.drafts.at(typed.draft)
        return f"your text is saved in {path}" if path.exists() else ""
    if not call.desk.dry_run:
        print_back(call.output.aside, typed.text)
    return ""


def print_back(page: Page, text: str) -> None:
    """Write a *text* that could not be saved: there is no other place for it."""
    page.block("your text could not be saved; it was:")
    page.text(text)


def _kept(call: Call, text: str) -> Typed:
    """Write the draft; a disk that takes none leaves the outbox as the one place for it."""
    desk = call.desk
    try:
        return Typed(text, desk.drafts.keep(text, about="note", at=desk.now()).name)
    except DeskError as problem:  # of the disk, or of a user who has no folder for it
        call.output.talk(f"warning: no draft was saved: {problem.message}")
        return Typed(text)


def _read(file: Path) -> str:
    try:
        return text_from(file.read_bytes())
    except OSError as error:
        raise UsageProblem(f"{file} cannot be read: {error}") from error


def _piped() -> str:
    """Read stdin, whatever encoding the program before us writes."""
    if sys.stdin is None:
        return ""
    binary = getattr(sys.stdin, "buffer", None)
    return text_from(binary.read(), piped=True) if binary else sys.stdin.read()
