"""What `send-to-mc` tells before a handoff, at the door: told, asked, refused, overruled."""

import json
from itertools import product
from typing import Any

import pytest
from offices import Office, Result

from mcdesk.sandbox import information
from mcdesk.sandbox.people import OUT_OF_SCOPE, PLAN, VENDOR

SERVED, NOT_SERVED, UNDECIDED = 174, 175, 176
# Contacts of each company, by what is to be told of them.
REACHED, GONE, ALONE = 1, 2, 3
MEDIUM, HIGH, CRITICAL = 2, 1, 4
PRINTER, ON_SITE, BUSINESS = 102, 105, 113
COLLEAGUE = 23
SETTINGS = f"""
[mc]
plan_field = "{PLAN.lower()}"
plan_values = ["yes"]
out_of_scope = {json.dumps([*OUT_OF_SCOPE, "Nothing of the kind"])}
max_batch = 500
"""
NO_FIELDS = "GET /Companies/entityInformation/userDefinedFields status 403"
LOST = "POST /Companies/query status 503"
NO_COMPANIES = "POST /Companies/query refuse no permissions to query this entity type."
MARKED = {"not_on_plan", "plan_unknown", "out_of_scope"}


@pytest.fixture
def desk(office: Office) -> Office:
    """Return an office that says which customers and sub-issues the vendor takes."""
    office.add_settings(SETTINGS)
    office.world.set_usual("Tickets", "priority", MEDIUM)
    office.world.set_plan(UNDECIDED, None)
    for company in (SERVED, NOT_SERVED, UNDECIDED):
        for kind in (REACHED, GONE, ALONE):
            office.world.insert(
                "Contacts",
                id=10 * company + kind,
                companyID=company,
                firstName="Maria",
                lastName="Lopez",
                isActive=kind != GONE,
                phone=None if kind == ALONE else "(212) 555-0120",
            )
    return office


def ticket(desk: Office, number: int = 0, **fields: Any) -> int:
    """Add a ticket that lacks nothing but what *fields* take from it."""
    values = {"priority": HIGH, "companyID": SERVED, "contactID": REACHED, **fields}
    if values["contactID"]:
        values["contactID"] += 10 * values["companyID"]
    return desk.ticket(90 + number / 10, **values)


def results(done: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.out)["results"]
    return found


def only(done: Result) -> dict[str, Any]:
    (result,) = results(done)
    return result


def is_with_mc(desk: Office, id: int) -> bool:
    return bool(desk.holds(id)["primary"] == VENDOR)


# What there is -> the code that scripts read, "" for none.
PLANS = {SERVED: "", NOT_SERVED: "not_on_plan", UNDECIDED: "not_on_plan"}
SCOPES = {None: "", PRINTER: "", ON_SITE: "out_of_scope", BUSINESS: "out_of_scope"}
CONTACTS = {
    REACHED: "",
    None: "contact_missing",
    GONE: "contact_inactive",
    ALONE: "contact_unreachable",
}
TEXTS = {"It is broken.": "", None: "description_empty", "  ": "description_empty"}
PRIORITIES = {MEDIUM: "priority_default", HIGH: ""}
OTHERS = {False: "", True: "others_kept"}
# Coprime to the numbers of all kinds: each run takes others of the combinations.
_STRIDE = 11


@pytest.mark.exhaustive
@pytest.mark.parametrize("keep", [False, True], ids=["alone", "keep"])
@pytest.mark.parametrize("given", ["", "High"], ids=["as it is", "priority given"])
@pytest.mark.parametrize("plan", ["checked", "unchecked", "unreadable"])
def test_the_truth_table(desk: Office, plan: str, given: str, keep: bool) -> None:
    if plan == "unchecked":
        config = (desk.home / "config.toml").read_text(encoding="utf-8")
        desk.configure(config.replace("plan_field", "# plan_field"))
    if plan == "unreadable":
        desk.run("stale", "--all")
        desk.break_with(NO_COMPANIES)
    wanted: dict[int, set[str]] = {}
    start = 3 * keep + 5 * bool(given)
    every = list(product(PLANS, SCOPES, CONTACTS, TEXTS, PRIORITIES, OTHERS))
    for number, kinds in enumerate(every[start::_STRIDE]):
        company, scope, contact, text, priority, others = kinds
        id = ticket(
            desk,
            number,
            companyID=company,
            subIssueType=scope,
            contactID=contact,
            description=text,
            priority=priority,
        )
        if others:
            desk.secondary(id, COLLEAGUE)
        on_plan = {"checked": PLANS[company], "unchecked": ""}.get(plan, "plan_unknown")
        by_priority = "" if given else PRIORITIES[priority]
        alone = OTHERS[others] if keep else ""
        codes = {on_plan, SCOPES[scope], CONTACTS[contact], TEXTS[text], by_priority, alone}
        wanted[id] = codes - {""}
    more = [*(["--keep-secondaries"] if keep else []), *(["--priority", given] if given else [])]
    done = desk.run("send-to-mc", *map(str, wanted), "--yes", "--json", *more)
    assert {each["id"]: set(each["warning_codes"]) for each in results(done)} == wanted
    for each in results(done):
        assert len(each["warnings"]) == len(each["warning_codes"])
        refused = bool(wanted[each["id"]] & MARKED)
        assert each["outcome"] == ("refused" if refused else "sent"), each["error"]
        assert is_with_mc(desk, each["id"]) == (not refused)
    assert done.code == 3


TOLD = [
    pytest.param({"contactID": None}, "contact_missing", id="no contact"),
    pytest.param({"contactID": GONE}, "contact_inactive", id="inactive"),
    pytest.param({"contactID": ALONE}, "contact_unreachable", id="unreachable"),
    pytest.param({"description": ""}, "description_empty", id="no description"),
    pytest.param({"priority": MEDIUM}, "priority_default", id="priority"),
]
ASKED = [
    pytest.param({"companyID": NOT_SERVED}, "not_on_plan", id="not on the plan"),
    pytest.param({"companyID": UNDECIDED}, "not_on_plan", id="nothing said of it"),
    pytest.param({"subIssueType": ON_SITE}, "out_of_scope", id="of one issue"),
    pytest.param({"subIssueType": BUSINESS}, "out_of_scope", id="by its label"),
]


@pytest.mark.parametrize(("fields", "code"), TOLD)
class TestTold:
    def test_stands_above_the_one_question(
        self, desk: Office, fields: dict[str, Any], code: str
    ) -> None:
        id = ticket(desk, **fields)
        done = desk.run("send-to-mc", str(id), "--json", answers=["y"])
        assert (done.code, done.err.count("[y/N]")) == (0, 1)
        assert only(done)["warning_codes"] == [code]
        (said,) = only(done)["warnings"]
        flat = " ".join(done.err.split())
        assert flat.count(said) == 1
        assert flat.index(f"warning: T20261123.9900: {said}") < flat.index("Send T20261123.9900")
        assert is_with_mc(desk, id)

    def test_asks_nothing_elsewhere(self, desk: Office, fields: dict[str, Any], code: str) -> None:
        for more, answers in ((["--yes"], None), (["--yes"], []), (["--yes", "--force"], None)):
            id = ticket(desk, **fields)
            done = desk.run("send-to-mc", str(id), *more, answers=answers)
            assert (done.code, done.err.count("warning: ")) == (0, 1)
            assert "[y/N]" not in done.err
            assert is_with_mc(desk, id)
        dry = desk.run("send-to-mc", str(ticket(desk, **fields)), "--dry-run", "--json")
        assert (dry.code, only(dry)["warning_codes"]) == (0, [code])

    def test_a_no_is_a_no(self, desk: Office, fields: dict[str, Any], code: str) -> None:
        id = ticket(desk, **fields)
        before = desk.holds(id)
        for answers in (["n"], [""], []):
            done = desk.run("send-to-mc", str(id), "--json", answers=answers)
            assert (done.code, only(done)["warning_codes"]) == (3, [code])
        assert desk.holds(id) == before


@pytest.mark.parametrize(("fields", "code"), ASKED)
class TestAsked:
    @pytest.mark.parametrize(
        ("more", "answers", "code_of_exit"),
        [
            pytest.param([], ["y", "y"], 0, id="two yeses"),
            pytest.param([], ["y", "n"], 3, id="no to the second"),
            pytest.param([], ["y", ""], 3, id="Enter is no"),
            pytest.param([], ["y"], 3, id="Ctrl-D is no"),
            pytest.param([], ["n"], 3, id="no"),
            pytest.param(["--yes"], ["y"], 0, id="--yes leaves one"),
            pytest.param(["--yes"], [""], 3, id="--yes and Enter"),
            pytest.param(["--yes"], [], 3, id="--yes and Ctrl-D"),
            pytest.param(["--force"], ["y"], 0, id="--force leaves the other"),
            pytest.param(["--yes", "--force"], [], 0, id="--yes --force"),
            pytest.param(["--yes"], None, 3, id="nobody there"),
            pytest.param([], None, 3, id="nobody there, no --yes"),
            pytest.param(["--force"], None, 3, id="nobody there, --force alone"),
            pytest.param(["--yes", "--force"], None, 0, id="nobody there, --yes --force"),
            pytest.param(["--yes", "--dry-run"], ["y"], 3, id="a dry run"),
        ],
    )
    def test_who_says_yes(
        self,
        desk: Office,
        fields: dict[str, Any],
        code: str,
        more: list[str],
        answers: list[str] | None,
        code_of_exit: int,
    ) -> None:
        id = ticket(desk, **fields)
        before = desk.holds(id)
        done = desk.run("send-to-mc", str(id), *more, answers=answers)
        assert (done.code, done.out == "") == (code_of_exit, code_of_exit == 3)
        assert is_with_mc(desk, id) == (code_of_exit == 0)
        if code_of_exit:
            assert desk.holds(id) == before
        forced = "--force" in more and code_of_exit == 0
        assert ("overruled by --force: " in done.err) == forced
        asked = not forced and answers not in (None, ["n"]) and "--dry-run" not in more
        assert ("Send it anyway?" in done.err) == asked

    def test_what_scripts_read(self, desk: Office, fields: dict[str, Any], code: str) -> None:
        id = ticket(desk, **fields)
        done = desk.run("send-to-mc", str(id), "--yes", "--json")
        assert (only(done)["outcome"], only(done)["warning_codes"]) == ("refused", [code])
        assert only(done)["warnings"][0].startswith(only(done)["error"])
        assert "hint: --force overrules it" in done.err
        done = desk.run("send-to-mc", str(id), "--yes", "--force", "--json")
        assert (only(done)["outcome"], only(done)["warning_codes"]) == ("sent", [code, "overruled"])
        (said,) = only(done)["warnings"]
        assert said.startswith("overruled by --force: ")
        other = ticket(desk, **fields)
        done = desk.run("send-to-mc", str(other), "--json", answers=["y", "y"])
        assert (only(done)["outcome"], only(done)["warning_codes"]) == ("sent", [code])

    def test_what_changed_while_the_second_question_stood(
        self, desk: Office, fields: dict[str, Any], code: str
    ) -> None:
        id = ticket(desk, **fields)

        def taken() -> None:
            desk.world.update("Tickets", id, status=7)

        done = desk.run("send-to-mc", str(id), "--yes", answers=["y"], meanwhile=taken)
        assert done.code == 3
        assert "has changed since it was shown" in done.err
        assert not is_with_mc(desk, id)


def test_all_that_speaks_against_it_is_one_second_question(desk: Office) -> None:
    taken = {"assignedResourceID": COLLEAGUE, "assignedResourceRoleID": 1}
    id = ticket(desk, companyID=NOT_SERVED, subIssueType=ON_SITE, **taken)
    done = desk.run("send-to-mc", str(id), answers=["y", "y"])
    assert (done.code, done.err.count("[y/N]")) == (0, 2)
    question = done.err[done.err.index("Felix Brandt has T20261123.9900; ") :]
    assert "is not on Mission Control's plan" in question
    assert "Mission Control does not take Hardware / On-Site Repair. Reassign it" in question
    assert is_with_mc(desk, id)


class TestThePlan:
    @pytest.mark.parametrize(
        ("company", "fault"),
        [(NOT_SERVED, NO_FIELDS), (SERVED, NO_COMPANIES), (NOT_SERVED, LOST)],
    )
    def test_what_cannot_be_read_is_asked_about(
        self, desk: Office, company: int, fault: str
    ) -> None:
        id = ticket(desk, companyID=company)
        desk.break_with(fault)
        done = desk.run("send-to-mc", str(id), "--yes", "--json")
        assert (done.code, only(done)["warning_codes"]) == (3, ["plan_unknown"])
        assert not is_with_mc(desk, id)
        done = desk.run("send-to-mc", str(id), "--yes", answers=["y"])
        assert done.code == 0
        assert "on Mission Control's plan: " in done.err
        assert "could not be read. Send it anyway?" in done.err
        assert is_with_mc(desk, id)

    def test_what_stands_there_is_enough_without_the_list_of_fields(self, desk: Office) -> None:
        desk.break_with(NO_FIELDS)
        done = desk.run("send-to-mc", str(ticket(desk)), "--yes", "--json")
        assert (done.code, only(done)["warning_codes"]) == (0, [])
        assert "their own fields are not known" in done.err

    @pytest.mark.parametrize("values", ["?", [{"value": None}], [{"label": "Yes"}], [7]])
    def test_a_list_that_makes_no_sense_is_none(
        self, desk: Office, monkeypatch: pytest.MonkeyPatch, values: Any
    ) -> None:
        choices = information._choices

        def strange(db: Any, entity: Any, field: Any) -> Any:
            return values if field.name == PLAN else choices(db, entity, field)

        monkeypatch.setattr(information, "_choices", strange)
        for company, codes in ((SERVED, []), (NOT_SERVED, ["not_on_plan"])):
            id = ticket(desk, companyID=company)
            done = desk.run("send-to-mc", str(id), "--yes", "--json")
            assert only(done)["warning_codes"] == codes

    def test_a_company_that_is_not_shown(self, desk: Office) -> None:
        id = ticket(desk, companyID=9999, contactID=None)
        assert only(desk.run("send-to-mc", str(id), "--yes", "--json"))["warning_codes"] == [
            "plan_unknown",
            "contact_missing",
        ]

    def test_a_field_that_there_is_not_is_exit_4(self, desk: Office) -> None:
        config = (desk.home / "config.toml").read_text(encoding="utf-8")
        desk.configure(config.replace(PLAN.lower(), "Help Desk Plans"))
        id = ticket(desk)
        done = desk.run("send-to-mc", str(id), "--yes", "--force", "--json")
        assert (done.code, done.out) == (4, "")
        assert 'no user-defined field "Help Desk Plans" (mc.plan_field)' in done.err
        assert f'theirs, nearest first: "{PLAN}"' in " ".join(done.err.split())
        assert not is_with_mc(desk, id)

    def test_what_was_put_right_today_is_not_warned_of(self, desk: Office) -> None:
        ids = [str(ticket(desk, companyID=NOT_SERVED, contactID=GONE)) for _ in range(3)]
        assert desk.run("send-to-mc", ids[0], "--yes").code == 3
        desk.world.set_plan(NOT_SERVED, "Yes")
        desk.world.update("Contacts", 10 * NOT_SERVED + GONE, isActive=1)
        done = desk.run("send-to-mc", ids[1], "--yes")
        assert (done.code, done.err) == (0, "")

    def test_other_fields_of_the_company_are_not_kept(self, desk: Office) -> None:
        definition = {"name": "Firewall login", "udfType": 1, "dataType": 1, "isActive": True}
        desk.world.insert("UserDefinedFieldDefinitions", id=2, sortOrder=2, **definition)
        desk.world.set_own(SERVED, "Firewall login", "correct horse")
        assert desk.run("send-to-mc", str(ticket(desk)), "--yes").code == 0
        kept = (desk.home / "mcdesk.db").read_bytes()
        assert PLAN.encode() in kept
        assert b"correct horse" not in kept

    def test_a_label_means_its_value(self, desk: Office) -> None:
        with desk.world.transaction() as db:
            db.execute(
                "UPDATE picklist SET label = 'Served' WHERE field = ? AND value = 'No'", [PLAN]
            )
        config = (desk.home / "config.toml").read_text(encoding="utf-8")
        desk.configure(config.replace('plan_values = ["yes"]', 'plan_values = ["SERVED"]'))
        ids = [ticket(desk, companyID=company) for company in (NOT_SERVED, SERVED)]
        done = desk.run("send-to-mc", *map(str, ids), "--yes", "--json")
        assert [each["warning_codes"] for each in results(done)] == [[], ["not_on_plan"]]


def test_a_contact_that_is_not_there_any_more(desk: Office) -> None:
    id = ticket(desk, contactID=9)
    done = desk.run("send-to-mc", str(id), "--dry-run", "--json")
    assert only(done)["warning_codes"] == ["contact_missing"]


def test_a_contact_that_cannot_be_read_stops_nothing(desk: Office) -> None:
    id = ticket(desk)
    desk.break_with("POST /Contacts/query refuse no permissions to query this entity type.")
    done = desk.run("send-to-mc", str(id), "--yes", "--json")
    assert (done.code, only(done)["warning_codes"]) == (0, [])
    assert "the ticket's contact could not be read" in done.err


class TestSeveral:
    def test_one_table_says_it_of_each(self, desk: Office) -> None:
        fields: list[dict[str, Any]] = [{}, {"contactID": None}, {"subIssueType": ON_SITE}]
        ids = [ticket(desk, number, **each) for number, each in enumerate(fields)]
        done = desk.run("send-to-mc", *map(str, ids), answers=["y", "n"])
        assert done.code == 3
        table, _, asked = done.err.partition("All to Help Desk Support")
        assert table.count("    ! ") == 2
        assert "! it has no contact they could call" in table
        assert "! Mission Control does not take Hardware / On-Site Repair" in table
        assert "warning: " not in asked
        question = "T20261123.9902: Mission Control does not take Hardware / On-Site Repair. Send"
        assert question in asked
        assert [is_with_mc(desk, id) for id in ids] == [True, True, False]

    def test_the_same_is_said_of_each_that_asks(self, desk: Office) -> None:
        ids = [ticket(desk, n, subIssueType=ON_SITE, description="") for n in range(2)]
        done = desk.run("send-to-mc", *map(str, ids), "--yes", answers=["y", "y"])
        assert done.code == 0
        assert done.err.count("its description is empty") == 2
        assert all(is_with_mc(desk, id) for id in ids)


class TestThereAlready:
    @pytest.fixture
    def there(self, desk: Office) -> int:
        """Return a ticket that is with the vendor, lacks all, and has somebody else on it."""
        id = ticket(desk, companyID=NOT_SERVED, contactID=None, description="", priority=MEDIUM)
        desk.secondary(id, COLLEAGUE)
        done = desk.run("send-to-mc", str(id), "--yes", "--force", "--keep-secondaries")
        assert done.code == 0
        return id

    def test_others_on_it_are_told_alone(self, desk: Office, there: int) -> None:
        for more in ([], ["--force"]):
            done = desk.run(
                "send-to-mc", str(there), "--yes", "--keep-secondaries", "--json", *more
            )
            assert (done.code, only(done)["outcome"]) == (0, "already_there")
            assert only(done)["warning_codes"] == ["others_kept"]
        done = desk.run("send-to-mc", str(there), "--yes", "--keep-secondaries")
        assert "others are on; kept as secondary resource: Felix Brandt" in done.err

    def test_a_typed_note_is_written_and_sets_the_exit_code(self, desk: Office, there: int) -> None:
        desk.add_settings('[templates.return-to-mc]\nnote = "Sent by {me}."\n')
        argv = ["send-to-mc", str(there), "--yes", "--keep-secondaries"]
        assert desk.run(*argv).code == 0
        assert desk.notes(there) == []
        assert desk.run(*argv, "--note", "Call back at 3 PM").code == 0
        (note,) = desk.notes(there)
        assert note["description"].startswith("Call back at 3 PM")
        assert "Sent by" not in note["description"]
        desk.break_with("POST /Tickets/*/Notes refuse no x1")
        done = desk.run(*argv, "--note", "Another", "--json")
        assert (done.code, only(done)["outcome"]) == (1, "already_there")
        assert only(done)["note"]["outcome"] == "failed"


OFFER = "y sends it, p sets the priority, c adds a note on the agreed call-back time\n"


class TestOffers:
    @pytest.mark.parametrize("typed", ["2", "high", " HIGH"])
    def test_a_priority_in_the_same_question(self, desk: Office, typed: str) -> None:
        id = ticket(desk, priority=MEDIUM)
        done = desk.run("send-to-mc", str(id), "--json", answers=["p", typed, "y"])
        assert done.code == 0
        assert done.err.count(OFFER) == 2
        assert "  2  High\n" in done.err
        assert "priority          Medium -> High" in done.err
        assert desk.holds(id)["priority"] == HIGH
        assert only(done)["warning_codes"] == []

    def test_one_that_is_none_is_asked_again(self, desk: Office) -> None:
        id = ticket(desk)
        done = desk.run("send-to-mc", str(id), answers=["P", "9", "Urgnt", "", "y"])
        assert done.code == 0
        assert done.err.count("Which priority?") == 3
        assert 'no active priority "Urgnt"' in done.err
        assert desk.holds(id)["priority"] == HIGH

    def test_a_note_on_the_call_back(self, desk: Office) -> None:
        id = ticket(desk)
        done = desk.run("send-to-mc", str(id), answers=["c", "Call back at 3 PM", "y"])
        assert done.code == 0
        assert "Send T20261123.9900 to Mission Control, with a note? [y/N]" in done.err
        (note,) = desk.notes(id)
        assert note["description"] == "Call back at 3 PM"
        assert json.loads(desk.run("outbox", "--json").out)["entries"] == []
        assert list((desk.home / "drafts").iterdir()) == []

    def test_with_the_templates_note(self, desk: Office) -> None:
        desk.add_settings('[templates.return-to-mc]\nnote = "Sent by {me}."\n')
        ids = [ticket(desk, number) for number in range(2)]
        done = desk.run("send-to-mc", *map(str, ids), answers=["c", "At 3 PM", "p", "1", "y"])
        assert done.code == 0
        for id in ids:
            (note,) = desk.notes(id)
            assert note["description"].endswith("demo.example.\r\n\r\nAt 3 PM")
            assert desk.holds(id)["priority"] == CRITICAL

    def test_what_was_typed_is_kept_if_the_answer_is_no(self, desk: Office) -> None:
        id = ticket(desk)
        done = desk.run("send-to-mc", str(id), answers=["c", "Call back at 3 PM", "n"])
        assert done.code == 3
        assert "the note was not sent: your text is saved in" in " ".join(done.err.split())
        (draft,) = (desk.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == "Call back at 3 PM"
        assert json.loads(desk.run("outbox", "--json").out)["entries"] == []
        assert desk.notes(id) == []

    def test_a_note_that_is_too_long_is_asked_again(self, desk: Office) -> None:
        id = ticket(desk)
        done = desk.run("send-to-mc", str(id), answers=["c", "x" * 32_001, "short", "y"])
        assert done.code == 0
        assert "32,001" in done.err
        assert [each["description"] for each in desk.notes(id)] == ["short"]

    @pytest.mark.parametrize(
        ("argv", "offered"),
        [
            (["--priority", "Low"], "y sends it, c adds a note on the agreed call-back time\n"),
            (["--note", "hello"], "y sends it, p sets the priority\n"),
            (["--note", "hello", "--priority", "Low"], ""),
        ],
    )
    def test_what_was_given_is_not_offered(
        self, desk: Office, argv: list[str], offered: str
    ) -> None:
        done = desk.run("send-to-mc", str(ticket(desk)), *argv, answers=["p", "c"])
        assert offered in done.err
        assert ("y sends it" in done.err) == bool(offered)

    def test_what_was_decided_about_others_stays_so(self, desk: Office) -> None:
        desk.add_settings('[templates.return-to-mc]\nsecondary_resources = "ask"\n')
        for first, left in (("y", set[int]()), ("n", {COLLEAGUE})):
            id = ticket(desk)
            desk.secondary(id, COLLEAGUE)
            done = desk.run("send-to-mc", str(id), answers=[first, "p", "1", "y"])
            assert (done.code, done.err.count("Remove them?")) == (0, 1)
            assert desk.holds(id)["secondaries"] == left
            assert desk.holds(id)["priority"] == CRITICAL

    def test_what_was_overruled_stays_so(self, desk: Office) -> None:
        id = ticket(desk, companyID=NOT_SERVED)
        done = desk.run("send-to-mc", str(id), "--force", "--json", answers=["p", "1", "y"])
        assert (done.code, done.err.count("Send it anyway?")) == (0, 0)
        assert only(done)["warning_codes"] == ["not_on_plan", "overruled"]
        assert is_with_mc(desk, id)

    def test_nobody_is_offered_anything_elsewhere(self, desk: Office) -> None:
        for more, answers in ((["--yes"], None), (["--yes"], ["p"]), (["--dry-run"], None)):
            done = desk.run("send-to-mc", str(ticket(desk)), *more, answers=answers)
            assert (done.code, "y sends it" in done.err) == (0, False)


def test_text_of_strangers_in_what_is_told(desk: Office) -> None:
    gone = 10 * SERVED + GONE
    desk.world.update("Contacts", gone, firstName="\x1b[31mMallory\u202e", lastName="[bold]x[/]")
    id = ticket(desk, contactID=GONE)
    done = desk.run("send-to-mc", str(id), answers=["y"])
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err
    assert "[bold]x[/] is inactive" in done.err
