"""When the team is told, and of what: a table of moments, and what is remembered after."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from mcdesk.core.alerts import Due, Memory, Occasion, Rules, due, told
from mcdesk.core.hours import Opening, OpeningHours
from mcdesk.core.staleness import Wait
from mcdesk.core.tickets import Ticket

HOURS = OpeningHours(ZoneInfo("UTC"), dict.fromkeys(range(5), ((540, 1020),)))
RULES = Rules(cooldown=timedelta(minutes=60), last_call=timedelta(minutes=30))
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def at(clock: str, day: datetime = MONDAY) -> datetime:
    hour, minute = clock.split(":")
    return day + timedelta(hours=int(hour), minutes=int(minute))


def wait(id: int, *, stale: bool) -> Wait:
    ticket = Ticket(
        id=id,
        number=f"T20261123.{id:04}",
        title="Printer",
        created=MONDAY,
        queue_id=5,
        status_id=1,
        priority_id=2,
        company_id=0,
        contact_id=None,
        primary_resource_id=None,
    )
    return Wait(ticket, MONDAY, timedelta(minutes=61 if stale else 20), stale)


STALE, FRESH = wait(1, stale=True), wait(2, stale=False)
OPENED = Memory(opened=at("9:00"))


@pytest.mark.parametrize(
    ("now", "memory", "occasion", "ids"),
    [
        pytest.param(at("8:59"), Memory(), None, [], id="closed"),
        pytest.param(at("17:00"), OPENED, None, [], id="closed again"),
        pytest.param(at("12:00", MONDAY - DAY), Memory(), None, [], id="Sunday"),
        pytest.param(at("9:00"), Memory(), Occasion.OPENING, [1], id="at opening"),
        pytest.param(at("11:00"), Memory(), Occasion.OPENING, [1], id="started late"),
        pytest.param(
            at("9:00"),
            Memory({1: at("16:50", MONDAY - 3 * DAY)}, opened=at("9:00", MONDAY - 3 * DAY)),
            Occasion.OPENING,
            [1],
            id="at opening, whatever the cool-down",
        ),
        pytest.param(at("9:01"), OPENED, Occasion.STALE, [1], id="became stale"),
        pytest.param(
            at("10:00"), replace(OPENED, alerted={1: at("9:01")}), None, [], id="cooling down"
        ),
        pytest.param(
            at("10:01"),
            replace(OPENED, alerted={1: at("9:01")}),
            Occasion.STALE,
            [1],
            id="cooled down",
        ),
        pytest.param(
            at("9:59"),
            replace(OPENED, alerted={1: at("16:00", MONDAY - 3 * DAY)}),
            Occasion.STALE,
            [1],
            id="business time cools, also over a weekend",
        ),
        pytest.param(
            at("10:00"),
            replace(OPENED, alerted={1: at("15:00")}),
            Occasion.STALE,
            [1],
            id="told in the future: the clock was set back",
        ),
        pytest.param(
            at("10:00"),
            replace(OPENED, alerted={1: at("10:01")}),
            None,
            [],
            id="told in a moment: the clock was put right",
        ),
        pytest.param(at("16:29"), replace(OPENED, alerted={1: at("16:00")}), None, [], id="16:29"),
        pytest.param(
            at("16:30"),
            replace(OPENED, alerted={1: at("16:29")}),
            Occasion.LAST_CALL,
            [1, 2],
            id="the last call, whatever the cool-down",
        ),
        pytest.param(at("16:45"), Memory(), Occasion.LAST_CALL, [1, 2], id="opening and last call"),
        pytest.param(
            at("16:31"),
            Memory({1: at("16:30"), 2: at("16:30")}, at("9:00"), at("17:00")),
            None,
            [],
            id="after the last call",
        ),
    ],
)
def test_due(now: datetime, memory: Memory, occasion: Occasion | None, ids: list[int]) -> None:
    found = due([STALE, FRESH], memory, RULES, hours=HOURS, now=now)
    assert (found and found.occasion) == occasion
    assert [each.ticket.id for each in (found.waits if found else ())] == ids


def test_no_last_call_where_none_is_wanted() -> None:
    rules = replace(RULES, last_call=timedelta(0))
    assert due([FRESH], OPENED, rules, hours=HOURS, now=at("16:59")) is None


def test_a_lunch_break_closes_the_desk() -> None:
    hours = structs.replace(HOURS, week={0: ((540, 720), (780, 1020))})
    memory = Memory({1: at("12:00")}, opened=at("9:00"), called=at("12:00"))
    assert due([STALE], memory, RULES, hours=hours, now=at("12:30")) is None
    after = due([STALE], memory, RULES, hours=hours, now=at("13:00"))
    assert after is not None
    assert after.occasion is Occasion.OPENING


def test_a_day_with_a_lunch_break() -> None:
    hours = structs.replace(HOURS, week={0: ((540, 720), (780, 1020))})
    memory, heard = Memory(), []
    for minute in range(24 * 60):
        now = MONDAY + timedelta(minutes=minute)
        # One ticket that nobody takes, stale from the start; another one that never is.
        found = due([STALE, FRESH], memory, RULES, hours=hours, now=now)
        if found:
            memory = told(memory, found, now)
            heard.append((f"{now:%H:%M}", found.occasion.value, len(found.waits)))
    assert heard == [
        ("09:00", "opening", 1),
        ("10:00", "stale", 1),
        ("11:00", "stale", 1),
        ("11:30", "last call", 2),
        ("13:00", "opening", 1),
        ("14:00", "stale", 1),
        ("15:00", "stale", 1),
        ("16:00", "stale", 1),
        ("16:30", "last call", 2),
    ]


def test_a_desk_that_never_closes_opens_once() -> None:
    always = OpeningHours(ZoneInfo("UTC"), dict.fromkeys(range(7), ((0, 1440),)))
    first = due([STALE], Memory(), RULES, hours=always, now=MONDAY)
    assert first is not None
    assert first.occasion is Occasion.OPENING
    memory = told(Memory(), first, MONDAY)
    later = due([FRESH], memory, RULES, hours=always, now=MONDAY + 100 * DAY + timedelta(hours=7))
    assert later is None


def test_what_is_remembered() -> None:
    opening = Opening(at("9:00"), at("17:00"))
    first = told(
        Memory({7: MONDAY - 900 * DAY}), Due(Occasion.OPENING, [STALE], opening), at("9:00")
    )
    assert first == Memory({1: at("9:00")}, at("9:00"), None, at("9:00"))
    called = told(first, Due(Occasion.LAST_CALL, [], opening), at("16:30"))
    assert called == Memory({1: at("9:00")}, at("9:00"), at("17:00"), at("9:00"))


class TestOverdue:
    """Tickets that the vendor has not answered in time: each once, until it is sent anew."""

    SENT = at("9:10")

    def due(self, now: str, memory: Memory, *, stale: bool = False, day: datetime = MONDAY) -> Any:
        waits = [STALE if stale else FRESH]
        overdue = {7: self.SENT, 8: self.SENT}
        return due(waits, memory, RULES, hours=HOURS, now=at(now, day), overdue=overdue)

    @pytest.mark.parametrize(
        ("now", "memory", "occasion"),
        [
            pytest.param("10:00", OPENED, Occasion.OVERDUE, id="in between"),
            pytest.param("9:00", Memory(), Occasion.OPENING, id="at opening"),
            pytest.param("16:30", OPENED, Occasion.LAST_CALL, id="the last call"),
        ],
    )
    def test_are_in_whatever_is_told(self, now: str, memory: Memory, occasion: Occasion) -> None:
        found = self.due(now, memory)
        assert found.occasion is occasion
        assert not found.empty
        assert found.overdue == {7: self.SENT, 8: self.SENT}
        after = told(memory, found, at(now))
        assert after.overdue == found.overdue
        assert after.digest == at(now)

    def test_beside_what_became_stale(self) -> None:
        found = self.due("10:00", OPENED, stale=True)
        assert (found.occasion, found.waits) == (Occasion.STALE, [STALE])
        assert found.overdue.keys() == {7, 8}

    def test_not_at_night(self) -> None:
        assert self.due("20:00", OPENED) is None

    def test_once_however_long_it_takes(self) -> None:
        memory = told(OPENED, self.due("10:00", OPENED), at("10:00"))
        assert self.due("12:00", memory) is None
        tomorrow = self.due("9:00", memory, day=MONDAY + DAY)
        assert (tomorrow.occasion, tomorrow.overdue, tomorrow.empty) == (
            Occasion.OPENING,
            {},
            True,
        )
        assert told(memory, tomorrow, at("9:00", MONDAY + DAY)).digest == at("10:00")

    def test_again_once_it_was_sent_anew(self) -> None:
        """Whatever the time by our clock: since when is by Autotask's, give or take a minute."""
        memory = replace(OPENED, overdue={7: at("9:05"), 8: at("9:09")})
        assert self.due("10:30", memory).overdue == {7: self.SENT}

    def test_what_was_told_years_ago_is_forgotten(self) -> None:
        memory = replace(OPENED, overdue={9: MONDAY - 900 * DAY, 10: MONDAY - 100 * DAY})
        assert told(memory, self.due("10:00", memory), at("10:00")).overdue == {
            7: self.SENT,
            8: self.SENT,
            10: MONDAY - 100 * DAY,
        }
        years = {9: MONDAY - 900 * DAY}
        assert due([], OPENED, RULES, hours=HOURS, now=at("10:00"), overdue=years) is None
