"""What live zones take: the requests of clients that work in production, in their own forms."""

from typing import Any

import pytest
from asking import EVERYTHING, V1, Api, Make, where

from mcdesk.sandbox import people
from mcdesk.sandbox.faults import Faults
from mcdesk.sandbox.schema import BY_PATH, ENTITIES

ASKED_FOR_FIRST = (
    *("Departments", "BillingCodes", "Contracts", "Projects", "Phases", "Tasks"),
    *("TicketAttachments", "AttachmentInfo", "TicketChecklistItems", "CompanyLocations"),
    "ConfigurationItems",
    *("ServiceCalls", "Opportunities", "UserDefinedFieldDefinitions"),
)
PLAN = {"op": "eq", "field": people.PLAN, "value": "No", "udf": True}


def item(api: Api, path: str) -> dict[str, Any]:
    answer = api.ask("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.json
    found: dict[str, Any] = answer.json["item"]
    return found


def fields(api: Api, entity: str, kind: str = "fields") -> dict[str, dict[str, Any]]:
    answer = api.ask("GET", f"/{entity}/entityInformation/{kind}")
    assert answer.json
    return {field["name"]: field for field in answer.json["fields"]}


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "/ATServicesRest//V1.0/Tickets/1",  # go-autotask
            "/atservicesrest/v1.0//tickets///1/",
            "/ATServicesRest/v1.0/Tickets/1/",
        ],
    )
    def test_doubled_slashes_and_one_at_the_end(self, api: Api, path: str) -> None:
        assert item(api, path) == item(api, "/Tickets/1")

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PATCH", "/Tickets/", {"id": 1, "priority": 3}),  # django-autotask
            ("POST", "/Tickets//1/Notes/", {"title": "t", "description": "d"}),
            ("POST", "//Tickets/query/", EVERYTHING),
            ("GET", "/Tickets/entityInformation/fields/", None),
            ("GET", "/Tickets/entityInformation/userDefinedFields/", None),
            ("GET", "//Version/", None),
        ],
    )
    def test_whatever_is_asked(self, api: Api, method: str, path: str, body: Any) -> None:
        if body and "title" in body:
            body = {**body, "noteType": people.INTERNAL_NOTE, "publish": 2}
        assert api.ask(method, path, body).status_code == 200

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("PATCH", "/Tickets/1/", 405),
            ("GET", "//Tickets/", 405),
            ("POST", "/TicketNotes/", 404),
            ("GET", "/Nonsense//", 404),
            ("GET", "/", 404),
        ],
    )
    def test_what_is_not_there_is_not_there_with_slashes_either(
        self, api: Api, method: str, path: str, status: int
    ) -> None:
        assert api.ask(method, path, {}).status_code == status

    def test_a_fault_strikes_whatever_the_slashes(self, make: Make) -> None:
        api = make(faults=Faults.parse(["PATCH /Tickets workflow status=8 x1"]))
        path = V1.replace("/V1.0", "//V1.0") + "//Tickets/"
        assert api.ask("PATCH", path, {"id": 1, "priority": 3}).status_code == 200
        assert item(api, "/Tickets/1")["status"] == 8

    def test_who_is_logged_in_and_what_is_switched_on(self, api: Api) -> None:
        assert api.ask("GET", "/Authenticate").status_code == 200
        assert api.ask("GET", "/Authenticate", Secret="wrong").status_code == 401
        answer = api.ask("GET", "/Modules").json
        assert answer
        assert {"key": 24, "value": True} in answer["modules"]


class TestFilters:
    @pytest.mark.parametrize("entity", ["Roles", "TicketCategories", "ResourceServiceDeskRoles"])
    def test_an_empty_one_is_of_all_rows(self, api: Api, entity: str) -> None:
        assert api.query(entity) == api.query(entity, where("id", "gte", 0)) != []
        count = api.ask("POST", f"/{entity}/query/count", {"filter": []})
        assert count.json == {"queryCount": len(api.query(entity))}

    def test_an_empty_one_is_paged_as_others_are(self, api: Api) -> None:
        page = api.ask("POST", "/Tickets/query", {"filter": [], "MaxRecords": 30}).json
        assert page
        link = page["pageDetails"]["nextPageUrl"].removeprefix("http://desk")
        rest = api.ask("POST", link, {"filter": [], "MaxRecords": 30}).json
        assert rest
        assert len(page["items"] + rest["items"]) == len(api.query("Tickets"))
        assert api.ask("GET", '/Roles/query/?search={"filter": []}').status_code == 200

    @pytest.mark.parametrize("body", [{}, {"filter": None}, {"filter": "[]"}, {"Filters": []}])
    def test_none_at_all_is_refused(self, api: Api, body: Any) -> None:
        assert "Parameter name: filters" in api.refused("POST", "/Roles/query", body)

    def test_the_history_wants_its_one_condition_nevertheless(self, api: Api) -> None:
        said = api.refused("POST", "/TicketHistory/query", {"filter": []})
        assert "one condition only" in said

    @pytest.mark.parametrize("truth", [True, "true", "True", "TRUE", 1, "1"])
    def test_a_number_that_is_a_flag(self, api: Api, truth: Any) -> None:
        api.world.update("Contacts", 300, isActive=0)
        active = api.query("Contacts", where("isActive", "eq", truth))
        assert len(active) == len(people.CONTACTS) - 2
        assert people.GONE not in {each["id"] for each in active}
        assert active[0]["isActive"] == 1
        assert api.query("Contacts", where("isActive", "in", [truth])) == active

    def test_the_flags_of_what_is_only_read(self, api: Api) -> None:
        assert api.query("ServiceCalls", where("isComplete", "eq", False)) == []

    @pytest.mark.parametrize("truth", [True, "true", "True"])
    def test_a_boolean(self, api: Api, truth: Any) -> None:
        found = api.query("Resources", where("isActive", "eq", truth))
        assert len(found) == len([each for each in people.STAFF if each.active])
        assert len(api.query("Resources", where("isActive", "noteq", truth))) == 1

    @pytest.mark.parametrize("untruth", [False, "false"])
    def test_and_their_opposites(self, api: Api, untruth: Any) -> None:
        assert [
            each["id"] for each in api.query("Resources", where("isActive", "eq", untruth))
        ] == [28]
        (contact,) = api.query("Contacts", where("isActive", "eq", untruth))
        assert contact["id"] == people.GONE

    @pytest.mark.parametrize(
        ("entity", "field", "value"),
        [
            ("Tickets", "status", True),
            ("Tickets", "status", "true"),
            ("Resources", "isActive", "yes"),
            ("Resources", "isActive", 1),
            ("Contacts", "isActive", "on"),
            ("Contacts", "companyID", True),
        ],
    )
    def test_only_flags_have_more_spellings(
        self, api: Api, entity: str, field: str, value: Any
    ) -> None:
        said = api.refused("POST", f"/{entity}/query", {"filter": [where(field, "eq", value)]})
        assert said.startswith("Unable to convert")

    @pytest.mark.parametrize("value", [True, "true"])
    def test_a_change_wants_them_as_they_are(self, api: Api, value: Any) -> None:
        body = {"id": 300, "isActive": value}
        said = api.refused("PATCH", "/Companies/174/Contacts", body)
        assert said.startswith("Unable to convert")


class TestRows:
    def test_texts_that_are_never_null(self, api: Api) -> None:
        assert item(api, "/Companies/174")["companyNumber"] == ""
        ticket = item(api, "/Tickets/1")
        assert (ticket["externalID"], ticket["resolution"], ticket["changeInfoField1"]) == (
            "",
            "",
            "",
        )
        assert ticket["purchaseOrderNumber"] is None

    def test_time_entries(self, api: Api) -> None:
        for entry in api.query("TimeEntries"):
            assert "userDefinedFields" not in entry
            assert entry["timeEntryType"] == 2
            assert entry["hoursToBill"] == entry["hoursWorked"] == 0.5
            assert (entry["isNonBillable"], entry["showOnInvoice"]) == (False, True)
        asked = api.query("TimeEntries", IncludeFields=["ticketID", "userDefinedFields"])
        assert set(asked[0]) == {"id", "ticketID"}

    def test_a_new_time_entry(self, api: Api) -> None:
        made = api.ask(
            "POST",
            "/TimeEntries/",
            {
                "ticketID": 1,
                "resourceID": 20,
                "roleID": people.HELP_DESK_ROLE,
                "startDateTime": "2026-11-23T14:00:00Z",
                "endDateTime": "2026-11-23T14:45:00Z",
                "offsetHours": "0.25",
                "hoursToBill": 99,
            },
        ).json
        assert made
        entry = item(api, f"/TimeEntries/{made['itemId']}")
        assert (entry["hoursWorked"], entry["hoursToBill"], entry["timeEntryType"]) == (0.75, 1, 2)
        change = {"id": entry["id"], "hoursWorked": 2, "showOnInvoice": False}
        assert api.ask("PATCH", "/TimeEntries", change).status_code == 200
        after = item(api, f"/TimeEntries/{made['itemId']}")
        assert (after["hoursToBill"], after["showOnInvoice"]) == (2.25, False)
        assert after["startDateTime"] == entry["startDateTime"]

    def test_somebody_was_the_last_to_do_something(self, api: Api) -> None:
        assert {each["lastActivityPersonType"] for each in api.query("Tickets")} == {1}
        said = api.refused(
            "POST", "/Tickets/query", {"filter": [where("lastActivityPersonType", "eq", 1)]}
        )
        assert "not queryable" in said

    def test_choices(self, api: Api) -> None:
        labels = {
            each["value"]: each["label"]
            for each in fields(api, "Companies")["companyType"]["picklistValues"]
        }
        assert labels["1"] == "Customer"
        tickets = fields(api, "Tickets")
        assert tickets["apiVendorID"]["picklistValues"]
        sub = tickets["subIssueType"]
        assert sub["picklistParentValueField"] == "issueType"
        issues = {each["value"] for each in tickets["issueType"]["picklistValues"]}
        assert {each["parentValue"] for each in sub["picklistValues"]} == issues
        assert len([each for each in sub["picklistValues"] if each["label"] == "Other"]) == 2

    def test_what_a_ticket_gets_if_nobody_chooses(self, api: Api) -> None:
        usual = {
            (name, each["label"])
            for name, field in fields(api, "Tickets").items()
            for each in field["picklistValues"] or ()
            if each["isDefaultValue"]
        }
        assert usual == {("priority", "Medium")}

    def test_a_sub_issue_belongs_to_its_issue(self, api: Api) -> None:
        for ticket in api.query("Tickets"):
            assert people.ISSUE_OF[ticket["subIssueType"]] == ticket["issueType"]
        child = "child picklist: subIssueType"
        hardware, wireless = 10, 122
        for change in ({"subIssueType": wireless, "issueType": hardware}, {"subIssueType": 9}):
            assert child in api.refused("PATCH", "/Tickets", {"id": 1, **change})
        both = {"id": 1, "issueType": 12, "subIssueType": wireless}
        assert api.ask("PATCH", "/Tickets", both).status_code == 200


class TestCollections:
    @pytest.mark.parametrize("entity", ASKED_FOR_FIRST)
    def test_they_can_be_read(self, api: Api, entity: str) -> None:
        rows = api.query(entity)
        count = api.ask("POST", f"/{entity}/query/count", EVERYTHING)
        assert count.json == {"queryCount": len(rows)}
        info = api.ask("GET", f"/{entity}/entityInformation").json
        assert info
        assert (info["info"]["canQuery"], info["info"]["canCreate"]) == (True, False)
        assert "id" in fields(api, entity)
        assert fields(api, entity, "userDefinedFields") == {}
        first = rows[0] if rows else {"id": 1}
        assert item(api, f"/{entity}/{first['id']}") == (rows[0] if rows else None)

    @pytest.mark.parametrize("entity", ASKED_FOR_FIRST)
    def test_and_not_written(self, api: Api, entity: str) -> None:
        assert api.ask("POST", f"/{entity}", {}).status_code in (404, 405)
        assert api.ask("PATCH", f"/{entity}", {"id": 1}).status_code in (404, 405)
        assert api.ask("DELETE", f"/{entity}/1").status_code == 405
        assert api.app.unknown_routes == []

    @pytest.mark.parametrize("entity", ["Departments", "BillingCodes", "Contracts"])
    def test_some_have_rows(self, api: Api, entity: str) -> None:
        assert api.query(entity)

    def test_every_reference_is_to_something(self) -> None:
        names = {entity.singular for entity in ENTITIES}
        for entity in ENTITIES:
            assert {field.refers_to for field in entity.fields.values()} - {""} <= names
            if entity.below:
                parent, _ = entity.below.split("/")
                assert parent.casefold() in BY_PATH
                assert entity.link.casefold() in entity.fields

    @pytest.mark.parametrize(
        "path",
        ["/Tickets/1/Attachments", "/Tickets/1/ChecklistItems", "/Companies/174/Locations"],
    )
    def test_below_their_parents(self, api: Api, path: str) -> None:
        answer = api.ask("GET", path)
        assert answer.status_code == 200
        assert answer.json
        assert len(answer.json["items"]) == (1 if "Locations" in path else 0)


class TestCustomers:
    def test_a_change_of_a_company(self, api: Api) -> None:
        assert api.ask("PATCH", "/Companies/", {"id": 174, "phone": "(212) 555-0190"}).json == {
            "itemId": 174
        }
        after = item(api, "/Companies/174")
        assert after["phone"] == "(212) 555-0190"
        assert after["lastTrackedModifiedDateTime"] == "2026-11-23T15:00:00Z"
        for change, said in (
            ({"companyType": 99}, "Picklist value [99]"),
            ({"companyName": ""}, "Missing Required Field: companyName"),
            ({"ownerResourceID": 777}, "ownerResourceID of type: Resource"),
        ):
            assert said in api.refused("PATCH", "/Companies", {"id": 174, **change})
        assert "No matching" in api.refused("PATCH", "/Companies", {"id": 9999, "phone": "1"})

    def test_a_new_company(self, api: Api) -> None:
        new = {"CompanyName": "Riverside", "CompanyType": 3, "Phone": "1", "OwnerResourceID": 26}
        made = api.ask("POST", "/Companies", new).json
        assert made
        row = item(api, f"/Companies/{made['itemId']}")
        assert (row["companyName"], row["createDate"]) == ("Riverside", "2026-11-23T15:00:00Z")
        assert row["userDefinedFields"] == [{"name": people.PLAN, "value": None}]

    def test_contacts_are_written_below_their_company(self, api: Api) -> None:
        new = {"firstName": "Zora", "lastName": "Bell", "isActive": 1}
        made = api.ask("POST", "/Companies/174/Contacts", new).json
        assert made
        contact = item(api, f"/Contacts/{made['itemId']}")
        assert (contact["companyID"], contact["lastName"]) == (174, "Bell")
        change = {"id": contact["id"], "emailAddress": "zora@harbor.example"}
        assert api.ask("PATCH", "/Companies/174/Contacts/", change).status_code == 200
        assert item(api, f"/Companies/174/Contacts/{contact['id']}")["emailAddress"]
        assert "No matching" in api.refused("PATCH", "/Companies/175/Contacts", change)
        assert "companyID" in api.refused("POST", "/Companies/999/Contacts", new)
        said = api.refused("POST", "/Companies/174/Contacts", {"firstName": "Zora"})
        assert said == "Missing Required Field: isActive"
        listed = api.ask("GET", "/Companies/174/Contacts").json
        assert listed
        assert contact["id"] in {each["id"] for each in listed["items"]}
        gone = api.ask("DELETE", f"/Companies/174/Contacts/{contact['id']}")
        assert gone.status_code == 200

    def test_in_somebodys_name(self, api: Api) -> None:
        change = {"id": 174, "phone": "(212) 555-0190"}
        answer = api.ask("PATCH", "/Companies", change, ImpersonationResourceId="20")
        assert answer.status_code == 200
        said = api.refused("PATCH", "/Companies", change, ImpersonationResourceId="29")
        assert "adequate permissions to update" in said


class TestUserDefinedFields:
    def test_their_description(self, api: Api) -> None:
        info = api.ask("GET", "/Companies/entityInformation").json
        assert info
        assert info["info"]["hasUserDefinedFields"] is True
        plan = fields(api, "Companies", "userDefinedFields/")[people.PLAN]
        assert (plan["label"], plan["type"], plan["isPickList"]) == (people.PLAN, "string", True)
        assert [each["value"] for each in plan["picklistValues"]] == ["Yes", "No"]
        definition = api.query("UserDefinedFieldDefinitions")[0]
        assert (definition["name"], definition["isActive"]) == (people.PLAN, True)
        assert fields(api, "Tickets", "userDefinedFields") == {}

    def test_their_values_in_rows(self, api: Api) -> None:
        for company in api.query("Companies"):
            served = "No" if company["id"] in people.WITHOUT_PLAN else "Yes"
            assert company["userDefinedFields"] == [{"name": people.PLAN, "value": served}]

    @pytest.mark.parametrize(
        ("asked", "there"),
        [
            (["id", "companyName"], False),
            (["id", "userDefinedFields"], True),
            (["id", "help desk plan"], True),
        ],
    )
    def test_only_where_they_are_asked_for(self, api: Api, asked: list[str], there: bool) -> None:
        row = api.query("Companies", where("id", "eq", 174), IncludeFields=asked)[0]
        assert bool(row["userDefinedFields"]) is there

    def test_one_in_a_filter(self, api: Api) -> None:
        assert {each["id"] for each in api.query("Companies", PLAN)} == set(people.WITHOUT_PLAN)
        found = api.query("Companies", {**PLAN, "field": "HELP DESK PLAN"}, where("id", "gt", 0))
        assert {each["id"] for each in found} == set(people.WITHOUT_PLAN) - {0}
        without = {"op": "notExist", "field": people.PLAN, "udf": True}
        assert api.query("Companies", without) == []
        count = api.ask("POST", "/Companies/query/count", {"filter": [PLAN]})
        assert count.json == {"queryCount": len(people.WITHOUT_PLAN)}

    def test_it_is_paged_as_others_are(self, api: Api) -> None:
        body = {"filter": [PLAN], "MaxRecords": 2}
        page = api.ask("POST", "/Companies/query", body).json
        assert page
        link = page["pageDetails"]["nextPageUrl"].removeprefix("http://desk")
        rest = api.ask("POST", link, body).json
        assert rest
        assert len(page["items"] + rest["items"]) == len(people.WITHOUT_PLAN)

    @pytest.mark.parametrize(
        ("filters", "said"),
        [
            ([PLAN, PLAN], "one user-defined field only"),
            ([{"op": "or", "items": [PLAN, PLAN]}], "one user-defined field only"),
            ([{**PLAN, "field": "Plan"}], "Unable to find Plan in the Company Entity."),
            ([{**PLAN, "udf": False}], "Unable to find Help Desk Plan in the Company Entity."),
        ],
    )
    def test_what_is_refused(self, api: Api, filters: list[Any], said: str) -> None:
        assert said in api.refused("POST", "/Companies/query", {"filter": filters})

    def test_they_are_changed_with_their_row(self, api: Api) -> None:
        def change(name: str, value: Any) -> dict[str, Any]:
            return {"id": 175, "userDefinedFields": [{"name": name, "value": value}]}

        for value in ("Yes", None):
            assert api.ask("PATCH", "/Companies", change(people.PLAN, value)).status_code == 200
            row = item(api, "/Companies/175")
            assert row["userDefinedFields"] == [{"name": people.PLAN, "value": value}]
        said = api.refused("PATCH", "/Companies", change(people.PLAN, "Maybe"))
        assert "Picklist value [Maybe] does not exist for Help Desk Plan" in said
        assert "Unable to find X" in api.refused("PATCH", "/Companies", change("X", "Yes"))

    @pytest.mark.parametrize(
        "given",
        [
            5,
            "Yes",
            ["Yes"],
            [[]],
            [{}],
            [{"name": people.PLAN, "value": {}}],
            [{"name": people.PLAN, "value": "\ud800"}],
            [{"name": "\ud800", "value": "Yes"}],
            [{"name": 1e400, "value": "Yes"}],
        ],
        ids=repr,
    )
    def test_what_is_malformed_is_refused(self, api: Api, given: Any) -> None:
        before = item(api, "/Companies/175")
        answer = api.ask("PATCH", "/Companies", {"id": 175, "userDefinedFields": given})
        assert answer.status_code in (400, 500)
        assert answer.json
        assert item(api, "/Companies/175") == before

    @pytest.mark.parametrize("value", [{}, [1], "\ud800"])
    def test_so_it_is_in_a_filter(self, api: Api, value: Any) -> None:
        said = api.refused("POST", "/Companies/query", {"filter": [{**PLAN, "value": value}]})
        assert said.startswith("Unable to convert")


class TestHistory:
    def test_each_change_of_what_is_tracked(self, api: Api) -> None:
        before = api.query("TicketHistory", where("ticketID", "eq", 1))
        change = {
            "id": 1,
            "assignedResourceID": 20,
            "assignedResourceRoleID": people.HELP_DESK_ROLE,
            "status": 8,
            "queueID": 29682969,
            "title": "not tracked",
        }
        assert api.ask("PATCH", "/Tickets", change).status_code == 200
        noise, *rows = api.query("TicketHistory", where("ticketID", "eq", 1))[len(before) :]
        assert noise["detail"].startswith("lastActivityDate changed from 2026-")
        assert (noise["resourceID"], noise["date"]) == (4, "2026-11-23T15:00:00Z")
        assert {row["detail"] for row in rows} == {
            "assignedResourceID changed from (none) to Noor Haddad",
            "assignedResourceRoleID changed from (none) to Help Desk Technician",
            "status changed from New to In Progress",
            "queueID changed from Help Desk to Level I",
        }
        assert {row["resourceID"] for row in rows} == {people.API_USER}
        assert {row["date"] for row in rows} == {"2026-11-23T15:00:00Z"}

    def test_a_workflow_rules_as_well(self, make: Make) -> None:
        api = make(faults=Faults.parse(["PATCH /Tickets workflow status=8 x1"]))
        assert api.ask("PATCH", "/Tickets", {"id": 1, "priority": 3}).status_code == 200
        last = api.query("TicketHistory", where("ticketID", "eq", 1))[-1]
        assert (last["resourceID"], last["detail"]) == (4, "status changed from New to In Progress")
        (ticket,) = api.query("Tickets", where("id", "eq", 1))
        assert ticket["lastTrackedModificationDateTime"] == last["date"]

    def test_tickets_that_somebody_has_tell_how_he_came_by_them(self, api: Api) -> None:
        handed = next(each for each in api.query("Tickets", where("status", "eq", people.RETURNED)))
        rows = api.query("TicketHistory", where("ticketID", "eq", handed["id"]))
        details = [row["detail"] for row in rows]
        assert "status changed from New to Returned to MC" in details
        assert "assignedResourceID changed from (none) to Help Desk Support" in details
        done = next(each for each in api.query("Tickets", where("status", "eq", 5)))
        last = api.query("TicketHistory", where("ticketID", "eq", done["id"]))[-1]
        assert last["detail"].endswith("to Complete")
        assert last["date"] == done["completedDate"]


def test_the_thread_limit_without_its_status(make: Make) -> None:
    api = make(faults=Faults.parse(["POST /Tickets/query threads x1"]))
    assert "Itgenatr005" in api.refused("POST", "/Tickets/query", EVERYTHING)
    assert api.query("Tickets")
    assert api.app.faults.unused() == []
