"""Documented answers held against both sides: the client reads them, the sandbox answers so."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from offices import SECRETS, Office

from mcdesk.autotask import entities as e
from mcdesk.autotask import wire

SAMPLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "samples" / "answers.json").read_text(encoding="utf-8")
)
READ_AS: dict[str, Any] = {
    "zoneInformation": e.ZoneAnswer,
    "ThresholdInformation": e.ThresholdAnswer,
    "Tickets/entityInformation/fields": e.FieldsAnswer,
    "Tickets/query": e.TICKETS.page,
}


def shape(value: Any) -> Any:
    """Reduce *value* to its keys and types; what may be null is null in every shape."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize("path", SAMPLES)
def test_the_client_reads_it(path: str) -> None:
    wire.decoded(json.dumps(SAMPLES[path]).encode(), READ_AS[path])


def test_a_documented_ticket_becomes_a_ticket() -> None:
    page = wire.decoded(json.dumps(SAMPLES["Tickets/query"]).encode(), e.TICKETS.page)
    (ticket,) = page.items
    assert (ticket.number, ticket.company_id, ticket.contact_id) == ("T20261123.0007", 0, None)
    assert ticket.created == datetime(2026, 11, 23, 13, 29, 5, 407000, tzinfo=UTC)


@pytest.mark.parametrize("path", SAMPLES)
def test_the_sandbox_answers_the_like(office: Office, path: str) -> None:
    office.ticket(10, companyID=0, contactID=None)
    headers = {
        "UserName": "api@demo.example",
        "Secret": SECRETS["MCDESK_AUTOTASK_SECRET"],
        "ApiIntegrationCode": SECRETS["MCDESK_AUTOTASK_INTEGRATION_CODE"],
    }
    url = f"http://127.0.0.1/ATServicesRest/V1.0/{path}?user=api@demo.example"
    fields = [name for name in SAMPLES["Tickets/query"]["items"][0] if name != "userDefinedFields"]
    wanted = [
        {"op": "notExist", "field": "assignedResourceID"},
        {"op": "notExist", "field": "contactID"},
    ]
    with httpx.Client(transport=httpx.WSGITransport(office.app), headers=headers) as client:
        if path.endswith("/query"):
            answer = client.post(url, json={"filter": wanted, "IncludeFields": fields}).json()
        else:
            answer = client.get(url).json()
    if path.endswith("/fields"):
        answer["fields"] = [each for each in answer["fields"] if each["name"] == "queueID"]
    assert shape(answer) == shape(SAMPLES[path])
