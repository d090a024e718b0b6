"""The requests of a warm `mcdesk stale --json`, by a bare loop that keeps the decoded rows.

`python bare.py URL COUNTS` asks as often how many there are, which `stale` may do for its foot.
"""

import sys
from typing import Any

import httpx

from mcdesk.sandbox.people import HELP_DESK, INTEGRATION_CODE, SECRET, USERNAME

HEADERS = {"UserName": USERNAME, "Secret": SECRET, "ApiIntegrationCode": INTEGRATION_CODE}
UNCLAIMED: list[dict[str, Any]] = [
    {"op": "notExist", "field": "assignedResourceID"},
    {"op": "in", "field": "queueID", "value": [HELP_DESK]},
    {"op": "in", "field": "status", "value": [1]},
    {"op": "notExist", "field": "completedDate"},
]
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
    "completedDate",
]
NOTE = ["id", "ticketID", "creatorResourceID", "createdByContactID", "createDateTime", "noteType"]
TIME = ["id", "ticketID", "resourceID", "creatorUserID", "createDateTime"]


def rows(client: httpx.Client, entity: str, fields: list[str], *conditions: Any) -> list[Any]:
    body = {"filter": list(conditions), "IncludeFields": fields, "MaxRecords": 500}
    kept: list[Any] = []
    url = f"{entity}/query"
    while url:
        page = client.post(url, json=body).json()
        kept += page["items"]
        url = page["pageDetails"]["nextPageUrl"]
    return kept


def main(url: str, counts: int) -> None:
    with httpx.Client(base_url=f"{url}V1.0/", headers=HEADERS, timeout=60) as client:
        tickets = rows(client, "Tickets", TICKET, *UNCLAIMED)
        ids = [ticket["id"] for ticket in tickets]
        actions = []
        for start in range(0, len(ids), 500):
            on_them = {"op": "in", "field": "ticketID", "value": ids[start : start + 500]}
            actions.append(rows(client, "TicketNotes", NOTE, on_them))
            actions.append(rows(client, "TimeEntries", TIME, on_them))
        for _ in range(counts):
            client.post("Tickets/query/count", json={"filter": UNCLAIMED}).json()


main(sys.argv[1], int(sys.argv[2]))
