"""Field cases C5 and C6: a note that Autotask dates, alters, files or shows otherwise than sent."""

import html
import json
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from offices import Office

pytestmark = pytest.mark.thorough
TEXT = "Müller's \"VPN\" is down -\nhe's at +1 555 0100, call back 👍\n"
PHONE = "(347) 308-6455"
Row = dict[str, Any]


class Stored(httpx.BaseTransport):
    """A way on which a note that is written becomes what *alter* returns for it in the world.

    The answer is *lost*, or says that all is well. The note is shown only after *hidden* seconds of
    mcdesk's waiting or the office's clock.
    """

    def __init__(
        self,
        office: Office,
        alter: Callable[[Row], Row | None] = lambda note: {},
        *,
        lost: bool = False,
        hidden: float = 0.0,
    ) -> None:
        self._office = office
        self._way = office.transport
        self._alter = alter
        self._lost = lost
        self._hidden = hidden
        self._shown_at: dict[int, float] = {}
        self.written = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._way.handle_request(request)
        if request.method == "POST" and request.url.path.endswith("/Notes"):
            return self._stored(request, response)
        if not request.url.path.endswith("/TicketNotes/query"):
            return response
        answer = json.loads(response.read())
        rows = [row for row in answer["items"] if self._shown_at.get(row["id"], 0) <= self._clock()]
        page = {**answer["pageDetails"], "count": len(rows)}
        return httpx.Response(200, json={"items": rows, "pageDetails": page})

    def _stored(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        self.written += 1
        number = json.loads(response.read())["itemId"]
        note = self._office.world.row("TicketNotes", number)
        assert note is not None
        if (change := self._alter(note)) is None:
            self._office.world.delete("TicketNotes", number)
        elif change:
            self._office.world.update("TicketNotes", number, **change)
        self._shown_at[number] = self._clock() + self._hidden
        if self._lost:
            raise httpx.ReadTimeout("no answer in time", request=request)
        return response

    def _clock(self) -> float:
        return self._office.now.timestamp() + sum(self._office.slept)


def text(change: Callable[[str], str]) -> Callable[[Row], Row]:
    return lambda note: {"description": change(note["description"])}


def _plain(words: str) -> str:
    parts = unicodedata.normalize("NFKD", words)
    return "".join(char for char in parts if char.isascii())


# What leaves every letter and digit, so that it is ours; and what does not, so that a person says.
SAME = {
    "as it is": text(lambda it: it),
    "line ends": text(lambda it: it.replace("\r\n", "\n")),
    "one line": text(lambda it: it.replace("\r\n", " ")),
    "blanks at the ends": text(lambda it: "  " + it.replace("\r\n", "  \r\n") + " \r\n\r\n"),
    "smart quotes": text(lambda it: it.replace("'", "\u2019").replace('"', "\u201c")),
    "a dash": text(lambda it: it.replace("-", "\u2013").replace(" ", "\u00a0")),
    "no emoji": text(lambda it: it.replace("\U0001f44d", "")),
    "emoji lost": text(lambda it: it.replace("\U0001f44d", "??")),
    "decomposed": text(lambda it: unicodedata.normalize("NFD", it)),
    "upper case": text(str.upper),
}
ALIKE = {
    "entities": text(html.escape),
    "tags": text(lambda it: "<p>" + it.replace("\r\n", "<br/>") + "</p>"),
    "cut": text(lambda it: it[:20]),
    "a signature": text(lambda it: f"{it}\r\n-- \r\nLakeside IT, a rule of ours, 555 0199"),
    "something before": text(lambda it: f"[External] {it}"),
    "no accents": text(_plain),
    "accents lost": text(lambda it: it.encode("ascii", "replace").decode()),
    "mojibake": text(lambda it: it.encode().decode("cp1252", "replace")),
}
SHORT = ("Rückruf", "wörter", "Müller ruft zurück", "Grüße an Zoe")
SHORTER = {name: ALIKE[name] for name in ("no accents", "accents lost", "mojibake", "a signature")}


def as_me(office: Office, me: str) -> None:
    if me == "signed":
        office.world.forbid_impersonation(0)
    office.run("note", str(office.ticket(3)), "warm up")


def cron(office: Office, *, minutes: int = 20) -> None:
    for _ in range(minutes):
        office.now += timedelta(minutes=1)
        office.run("outbox", "retry")


by_whom = pytest.mark.parametrize("me", ["in my name", "signed"])
BEFORE = (0.0, 0.5, 1.0, 119.0)


def dated(seconds: float, alter: Callable[[Row], Row], office: Office) -> Callable[[Row], Row]:
    at = office.now - timedelta(seconds=seconds)
    return lambda note: {**alter(note), "createDateTime": at}


@by_whom
@pytest.mark.exhaustive
@pytest.mark.parametrize("how", SAME)
@pytest.mark.parametrize("lost", [True, False], ids=["lost", "accepted"])
def test_the_same_letters_are_ours(office: Office, how: str, me: str, lost: bool) -> None:
    as_me(office, me)
    way = office.transport
    for minute, seconds in enumerate(BEFORE):
        office.transport = way
        ticket = office.ticket(20 + minute)
        office.transport = stored = Stored(office, dated(seconds, SAME[how], office), lost=lost)
        done = office.run("note", str(ticket), TEXT, "--json")
        said = json.loads(done.out)
        assert (said["outcome"], said["visibility"], done.code) == ("sent", "internal", 0)
        cron(office, minutes=7)
        assert (len(office.notes(ticket)), stored.written) == (1, 1)


@by_whom
@pytest.mark.parametrize("how", ALIKE)
def test_one_that_is_only_alike_is_left_to_a_person(office: Office, how: str, me: str) -> None:
    as_me(office, me)
    ticket = office.ticket(20)
    way = office.transport
    office.transport = Stored(office, dated(1.0, ALIKE[how], office), lost=True)
    done = office.run("note", str(ticket), TEXT, "--json")
    assert (json.loads(done.out)["outcome"], done.code) == ("unknown", 8)
    office.transport = way
    cron(office)
    assert len(office.notes(ticket)) == 1
    done = office.run("outbox", "retry")
    assert (done.code, "is similar: it may be the same one, edited" in done.err) == (8, True)
    done = office.run("outbox", "retry", answers=["n"])
    assert "may be the same one. Write it again?" in done.err
    assert (done.code, len(office.notes(ticket))) == (8, 1)
    assert office.run("outbox", "retry", answers=["y"]).code == 0
    assert len(office.notes(ticket)) == 2


@pytest.mark.exhaustive
@pytest.mark.parametrize("words", SHORT)
@pytest.mark.parametrize("how", SHORTER)
def test_so_with_few_words(office: Office, how: str, words: str) -> None:
    as_me(office, "in my name")
    ticket = office.ticket(20)
    way = office.transport
    office.transport = Stored(office, SHORTER[how], lost=True)
    assert office.run("note", str(ticket), words).code == 8
    office.transport = way
    cron(office)
    assert len(office.notes(ticket)) == 1


@by_whom
@pytest.mark.exhaustive
@pytest.mark.parametrize("how", ALIKE)
@pytest.mark.parametrize("before", [0.0, 180.0])
def test_what_was_accepted_and_altered_is_ours(
    office: Office, how: str, me: str, before: float
) -> None:
    """Autotask has told its id."""
    as_me(office, me)
    ticket = office.ticket(20)
    office.transport = stored = Stored(office, dated(before, ALIKE[how], office))
    done = office.run("note", str(ticket), TEXT, "--json")
    said = json.loads(done.out)
    assert (said["outcome"], said["visibility"], done.code) == ("sent", "internal", 0)
    cron(office, minutes=7)
    assert (len(office.notes(ticket)), stored.written) == (1, 1)


@pytest.mark.parametrize("lost", [(False, False), (True, False), (False, True), (True, True)])
def test_two_equal_notes_typed_twice_are_two(office: Office, lost: tuple[bool, bool]) -> None:
    as_me(office, "in my name")
    ticket = office.ticket(20)
    way = office.transport
    for each in lost:
        office.transport = Stored(office, lost=each)
        assert office.run("note", str(ticket), "again").code == 0
        office.transport = way
    cron(office)
    assert len(office.notes(ticket)) == 2
    office.break_with("POST /Tickets/*/Notes lose-request x1")
    office.run("note", str(ticket), "again")
    cron(office)
    assert len(office.notes(ticket)) == 3


ELSEWHERE: dict[str, Callable[[Row], Row]] = {
    "public": lambda note: {"publish": 1},
    "elsewhere": lambda note: {"ticketID": 1},
    "public elsewhere": lambda note: {"publish": 1, "ticketID": 1},
    "public, altered": lambda note: {"publish": 1, "description": html.escape(TEXT)},
}


@pytest.mark.parametrize("how", ELSEWHERE)
@pytest.mark.parametrize("command", ["note", "send-to-mc"])
def test_a_note_that_is_not_internal_is_told_and_never_written_again(
    office: Office, how: str, command: str
) -> None:
    as_me(office, "in my name")
    ticket = office.ticket(20)
    way = office.transport
    office.transport = stored = Stored(office, ELSEWHERE[how])
    argv = ["note", str(ticket), TEXT] if command == "note" else [command, str(ticket), "--yes"]
    argv += [] if command == "note" else ["--note", TEXT]
    done = office.run(*argv, "--json")
    document = json.loads(done.out)
    said = document if command == "note" else document["results"][0]["note"]
    assert (said["outcome"], said["visibility"], done.code) == ("failed", "public", 1)
    assert said["note_id"]
    if command != "note":
        assert document["results"][0]["outcome"] == "sent"
    assert f"note {said['note_id']}" in done.err or "is not internal" in done.err
    n = str(office.desk().operations.waiting()[0].n)
    for argv in (
        ["outbox", "retry"],
        ["outbox", "retry", n, "--yes", "--resend"],
        ["outbox", "retry", n],
    ):
        for transport in (way, stored):
            office.transport = transport
            office.now += timedelta(minutes=6)
            again = office.run(*argv, answers=["y", "y"] if argv[-1] == n else None)
            assert again.code == 1
            assert f"call {PHONE}" in again.err
            assert f"OpenTicketDetail&TicketID={ticket}" in again.err
            assert f"mcdesk outbox drop {n}" in again.err
    assert stored.written == 1
    assert office.run("outbox", "drop", n, "--yes").code == 0
    office.run("outbox", "retry")
    assert stored.written == 1
    assert office.run("outbox").code == 0


def test_so_if_its_answer_was_lost(office: Office) -> None:
    as_me(office, "in my name")
    ticket = office.ticket(20)
    office.transport = stored = Stored(office, ELSEWHERE["public"], lost=True)
    said = office.run("note", str(ticket), TEXT, "--json")
    assert json.loads(said.out)["visibility"] == "public"
    assert said.code == 1
    cron(office)
    assert stored.written == len(office.notes(ticket)) == 1


@pytest.mark.parametrize(
    ("hidden", "outcome"), [(1.0, "sent"), (2.0, "sent"), (5.0, "unknown"), (200.0, "unknown")]
)
@pytest.mark.parametrize("lost", [True, False], ids=["lost", "accepted"])
@pytest.mark.parametrize("public", [True, False], ids=["public", "internal"])
def test_a_note_that_is_shown_late(
    office: Office, hidden: float, outcome: str, lost: bool, public: bool
) -> None:
    as_me(office, "in my name")
    ticket = office.ticket(20)
    alter = ELSEWHERE["public"] if public else SAME["as it is"]
    office.transport = stored = Stored(office, alter, lost=lost, hidden=hidden)
    done = office.run("note", str(ticket), TEXT, "--json")
    said = json.loads(done.out)
    seen = {"sent": ("failed", "public", 1)} if public else {"sent": ("sent", "internal", 0)}
    assert (said["outcome"], said["visibility"], done.code) == seen.get(
        outcome, ("unknown", None, 8)
    )
    cron(office)
    assert stored.written == len(office.notes(ticket)) == 1
    assert (office.run("outbox").code == 0) == (not public)


def test_a_note_that_is_not_stored_is_written_again_after_five_minutes(office: Office) -> None:
    as_me(office, "in my name")
    ticket = office.ticket(20)
    way = office.transport
    office.transport = stored = Stored(office, lambda note: None)
    done = office.run("note", str(ticket), TEXT, "--json")
    said = json.loads(done.out)
    assert (said["outcome"], said["visibility"], done.code) == ("unknown", None, 8)
    assert PHONE in done.err
    cron(office, minutes=4)
    assert stored.written == 1
    office.transport = way
    cron(office, minutes=3)
    assert len(office.notes(ticket)) == 1
