"""A note whose answer was lost is found again, whatever Autotask made of its time and text."""

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from html import escape

import pytest
from offices import Office

from mcdesk.core.notes import title_of

TEXT = 'Café "printer" - restarted the spooler:\n\n  2 jobs & 1 stuck \N{PRINTER}\nNoor rückt an'
SCRIPT = "プリンター がオフライン"
SHORT = "Rückruf"
Change = Callable[[str], str]
FOUND: dict[str, Change] = {
    "as it was": str,
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "one line": lambda text: text.replace("\n", " "),
    "no blank lines": lambda text: text.replace("\n\n", "\n"),
    "blanks at the ends of lines": lambda text: text.replace("\n", " \r\n") + " \r\n",
    "blanks around it": lambda text: f"\r\n {text}\r\n",
    "blanks run together": lambda text: " ".join(text.split()),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "compatible": lambda text: unicodedata.normalize("NFKC", text),
    "no-break spaces": lambda text: text.replace(" ", "\N{NO-BREAK SPACE}"),
    "smart quotes": lambda text: text.replace('"', "\N{LEFT DOUBLE QUOTATION MARK}"),
    "smart dashes": lambda text: text.replace(" - ", " \N{EN DASH} "),
    "emoji lost": lambda text: text.replace("\N{PRINTER}", "??"),
    "upper case": str.upper,
    "signed": lambda text: f"{text}\r\n\r\nNoor Haddad",
    "signed, with blanks": lambda text: f"{text} \r\nNoor  Haddad\r\n",
    "zero-width characters": lambda text: text.replace(" ", " \N{ZERO WIDTH SPACE}"),
    "a byte order mark": lambda text: f"\N{ZERO WIDTH NO-BREAK SPACE}{text}",
}
# Too much was changed to say that it is ours, and too little to say that it is not.
IN_DOUBT: dict[str, Change] = {
    "HTML": lambda text: escape(text).replace("\n", "<br />"),
    "HTML by numbers": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "HTML by numbers, twice": lambda text: "".join(f"&amp;#{ord(each)};" for each in text),
    "HTML, hexadecimal": lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
    "paragraphs": lambda text: "".join(f"<p>{line}</p>" for line in text.split("\n")),
    "ASCII": lambda text: text.encode("ascii", "replace").decode(),
    "accents lost": lambda text: "".join(filter(str.isascii, unicodedata.normalize("NFD", text))),
    "cut": lambda text: text[: len(text) // 2],
    "read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "read as Windows-1252": lambda text: text.encode().decode("cp1252", "replace"),
    "something before it": lambda text: f"[internal] {text}",
}
SECONDS = [0.0, 0.003, 0.5, 0.999, 1.0, 3.0, 60.0, 119.0, -1.0, -240.0]


def lose(office: Office, text: str, *options: str) -> int:
    """Let a note's answer be lost; the note is put there by who calls."""
    ticket = office.ticket(10)
    office.break_with("POST /Tickets/*/Notes lose-request")
    assert office.run("note", str(ticket), text, *options).code == 8
    office.break_with()
    return ticket


def retried(office: Office, ticket: int) -> list[int]:
    """Try again soon, after five minutes, and after a day; never are there two notes."""
    codes = []
    for later in (timedelta(minutes=1), timedelta(minutes=6), timedelta(days=1)):
        office.now += later
        codes.append(office.run("outbox", "retry").code)
        assert len(office.notes(ticket)) == 1
    return codes


@pytest.mark.parametrize("seconds", SECONDS)
@pytest.mark.parametrize("changed", ["as it was", "line ends", "signed, with blanks"])
def test_whatever_its_date(office: Office, seconds: float, changed: str) -> None:
    ticket = lose(office, TEXT)
    office.note(ticket, seconds / 60, creatorResourceID=20, description=FOUND[changed](TEXT))
    assert retried(office, ticket) == [0, 0, 0]


@pytest.mark.parametrize("text", [TEXT, SCRIPT, SHORT], ids=["mixed", "another script", "short"])
@pytest.mark.parametrize("changed", FOUND)
def test_whatever_became_of_its_text(office: Office, text: str, changed: str) -> None:
    ticket = lose(office, text)
    office.note(ticket, 1 / 60, creatorResourceID=20, description=FOUND[changed](text))
    assert retried(office, ticket) == [0, 0, 0]


@pytest.mark.parametrize("text", [TEXT, SCRIPT, SHORT], ids=["mixed", "another script", "short"])
@pytest.mark.parametrize("changed", IN_DOUBT)
def test_what_only_a_person_can_say_is_not_posted_twice(
    office: Office, text: str, changed: str
) -> None:
    ticket = lose(office, text)
    office.note(ticket, 1 / 60, creatorResourceID=20, description=IN_DOUBT[changed](text))
    assert retried(office, ticket)[0] in (0, 8)


@pytest.mark.parametrize("title", ["", "Printer, floor 3"])
def test_one_whose_whole_text_was_rewritten_is_known_by_its_title(
    office: Office, title: str
) -> None:
    ticket = lose(office, TEXT, *(("--title", title) if title else ()))
    stored = {"title": title_of(TEXT, title), "description": "See the archive."}
    note = office.note(ticket, 1 / 60, creatorResourceID=20, **stored)
    assert retried(office, ticket) == [8, 8, 8]
    assert f"note {note} on the ticket is similar" in office.run("outbox").out


@pytest.mark.parametrize("earlier", [timedelta(seconds=1), timedelta(seconds=100)])
def test_found_by_the_command_itself(office: Office, earlier: timedelta) -> None:
    """The server that dates the note may be behind the one that dates its answers."""
    ticket = office.ticket(10)
    office.break_with("POST /Tickets/*/Notes lose-answer")
    slept = office.slept

    class Slept(list[float]):
        def append(self, seconds: float, /) -> None:
            for note in office.notes(ticket):
                office.world.update("TicketNotes", note["id"], createDateTime=office.now - earlier)
            slept.append(seconds)

    office.slept = Slept()
    assert office.run("note", str(ticket), TEXT).code == 0
    assert slept == [1.0]
    assert len(office.notes(ticket)) == 1


@pytest.mark.parametrize("skew", [timedelta(hours=-3), timedelta(seconds=90), timedelta(days=2)])
def test_our_own_clock_does_not_matter(office: Office, skew: timedelta) -> None:
    ticket = office.ticket(10)
    theirs = office.now
    office.app.now = lambda: theirs
    office.now += skew
    office.break_with("POST /Tickets/*/Notes lose-answer")
    assert office.run("note", str(ticket), TEXT).code == 0
    assert len(office.notes(ticket)) == 1
