"""Answers of the wrong shape: each becomes an error, never "no rows" and never a crash."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from offices import Office

from mcdesk.__main__ import main
from mcdesk.autotask import wire
from mcdesk.core.tickets import Person
from mcdesk.desk import Desk

DETAILS = {"count": 1, "requestCount": 500, "prevPageUrl": None, "nextPageUrl": None}
TICKET = {
    "id": 1,
    "ticketNumber": "T20261123.0001",
    "title": "t",
    "createDate": "2026-11-23T12:00:00Z",
    "queueID": 29682833,
    "status": 1,
    "assignedResourceID": None,
}


LABELS = [
    {"value": "29682833", "label": "Help Desk", "isActive": 1, "isSystem": None},
    {"value": "1", "label": "New"},
]


def stale(
    office: Office,
    body: Any,
    capsys: pytest.CaptureFixture[str],
    *,
    picklists: dict[str, Any] | None = None,
    fields: Sequence[Any] = (),
) -> tuple[int, str, str]:
    """Run stale against an Autotask that answers ticket queries with *body*.

    *picklists* are there besides those of LABELS, or in their place, after further *fields*.
    """
    named = {**dict.fromkeys(("queueID", "status", "priority"), LABELS), **(picklists or {})}
    fields = [*fields, *({"name": name, "picklistValues": each} for name, each in named.items())]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/fields"):
            return httpx.Response(200, json={"fields": fields})
        if request.url.path.endswith("/Tickets/query"):
            return httpx.Response(
                200, content=body if isinstance(body, bytes) else json.dumps(body)
            )
        return httpx.Response(200, json={"items": [], "pageDetails": {**DETAILS, "count": 0}})

    desk = Desk(
        environ={**office.environ, "MCDESK_NOW": office.now.isoformat()},
        sleep=lambda _: None,
        transport=httpx.MockTransport(answer),
    )
    code = main(["stale", "--json", "--all"], desk=desk)
    out, err = capsys.readouterr()
    return code, out, err


def test_a_good_answer_is_read(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    body = {"items": [{**TICKET, "unknownField": [1]}], "pageDetails": {**DETAILS, "more": 1}}
    code, out, _ = stale(office, body, capsys)
    assert code == 0
    assert json.loads(out)["counts"]["unclaimed"] == 1


BODY = {"items": [TICKET], "pageDetails": DETAILS}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([{"value": "abc", "label": "Odd"}], id="a value that is no number"),
        pytest.param([{"value": "", "label": "Odd"}], id="an empty value"),
        pytest.param([{"value": 1.5, "label": {}}], id="other types"),
        pytest.param({"a": 1}, id="no list"),
        pytest.param(None, id="null"),
    ],
)
def test_a_picklist_that_nobody_asks_for_may_be_odd(
    office: Office, capsys: pytest.CaptureFixture[str], values: Any
) -> None:
    code, out, err = stale(
        office,
        BODY,
        capsys,
        picklists=dict.fromkeys(("rmaType", "publish", "ticketCategory"), values),
    )
    assert code == 0, err
    assert json.loads(out)["counts"]["unclaimed"] == 1


ODD_CHOICES = [
    pytest.param(None, id="null"),
    pytest.param({}, id="nothing in it"),
    pytest.param({"value": None, "label": "Odd"}, id="a null value"),
    pytest.param({"value": "abc", "label": "Odd"}, id="a value that is no number"),
    pytest.param({"value": "9", "label": {}}, id="a label that is no text"),
]


@pytest.mark.parametrize("odd", ODD_CHOICES)
def test_one_odd_choice_hides_no_other(
    office: Office, capsys: pytest.CaptureFixture[str], odd: Any
) -> None:
    values = [odd, *LABELS, odd]
    names = ("status", "queueID", "priority", "noteType")
    code, out, err = stale(office, BODY, capsys, picklists=dict.fromkeys(names, values))
    assert code == 0, err
    assert json.loads(out)["tickets"][0]["status"] == "New"


@pytest.mark.parametrize("field", [None, {}, {"name": None}, {"name": 5, "picklistValues": []}])
def test_one_odd_field_hides_no_other(
    office: Office, capsys: pytest.CaptureFixture[str], field: Any
) -> None:
    code, out, err = stale(office, BODY, capsys, fields=[field])
    assert code == 0, err
    assert json.loads(out)["counts"]["unclaimed"] == 1


@pytest.mark.parametrize("values", [None, {"a": 1}, [None], [{"value": "abc", "label": "Odd"}]])
def test_a_picklist_by_which_tickets_are_found_may_not_be_missing(
    office: Office, capsys: pytest.CaptureFixture[str], values: Any
) -> None:
    code, out, err = stale(office, BODY, capsys, picklists={"status": values})
    assert (code, out) == (1, "")
    assert "error: Autotask describes no picklist status" in err
    code, out, err = stale(office, BODY, capsys, picklists={"priority": values})
    assert (code, json.loads(out)["tickets"][0]["priority"]) == (0, None), err


@pytest.mark.parametrize(("flag", "active"), [(True, True), (1, True), (0, False), (None, False)])
def test_a_flag_may_be_a_number_or_null(flag: Any, active: bool) -> None:
    person = wire.decoded(json.dumps({"id": 7, "isActive": flag}).encode(), Person)
    assert person.active is active


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing in it"),
        pytest.param([], id="a list"),
        pytest.param({"items": []}, id="no page details"),
        pytest.param({"items": None, "pageDetails": DETAILS}, id="no list of rows"),
        pytest.param({"item": TICKET}, id="the shape of a single row"),
        pytest.param({"items": [], "pageDetails": DETAILS}, id="fewer rows than it says"),
        pytest.param({"items": [None], "pageDetails": DETAILS}, id="a row that is null"),
        *(
            pytest.param(
                {
                    "items": [{key: value for key, value in TICKET.items() if key != name}],
                    "pageDetails": DETAILS,
                },
                id=f"without {name}",
            )
            for name in ("id", "queueID", "status", "assignedResourceID")
        ),
        *(
            pytest.param(
                {"items": [{**TICKET, name: value}], "pageDetails": DETAILS},
                id=f"{name} is {value!r}",
            )
            for name, value in (
                ("id", "one"),
                ("id", 1.5),
                ("status", "New"),
                ("assignedResourceID", False),
            )
        ),
    ],
)
def test_an_odd_answer_is_not_no_rows(
    office: Office, capsys: pytest.CaptureFixture[str], body: Any
) -> None:
    code, out, err = stale(office, body, capsys)
    assert (code, out) == (1, "")
    assert "error: Autotask's answer" in err


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*TICKET, "items", "pageDetails", "count"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=30)
    | JSON
    | st.builds(
        lambda row, details: {"items": [row], "pageDetails": details},
        st.dictionaries(st.sampled_from([*TICKET]), JSON).map(lambda row: {**TICKET, **row}),
        st.just(DETAILS) | JSON,
    )
)
def test_no_answer_is_a_crash(
    office: Office, capsys: pytest.CaptureFixture[str], body: Any
) -> None:
    code, out, err = stale(office, body, capsys)
    assert code in (0, 1), err
    assert "Traceback" not in err
    assert (code == 0) == bool(out)
