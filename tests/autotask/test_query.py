"""Queries: what Autotask would silently drop is refused here."""

from datetime import UTC, datetime

import pytest

from mcdesk.autotask.conditions import both, either, met
from mcdesk.autotask.entities import LISTED, TICKETS, Condition, Value, where
from mcdesk.core.tickets import Ticket


def test_conditions() -> None:
    assert where("assignedResourceID", "notExist") == {
        "op": "notExist",
        "field": "assignedResourceID",
    }
    assert where("queueID", "in", {8, 5}) == {"op": "in", "field": "queueID", "value": [5, 8]}
    assert where("createDate", "gte", datetime(2026, 11, 23, tzinfo=UTC)) == {
        "op": "gte",
        "field": "createDate",
        "value": "2026-11-23T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("name", "op", "value"),
    [
        pytest.param("status", "ne", 1, id="an operator that is dropped"),
        pytest.param("status", "EQ", 1, id="another case"),
        pytest.param("assignedResourceID", "eq", None, id="eq null matches nothing"),
        pytest.param("assignedResourceID", "notExist", 1, id="notExist with a value"),
        pytest.param("queueID", "in", 5, id="in without a list"),
        pytest.param("queueID", "eq", [5], id="eq with a list"),
        pytest.param("queueID", "in", [], id="an empty list"),
        pytest.param("id", "in", range(501), id="not a list"),
        pytest.param("id", "in", list(range(501)), id="more than 500 values"),
        pytest.param("creatorType", "eq", 1, id="a field that cannot be queried"),
    ],
)
def test_refused_conditions(name: str, op: str, value: Value) -> None:
    with pytest.raises(ValueError, match=r"condition|values|cannot be queried"):
        where(name, op, value)


def test_a_query_names_fields_and_page_size() -> None:
    query = TICKETS.query([where("status", "eq", 1)])
    assert query.pop("IncludeFields")[0] == "id"
    assert query == {
        "filter": [{"op": "eq", "field": "status", "value": 1}],
        "MaxRecords": 500,
    }


@pytest.mark.parametrize(
    "conditions",
    [
        pytest.param([where("projectID", "eq", 1)], id="an unknown field"),
        pytest.param([where("description", "eq", "x")], id="a field that is not asked for"),
        pytest.param([], id="no condition"),
    ],
)
def test_refused_queries(conditions: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match=r"needs conditions, on fields that it has"):
        TICKETS.query(conditions)


def test_a_smaller_page() -> None:
    assert TICKETS.query([where("status", "eq", 1)], size=7)["MaxRecords"] == 7


def test_fields_within_groups_have_to_be_asked_for_too() -> None:
    known, unknown = where("status", "eq", 1), where("description", "eq", "x")
    assert TICKETS.query([either(known, both(known, where("id", "gt", 1)))])
    with pytest.raises(ValueError, match="on fields that it has"):
        TICKETS.query([either(known, both(known, unknown))])


def test_groups() -> None:
    one, two = where("id", "eq", 1), where("id", "eq", 2)
    assert either(one, two) == {"op": "or", "items": [one, two]}
    assert both(one, two) == {"op": "and", "items": [one, two]}
    assert either(one) == both(one) == one
    for group in (either, both):
        with pytest.raises(ValueError, match="means everything"):
            group()


AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
BEFORE, AFTER = AT.replace(hour=14), AT.replace(hour=16)
TICKET = Ticket(
    id=7,
    number="T20261123.0007",
    title="Imprimante en panne à Orléans",
    created=AT,
    queue_id=5,
    status_id=1,
    company_id=None,
    primary_resource_id=None,
)


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (where("assignedResourceID", "notExist"), True),
        (where("queueID", "notExist"), False),
        (where("id", "eq", 7), True),
        (where("id", "eq", 8), False),
        (where("status", "in", [1, 2]), True),
        (where("companyID", "in", [1, 2]), False),
        (where("status", "notIn", [1, 2]), False),
        (where("status", "notIn", [5]), True),
        (where("title", "contains", "ORLEANS"), True),
        (where("title", "contains", "panné"), True),
        (where("title", "contains", "printer"), False),
        (where("ticketNumber", "endsWith", ".0007"), True),
        (where("ticketNumber", "endsWith", ".007"), False),
        (where("createDate", "gte", AT), True),
        (where("createDate", "gte", AFTER), False),
        (where("createDate", "lt", AT), False),
        (where("createDate", "lt", AFTER), True),
        (where("completedDate", "gte", BEFORE), False),
        (where("completedDate", "lt", AFTER), False),
        (where("id", "lt", 8), True),
        (either(where("id", "eq", 8), where("queueID", "eq", 5)), True),
        (either(where("id", "eq", 8), where("queueID", "eq", 6)), False),
        (both(where("id", "eq", 7), where("queueID", "eq", 5)), True),
        (both(where("id", "eq", 7), where("queueID", "eq", 6)), False),
    ],
)
def test_what_comes_back_is_held_against_what_was_asked(condition: Condition, kept: bool) -> None:
    assert bool(met([TICKET], LISTED, [condition])) == kept
