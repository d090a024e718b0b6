"""Queries: what Autotask would silently drop is refused here."""

from datetime import UTC, datetime

import pytest

from mcdesk.autotask.entities import TICKETS, Value, where


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
