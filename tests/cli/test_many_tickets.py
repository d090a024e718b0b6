"""`find` and `list` where 20,000 tickets are open: few requests, few rows, and the right ones."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from offices import HELP_DESK, NOW, Office

from mcdesk.sandbox.world import stored_instant

MANY = 20_000
ME, COLLEAGUE, VENDOR, IN_PROGRESS, RETURNED = 20, 21, 12, 8, 32
MOST_ROWS = 1500
DAY = timedelta(days=1)


class Counting(httpx.BaseTransport):
    """A way on which requests and the rows that come back are counted, but for two kinds.

    Names are apart, and histories, of which twenty are asked for at a time.
    """

    def __init__(self, way: httpx.BaseTransport) -> None:
        self._way = way
        self.requests = 0
        self.rows = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._way.handle_request(request)
        body = json.loads(request.read() or b"{}")
        names = [each.get("field") for each in body.get("filter", ())] == ["id"]
        path = request.url.path
        if "query" in path and "TicketHistory" not in path and not names:
            self.requests += 1
            response.read()
            self.rows += len(response.json().get("items", ()))
        return response


def ten_days(i: int) -> timedelta:
    return 10 * DAY * (i + 1) / MANY


def five_years(i: int) -> timedelta:
    return 1800 * DAY * (i + 1) / MANY


def before_last_week(i: int) -> timedelta:
    return 8 * DAY + 30 * DAY * i / MANY


def an_hour_ago(i: int) -> timedelta:
    return timedelta(minutes=60) + timedelta(seconds=i / 10)


def more_and_more(i: int) -> timedelta:
    return 700 * DAY * ((i + 1) / MANY) ** 2


def by_day(i: int) -> timedelta:
    """By day alone: it is Monday at ten, so that nothing came for two days and a half."""
    days, rest = divmod(i, MANY // 20)
    back = timedelta(days=days + 2, hours=17) if days else timedelta(0)
    return back + timedelta(hours=1) + timedelta(hours=8) * rest / (MANY // 20)


AGES = [ten_days, five_years, before_last_week, an_hour_ago, more_and_more, by_day]


def fill(office: Office, age: Callable[[int], timedelta], **fields: Any) -> list[str]:
    """Add tickets so old, and return their numbers, the newest first."""
    names = ["ticketNumber", "title", "createDate", "companyID", "contactID", "priority"]
    values = {"queueID": HELP_DESK, "status": IN_PROGRESS, "assignedResourceID": None, **fields}
    columns = ", ".join(f'"{name}"' for name in (*names, *values))
    marks = ", ".join("?" * (len(names) + len(values)))
    numbers, rows = [], []
    for i in reversed(range(MANY)):
        created = NOW - age(i)
        number = f"T{created:%Y%m%d}.{i + 10_000}"
        numbers.append((created, number))
        row = (number, f"Printer {i}", stored_instant(created), 174 + i % 11, 300 + i % 24, 2)
        rows.append((*row, *values.values()))
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
        db.executemany(f"INSERT INTO Tickets ({columns}) VALUES ({marks})", rows)
    return [number for _, number in sorted(numbers, reverse=True)]


@pytest.fixture
def way(office: Office) -> Iterator[Counting]:
    """Count what goes over the way to the office's Autotask, once the day's names are known."""
    office.ticket(5, assignedResourceID=ME)
    for argv in (["list"], ["list", "--mine"], ["list", "--with-mc"], ["find", "printer"]):
        assert office.run(*argv).code == 0
    counting = Counting(office.transport)
    office.transport = counting
    yield counting
    assert counting.rows <= MOST_ROWS


def newest(office: Office, *argv: str) -> tuple[int, list[str]]:
    done = office.run(*argv, "--json")
    assert done.code == 0
    assert not [line for line in done.err.splitlines() if "didn't look up" not in line]
    document = json.loads(done.out)
    return document["count"], [each["number"] for each in document["tickets"]]


@pytest.mark.exhaustive
@pytest.mark.parametrize("age", AGES)
def test_the_newest_of_the_help_desk(
    office: Office, way: Counting, age: Callable[[int], timedelta]
) -> None:
    numbers = fill(office, age)
    assert newest(office, "list") == (MANY, numbers[:50])
    assert way.requests <= 6


@pytest.mark.exhaustive
@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize(
    ("option", "fields"),
    [
        ("--mine", {"assignedResourceID": ME}),
        ("--with-mc", {"assignedResourceID": VENDOR, "status": RETURNED}),
    ],
)
def test_the_newest_of_one_holder(
    office: Office,
    way: Counting,
    age: Callable[[int], timedelta],
    option: str,
    fields: dict[str, Any],
) -> None:
    """Nobody holds so many: what takes more than is allowed is said."""
    numbers = fill(office, age, **fields)
    if option == "--mine":
        office.world.insert("TicketSecondaryResources", ticketID=1, resourceID=ME, roleID=1)
    done = office.run("list", option, "--json")
    document = json.loads(done.out)
    found = [each["number"] for each in document["tickets"]]
    assert document["count"] == MANY
    assert found == numbers[:50] or "there are more than mcdesk reads at once" in done.err
    assert found
    assert way.requests <= 6


@pytest.mark.exhaustive
@pytest.mark.parametrize("age", AGES)
def test_the_newest_of_a_word_that_is_everywhere(
    office: Office, way: Counting, age: Callable[[int], timedelta]
) -> None:
    numbers = fill(office, age)
    assert newest(office, "find", "printer") == (MANY, numbers[:50])
    assert way.requests <= 8


@pytest.mark.parametrize("words", [["printer", "777"], ["maria", "lopez"], ["harbor"]])
def test_some_among_many(office: Office, way: Counting, words: list[str]) -> None:
    fill(office, five_years)
    count, found = newest(office, "find", *words)
    assert len(found) == min(count, 50)
    assert way.requests <= 8


def test_none_among_many_is_not_read(office: Office, way: Counting) -> None:
    fill(office, five_years)
    assert "No open ticket with zebra" in office.run("find", "zebra").err
    assert (way.requests, way.rows) == (3, 0)


def test_all_of_one_instant_are_not_told_apart(office: Office, way: Counting) -> None:
    fill(office, lambda _: timedelta(hours=1))
    done = office.run("list")
    assert done.code == 0
    assert "there are more than mcdesk reads at once" in done.err
    assert "50 of 20,000" in done.out
    assert way.requests <= 6


def test_more_than_usual_are_read_page_by_page(office: Office) -> None:
    numbers = fill(office, five_years)
    assert newest(office, "list", "--limit", "1200") == (MANY, numbers[:1200])


def test_more_with_the_vendor_than_one_query_takes(office: Office) -> None:
    numbers = fill(office, five_years, assignedResourceID=VENDOR)
    office.requests()
    assert newest(office, "list", "--with-mc", "--limit", "900") == (MANY, numbers[:900])
    asked = office.requests()
    assert asked.count("POST TicketNotes/query") == 3
    assert asked.count("POST TicketHistory/query") == 20


def test_created_after_now_is_newest(office: Office) -> None:
    fill(office, five_years)
    at: datetime = NOW + timedelta(minutes=3)
    number = "T20261123.0001"
    office.world.update("Tickets", 5, createDate=at, ticketNumber=number)
    assert newest(office, "list")[1][0] == number
