"""Parts of what there is: no row more than is asked for, and whether that is all."""

import pytest
from offices import Office

from mcdesk.autotask import entities as e
from mcdesk.autotask.callers import Callers, matching
from mcdesk.autotask.entities import where
from mcdesk.autotask.reads import Reads
from mcdesk.core.terms import Term

EVERY = where("id", "gte", 0)


@pytest.mark.parametrize(
    ("most", "rows", "whole", "requests"),
    [
        pytest.param(None, 31, True, 1, id="all"),
        pytest.param(500, 31, True, 1, id="more than there are"),
        pytest.param(31, 31, True, 1, id="as many as there are"),
        pytest.param(30, 30, False, 1, id="one less"),
        pytest.param(1, 1, False, 1, id="the first"),
    ],
)
def test_a_part(office: Office, most: int | None, rows: int, whole: bool, requests: int) -> None:
    desk = office.desk()
    reads = Reads(desk.session)
    found, is_whole = reads.one(reads.part(e.TICKETS, EVERY, most=most, odd=None))
    desk.close()
    assert [row.id for row in found] == list(range(1, rows + 1))
    assert is_whole == whole
    assert office.requests() == ["POST Tickets/query"] * requests


def test_more_than_a_page(office: Office) -> None:
    for i in range(1000):
        office.ticket(i / 10)
    desk = office.desk()
    reads = Reads(desk.session)
    found, whole = reads.one(reads.part(e.TICKETS, EVERY, most=900, odd=None))
    desk.close()
    assert (len(found), whole) == (1000, False)
    assert len(office.requests()) == 2


def test_ids_share_the_room_of_one_query() -> None:
    one, two = Term("one"), Term("two")
    few = Callers({one: [1], two: []}, {one: [2], two: [3]})
    conditions, cut = matching([one, two], few)
    assert not cut
    assert conditions == [
        {
            "op": "or",
            "items": [
                where("title", "contains", "one"),
                where("companyID", "in", [1]),
                where("contactID", "in", [2]),
            ],
        },
        {"op": "or", "items": [where("title", "contains", "two"), where("contactID", "in", [3])]},
    ]
    many = Callers({one: list(range(200)), two: []}, {one: list(range(200)), two: [3]})
    conditions, cut = matching([one, two], many)
    assert cut
    assert [len(each.get("value", "x")) for each in conditions[0]["items"]] == [3, 98, 98]
    assert matching([one], Callers({one: [1]}, {one: []}, cut=True))[1]
