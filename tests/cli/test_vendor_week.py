"""A working week with the vendor, in which the clocks change, and priorities change half way.

Tickets go to them from here and from a colleague's desk. What they do stands in a script, and what
is true at any moment is worked out from that script alone: the oracle uses no code of mcdesk's.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from offices import CONFIG, Office

from mcdesk.sandbox.people import HELP_DESK_ROLE, RETURNED, VENDOR
from mcdesk.sandbox.vendor import Act, Does, Vendor
from mcdesk.sandbox.world import set_meta, stored_instant

NEW_YORK = ZoneInfo("America/New_York")
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# What they promise, in minutes, by the number of the priority; and what it is called.
PROMISED = {4: 30, 1: 60, 2: 120, 3: 1440}
NAMES = {4: "Critical", 1: "High", 2: "Medium", 3: "Low"}
CRITICAL, LOW = 4, 3
SETTINGS = CONFIG + '[stale]\nreturned_statuses = ["Back from MC"]\n'
# Thursdays before the Sundays on which the clocks of New York go back, and forward.
WEEKS = {"autumn": datetime(2026, 10, 29), "spring": datetime(2026, 3, 5)}  # noqa: DTZ001 - local
# What the vendor does with each kind of ticket, so many minutes after it came, by their promise.
KINDS: Mapping[str, Callable[[int], list[tuple[int, Does]]]] = {
    "note in time": lambda p: [(p // 3, Does.NOTE), (2 * p, Does.TIME)],
    "time in time": lambda p: [(p - 1, Does.TIME)],
    "last moment": lambda p: [(p, Does.NOTE)],
    "late": lambda p: [(p + 7, Does.NOTE)],
    "silent": lambda p: [],
    "given back": lambda p: [(p // 2, Does.NOTE), (p + 30, Does.BACK)],
    "given back first": lambda p: [(p // 4, Does.BACK)],
    "completed": lambda p: [(p // 3, Does.TIME), (p // 2 + 9, Does.DONE)],
    "sent again": lambda p: [(p // 2, Does.BACK)],
    "raised": lambda p: [(p - 5, Does.TIME)],
    "lowered": lambda p: [(p + 60, Does.NOTE)],
    "claimed": lambda p: [],
}


@dataclass(slots=True)
class Case:
    """A ticket that *went* to the vendor, and each time *ended* to be theirs; their *words*.

    *priorities* says since when it has had which. *scripts* is what the vendor does, each time.
    """

    kind: str
    here: bool
    went: list[datetime]
    priorities: list[tuple[datetime, int]]
    ended: list[datetime] = field(default_factory=list)
    words: list[datetime] = field(default_factory=list)
    scripts: list[list[Act]] = field(default_factory=list)
    # What people do, and when, but for the first sending.
    later: list[tuple[datetime, str]] = field(default_factory=list)
    id: int = 0

    def does(self, *acts: tuple[int, Does]) -> None:
        """Let the vendor do this, so many minutes after it last went to them."""
        since = self.went[-1]
        self.scripts.append([Act(minutes * MINUTE, does, "a word") for minutes, does in acts])
        self.words += [since + minutes * MINUTE for minutes, _ in acts]
        self.ended += [
            since + minutes * MINUTE for minutes, does in acts if does in (Does.BACK, Does.DONE)
        ]

    def since(self, at: datetime) -> datetime:
        return max(each for each in self.went if each <= at)

    def theirs(self, at: datetime) -> bool:
        return sum(each <= at for each in self.went) > sum(each <= at for each in self.ended)

    def priority(self, at: datetime) -> int:
        return max(each for each in self.priorities if each[0] <= at)[1]

    def due(self, at: datetime) -> datetime:
        return self.since(at) + PROMISED[self.priority(at)] * MINUTE

    def said(self, at: datetime) -> list[datetime]:
        """Return their words after it last went to them, in order."""
        return sorted(each for each in self.words if self.since(at) < each <= at)

    def late(self, at: datetime) -> int:
        """Count the whole minutes that they are late with their first word."""
        if self.said(at):
            return 0
        return max(0, int((at - self.due(at)).total_seconds()) // 60)


def made(kind: str, went: datetime, priority: int, *, here: bool) -> Case:
    """Make a case of one kind, with what people do to it later."""
    promised = PROMISED[priority]
    case = Case(kind, here, [went], [(went - HOUR, priority)])
    case.does(*KINDS[kind](promised))
    if kind == "sent again":
        case.went.append(went + (promised + 60) * MINUTE)
        case.later.append((case.went[-1], "send"))
        case.does((promised + 45, Does.NOTE))
    if kind == "claimed":
        case.ended.append(went + (promised + 15) * MINUTE)
        case.later.append((case.ended[0], "claim"))
        case.scripts[0].append(Act((promised + 90) * MINUTE, Does.NOTE, "nobody writes this"))
    if kind in ("raised", "lowered"):
        minutes, new = (promised // 2, CRITICAL) if kind == "raised" else (promised + 20, LOW)
        case.priorities.append((went + minutes * MINUTE, new))
        case.later.append((case.priorities[1][0], f"priority {new}"))
    return case


def cases_of(thursday: datetime) -> list[Case]:
    """Make the tickets of a week from *thursday* on: each kind with most priorities, at all hours.

    Two go there in the night in which the clocks change.
    """
    chance = Random(20261101)
    cases = []
    for kind in KINDS:
        for priority in PROMISED:
            if (kind, priority) in {("raised", CRITICAL), ("lowered", LOW)}:
                continue
            day = thursday + timedelta(days=chance.choice([0, 1, 2, 4, 5]))
            local = day.replace(hour=chance.randrange(9, 17), minute=chance.randrange(60))
            went = local.replace(tzinfo=NEW_YORK).astimezone(UTC)
            cases.append(made(kind, went, priority, here=chance.random() < 0.6))
    night = (thursday + timedelta(days=3)).replace(hour=0, minute=50, tzinfo=NEW_YORK)
    for kind, minutes in (("late", 0), ("silent", 35)):
        went = night.astimezone(UTC) + minutes * MINUTE
        cases.append(made(kind, went, 2, here=minutes == 0))
    return cases


class Week:
    """The office during that week, and what mcdesk said of it; *wrong* lists what was not so."""

    def __init__(self, office: Office, thursday: datetime) -> None:
        self._office = office
        self.cases = cases_of(thursday)
        self._vendor = Vendor(self._acts)
        self.wrong: list[str] = []
        self.days: dict[str, Counter[str]] = {}
        self.begins = thursday.replace(tzinfo=NEW_YORK).astimezone(UTC)
        self.ends = self.begins + timedelta(days=8)
        self._prepare()

    def _prepare(self) -> None:
        office = self._office
        office.configure(SETTINGS)
        office.now = self.begins
        office.app.vendor = self._vendor
        with office.world.transaction() as db:
            for table in ("Tickets", "TicketNotes", "TimeEntries", "TicketHistory"):
                db.execute(f"DELETE FROM {table}")
            set_meta(db, "seeded_at", stored_instant(self.begins))
        for number, case in enumerate(self.cases, start=1):
            created = case.went[0] - 50 * MINUTE
            case.id = office.ticket(
                0,
                priority=case.priorities[0][1],
                createDate=created,
                lastTrackedModificationDateTime=created,
                ticketNumber=f"T20261029.{number:04}",
            )
            # What they wrote before it came to them is no answer, nor is what a rule wrote.
            early = {"creatorResourceID": VENDOR, "createDateTime": created + MINUTE}
            office.note(case.id, 0, **early)
            after = {"creatorResourceID": VENDOR, "createDateTime": case.went[0] + MINUTE}
            office.note(case.id, 0, noteType=13, **after)

    def _acts(self, ticket: int, time: int, _: timedelta) -> Sequence[Act]:
        case = next(each for each in self.cases if each.id == ticket)
        return case.scripts[time - 1]

    def live(self) -> None:
        """Let everything happen at its time, and look again and again."""
        deeds = [
            (at, what, case)
            for case in self.cases
            for at, what in [(case.went[0], "send"), *case.later]
        ]
        looks = [(at, "look", self.cases[0]) for at in self._moments()]
        # What happens at a moment is there for who looks at that moment.
        for at, what, case in sorted(
            [*deeds, *looks], key=lambda each: (each[0], each[1] == "look", each[2].id)
        ):
            self._office.now = at
            with self._office.world.transaction() as db:
                self._vendor.catch_up(db, at)
            if what == "look":
                self._look(at)
            else:
                self._do(what, case)

    def _moments(self) -> Iterable[datetime]:
        """Choose when to look: around whatever changes an answer, and every three hours."""
        moments = {self.begins + 3 * number * HOUR for number in range(64)}
        for case in self.cases:
            turns = [*case.went, *case.ended, *(at for at, _ in case.later)]
            for at in turns:
                due = case.due(at) if at >= case.went[0] else at
                moments |= {at, due + 59 * SECOND, due + MINUTE}
            moments |= {at - delta for at in case.words for delta in (SECOND, 0 * SECOND)}
        return sorted(each for each in moments if each <= self.ends)

    def _do(self, what: str, case: Case) -> None:
        office = self._office
        if what == "claim":
            mine = {"assignedResourceID": 21, "assignedResourceRoleID": HELP_DESK_ROLE}
            office.change(case.id, **mine, status=8)
        elif what.startswith("priority"):
            office.change(case.id, priority=int(what.split()[1]))
        elif case.here:
            done = office.run("send-to-mc", str(case.id), "--yes")
            assert done.code == 0, done
        else:
            theirs = {"assignedResourceID": VENDOR, "assignedResourceRoleID": HELP_DESK_ROLE}
            office.change(case.id, **theirs, status=RETURNED)

    def _look(self, at: datetime) -> None:
        done = self._office.run("list", "--with-mc", "--json", "--limit", "500")
        assert done.code == 0, done
        assert not done.err or not json.loads(done.out)["tickets"], done
        found = {each["id"]: each["mc"] for each in json.loads(done.out)["tickets"]}
        theirs = {case.id: case for case in self.cases if case.theirs(at)}
        assert found.keys() == theirs.keys(), at
        said = {id for id, clock in found.items() if clock["overdue_minutes"]}
        true = {id for id, case in theirs.items() if case.late(at)}
        day = self.days.setdefault(f"{at.astimezone(NEW_YORK):%a %b %d}", Counter())
        day.update(looks=1, tickets=len(theirs), true=len(true), said=len(said))
        day.update(false=len(said - true), missed=len(true - said))
        for id, case in theirs.items():
            words = case.said(at)
            expected = {
                "since": instant(case.since(at)),
                "last_word": instant(words[-1]) if words else None,
                "due": instant(case.due(at)),
                "overdue_minutes": case.late(at),
            }
            told = {name: found[id][name] for name in expected}
            if told != expected:
                self.wrong.append(f"{at} {case.kind} {case.id}: {told} for {expected}")

    def table(self) -> str:
        """Return what was said and what was true, day by day, for who wants to read it."""
        lines = ["day          looks  seen  overdue  said  false  missed"]
        for day, n in [*self.days.items(), ("all", sum(self.days.values(), Counter[str]()))]:
            lines.append(
                f"{day:<11}  {n['looks']:>5}  {n['tickets']:>4}  {n['true']:>7}  {n['said']:>4}"
                f"  {n['false']:>5}  {n['missed']:>6}"
            )
        return "\n".join(lines)


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(params=WEEKS)
def week(request: pytest.FixtureRequest, office: Office) -> Week:
    """Return a week that is over."""
    week = Week(office, WEEKS[request.param])
    week.live()
    return week


@pytest.mark.thorough
def test_nobody_is_called_late_who_is_not_and_nobody_is_missed(week: Week, office: Office) -> None:
    assert week.wrong == []
    total = sum(week.days.values(), Counter[str]())
    assert (total["false"], total["missed"]) == (0, 0)
    assert total["said"] == total["true"] > 500
    assert len(week.days) >= 8
    assert_report_is_true(office, week)


def assert_report_is_true(office: Office, week: Week) -> None:
    """Hold the report of the week against the rows, read straight from the world's file."""
    done = office.run("report", "--since", "30d", "--json")
    assert done.code == 0, done
    report = json.loads(done.out)
    assert report["counts"]["sent"] == len(week.cases)
    rows = histories(office)
    assert {each["id"]: each["since"] for each in report["tickets"]} == {
        id: instant(row["since"]) for id, row in rows.items()
    }
    for line in report["by_priority"]:
        theirs = [row for row in rows.values() if NAMES[row["priority"]] == line["priority"]]
        taken = [row["minutes"] for row in theirs if row["minutes"] is not None]
        promised = PROMISED[theirs[0]["priority"]]
        assert line == {
            "priority": line["priority"],
            "promised_minutes": promised,
            "sent": len(theirs),
            "answered": len(taken),
            "in_time": sum(minutes <= promised for minutes in taken),
            "median_minutes": median(taken),
            "worst_minutes": max(taken),
        }
    assert [line["priority"] for line in report["by_priority"]] == list(NAMES.values())
    late = [case for case in week.cases if case.theirs(office.now) and case.late(office.now)]
    back = [case for case in week.cases if case.ended and case.kind != "completed"]
    assert report["counts"] == {
        "sent": len(week.cases),
        "answered": sum(row["minutes"] is not None for row in rows.values()),
        "in_time": sum(line["in_time"] for line in report["by_priority"]),
        "overdue": len(late),
        "came_back": len([case for case in back if not case.theirs(office.now)]),
        "open": len([case for case in week.cases if case.kind != "completed"]),
        "unknown_since": 0,
    }


def histories(office: Office) -> dict[int, dict[str, Any]]:
    """Read of each ticket its priority, when it last went to the vendor, and the first word."""
    found = {}
    with closing(sqlite3.connect(office.home.parent / "world.db")) as db:
        for id, priority in db.execute("SELECT id, priority FROM Tickets").fetchall():
            (since,) = db.execute(
                "SELECT max(date) FROM TicketHistory WHERE ticketID = ? AND"
                " (detail LIKE '% to Returned to MC' OR detail LIKE '% to Help Desk Support')",
                (id,),
            ).fetchone()
            (word,) = db.execute(
                "SELECT min(at) FROM (SELECT createDateTime AS at FROM TicketNotes"
                " WHERE ticketID = ? AND creatorResourceID = 12 AND noteType <> 13"
                " UNION ALL SELECT createDateTime FROM TimeEntries WHERE ticketID = ?"
                " AND resourceID = 12) WHERE at > ?",
                (id, id, since),
            ).fetchone()
            start = datetime.fromisoformat(since)
            minutes = (datetime.fromisoformat(word) - start) // MINUTE if word else None
            found[id] = {"priority": priority, "since": start, "minutes": minutes}
    return found
