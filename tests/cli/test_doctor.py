"""`mcdesk doctor`: each thing checked before what rests on it, and what mends it."""

import json
from pathlib import Path
from typing import Any

import pytest
from offices import CONFIG, Office
from tlsservers import Authority, https_server


def checks(office: Office) -> tuple[int, dict[str, dict[str, Any]]]:
    result = office.run("doctor", "--json")
    document = json.loads(result.out)
    assert document["schema"] == "mcdesk.doctor/1"
    return result.code, {check["check"]: check for check in document["checks"]}


def test_all_is_well(office: Office) -> None:
    code, found = checks(office)
    assert code == 0
    wrong = {name: check for name, check in found.items() if check["result"] != "ok"}
    assert wrong == {}
    assert found["login"]["found"] == "accepted"
    assert "of 10,000 requests in the last hour" in found["requests"]["found"]
    assert found["template return-to-mc"]["found"] == (
        "Help Desk Support (Help Desk Technician), Returned to MC, Help Desk"
    )
    assert found["me"]["found"] == "Noor Haddad (Help Desk Technician)"
    assert found["notes"]["found"] == (
        "Int note added by a Resource, internal; a co-managed partner may not see such notes, "
        'only "Internal & Co-Managed" ones'
    )
    assert found["hours"]["found"] == "open now; next closed days: none soon"
    assert found["keyring"]["found"].endswith("MemoryKeyring")
    assert found["zone"]["found"] == "https://webservices99.autotask.net/ATServicesRest/"


@pytest.mark.parametrize(
    ("config", "environ", "faults", "failed", "found"),
    [
        pytest.param("[stale", {}, [], "settings", "config.toml", id="broken settings"),
        pytest.param(
            CONFIG + 'holidays = "XX"',
            {},
            [],
            "hours",
            "XX",
            id="an unknown country's holidays",
        ),
        pytest.param(
            CONFIG,
            {"MCDESK_AUTOTASK_SECRET": ""},
            [],
            "secrets",
            "the Autotask secret is missing",
            id="no secret",
        ),
        pytest.param(
            CONFIG, {"MCDESK_AUTOTASK_SECRET": "x"}, [], "login", "(401)", id="a wrong secret"
        ),
        pytest.param(
            '[autotask]\nusername = "nobody@example.com"\n',
            {},
            [],
            "user",
            "does not know the API user nobody@example.com",
            id="a user that nobody knows",
        ),
        pytest.param(
            CONFIG, {}, ["GET /ThresholdInformation html 503"], "login", "503", id="an outage"
        ),
        pytest.param(
            CONFIG + '[stale]\nqueues = ["Helpdesk"]\n', {}, [], "labels", "Helpdesk", id="a label"
        ),
    ],
)
def test_what_is_wrong(
    office: Office,
    config: str,
    environ: dict[str, str],
    faults: list[str],
    failed: str,
    found: str,
) -> None:
    office.configure(config)
    office.environ.update(environ)
    office.break_with(*faults)
    code, checked = checks(office)
    assert code == 4
    assert checked[failed]["result"] == "failed"
    assert found in checked[failed]["found"]
    resting = [check for check in checked.values() if check["found"].startswith("not tried, beca")]
    assert all(check["result"] == "warning" for check in resting)


def test_without_a_terminal_nothing_hangs_and_what_does_not_rest_on_it_is_tried(
    office: Office,
) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "x"
    _, found = checks(office)
    assert found["user"]["result"] == "ok"
    assert found["labels"]["found"] == "not tried, because of login"
    assert found["arrivals"]["found"] == "not tried, because of login"
    assert found["mail"]["result"] == "ok"


@pytest.mark.parametrize(
    ("config", "check", "result", "found", "mend"),
    [
        pytest.param(
            CONFIG + '[templates.return-to-mc]\nstatus = "Gone"\n',
            "template return-to-mc",
            "failed",
            'no active status "Gone"',
            '"Returned to MC"',
            id="a template's label, with its candidates",
        ),
        pytest.param(
            CONFIG.replace("Int note added by a Resource", ""),
            "notes",
            "warning",
            "note.note_type is not set",
            '"Int note added by a Resource"',
            id="no note type, with what looks internal",
        ),
        pytest.param(
            CONFIG.replace("Int note added by a Resource", "RMM Note"),
            "notes",
            "failed",
            "belongs to Autotask itself",
            "mcdesk setup template",
            id="a system note type",
        ),
        pytest.param(
            CONFIG.replace("\nme =", "\n# me ="), "me", "warning", "me is not set", "claim", id="me"
        ),
        pytest.param(
            CONFIG + '[scheduling]\nlink = "https://b.example.com/"\n',
            "statuses",
            "warning",
            "scheduling.status is not set",
            "config set",
            id="no status after a link",
        ),
        pytest.param(
            CONFIG + '[scheduling]\nreply_to = "desk@example.com"\n',
            "statuses",
            "warning",
            "scheduling.status is not set",
            "config set",
            id="no status, anything of scheduling set",
        ),
        pytest.param(
            CONFIG + '[mc]\nresources = ["Nobody"]\n',
            "vendor",
            "failed",
            'no resource "Nobody"',
            "mc.resources",
            id="nobody writes for the vendor",
        ),
        pytest.param(
            CONFIG + '[stale]\nqueues = ["Nowhere"]\n',
            "arrivals",
            "warning",
            "no ticket has come into Nowhere for a week",
            "stale.queues",
            id="a queue nobody uses",
        ),
        pytest.param(
            CONFIG + '[mail]\ntransport = "smtp"\n',
            "mail",
            "failed",
            "mail.smtp.host is not set",
            "mcdesk setup mail",
            id="no mail server",
        ),
        pytest.param(
            CONFIG.replace(
                "[hours]",
                "[hours]\n"
                + "".join(
                    f"{day} = []\n"
                    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
                ),
            ),
            "hours",
            "warning",
            "the desk never opens",
            "hours",
            id="never open",
        ),
    ],
)
def test_each_line_has_its_mend(
    office: Office, config: str, check: str, result: str, found: str, mend: str
) -> None:
    office.configure(config)
    office.world.add_choice("Tickets", "queueID", 99, "Nowhere")
    code, checked = checks(office)
    assert checked[check]["result"] == result
    assert found in checked[check]["found"]
    assert mend in checked[check]["mend"]
    assert code == (4 if result == "failed" else 0)


class TestNobodysTickets:
    """What no list shows, told by status; and what is nobody's at all."""

    def test_those_elsewhere_are_told_by_status(self, office: Office) -> None:
        for minutes in range(5):
            office.ticket(minutes, status=15)
        for minutes in range(2):
            office.ticket(minutes, status=32)
        office.ticket(3)
        office.ticket(4, status=5)
        office.ticket(5, status=15, completedDate="2026-11-20T15:00:00.000Z")
        office.ticket(6, status=15, assignedResourceID=20)
        office.ticket(7, status=15, queueID=8)
        code, found = checks(office)
        assert (code, found["other statuses"]["result"]) == (0, "warning")
        assert found["other statuses"]["found"] == (
            "unassigned open tickets in Help Desk with a status nobody checks: "
            "5 in Customer Note Added, 2 in Returned to MC"
        )
        for key in ("stale.statuses", "stale.returned_statuses", "mc.closed_statuses"):
            assert key in found["other statuses"]["mend"]

    @pytest.mark.parametrize(
        "setting",
        [
            '[stale]\nstatuses = ["New", "Customer Note Added"]\n',
            '[stale]\nreturned_statuses = ["customer note added"]\n',
            '[mc]\nclosed_statuses = ["Customer Note Added"]\n',
        ],
    )
    def test_what_the_settings_name_is_not_elsewhere(self, office: Office, setting: str) -> None:
        office.add_settings(setting)
        office.ticket(3, status=15)
        assert checks(office)[1]["other statuses"]["result"] == "ok"

    def test_rows_that_do_not_meet_the_conditions_are_not_counted(self, office: Office) -> None:
        from mcdesk.sandbox.query import parse as real

        def everything(entity: Any, body: Any, **options: Any) -> Any:
            if entity.path == "Tickets":
                body = {**body, "filter": [{"op": "gte", "field": "id", "value": 0}]}
            return real(entity, body, **options)

        office.ticket(3, status=15)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("mcdesk.sandbox.call.parse", everything)
            found = checks(office)[1]["other statuses"]["found"]
        assert found.endswith("a status nobody checks: 1 in Customer Note Added")

    def test_a_status_without_a_label(self, office: Office) -> None:
        office.ticket(3, status=777)
        assert checks(office)[1]["other statuses"]["found"].endswith("1 in status 777")

    def test_where_the_api_user_sees_no_ticket_at_all(self, office: Office) -> None:
        for row in office.world.rows("Tickets"):
            office.world.delete("Tickets", row["id"])
        code, found = checks(office)
        assert (code, found["arrivals"]["result"]) == (0, "warning")
        assert "can the API user see its tickets" in found["arrivals"]["mend"]
        assert found["other statuses"]["result"] == "ok"

    @pytest.mark.parametrize("label", ["Gone", "Waiting Customer", "Doubled"])
    def test_a_closed_status_that_is_retired_missing_or_doubled_is_a_warning(
        self, office: Office, label: str
    ) -> None:
        office.world.deactivate_choice("Tickets", "status", 7)
        for id in (81, 82):
            office.world.add_choice("Tickets", "status", id, "Doubled")
        office.add_settings(f'[mc]\nclosed_statuses = ["{label}"]\n')
        code, found = checks(office)
        assert (code, found["closed statuses"]["result"]) == (0, "warning")
        assert found["closed statuses"]["found"].startswith("mc.closed_statuses: Autotask has ")
        assert label in found["closed statuses"]["found"]
        assert office.run("stale").code == 0


@pytest.mark.parametrize(
    ("label", "smells"),
    [
        ("Email Note", True),
        ("E-MAIL to client", True),
        ("Customer Update", True),
        ("Note to End User", True),
        ("Notify Contact", True),
        ("Portal", True),
        ("Send to customer", True),
        ("Public Note", True),
        ("Internal email", True),
        ("Internal", False),
        ("Int note added by a Resource", False),
        ("Presentation", False),
        ("Task Notes", False),
    ],
)
def test_a_note_type_that_smells_of_mail_to_customers(
    office: Office, label: str, smells: bool
) -> None:
    office.world.add_choice("TicketNotes", "noteType", 400, label)
    office.world.deactivate_choice("TicketNotes", "noteType", 101)
    office.world.deactivate_choice("TicketNotes", "noteType", 205)
    office.world.deactivate_choice("TicketNotes", "noteType", 3)
    office.configure(CONFIG.replace("Int note added by a Resource", label))
    found = checks(office)[1]["notes"]
    assert (found["result"] == "warning") is smells
    assert ("may be emailed to customers" in found["found"]) is smells


def test_a_missing_permission_is_named(office: Office) -> None:
    office.break_with(
        "POST /TimeEntries/query refuse The logged in Resource does not have the adequate "
        "permissions to query this entity type."
    )
    code, found = checks(office)
    assert code == 4
    assert "isn't allowed to read TimeEntries" in found["permissions"]["found"]
    assert "security level" in found["permissions"]["mend"]


def test_what_commands_can_do_without_is_a_warning_that_names_all_of_it(office: Office) -> None:
    refused = "refuse The logged in Resource does not have the adequate permissions to query"
    entities = ("Roles", "TicketHistory", "TicketSecondaryResources")
    office.break_with(*(f"POST /{entity}/query {refused}" for entity in entities))
    code, found = checks(office)
    assert (code, found["permissions"]["result"]) == (0, "warning")
    said = "isn't allowed to read TicketSecondaryResources, TicketHistory, Roles: Autotask refused"
    assert said in found["permissions"]["found"]
    assert "commands work without" in found["permissions"]["mend"]


def test_nothing_of_partners_if_notes_cannot_be_for_them(office: Office) -> None:
    office.world.deactivate_choice("TicketNotes", "publish", 4)
    assert checks(office)[1]["notes"]["found"] == "Int note added by a Resource, internal"


def test_a_template_with_a_category_that_autotask_does_not_know(office: Office) -> None:
    office.add_settings('[templates.return-to-mc]\ncategory = "Standart"\n')
    code, found = checks(office)
    assert (code, found["template return-to-mc"]["result"]) == (4, "failed")
    assert '"Standart"' in found["template return-to-mc"]["found"]


def test_a_queue_list_that_may_not_be_read_leaves_the_template_checked(office: Office) -> None:
    office.break_with("POST /ResourceRoleQueues/query status 403")
    _, found = checks(office)
    assert found["template return-to-mc"]["result"] == "warning"
    assert "isn't allowed to read ResourceRoleQueues" in found["template return-to-mc"]["found"]


@pytest.mark.parametrize(
    ("faults", "failed", "mend"),
    [
        ("POST /TimeEntries/query status 403", "permissions", "an administrator can allow it"),
        ("POST /TimeEntries/query status 404", "permissions", "check autotask.zone_url"),
    ],
)
def test_no_failure_is_without_its_mend(
    office: Office, faults: str, failed: str, mend: str
) -> None:
    office.break_with(faults)
    assert mend in checks(office)[1][failed]["mend"]


def test_what_autotask_could_not_be_asked_is_not_known(office: Office) -> None:
    office.break_with("GET /zoneInformation html 503 x9")
    code, found = checks(office)
    assert code == 0
    for check in ("user", "zone"):
        assert found[check]["result"] == "warning"
        assert "couldn't ask Autotask" in found[check]["found"]


def test_a_database_that_cannot_be_used_leaves_the_rest(office: Office) -> None:
    (office.home / "mcdesk.db").write_bytes(b"no database" * 100)
    code, found = checks(office)
    assert code == 4
    assert next(iter(found)) == "database"
    assert found["database"]["result"] == "failed"
    assert "move the file away" in found["database"]["mend"]
    assert found["user"]["result"] == found["mail"]["result"] == "ok"
    assert found["login"]["found"] == "not tried, because of database"


def test_nothing_is_posted_without_a_webhook(office: Office) -> None:
    result = office.run("doctor", "--send-test", "--json")
    slack = json.loads(result.out)["checks"][-1]
    assert (result.code, slack["result"], slack["mend"]) == (4, "failed", "mcdesk setup slack")


def test_writing_is_what_was_seen_last(office: Office) -> None:
    assert checks(office)[1]["writing"]["found"] == "not tried yet today"
    office.run("claim", str(office.ticket(30)))
    assert checks(office)[1]["writing"]["found"] == "in your name, seen today"
    office.world.forbid_impersonation(0)
    office.run("note", str(office.ticket(31)), "x")
    assert checks(office)[1]["writing"]["result"] == "warning"


def test_a_clock_that_is_off_and_a_full_hour(office: Office) -> None:
    office.app.now = lambda: office.now.replace(minute=20)
    office.app.threshold = 5
    _, found = checks(office)
    assert found["clock"]["found"] == "this computer's clock is 20 minutes off"
    assert found["requests"]["result"] == "warning"


def test_nobody_is_in_no_queue(office: Office) -> None:
    for row in office.world.rows("ResourceRoleQueues", resourceID=12):
        office.world.delete("ResourceRoleQueues", row["id"])
    _, found = checks(office)
    assert "Help Desk Support is in no queue" in found["template return-to-mc"]["found"]


@pytest.mark.parametrize(
    ("webhook", "result"),
    [("https://hooks.slack.com/services/x", "ok"), ("http://hooks.example.com/x", "failed")],
)
def test_slacks_webhook_by_its_shape(office: Office, webhook: str, result: str) -> None:
    office.environ["MCDESK_SLACK_WEBHOOK"] = webhook
    done = office.run("doctor")
    assert webhook not in done.out + done.err
    assert checks(office)[1]["slack"]["result"] == result


def test_a_zone_that_is_not_where_the_user_lives(office: Office) -> None:
    office.app.zone_url = "https://webservices7.autotask.net/ATServicesRest/"
    office.app.web_url = "https://ww7.autotask.net/"
    _, found = checks(office)
    assert found["zone"]["result"] == "warning"
    assert found["zone"]["mend"] == (
        "mcdesk config set autotask.zone_url https://webservices7.autotask.net/ATServicesRest/; "
        "mcdesk config set autotask.web_url https://ww7.autotask.net/"
    )


def test_links_that_lead_elsewhere_than_the_users_zone(office: Office) -> None:
    office.app.web_url = "https://ww7.autotask.net/"
    _, found = checks(office)
    assert found["zone"]["result"] == "warning"
    assert found["zone"]["mend"].endswith("autotask.web_url https://ww7.autotask.net/")
    office.app.web_url = "https://WW99.autotask.net"
    assert checks(office)[1]["zone"]["result"] == "ok"


def test_a_line_is_posted_to_slack_only_where_somebody_asks(office: Office) -> None:
    assert office.run("--demo", "doctor").code == 0
    assert "Slack post" not in office.run("--demo", "demo", "inbox").out
    assert office.run("--demo", "doctor", "--send-test").code == 0
    done = office.run("--demo", "demo", "inbox")
    assert "Slack post 1 of 1\nmcdesk can post here." in done.out
    assert len(json.loads(office.run("--demo", "demo", "inbox", "--json").out)["posts"]) == 1


@pytest.mark.parametrize(
    ("backend", "found"),
    [
        ("keyring.backends.null.Keyring", "saves nothing"),
        ("keyring.backends.fail.Keyring", "this computer has no keyring"),
    ],
)
def test_keyrings_that_keep_nothing_are_told(office: Office, backend: str, found: str) -> None:
    import keyring
    from keyring.core import load_keyring

    keyring.set_keyring(load_keyring(backend))
    _, checked = checks(office)
    assert checked["keyring"]["result"] == "warning"
    assert found in checked["keyring"]["found"]


def test_lines_to_read(office: Office) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "x"
    result = office.run("doctor")
    assert result.code == 4
    lines = result.out.splitlines()
    assert lines[1].split() == ["ok", "settings", "1", "template"]
    login = next(i for i, line in enumerate(lines) if line.startswith("failed"))
    assert lines[login].split(maxsplit=2)[1:] == [
        "login",
        "Autotask refused the credentials (401)",
    ]
    assert lines[login + 1].strip().startswith("check the API user's name, secret and tracking")
    assert "not tried, because of login" in lines[login + 2]


def test_certificates_that_are_not_there(office: Office, tmp_path: Path) -> None:
    tls = Authority(tmp_path).server("127.0.0.1")
    office.environ["SSL_CERT_FILE"] = str(office.home / "none.pem")
    with https_server(tls, lambda *_: (200, b"ok")) as url:
        office.environ["MCDESK_SLACK_WEBHOOK"] = f"{url}/services/T0/B0/s3cret"
        result = office.run("doctor", "--send-test")
    assert result.code == 4
    assert "the certificates of SSL_CERT_FILE cannot be read" in result.out


@pytest.mark.parametrize("named", [True, False])
def test_certificates_of_a_company_that_looks_into_connections(
    office: Office, tmp_path: Path, named: bool
) -> None:
    authority = Authority(tmp_path)
    if named:
        office.environ["SSL_CERT_FILE"] = authority.file
    with https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url:
        office.environ["MCDESK_SLACK_WEBHOOK"] = f"{url}/services/T0/B0/s3cret"
        result = office.run("doctor", "--send-test")
    assert ("posted a line" in result.out) is named
    assert ("the certificate of Slack is not trusted" in result.out) is not named


def test_a_bug_of_one_look_is_its_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr("mcdesk.core.hours.OpeningHours.status", bug)
    monkeypatch.setattr("mcdesk.desk.doctor.named.may_be_mailed", bug)
    code, found = checks(office)
    assert code == 4
    failed = {name: check for name, check in found.items() if check["result"] == "failed"}
    assert set(failed) == {"hours", "notes"}
    (report,) = (office.home / "logs").iterdir()
    for check in failed.values():
        assert check["found"] == "a bug in mcdesk: KeyError"
        assert str(report) in check["mend"]
    assert report.read_text(encoding="utf-8").count("KeyError: ") == 2
    assert found["login"]["result"] == "ok"


def test_a_report_that_cannot_be_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr("mcdesk.core.hours.OpeningHours.status", bug)
    (office.home / "logs").touch()
    code, found = checks(office)
    assert code == 4
    assert found["hours"]["found"] == "a bug in mcdesk: KeyError"
    assert found["hours"]["mend"] is None


@pytest.mark.parametrize("host", ["a..b", "xn--a", "a" * 64 + ".example"])
def test_hosts_that_cannot_be_looked_up(office: Office, host: str) -> None:
    office.environ["MCDESK_SLACK_WEBHOOK"] = f"https://{host}/x"
    result = office.run("doctor", "--send-test", "--json")
    slack = json.loads(result.out)["checks"][-1]
    assert (result.code, slack["result"]) == (4, "failed")


class TestWhatTheVendorTakes:
    def test_nothing_is_asked_if_nothing_is_set(self, office: Office) -> None:
        checks(office)
        office.requests()
        found = checks(office)[1]
        assert found["plan"]["found"] == "not checked: mc.plan_field is empty"
        assert found["scope"]["found"] == "nothing is out of scope: mc.out_of_scope is empty"
        assert not any("userDefinedFields" in each for each in office.requests())

    @pytest.mark.parametrize(
        ("settings", "check", "result", "found", "mend"),
        [
            pytest.param(
                'plan_field = "help desk plan"',
                "plan",
                "ok",
                "Help Desk Plan: Yes",
                None,
                id="plan",
            ),
            pytest.param(
                'plan_field = "Help Desk Plan"\nplan_values = ["yes", "Gold", "Silver"]',
                "plan",
                "warning",
                'mc.plan_values has "Gold", "Silver", which the list of "Help Desk Plan" has not',
                'its values: "Yes", "No"',
                id="values that are not on its list",
            ),
            pytest.param(
                'plan_field = "Plan"',
                "plan",
                "failed",
                'companies in Autotask have no user-defined field "Plan" (mc.plan_field)',
                'theirs, nearest first: "Help Desk Plan"',
                id="no such field",
            ),
            pytest.param(
                'out_of_scope = ["Hardware / On-Site Repair", "OTHER"]',
                "scope",
                "ok",
                "Hardware / On-Site Repair, OTHER",
                None,
                id="scope",
            ),
            pytest.param(
                'out_of_scope = ["Line of Busines", "VPN"]',
                "scope",
                "warning",
                'mc.out_of_scope: "Line of Busines" is missing, "VPN" is retired',
                'the active ones, nearest first: "Software / Line of Business", ',
                id="missing and retired",
            ),
        ],
    )
    def test_plan_and_scope(
        self, office: Office, settings: str, check: str, result: str, found: str, mend: str | None
    ) -> None:
        office.world.deactivate_choice("Tickets", "subIssueType", 123)
        office.add_settings(f"[mc]\n{settings}\n")
        code, all_found = checks(office)
        said = all_found[check]
        assert (code, said["result"], said["found"]) == (4 * (result == "failed"), result, found)
        assert (said["mend"] or "").startswith(mend or "")
        assert (said["mend"] is None) == (mend is None)

    @pytest.mark.parametrize(
        "fault",
        [
            "GET /Companies/entityInformation/userDefinedFields status 403",
            "GET /Companies/entityInformation/userDefinedFields refuse no",
            "GET /Companies/entityInformation/userDefinedFields status 503",
        ],
    )
    def test_a_plan_that_cannot_be_read(self, office: Office, fault: str) -> None:
        office.add_settings('[mc]\nplan_field = "Help Desk Plan"\n')
        office.break_with(fault)
        code, found = checks(office)
        assert (code, found["plan"]["result"]) == (0, "warning")
        assert found["plan"]["found"] == 'the companies\' field "Help Desk Plan" cannot be read'

    def test_a_sub_issue_that_came_today(self, office: Office) -> None:
        office.add_settings('[mc]\nout_of_scope = ["Drones"]\n')
        assert checks(office)[1]["scope"]["result"] == "warning"
        office.world.add_choice("Tickets", "subIssueType", 199, "Drones")
        assert checks(office)[1]["scope"]["result"] == "ok"
