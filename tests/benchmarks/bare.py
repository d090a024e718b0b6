"""The requests of a warm `mcdesk stale --json`, by a bare loop that keeps the decoded rows."""

import os
from typing import Any

import httpx

URL = os.environ["BENCHMARK_URL"] + "V1.0/"
HEADERS = {
    "UserName": "api@demo.example",
    "Secret": os.environ["MCDESK_AUTOTASK_SECRET"],
    "ApiIntegrationCode": os.environ["MCDESK_AUTOTASK_INTEGRATION_CODE"],
}
HELP_DESK, NEW = 29682833, 1
TICKET = [
    "id",
    "ticketNumber",
    "title",
    "createDate",
    "queueID",
    "status",
    "priority",
    "companyID",
    "contactID",
    "assignedResourceID",
    "assignedResourceRoleID",
]
NOTE = ["id", "ticketID", "noteType", "creatorResourceID", "createdByContactID", "createDateTime"]
TIME = ["id", "ticketID", "resourceID", "creatorUserID", "createDateTime"]


def rows(client: httpx.Client, entity: str, fields: list[str], *conditions: Any) -> list[Any]:
    body = {"filter": list(conditions), "IncludeFields": fields, "MaxRecords": 500}
    kept: list[Any] = []
    url = f"{URL}{entity}/query"
    while url:
        page = client.post(url, json=body).json()
        kept += page["items"]
        url = page["pageDetails"]["nextPageUrl"]
    return kept


def main() -> None:
    with httpx.Client(headers=HEADERS, timeout=60) as client:
        tickets = rows(
            client,
            "Tickets",
            TICKET,
            {"op": "notExist", "field": "assignedResourceID"},
            {"op": "in", "field": "queueID", "value": [HELP_DESK]},
            {"op": "in", "field": "status", "value": [NEW]},
        )
        ids = [ticket["id"] for ticket in tickets]
        actions = []
        for start in range(0, len(ids), 500):
            on_them = {"op": "in", "field": "ticketID", "value": ids[start : start + 500]}
            actions.append(rows(client, "TicketNotes", NOTE, on_them))
            actions.append(rows(client, "TimeEntries", TIME, on_them))


main()
