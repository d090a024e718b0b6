"""The embedded Autotask: the documented shapes, paging, refusals and rules, over WSGI."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any, ClassVar

import pytest
from asking import EVERYTHING, HEADERS, NOW, V1, Api, Make, where
from werkzeug.test import Client

from mcdesk.sandbox import people
from mcdesk.sandbox.faults import Faults
from mcdesk.sandbox.people import USERNAME


def nested(depth: int) -> dict[str, Any]:
    condition = where("id", "gt", 0)
    for _ in range(depth):
        condition = {"op": "and", "items": [condition]}
    return condition


class TestZoneAndLogin:
    def test_the_zone_wants_no_login(self, api: Api) -> None:
        answer = Client(api.app).get(f"{V1}/zoneInformation?user={USERNAME}", base_url="http://h")
        assert answer.json == {
            "zoneName": "Demo",
            "url": "http://h/ATServicesRest/",
            "webUrl": "https://ww99.autotask.net/",
            "ci": 632538,
        }

    def test_an_unknown_user_has_no_zone(self, api: Api) -> None:
        said = api.refused("GET", "/zoneInformation?user=nobody@example.com")
        assert said == "Zone information could not be determined"

    @pytest.mark.parametrize("header", ["UserName", "Secret", "ApiIntegrationCode"])
    def test_bad_credentials_are_a_401_without_a_word(self, api: Api, header: str) -> None:
        answer = api.ask("GET", "/Version", **{header: "wrong"})
        assert (answer.status_code, answer.data) == (401, b"")

    @pytest.mark.parametrize(
        ("header", "status"), [("UserName", 500), ("ApiIntegrationCode", 500), ("Secret", 401)]
    )
    def test_bad_credentials_as_some_zones_had_them(
        self, make: Make, header: str, status: int
    ) -> None:
        api = make(credential_errors="500")
        assert api.ask("GET", "/Version", **{header: "wrong"}).status_code == status

    def test_versions(self, api: Api) -> None:
        answer = api.ask("GET", "/atservicesrest/versioninformation")
        assert answer.json == {"apiVersions": ["V1.0"]}
        assert api.ask("GET", "/version").status_code == 200

    def test_an_ordinary_user_cannot_use_the_api(self, api: Api) -> None:
        assert api.ask("GET", "/Version", UserName="noor.haddad").status_code == 401


class TestQueries:
    def test_fields_keys_and_paths_in_any_case(self, api: Api) -> None:
        body = {"FILTER": [{"OP": "eq", "Field": "STATUS", "Value": "1"}], "includefields": ["ID"]}
        answer = api.ask("POST", "/atservicesrest/v1.0/tickets/QUERY", body)
        assert answer.json is not None
        assert answer.json["items"]
        assert set(answer.json["items"][0]) == {"id", "userDefinedFields"}

    @pytest.mark.parametrize(
        ("condition", "count"),
        [
            pytest.param(where("assignedResourceID", "notExist"), 6, id="nobody's"),
            pytest.param(where("assignedResourceID", "eq", None), 0, id="eq null matches nothing"),
            pytest.param(where("assignedResourceID", "ne", 20), 34, id="a dropped operator"),
            pytest.param(where("title", "beginsWith", "OUTLOOK"), 1, id="beginsWith"),
            pytest.param(where("title", "endsWith", "laptop"), 0, id="endsWith"),
            pytest.param(where("title", "contains", "10 %"), 1, id="a percent sign is itself"),
            pytest.param(where("title", "contains", "a_"), 0, id="an underscore is itself"),
            pytest.param(where("status", "in", [1, 32]), 8, id="in"),
            pytest.param(where("status", "notIn", [1, 5]), 21, id="notIn"),
            pytest.param(where("companyID", "gt", 175), 25, id="gt"),
            pytest.param(where("createDate", "lt", "2026-11-23T13:45:00"), 32, id="naive is UTC"),
            pytest.param(
                {"op": "or", "items": [where("id", "eq", 1), where("id", "eq", 2)]}, 2, id="or"
            ),
            pytest.param(
                {
                    "op": "and",
                    "items": [
                        where("status", "eq", 1),
                        {"op": "or", "items": [where("id", "eq", 1), where("id", "eq", 2)]},
                    ],
                },
                2,
                id="groups in groups",
            ),
        ],
    )
    def test_operators(self, api: Api, condition: dict[str, Any], count: int) -> None:
        assert len(api.query("Tickets", condition)) == count

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            pytest.param(
                {"filter": [where("projectX", "eq", 1)]},
                "Unable to find projectX in the Ticket Entity.",
                id="an unknown field",
            ),
            pytest.param(
                {**EVERYTHING, "IncludeFields": ["id", "nope"]},
                "Unable to find nope in the Ticket Entity.",
                id="an unknown column",
            ),
            pytest.param(
                {"filter": [where("creatorType", "eq", 1)]},
                "creatorType is not queryable in the Ticket Entity.",
                id="not queryable",
            ),
            pytest.param(
                {**EVERYTHING, "MaxRecords": 501},
                "maxCountOfRecordsToReturn must be between 1 and 500",
                id="too large a page",
            ),
            pytest.param(
                {**EVERYTHING, "MaxRecords": 0},
                "maxCountOfRecordsToReturn must be between 1 and 500",
                id="no page",
            ),
            pytest.param(
                {"filter": [where("id", "in", list(range(501)))]},
                "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions.",
                id="too many values",
            ),
            pytest.param(
                {**EVERYTHING, "MaxRecords": "9" * 5000},
                "maxCountOfRecordsToReturn must be between 1 and 500",
                id="a number of 5,000 digits",
            ),
            pytest.param(
                {"filter": [where("id", "gt", 0)] * 1100},
                "Invalid query syntax. The query has too many conditions or groups.",
                id="too many conditions",
            ),
            pytest.param(
                {"filter": [nested(200)]},
                "Invalid query syntax. The query has too many conditions or groups.",
                id="groups without end",
            ),
            pytest.param({}, "Value cannot be null.\r\nParameter name: filters", id="no filter"),
        ],
    )
    def test_refusals(self, api: Api, body: dict[str, Any], said: str) -> None:
        assert api.refused("POST", "/Tickets/query", body) == said

    def test_as_many_conditions_and_groups_as_there_may_be(self, api: Api) -> None:
        conditions = [*[where("id", "gt", 0)] * 800, nested(29)]
        assert len(api.query("Tickets", *conditions)) == 34

    def test_strict_answers_unknown_operators(self, make: Make) -> None:
        body = {"filter": [where("status", "ne", 1)]}
        assert "'ne'" in make(strict=True).refused("POST", "/Tickets/query", body)

    def test_history_takes_one_condition(self, api: Api) -> None:
        assert api.query("TicketHistory", where("ticketID", "eq", 1)) == []
        body = {"filter": [where("ticketID", "eq", 1), where("id", "gt", 0)]}
        assert "one condition only" in api.refused("POST", "/TicketHistory/query", body)

    def test_no_query_in_somebodys_name(self, api: Api) -> None:
        said = api.refused("POST", "/Tickets/query", EVERYTHING, ImpersonationResourceId="20")
        assert "adequate permissions to query" in said

    @pytest.mark.parametrize(
        "path",
        [
            "/Tickets/1",
            "/Tickets/1/Notes",
            "/Tickets/entityInformation",
            "/Tickets/query?search={}",
        ],
    )
    def test_nothing_is_read_in_somebodys_name(self, api: Api, path: str) -> None:
        said = api.refused("GET", path, ImpersonationResourceId="20")
        assert "adequate permissions to query" in said

    def test_count(self, api: Api) -> None:
        answer = api.ask("POST", "/Tickets/query/count", EVERYTHING)
        assert answer.json == {"queryCount": 34}

    def test_instants_have_as_many_decimals_as_they_need(self, api: Api) -> None:
        for moment, text in (
            (NOW, "2026-11-23T15:00:00Z"),
            (NOW + timedelta(milliseconds=520), "2026-11-23T15:00:00.52Z"),
        ):
            api.world.update("Tickets", 1, createDate=moment)
            assert api.query("Tickets", where("id", "eq", 1))[0]["createDate"] == text

    @pytest.mark.parametrize(("missing", "status"), [("null", 200), ("404", 404)])
    def test_a_missing_id(self, make: Make, missing: str, status: int) -> None:
        answer = make(missing=missing).ask("GET", "/Tickets/999999")
        assert answer.status_code == status
        assert answer.json == {"item": None} if status == 200 else b"<h2>404" in answer.data

    def test_company_zero_is_a_company(self, api: Api) -> None:
        answer = api.ask("GET", "/Companies/0")
        assert answer.json is not None
        assert answer.json["item"]["companyName"] == "Lakeside Managed IT"


class TestPaging:
    BODY: ClassVar[dict[str, Any]] = {**EVERYTHING, "MaxRecords": 15, "IncludeFields": ["id"]}

    def test_a_post_query_is_posted_on_with_its_body(self, api: Api) -> None:
        seen, url = [], f"{V1}/Tickets/query"
        while url:
            answer = api.ask("POST", url.removeprefix("http://desk"), self.BODY).json
            assert answer is not None
            seen.append(len(answer["items"]))
            assert answer["pageDetails"]["requestCount"] == 15
            url = answer["pageDetails"]["nextPageUrl"]
        assert seen == [15, 15, 4]

    def test_its_link_refuses_get_and_an_empty_post(self, api: Api) -> None:
        answer = api.ask("POST", "/Tickets/query", self.BODY).json
        assert answer is not None
        link = answer["pageDetails"]["nextPageUrl"].removeprefix("http://desk")
        refused = api.ask("GET", link)
        assert refused.status_code == 405
        assert refused.json == {
            "Message": "The requested resource does not support http method 'GET'."
        }
        assert "Parameter name: filters" in api.refused("POST", link)

    def test_a_get_query_is_followed_with_get_and_back(self, api: Api) -> None:
        search = '{"filter":[{"op":"exist","field":"id"}],"MaxRecords":20}'
        first = api.ask("GET", f"/Tickets/query?search={search}").json
        assert first is not None
        second = api.ask("GET", first["pageDetails"]["nextPageUrl"].removeprefix("http://desk"))
        assert second.json is not None
        assert len(second.json["items"]) == 14
        assert second.json["pageDetails"]["nextPageUrl"] is None
        back = api.ask("GET", second.json["pageDetails"]["prevPageUrl"].removeprefix("http://desk"))
        assert back.json is not None
        assert back.json["items"] == first["items"]

    def test_the_notes_of_a_ticket_are_followed_with_get(self, api: Api) -> None:
        for _ in range(501):
            api.world.insert("TicketNotes", ticketID=2, title="t")
        seen, url = set[int](), f"{V1}/Tickets/2/Notes"
        while url:
            answer = api.ask("GET", url.removeprefix("http://desk")).json
            assert answer is not None
            seen |= {item["id"] for item in answer["items"]}
            url = answer["pageDetails"]["nextPageUrl"]
        assert seen == {note["id"] for note in api.world.rows("TicketNotes", ticketID=2)}
        assert len(seen) > 500

    def test_arguments_in_any_case(self, api: Api) -> None:
        search = '{"filter":[{"op":"exist","field":"id"}],"MaxRecords":20}'
        first = api.ask("GET", f"/Tickets/query?Search={search}").json
        assert first is not None
        link = first["pageDetails"]["nextPageUrl"].removeprefix("http://desk")
        second = api.ask("GET", link.replace("paging=", "Paging=").replace("search=", "SEARCH="))
        assert second.json is not None
        assert len(second.json["items"]) == 14


class TestTickets:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            pytest.param(
                {"assignedResourceID": 20},
                "you must assign both a assignedResourceID and assignedResourceRoleID.",
                id="a resource without its role",
            ),
            pytest.param(
                {"assignedResourceID": 20, "assignedResourceRoleID": people.ENGINEER_ROLE},
                "AssignedRoleID combination is not currently defined.",
                id="a role that is not theirs",
            ),
            pytest.param(
                {"assignedResourceID": 20, "assignedResourceRoleID": 7},
                "Role does not exist or is invalid",
                id="a role that does not exist",
            ),
            pytest.param(
                {"assignedResourceID": 29, "assignedResourceRoleID": people.HELP_DESK_ROLE},
                "combination is not currently defined",
                id="an API-only user",
            ),
            pytest.param(
                {"assignedResourceID": 777, "assignedResourceRoleID": people.HELP_DESK_ROLE},
                "Reference value on field: assignedResourceID of type: Resource does not exist",
                id="nobody",
            ),
            pytest.param(
                {"priority": 9},
                "Picklist value [9] does not exist for priority. ; on record number [1].",
                id="a priority that does not exist",
            ),
            pytest.param({"status": 14}, "Picklist value [14]", id="a retired status"),
            pytest.param({"queueID": None}, "cannot all be empty", id="no queue and nobody"),
            pytest.param({"title": None}, "Missing Required Field: title", id="no title"),
            pytest.param({"title": "x" * 256}, "longer than the 255", id="too long a title"),
            pytest.param({"contactID": 305}, "not associated to the companyID", id="a stranger"),
            pytest.param({"contactID": 1}, "contactID of type: Contact", id="no such contact"),
            pytest.param({"subIssueType": 9}, "child picklist: subIssueType", id="child picklist"),
        ],
    )
    def test_refused_changes(self, api: Api, change: dict[str, Any], said: str) -> None:
        before = api.world.row("Tickets", 1)
        assert said in api.refused("PATCH", "/Tickets", {"id": 1, **change})
        assert api.world.row("Tickets", 1) == before

    def test_a_hand_over(self, api: Api) -> None:
        change = {
            "id": 1,
            "assignedResourceID": people.VENDOR,
            "assignedResourceRoleID": people.HELP_DESK_ROLE,
            "status": people.RETURNED,
            "ticketNumber": "read-only",
            "noSuchField": 1,
        }
        api.now += timedelta(minutes=1)
        assert api.ask("PATCH", "/Tickets", change).json == {"itemId": 1}
        after = api.world.row("Tickets", 1)
        assert after is not None
        assert (after["assignedResourceID"], after["status"]) == (people.VENDOR, people.RETURNED)
        assert after["ticketNumber"] == "T20261123.0001"
        assert after["lastActivityDate"] == "2026-11-23T15:01:00Z"
        _, *details = (
            row["detail"] for row in api.query("TicketHistory", where("ticketID", "eq", 1))
        )
        assert details == [
            "assignedResourceID changed from (none) to Help Desk Support",
            "assignedResourceRoleID changed from (none) to Help Desk Technician",
            "status changed from New to Returned to MC",
        ]
        assert api.world.state.touched_at == api.now

    @pytest.mark.parametrize(
        ("path", "change"),
        [
            pytest.param("Resources", {"isActive": False}, id="who left"),
            pytest.param("Resources", {"licenseType": 7}, id="a program"),
            pytest.param("ResourceRoleQueues", {"resourceID": 21}, id="in no queue"),
            pytest.param("ResourceServiceDeskRoles", {"isActive": False}, id="a role taken away"),
        ],
    )
    def test_who_may_not_hold_a_ticket(self, api: Api, path: str, change: dict[str, Any]) -> None:
        mine = {"id" if path == "Resources" else "resourceID": 20}
        for row in api.world.rows(path, **mine):
            api.world.update(path, row["id"], **change)
        to_me = {"assignedResourceID": 20, "assignedResourceRoleID": people.HELP_DESK_ROLE}
        assert "is not currently defined" in api.refused("PATCH", "/Tickets", {"id": 1, **to_me})

    def test_every_row_has_its_id(self, api: Api) -> None:
        found = api.query("Tickets", where("id", "eq", 1), IncludeFields=["status"])
        assert found == [{"id": 1, "status": 1, "userDefinedFields": []}]

    def test_a_secondary_resource_is_removed_from_its_own_ticket_only(self, api: Api) -> None:
        row = api.world.rows("TicketSecondaryResources")[0]
        other = 1 if row["ticketID"] != 1 else 2
        api.refused("DELETE", f"/Tickets/{other}/SecondaryResources/{row['id']}")
        assert row in api.world.rows("TicketSecondaryResources")

    def test_a_secondary_resource_needs_a_role_of_theirs(self, api: Api) -> None:
        body = {"resourceID": 21, "roleID": people.ADMIN_ROLE}
        text = api.refused("POST", "/Tickets/1/SecondaryResources", body)
        assert text.endswith("combination is not currently defined.")

    def test_complete_said_again_keeps_its_date(self, api: Api) -> None:
        done = next(row for row in api.world.rows("Tickets") if row["status"] == 5)
        assert api.ask("PATCH", "/Tickets", {"id": done["id"], "status": 5}).status_code == 200
        after = api.world.row("Tickets", done["id"])
        assert after is not None
        assert after["completedDate"] == done["completedDate"]

    def test_a_retired_choice_may_stay(self, api: Api) -> None:
        retired, _ = people.RETIRED_STATUS
        api.world.update("Tickets", 1, status=retired)
        same = {"id": 1, "status": retired, "priority": 3}
        assert api.ask("PATCH", "/Tickets", same).status_code == 200
        assert "Picklist value" in api.refused("PATCH", "/Tickets", {"id": 2, "status": retired})

    def test_the_fiftieth_secondary_resource_is_the_last(self, api: Api) -> None:
        for stranger in range(1000, 1049):
            api.world.insert("TicketSecondaryResources", ticketID=1, resourceID=stranger)
        path, role = "/Tickets/1/SecondaryResources", people.HELP_DESK_ROLE
        fiftieth = {"resourceID": 21, "roleID": role}
        assert api.ask("POST", path, fiftieth).status_code == 200
        text = api.refused("POST", path, {"resourceID": 23, "roleID": role})
        assert text == "A ticket cannot have more than 50 secondary resources."

    def test_null_clears_and_put_empties_what_it_leaves_out(self, api: Api) -> None:
        api.ask("PATCH", "/Tickets", {"id": 1, "dueDateTime": None})
        after = api.world.row("Tickets", 1)
        assert after is not None
        assert after["dueDateTime"] is None
        assert after["description"]
        whole = {"id": 1, "companyID": 174, "priority": 1, "status": 1, "title": "t", "queueID": 8}
        assert api.ask("PUT", "/Tickets", whole).status_code == 200
        after = api.world.row("Tickets", 1)
        assert after is not None
        assert (after["description"], after["contactID"]) == (None, None)

    def test_completion_is_dated_and_taken_back(self, api: Api) -> None:
        for status, done in ((5, "2026-11-23T15:00:00Z"), (1, None)):
            api.ask("PATCH", "/Tickets", {"id": 1, "status": status})
            after = api.world.row("Tickets", 1)
            assert after is not None
            assert after["completedDate"] == done

    def test_a_contact_of_the_parent_company(self, api: Api) -> None:
        before = api.world.row("Tickets", 1)
        stranger = api.world.row("Contacts", 305)
        assert before is not None
        assert stranger is not None
        api.world.update("Companies", before["companyID"], parentCompanyID=stranger["companyID"])
        assert api.ask("PATCH", "/Tickets", {"id": 1, "contactID": 305}).status_code == 200

    def test_a_secondary_resource_cannot_become_the_primary_one(self, api: Api) -> None:
        row = {"resourceID": 20, "roleID": people.HELP_DESK_ROLE}
        made = api.ask("POST", "/Tickets/1/SecondaryResources", row).json
        assert made is not None
        change = {"assignedResourceID": 20, "assignedResourceRoleID": people.HELP_DESK_ROLE}
        said = api.refused("PATCH", "/Tickets", {"id": 1, **change})
        assert "already a secondary resource" in said
        assert "already" in api.refused("POST", "/Tickets/1/SecondaryResources", row)
        removed = api.ask("DELETE", f"/Tickets/1/SecondaryResources/{made['itemId']}")
        assert removed.status_code == 200
        assert api.ask("PATCH", "/Tickets", {"id": 1, **change}).status_code == 200
        assert "primary" in api.refused("POST", "/Tickets/1/SecondaryResources", row)
        assert "No matching" in api.refused("DELETE", "/Tickets/1/SecondaryResources/999")

    def test_making_a_ticket(self, api: Api) -> None:
        new = {"companyID": 0, "priority": 2, "status": 1, "title": "New", "queueID": 8}
        numbers = {row["ticketNumber"] for row in api.world.rows("Tickets")}
        made = api.ask("POST", "/Tickets", new).json
        assert made is not None
        row = api.world.row("Tickets", made["itemId"])
        assert row is not None
        assert row["ticketNumber"].startswith("T20261123.")
        assert row["ticketNumber"] > max(numbers)
        assert (row["createDate"], row["creatorResourceID"]) == ("2026-11-23T15:00:00Z", 29)
        for name in ("status", "priority", "companyID"):
            less = {key: value for key, value in new.items() if key != name}
            assert api.refused("POST", "/Tickets", less) == f"Missing Required Field: {name}"
        del new["title"]
        assert api.refused("POST", "/Tickets", new) == "Missing Required Field: title"
        monitoring = {**new, "title": "CPU", "ticketCategory": 2}
        assert api.refused("POST", "/Tickets", monitoring) == "dueDateTime is required"

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("PATCH", "/Tickets/1", 405),
            ("DELETE", "/Tickets/1", 405),
            ("GET", "/Tickets", 405),
            ("POST", "/TicketNotes", 404),
            ("PATCH", "/TicketNotes", 404),
            ("GET", "/TicketNotes", 404),
            ("DELETE", "/TicketSecondaryResources", 404),
            ("PATCH", "/TicketNotes/1", 405),
            ("GET", "/Nonsense", 404),
            ("DELETE", "/Nonsense/1", 404),
            ("PUT", "/Version", 405),
            ("DELETE", "/Version", 405),
            ("POST", "/Contacts", 404),
            ("PATCH", "/Contacts", 404),
            ("POST", "/Departments", 404),
            ("PATCH", "/Departments", 405),
            ("DELETE", "/Contacts/300", 405),
            ("DELETE", "/TimeEntries", 405),
            ("PATCH", "/Tickets/1/SecondaryResources", 405),
            ("POST", "/Tickets/1/Attachments", 405),
            ("PUT", "/Modules", 405),
            ("GET", "/Nonsense/query", 404),
            ("GET", "/Tickets/1/Nonsense", 404),
            ("DELETE", "/Tickets/1/Notes/1", 405),
        ],
    )
    def test_what_is_not_there(self, api: Api, method: str, path: str, status: int) -> None:
        assert api.ask(method, path, {}).status_code == status
        assert bool(api.app.unknown_routes) == ("Nonsense" in path)

    def test_a_change_of_nothing(self, api: Api) -> None:
        assert "No matching records" in api.refused("PATCH", "/Tickets", {"id": 99999})
        assert "No matching records" in api.refused("PATCH", "/Tickets", {"status": 1})

    @pytest.mark.parametrize(
        ("kind", "data", "status"),
        [
            ("text/plain", b"{}", 415),
            ("application/json", b"{", 400),
            ("application/json", b"[]", 400),
            ("application/json", b'{"id": 1, "x": NaN}', 400),
            ("application/json", b'{"id": 1, "x": ' + b"[" * 100_000, 400),
        ],
    )
    def test_bodies_that_are_none(self, api: Api, kind: str, data: bytes, status: int) -> None:
        answer = Client(api.app).patch(
            f"{V1}/Tickets", data=data, content_type=kind, headers=HEADERS
        )
        assert answer.status_code == status
        assert answer.json is not None
        assert set(answer.json) == {"Message"}


class TestNotesAndTime:
    NOTE: ClassVar[dict[str, Any]] = {
        "title": "t",
        "description": "a\nb",
        "noteType": 205,
        "publish": 2,
    }

    def test_a_note_below_its_ticket(self, api: Api) -> None:
        made = api.ask("POST", "/Tickets/1/Notes", self.NOTE).json
        assert made is not None
        note = api.world.row("TicketNotes", made["itemId"])
        assert note is not None
        assert note["description"] == "a\r\nb"
        assert (note["creatorResourceID"], note["ticketID"]) == (29, 1)
        listed = api.ask("GET", "/Tickets/1/Notes").json
        assert listed is not None
        assert listed["items"][-1]["id"] == made["itemId"]
        got = api.ask("GET", f"/Tickets/1/Notes/{made['itemId']}").json
        assert got is not None
        assert got["item"]["title"] == "t"

    @pytest.mark.parametrize("name", ["title", "description", "noteType", "publish"])
    def test_what_a_note_needs(self, api: Api, name: str) -> None:
        note = {key: value for key, value in self.NOTE.items() if key != name}
        said = api.refused("POST", "/Tickets/1/Notes", note)
        assert said == f"Missing Required Field: {name}"

    def test_other_refused_notes(self, api: Api) -> None:
        long = {**self.NOTE, "description": "x" * 32_001}
        assert "32000" in api.refused("POST", "/Tickets/1/Notes", long)
        lines = {**self.NOTE, "description": "x\n" * 16_000}
        assert api.ask("POST", "/Tickets/1/Notes", lines).status_code == 200
        lines["description"] += "\n"
        assert "32000" in api.refused("POST", "/Tickets/1/Notes", lines)
        assert "publish" in api.refused("POST", "/Tickets/1/Notes", {**self.NOTE, "publish": 3})
        assert "ticketID" in api.refused("POST", "/Tickets/999/Notes", self.NOTE)

    def test_a_changed_note_says_type_and_publish_again(self, api: Api) -> None:
        made = api.ask("POST", "/Tickets/1/Notes", self.NOTE).json
        assert made is not None
        change = {"id": made["itemId"], "title": "new"}
        said = api.refused("PATCH", "/Tickets/1/Notes", change)
        assert said == "Missing Required Field: noteType"
        whole = {**change, "noteType": 3, "publish": 2}
        assert api.ask("PATCH", "/Tickets/1/Notes", whole).status_code == 200
        assert "No matching" in api.refused("PATCH", "/Tickets/2/Notes", whole)

    def test_in_somebodys_name(self, api: Api) -> None:
        made = api.ask("POST", "/Tickets/1/Notes", self.NOTE, ImpersonationResourceId="20").json
        assert made is not None
        note = api.world.row("TicketNotes", made["itemId"])
        assert note is not None
        assert (note["creatorResourceID"], note["impersonatorCreatorResourceID"]) == (20, 29)

    @pytest.mark.parametrize(
        ("resource", "barred"), [(29, []), (28, []), (999, []), (20, [20]), (20, [0])]
    )
    def test_whom_nobody_can_impersonate(self, api: Api, resource: int, barred: list[int]) -> None:
        api.world.forbid_impersonation(*barred)
        said = api.refused(
            "POST", "/Tickets/1/Notes", self.NOTE, ImpersonationResourceId=str(resource)
        )
        assert "adequate permissions to create" in said

    ENTRY: ClassVar[dict[str, Any]] = {
        "ticketID": 1,
        "resourceID": 20,
        "roleID": people.HELP_DESK_ROLE,
        "startDateTime": "2026-11-23T14:00:00Z",
        "endDateTime": "2026-11-23T14:30:00",
        "summaryNotes": "done",
    }

    def test_time(self, api: Api) -> None:
        made = api.ask("POST", "/TimeEntries", self.ENTRY).json
        assert made is not None
        entry = api.world.row("TimeEntries", made["itemId"])
        assert entry is not None
        assert entry["endDateTime"] == "2026-11-23T14:30:00Z"
        change = {"id": made["itemId"], "hoursToBill": 9, "internalNotes": "x"}
        assert api.ask("PATCH", "/TimeEntries", change).status_code == 200
        entry = api.world.row("TimeEntries", made["itemId"])
        assert entry is not None
        assert (entry["hoursToBill"], entry["internalNotes"]) == (0.5, "x")
        assert api.ask("DELETE", f"/TimeEntries/{made['itemId']}").status_code == 200

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"roleID": None}, "TimeEntries for Tickets must have a roleID."),
            ({"endDateTime": None}, "require a start and stop time"),
            ({"roleID": people.ENGINEER_ROLE}, "There is no row at position 0."),
            ({"ticketID": 999}, "ticketID"),
        ],
    )
    def test_refused_time(self, api: Api, change: dict[str, Any], said: str) -> None:
        assert said in api.refused("POST", "/TimeEntries", {**self.ENTRY, **change})


WRONG_TYPES = [1.5, True, "--5", "²", [1], {}, 2**63, "9" * 30, "\ud800"]


class TestWrongTypes:
    """What is malformed is refused in so many words: never a crash, never stored."""

    @pytest.mark.parametrize("value", WRONG_TYPES, ids=repr)
    def test_in_a_filter(self, api: Api, value: Any) -> None:
        for condition in (where("status", "eq", value), where("status", "in", [value])):
            said = api.refused("POST", "/Tickets/query", {"filter": [condition]})
            assert said.startswith("Unable to convert")

    @pytest.mark.parametrize("value", WRONG_TYPES, ids=repr)
    @pytest.mark.parametrize("name", ["id", "priority", "companyID"])
    def test_in_a_change(self, api: Api, name: str, value: Any) -> None:
        before = api.world.row("Tickets", 1)
        said = api.refused("PATCH", "/Tickets", {"id": 1, name: value})
        assert said.startswith("Unable to convert")
        assert api.world.row("Tickets", 1) == before

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("estimatedHours", "abc"),
            ("estimatedHours", [1]),
            ("title", {}),
            ("title", "\ud800"),
            ("dueDateTime", "soon"),
            ("dueDateTime", "0001-01-01T00:00:00+05:00"),
            ("dueDateTime", "9999-12-31T23:59:59-05:00"),
            ("isVisibleToComanaged", 1),
        ],
    )
    def test_of_other_fields(self, api: Api, name: str, value: Any) -> None:
        said = api.refused("PATCH", "/Tickets", {"id": 1, name: value})
        assert said.startswith("Unable to convert")

    @pytest.mark.parametrize(
        "body",
        [
            {"filter": [where("id", "in", 12)]},
            {"filter": [where("id", "in", "12")]},
            {"filter": [{"op": "or", "items": 5}]},
            {"filter": ["x"]},
            {"filter": EVERYTHING["filter"], "IncludeFields": 5},
            {"filter": EVERYTHING["filter"], "IncludeFields": "id"},
            [],
        ],
        ids=repr,
    )
    def test_lists_that_are_none(self, api: Api, body: Any) -> None:
        answer = api.ask("POST", "/Tickets/query", body)
        assert answer.status_code in (400, 500)
        assert answer.json

    @pytest.mark.parametrize(
        ("method", "path", "headers"),
        [
            ("GET", f"/Tickets/{2**63}", {}),
            ("GET", "/Tickets/query/next?search={}&paging={}", {}),
            ("DELETE", f"/Tickets/1/SecondaryResources/{2**70}", {}),
            ("POST", f"/Tickets/{2**70}/Notes", {}),
            ("POST", "/Tickets/1/Notes", {"ImpersonationResourceId": "9" * 30}),
        ],
    )
    def test_ids_that_are_none(
        self, api: Api, method: str, path: str, headers: dict[str, str]
    ) -> None:
        answer = api.ask(method, path, TestNotesAndTime.NOTE, **headers)
        assert answer.json is not None
        assert answer.json == {"item": None} or "errors" in answer.json or "Message" in answer.json

    @pytest.mark.parametrize("depth", range(300, 1000, 50))
    def test_values_nested_without_end(self, api: Api, depth: int) -> None:
        value = "[" * depth + "]" * depth
        for method, path, body in (
            ("PATCH", "/Tickets", f'{{"id": 1, "priority": {value}}}'),
            ("POST", "/TicketHistory/query", f'{{"filter": [{{"field": {value}}}]}}'),
        ):
            answer = Client(api.app).open(
                f"{V1}{path}",
                method=method,
                data=body,
                content_type="application/json",
                headers=HEADERS,
            )
            assert answer.status_code in (400, 500)
            assert answer.json

    @pytest.mark.parametrize("value", ["1e400", "-1e400", '"inf"', '"nan"'])
    def test_numbers_beyond_all(self, api: Api, value: str) -> None:
        for name in ("estimatedHours", "title"):
            if name == "title" and value.startswith('"'):
                continue
            answer = Client(api.app).patch(
                f"{V1}/Tickets",
                data=f'{{"id": 1, "{name}": {value}}}',
                content_type="application/json",
                headers=HEADERS,
            )
            assert answer.status_code == 500
            assert "Unable to convert" in answer.text

    def test_numbers_as_text_are_numbers(self, api: Api) -> None:
        assert len(api.query("Tickets", where("id", "eq", "1"))) == 1
        assert api.ask("PATCH", "/Tickets", {"id": "1", "priority": "3"}).json == {"itemId": 1}

    def test_time_without_a_ticket_and_a_role(self, api: Api) -> None:
        entry = {"resourceID": 20, "dateWorked": "2026-01-01", "hoursWorked": 1}
        assert api.refused("POST", "/TimeEntries", entry) == "There is no row at position 0."

    def test_user_defined_fields_may_be_asked_for(self, api: Api) -> None:
        items = api.query(
            "Tickets", where("id", "eq", 1), IncludeFields=["id", "userDefinedFields"]
        )
        assert items == [{"id": 1, "userDefinedFields": []}]


class TestInformation:
    @pytest.mark.parametrize(
        "entity", ["Tickets", "TicketNotes", "Resources", "InternalLocationWithBusinessHours"]
    )
    def test_entities_describe_themselves(self, api: Api, entity: str) -> None:
        info = api.ask("GET", f"/{entity}/entityInformation").json
        assert info is not None
        assert info["info"]["canQuery"] is True
        fields = api.ask("GET", f"/{entity}/entityInformation/fields").json
        assert fields is not None
        assert {"id"} <= {field["name"] for field in fields["fields"]}
        udfs = api.ask("GET", f"/{entity}/entityInformation/userDefinedFields").json
        assert udfs == {"fields": []}

    @pytest.mark.parametrize(
        ("child", "entity"),
        [("Notes", "TicketNotes"), ("SecondaryResources", "TicketSecondaryResources")],
    )
    def test_what_is_below_a_ticket_describes_itself(
        self, api: Api, child: str, entity: str
    ) -> None:
        for below in ("", "/fields", "/userDefinedFields"):
            here = api.ask("GET", f"/Tickets/1/{child}/entityInformation{below}")
            assert here.status_code == 200
            assert here.json == api.ask("GET", f"/{entity}/entityInformation{below}").json

    def test_picklists(self, api: Api) -> None:
        fields = api.ask("GET", "/Tickets/entityInformation/fields").json
        assert fields is not None
        status = next(field for field in fields["fields"] if field["name"] == "status")
        labels = [
            (each["value"], each["label"], each["isActive"]) for each in status["picklistValues"]
        ]
        assert ("1", "New", True) in labels
        assert ("14", "Waiting Customer", False) in labels
        # The 72 of the 2020 description, and three that came later.
        assert len(fields["fields"]) == 75

    def test_the_hour_is_counted(self, api: Api) -> None:
        for _ in range(3):
            api.ask("GET", "/Version")
        answer = api.ask("GET", "/ThresholdInformation").json
        assert answer is not None
        assert answer["currentTimeframeRequestCount"] == 3
        api.now += timedelta(minutes=60)
        answer = api.ask("GET", "/ThresholdInformation").json
        assert answer is not None
        assert answer["currentTimeframeRequestCount"] == 0


class TestLimits:
    def test_latency_and_refusal_as_the_hour_fills(self, make: Make) -> None:
        api = make(threshold=8)
        statuses = [api.ask("GET", "/Version").status_code for _ in range(9)]
        assert statuses == [200] * 8 + [429]
        assert api.slept == [0.5, 0.5, 1.0, 1.0]

    def test_a_fourth_thread_is_refused(self, make: Make) -> None:
        # The three that are under way wait for their slow answers.
        started, release = Barrier(4, timeout=30), Barrier(4, timeout=30)

        def sleep(_: float) -> None:
            started.wait()
            release.wait()

        api = make(sleep=sleep, faults=Faults.parse(["POST /Tickets/query slow 9 x3"]))
        paths = ("/Tickets/query", "/tickets/query", "/TICKETS/Query")
        threads = [Thread(target=api.ask, args=("POST", path, EVERYTHING)) for path in paths]
        for thread in threads:
            thread.start()
        started.wait()
        answer = api.ask("POST", "/Tickets/query", EVERYTHING)
        elsewhere = api.ask("GET", "/Version")
        release.wait()
        for thread in threads:
            thread.join(timeout=30)
        assert (answer.status_code, elsewhere.status_code) == (429, 200)
        assert "thread threshold of 3 threads" in answer.text


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "status", "body"),
        [
            ("refuse no such thing", 500, '{"errors": ["no such thing"]}'),
            ("status 503", 503, ""),
            ("html 502", 502, "Down for maintenance"),
            ("401", 401, ""),
            ("429 7", 429, "thread threshold"),
        ],
    )
    def test_before_anything_is_done(self, make: Make, fault: str, status: int, body: str) -> None:
        api = make(faults=Faults.parse([f"PATCH /Tickets {fault} x1"]))
        answer = api.ask("PATCH", "/Tickets", {"id": 1, "priority": 3})
        assert answer.status_code == status
        assert body in answer.text
        assert (answer.headers.get("Retry-After") == "7") == (status == 429)
        before = api.world.row("Tickets", 1)
        assert before is not None
        assert before["priority"] == 1
        assert api.ask("PATCH", "/Tickets", {"id": 1, "priority": 3}).status_code == 200
        assert api.app.faults.unused() == []

    @pytest.mark.parametrize(("fault", "priority"), [("lose-request", 1), ("lose-answer", 3)])
    def test_lost(self, make: Make, fault: str, priority: int) -> None:
        api = make(faults=Faults.parse([f"* /tickets {fault}"]))
        with pytest.raises(ConnectionResetError):
            api.ask("PATCH", "/Tickets", {"id": 1, "priority": 3})
        row = api.world.row("Tickets", 1)
        assert row is not None
        assert row["priority"] == priority
        assert api.world.requests()[-1].status == 0

    def test_late_empty_and_truncated(self, make: Make) -> None:
        lines = ["GET /Version slow 2.5 x1", "GET /Version empty x1 @2", "GET /Version truncate @3"]
        api = make(faults=Faults.parse(lines))
        whole, empty, half = (api.ask("GET", "/Version") for _ in range(3))
        assert api.slept == [2.5]
        assert (whole.status_code, empty.data) == (200, b"")
        assert whole.data.startswith(half.data)
        assert int(half.headers["Content-Length"]) == len(half.data) < len(whole.data)

    def test_a_workflow_rule_at_once(self, make: Make) -> None:
        api = make(faults=Faults.parse(["PATCH /Tickets workflow status=8 x1"]))
        api.ask("PATCH", "/Tickets", {"id": 1, "status": people.RETURNED})
        row = api.world.row("Tickets", 1)
        assert row is not None
        assert (row["status"], row["lastActivityResourceID"]) == (8, 4)
        assert api.world.rows("TicketNotes", ticketID=1)[-1]["creatorResourceID"] == 4

    def test_a_workflow_rule_on_a_new_ticket(self, make: Make) -> None:
        api = make(faults=Faults.parse(["POST /Tickets workflow status=8 x1"]))
        new = {"companyID": 0, "priority": 2, "status": 1, "title": "New", "queueID": 8}
        made = api.ask("POST", "/Tickets", new).json
        assert made is not None
        row = api.world.row("Tickets", made["itemId"])
        assert row is not None
        assert row["status"] == 8

    def test_a_workflow_rule_on_a_time_entry(self, make: Make) -> None:
        api = make(faults=Faults.parse(["POST /TimeEntries workflow contactID= x1"]))
        assert api.ask("POST", "/TimeEntries", TestNotesAndTime.ENTRY).status_code == 200
        row = api.world.row("Tickets", 1)
        assert row is not None
        assert row["contactID"] is None

    @pytest.mark.parametrize("path", ["/Tickets/query", "/TicketNotes/query", "/Companies/query"])
    def test_a_workflow_rule_without_a_ticket(self, make: Make, path: str) -> None:
        api = make(
            faults=Faults.parse(["* /*/query workflow status=8", "GET /* workflow status=8"])
        )
        before = api.world.rows("Tickets")
        assert api.ask("POST", path, EVERYTHING).status_code == 200
        assert api.ask("GET", "/Version").status_code == 200
        assert api.world.rows("Tickets") == before

    def test_counts_in_either_order(self, make: Make) -> None:
        api = make(faults=Faults.parse(["GET /Version 401 @2 x1"]))
        statuses = [api.ask("GET", "/Version").status_code for _ in range(3)]
        assert statuses == [200, 401, 200]

    def test_a_workflow_rule_minutes_later(self, make: Make) -> None:
        fault = "POST /Tickets/{id}/Notes workflow queueID=8 after 240 x1"
        api = make(faults=Faults.parse([fault]))
        api.ask("POST", "/Tickets/1/Notes", TestNotesAndTime.NOTE)
        for seconds, queue in ((239, people.HELP_DESK), (1, 8)):
            api.now += timedelta(seconds=seconds)
            assert api.query("Tickets", where("id", "eq", 1))
            row = api.world.row("Tickets", 1)
            assert row is not None
            assert row["queueID"] == queue

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("PATCH", "write METHOD /PATH FAULT"),
            ("PATCH Tickets 401", "write METHOD /PATH FAULT"),
            ("PATCH /Tickets explode", "there are: refuse, status, html"),
            ("PATCH /Tickets status", "status N: an empty answer"),
            ("PATCH /Tickets 401 now", "401 as for bad credentials"),
            ("PATCH /Tickets slow later", "slow SECONDS"),
            ("PATCH /Tickets workflow status", "workflow FIELD=VALUE"),
            ("PATCH /Tickets workflow status=-", "workflow FIELD=VALUE"),
            ("PATCH /Tickets workflow status=\u0668", "workflow FIELD=VALUE"),
            ("PATCH /Tickets workflow status=5 after " + "9" * 30, "workflow FIELD=VALUE"),
            ("PATCH /Tickets workflow bogus=5", 'cannot do "bogus=5"'),
            ("PATCH /Tickets workflow id=500", 'cannot do "id=500"'),
            ("PATCH /Tickets workflow title=5", 'cannot do "title=5"'),
            ("PATCH /Tickets workflow status=", 'cannot do "status="'),
            ("PATCH /Tickets", '"PATCH /Tickets" names no fault; there are: refuse'),
            ("PATCH /Tickets x2", '"PATCH /Tickets x2" names no fault'),
            ("PATCH /Tickets 401 x0", "xN and @M count from 1"),
            ("PATCH /Tickets 401 @0", "xN and @M count from 1"),
            ("PATCH /Tickets 401 x1 x2", "401 as for bad credentials"),
            ("PATCH /Tickets slow " + "9" * 30, "slow SECONDS"),
        ],
    )
    def test_a_fault_that_is_not_understood(self, line: str, said: str) -> None:
        with pytest.raises(ValueError, match="fault") as problem:
            Faults.parse([line])
        assert said in str(problem.value)

    def test_faults_that_did_not_strike_are_told(self, make: Make) -> None:
        lines = ["GET /Version 401 x2", "POST /Tickets/query empty", "GET /Version 429 @9"]
        api = make(faults=Faults.parse(lines))
        api.ask("GET", "/Version")
        assert api.app.faults.unused() == lines
