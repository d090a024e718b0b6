"""`setup`: from nothing to working, each answer proved before it is kept."""

import json
import tomllib
from pathlib import Path
from typing import Any

import keyring
import pytest
from conftest import MemoryKeyring
from keyring.core import load_keyring
from mailservers import Behaviour, mail_server
from offices import SECRETS, ZONE_URL, Office
from systems import PSEUDO_TERMINAL
from terminals import terminal

from mcdesk.cli.setup import picking
from mcdesk.cli.setup.picking import Choice
from mcdesk.sandbox.people import INTEGRATION_CODE, SECRET

ME = "noor.haddad@demo.example"
ANSWERS = {
    "autotask.username": "api@demo.example",
    "autotask.me": ME,
    "note.note_type": "Int note added by a Resource",
    "hours.timezone": "America/New_York",
}


def flags(**changed: str) -> list[str]:
    answers = {**ANSWERS, **{key.replace("__", "."): value for key, value in changed.items()}}
    return [word for key, value in answers.items() for word in ("--set", f"{key}={value}")]


def table(office: Office) -> dict[str, Any]:
    return tomllib.loads((office.home / "config.toml").read_text(encoding="utf-8"))


@pytest.fixture
def empty(office: Office) -> Office:
    """Return an office in which mcdesk was never set up."""
    (office.home / "config.toml").unlink()
    return office


@pytest.fixture
def homeless(empty: Office) -> Office:
    """Return one whose secrets are nowhere yet."""
    for name in SECRETS:
        del empty.environ[name]
    return empty


def test_unattended_from_nothing_to_stale(empty: Office) -> None:
    empty.ticket(70)
    done = empty.run("setup", *flags())
    assert done.code == 0, done.err
    assert table(empty) == {
        "autotask": {
            "username": "api@demo.example",
            "zone_url": ZONE_URL,
            "web_url": "https://ww99.autotask.net/",
            "me": ME,
        },
        "note": {"note_type": "Int note added by a Resource"},
        "hours": {"timezone": "America/New_York"},
    }
    assert "ok       login" in done.out
    assert "send a test ticket with a note to Mission Control" in done.err
    assert "Printer offline" in empty.run("stale").out
    for path in empty.home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("changed", "environ", "said"),
    [
        ({"autotask__username": "nobody@example.com"}, {}, "does not know the API user"),
        ({}, {"MCDESK_AUTOTASK_SECRET": "wrong"}, "refused the credentials"),
        ({}, {"MCDESK_AUTOTASK_INTEGRATION_CODE": ""}, "autotask_integration_code is missing"),
        ({"autotask__me": "nobody@demo.example"}, {}, "no active resource"),
        ({"autotask__me": "x"}, {}, "must be an email address"),
    ],
)
def test_nothing_is_written_that_was_not_proved(
    empty: Office, changed: dict[str, str], environ: dict[str, str], said: str
) -> None:
    empty.environ.update(environ)
    done = empty.run("setup", *flags(**changed))
    assert (done.code, done.out) == (4, "")
    assert said in done.err
    assert not (empty.home / "config.toml").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"note__note_type": "Internal"}, 'no active note type "Internal"'),
        ({"templates.return-to-mc.status": "Returned"}, '"Returned to MC"'),
        ({"templates.urgent.role": "Boss"}, 'a service desk role "Boss"'),
        ({"templates.urgent.priority": "Now"}, 'no active priority "Now"'),
        ({"templates.urgent.status": "Gone", "mc__template": "urgent"}, 'status "Gone"'),
        ({"claim__status": "Taken"}, 'no active status "Taken"'),
        ({"mc__resources": "Nobody"}, 'no resource "Nobody"'),
    ],
)
def test_a_wrong_label_keeps_what_was_proved_before(
    empty: Office, changed: dict[str, str], said: str
) -> None:
    done = empty.run("setup", *flags(**changed))
    assert done.code == 4
    assert said in done.err
    assert table(empty)["autotask"]["me"] == ME


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hours__timezone": "Eastern Time"}, "America/New_York"),
        ({"hours__holidays": "Narnia"}, "hours.holidays must be"),
        ({"stale__after": "5"}, "is not a setting"),
        ({"stale__after_minutes": "soon"}, "stale.after_minutes must be"),
        ({"mc__template": "urgent"}, "mc.template must name a template"),
        ({"autotask__role": "Boss"}, 'a service desk role "Boss"'),
    ],
)
def test_what_can_never_be_allowed_is_refused_before_anything_is_written(
    empty: Office, changed: dict[str, str], said: str
) -> None:
    done = empty.run("setup", *flags(**changed))
    assert done.code == 4
    assert said in done.err
    assert not (empty.home / "config.toml").exists()


def test_a_template_may_be_named_before_its_table(empty: Office) -> None:
    argv = ["--set", "mc.template=urgent", "--set", "templates.urgent.priority=High"]
    assert empty.run("setup", *argv, *flags()).code == 0
    assert table(empty)["mc"] == {"template": "urgent"}


def test_a_built_in_template_that_nobody_uses_is_no_answer(empty: Office) -> None:
    empty.world.add_choice("Tickets", "status", 77, "With the vendor")
    argv = ["--set", "mc.template=own", "--set", "templates.own.status=With the vendor"]
    empty.world.deactivate_choice("Tickets", "status", 32)  # "Returned to MC"
    done = empty.run("setup", *argv, *flags())
    assert table(empty)["mc"] == {"template": "own"}, done.err


class TestWhoTheApiUserIs:
    def test_the_environment_outranks_the_file(self, empty: Office) -> None:
        empty.environ["MCDESK_AUTOTASK_USERNAME"] = "api@demo.example"
        argv = flags()
        assert empty.run("setup", *argv[2:]).code == 0  # all but the user name
        assert table(empty)["autotask"]["username"] == "api@demo.example"

    def test_it_is_what_enter_means(self, empty: Office) -> None:
        empty.environ["MCDESK_AUTOTASK_USERNAME"] = "api@demo.example"
        done = empty.run("setup", "autotask", answers=["", ME])
        assert "API user name [api@demo.example]:" in done.err
        assert done.code == 0
        assert table(empty)["autotask"]["username"] == "api@demo.example"

    def test_another_answer_could_not_be_proved(self, empty: Office) -> None:
        empty.environ["MCDESK_AUTOTASK_USERNAME"] = "nobody@example.com"
        done = empty.run("setup", *flags())
        assert done.code == 4
        assert "MCDESK_AUTOTASK_USERNAME names another user" in done.err
        assert not (empty.home / "config.toml").exists()

    def test_nobody_is_not_asked_about(self, empty: Office) -> None:
        done = empty.run("setup")
        assert done.code == 4
        assert "hint: --set autotask.username=" in done.err
        assert empty.requests() == []

    def test_the_login_tells_where_autotask_cannot_be_asked(self, empty: Office) -> None:
        empty.break_with("GET /zoneInformation status 503 x9")
        done = empty.run("setup", "--set", f"autotask.zone_url={ZONE_URL}", *flags())
        assert done.code == 0
        assert "Couldn't ask Autotask if it knows that user" in done.err


class TestInTheDemo:
    def test_no_real_secret_is_used_or_kept(
        self, empty: Office, memory_keyring: MemoryKeyring
    ) -> None:
        empty.environ.update(
            MCDESK_AUTOTASK_SECRET="wrong",
            MCDESK_AUTOTASK_USERNAME="nobody@example.com",
            MCDESK_SLACK_WEBHOOK="http://x.example",
        )
        for section in ([], ["slack"], ["mail", "--set", "mail.transport=smtp"]):
            done = empty.run("--demo", "setup", *section, answers=[""] * 20)
            assert done.code == 0, done.err
            assert "not shown" not in done.err
        assert memory_keyring.items == {}

    def test_what_is_said_of_one_key_leaves_the_others(self, empty: Office) -> None:
        done = empty.run("--demo", "setup", "hours", "--set", "autotask.impersonate=never")
        assert done.code == 0, done.err


def test_windows_names_of_zones_are_understood(empty: Office) -> None:
    assert empty.run("setup", *flags(hours__timezone="Eastern Standard Time")).code == 0
    assert table(empty)["hours"] == {"timezone": "America/New_York"}


def test_what_is_no_answer(empty: Office) -> None:
    assert empty.run("setup", "--set", "stale").code == 2
    assert empty.run("setup", "nothing").code == 2
    assert empty.run("setup", "--from", "/no/such/file").code == 2


TYPED = [
    "nobody@example.com",  # told at once
    "api@demo.example",
    "wrong",
    "code",
    SECRET,
    INTEGRATION_CODE,
    ME,
    "",  # Help Desk Support
    "Returned",  # told with the candidates
    "",
    "",
    "Help Desk",
    "",
    "Back from MC",
    "",  # the note type that looks internal
    "https://book.example.com/?t={ticket}",
    "Scheduling Link Sent",
    "Eastern",  # told with the right name
    "America/New_York",
    "y",  # hours from Autotask
    "y",
]


def test_the_conversation(homeless: Office, memory_keyring: MemoryKeyring) -> None:
    done = homeless.run("setup", answers=TYPED)
    assert done.code == 0, done.err
    for said in (
        "does not know the API user nobody@example.com",
        "so the secret or the identifier is wrong",
        "Autotask accepts the login.",
        "The secrets are in the keyring.",
        "   1  Felix Brandt",
        'no active status "Returned"',
        "Help Desk (0 unclaimed)",
        "   1  Int note added by a Resource (looks internal)",
        "no workflow rule emails notes",
        "did you mean",
        "monday     09:00-17:00",
        "Closed this year: Jan 1, Dec 25",
    ):
        assert said in done.err, said
    assert SECRET not in done.out + done.err
    (item,) = memory_keyring.items.values()
    assert json.loads(item) == {
        "autotask_secret": SECRET,
        "autotask_integration_code": INTEGRATION_CODE,
    }
    written = table(homeless)
    assert written["hours"]["monday"] == ["09:00-17:00"]
    assert written["scheduling"] == {
        "link": "https://book.example.com/?t={ticket}",
        "status": "Scheduling Link Sent",
    }
    assert written["stale"]["queues"] == ["Help Desk"]
    assert written["stale"]["returned_statuses"] == ["Back from MC"]
    assert written["note"] == {"note_type": "Int note added by a Resource"}
    # With the secrets in the keyring, everything works.
    assert homeless.run("stale").code == 0
    assert homeless.run("doctor").code == 0


@pytest.mark.parametrize("backend", ["fail", "null"])
def test_a_headless_machine_gets_its_choices_in_words(homeless: Office, backend: str) -> None:
    keyring.set_keyring(load_keyring(f"keyring.backends.{backend}.Keyring"))
    done = homeless.run("setup", answers=[*TYPED[1:2], SECRET, INTEGRATION_CODE, *TYPED[6:]])
    for said in (
        "Secrets were not saved",
        "MCDESK_AUTOTASK_SECRET",
        "MCDESK_AUTOTASK_INTEGRATION_CODE",
        "secret_command",
    ):
        assert said in done.err.replace("\n", " "), said
    assert done.code == 4
    assert done.err.count("Secrets were not saved") == 1
    assert "failed   secrets" in done.out
    for path in homeless.home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()
    assert homeless.run("stale").code == 4


def test_five_wrong_answers_are_enough(homeless: Office) -> None:
    done = homeless.run("setup", answers=["a@example.com"] * 7)
    assert done.code == 4
    assert done.err.count("does not know the API user a@example.com") == 5
    assert not (homeless.home / "config.toml").exists()


def test_the_end_of_the_input_stops_it(homeless: Office) -> None:
    done = homeless.run("setup", answers=["api@demo.example"])
    assert done.code in (3, 4)
    assert not (homeless.home / "config.toml").exists()


def test_one_section_changes_only_what_it_is_about(office: Office) -> None:
    office.add_settings("# ours\n")
    before = table(office)
    done = office.run("setup", "hours", "--set", "hours.holidays=US")
    assert done.code == 0
    assert "Comments were lost" in done.err
    assert table(office) == {**before, "hours": {**before["hours"], "holidays": "US"}}
    assert "Closed this year: Jan 1 New Year's Day" in done.err
    again = office.run("setup", "hours", "--set", "hours.holidays=US")
    assert "Comments" not in again.err


class TestHours:
    def test_from_autotask(self, office: Office) -> None:
        done = office.run("setup", "hours", "--hours-from-autotask")
        assert done.code == 0
        assert "Business hours of Main office" in done.err
        assert table(office)["hours"]["friday"] == ["09:00-17:00"]
        assert len(table(office)["hours"]["closed"]) == 3

    def location(self, office: Office, **values: Any) -> None:
        office.world.update("InternalLocationWithBusinessHours", 1, **values)

    def test_a_day_from_midnight_to_midnight_is_a_whole_day(self, office: Office) -> None:
        midnight = "1900-01-01T00:00:00.000Z"
        days = ("monday", "saturday")
        edges = ("Start", "End")
        self.location(
            office, **{f"{day}BusinessHours{edge}Time": midnight for day in days for edge in edges}
        )
        assert office.run("setup", "hours", "--hours-from-autotask").code == 0
        written = table(office)["hours"]
        assert written["monday"] == written["saturday"] == ["00:00-24:00"]
        assert written["tuesday"] == ["09:00-17:00"]

    def test_a_night_goes_on_the_next_day(self, office: Office) -> None:
        self.location(office, fridayBusinessHoursEndTime="1900-01-01T02:00:00.000Z")
        done = office.run("setup", "hours", "--hours-from-autotask")
        assert "  friday     09:00-24:00\n" in done.err
        written = table(office)["hours"]
        assert (written["friday"], written["saturday"]) == (["09:00-24:00"], ["00:00-02:00"])
        assert office.run("stale").code == 0

    def test_holidays_on_which_the_location_works(self, office: Office) -> None:
        self.location(
            office,
            holidayHoursStartTime="1900-01-01T10:00:00.000Z",
            holidayHoursEndTime="1900-01-01T14:00:00.000Z",
        )
        done = office.run("setup", "hours", "--hours-from-autotask")
        assert "  2026-12-25 10:00-14:00\n" in done.err
        written = table(office)["hours"]
        assert written["closed"] == []
        assert written["special"]["2026-12-25"] == ["10:00-14:00"]
        assert "Closed this year: no day" in done.err

    def test_what_cannot_be_read_stays_as_it_is(self, office: Office) -> None:
        self.location(office, mondayBusinessHoursEndTime=None)
        office.add_settings('monday = ["07:00-08:00"]\n')
        done = office.run("setup", "hours", "--hours-from-autotask")
        assert "What Autotask has for monday could not be read" in done.err
        written = table(office)["hours"]
        assert (written["monday"], written["tuesday"]) == (["07:00-08:00"], ["09:00-17:00"])

    @pytest.mark.parametrize(
        ("zone", "told"),
        [
            ("(GMT-05:00) Eastern Time (US & Canada)", ""),
            ("Eastern Standard Time", ""),
            ("America/New_York", ""),
            ("America/Detroit", ""),
            ("US/Eastern", ""),
            ("(GMT-06:00) Central Time (US & Canada)", 'is "(GMT-06:00) Central Time (US'),
            ("(UTC-05:00) Bogota, Lima, Quito, Rio Branco", 'is "(UTC-05:00) Bogota'),
            ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome", 'is "(UTC+01:00) Amsterdam'),
            ("Europe/Berlin", 'is "Europe/Berlin"'),
            ("35", 'is "35"'),
            ("Somewhere", 'is "Somewhere"'),
            ("", "is not known"),
            (None, "is not known"),
        ],
    )
    def test_a_zone_that_is_not_ours_is_told(
        self, office: Office, zone: str | None, told: str
    ) -> None:
        office.world.update("InternalLocations", 1, timeZone=zone)
        said = office.run("setup", "hours", "--hours-from-autotask").err.replace("\n", " ")
        assert ("The time zone of Main office in Autotask" in said) is bool(told)
        assert told in said
        assert table(office)["hours"]["timezone"] == "America/New_York"

    def test_a_zone_that_may_not_be_read_is_told(self, office: Office) -> None:
        office.break_with("POST /InternalLocations/query status 403")
        done = office.run("setup", "hours", "--hours-from-autotask")
        assert done.code == 0
        assert "The time zone of Main office in Autotask is not known" in done.err

    def test_shown_before_they_are_used(self, office: Office) -> None:
        before = table(office)
        done = office.run("setup", "hours", answers=["", "y", "n", ""])
        assert "monday     09:00-17:00" in done.err
        assert table(office) == before

    @pytest.mark.parametrize("typed", [None, ["", "y", "", "US"]], ids=["unattended", "asked"])
    def test_where_the_api_user_may_not_read_them(
        self, office: Office, typed: list[str] | None
    ) -> None:
        office.break_with(
            "POST /InternalLocationWithBusinessHours/query refuse The logged in Resource does not "
            "have the adequate permissions to query this entity type."
        )
        argv = ["setup", "hours"] + (["--hours-from-autotask"] if typed is None else [])
        done = office.run(*argv, answers=typed)
        assert "adequate permissions to query this entity type" in done.err.replace("\n", " ")
        assert done.code == (4 if typed is None else 0)
        if typed:
            assert table(office)["hours"]["holidays"] == "US"


class TestMailAndSlack:
    def test_a_server_is_logged_in_to_and_nothing_is_sent(
        self, office: Office, memory_keyring: MemoryKeyring
    ) -> None:
        behaviour = Behaviour()
        with mail_server(behaviour) as port:
            typed = ["smtp", "", "127.0.0.1", str(port), "none", "noor", "s3cret"]
            done = office.run("setup", "mail", answers=typed)
        assert done.code == 0, done.err
        assert behaviour.logins[0] == ("noor", "s3cret")
        assert behaviour.taken == []
        assert table(office)["mail"]["smtp"]["port"] == port
        assert "s3cret" in next(iter(memory_keyring.items.values()))
        assert "s3cret" not in done.err
        assert "Email works; nothing was sent." in done.err

    def test_by_hand_nothing_is_tried(self, office: Office) -> None:
        done = office.run("setup", "mail", answers=["manual", ""])
        assert (done.code, "Email works" in done.err) == (0, False)

    def test_a_wrong_password_is_asked_for_again(
        self, office: Office, memory_keyring: MemoryKeyring
    ) -> None:
        behaviour = Behaviour({"AUTH": "535 5.7.8 wrong password"})
        with mail_server(behaviour) as port:
            typed = ["smtp", "", "127.0.0.1", str(port), "none", "noor", *["wrong"] * 9]
            done = office.run("setup", "mail", answers=typed)
        assert done.code == 4
        assert done.err.count("Password for it (not shown):") == 5
        assert memory_keyring.items == {}

    def test_a_server_that_cannot_be_reached_is_asked_for_again(
        self, office: Office, memory_keyring: MemoryKeyring
    ) -> None:
        with mail_server(Behaviour()) as port:
            typed = ["2", "", "127.0.0.1", "1", "none", "noor", "s3cret"]
            again = ["", "", "", str(port), "", ""]
            done = office.run("setup", "mail", answers=[*typed, *again])
        assert done.code == 0, done.err
        assert "error: 127.0.0.1" in done.err
        assert done.err.count("Password for it (not shown):") == 1
        assert table(office)["mail"]["smtp"]["port"] == port

    def test_what_cannot_be_meant_is_explained_and_asked_again(self, office: Office) -> None:
        with mail_server(Behaviour()) as port:
            typed = [
                "smtp",
                "me",
                "Noor <noor@example.com>",
                "my host",
                "127.0.0.1",
                "x",
                str(port),
            ]
            done = office.run("setup", "mail", answers=[*typed, "maybe", "3", ""])
        assert done.code == 0, done.err
        for key in ("mail.from", "mail.smtp.host", "mail.smtp.port", "mail.smtp.security"):
            assert f"error: {key} must be" in done.err, key
        assert table(office)["mail"]["smtp"]["security"] == "none"

    def test_what_is_in_the_keyring_can_be_replaced(
        self, office: Office, memory_keyring: MemoryKeyring
    ) -> None:
        old, new = (f"https://hooks.slack.com/services/{name}" for name in ("old", "new"))
        office.run("setup", "slack", answers=[old])
        done = office.run("setup", "slack", answers=[""])
        assert "Slack webhook (Enter keeps the one in the keyring):" in done.err
        assert any(old in item for item in memory_keyring.items.values())
        office.run("setup", "slack", answers=[new])
        assert [new in item for item in memory_keyring.items.values()] == [True]

    def test_a_server_that_refuses_changes_nothing(self, office: Office) -> None:
        before = table(office)
        behaviour = Behaviour({"AUTH": "535 5.7.8 wrong password"})
        office.environ["MCDESK_SMTP_PASSWORD"] = "wrong"
        with mail_server(behaviour) as port:
            done = office.run(
                "setup",
                "mail",
                *[
                    word
                    for key, value in {
                        "transport": "smtp",
                        "smtp.host": "127.0.0.1",
                        "smtp.port": str(port),
                        "smtp.security": "none",
                        "smtp.username": "noor",
                    }.items()
                    for word in ("--set", f"mail.{key}={value}")
                ],
            )
        assert done.code == 4
        assert "535 5.7.8 wrong password" in done.err
        assert table(office) == before

    @pytest.mark.parametrize(
        ("webhook", "code"), [("https://hooks.slack.com/services/x", 0), ("http://x.example", 4)]
    )
    def test_slack(
        self, office: Office, memory_keyring: MemoryKeyring, webhook: str, code: int
    ) -> None:
        done = office.run("setup", "slack", answers=[webhook])
        assert done.code == code
        assert any(webhook in item for item in memory_keyring.items.values()) == (code == 0)
        assert webhook not in done.out + done.err


def test_a_team_file(office: Office, tmp_path: Path) -> None:
    office.add_settings("[stale]\nafter_minutes = 45\n")
    assert office.run("config", "set", "autotask.secret_command", "vault", "p4ss").code == 0
    team = tmp_path / "team.toml"
    assert office.run("setup", "--export", str(team)).code == 0
    text = team.read_text(encoding="utf-8")
    assert ME not in text
    assert SECRET not in text
    assert "vault" not in text
    assert "p4ss" not in text
    assert "api@demo.example" in text
    (office.home / "config.toml").unlink()
    done = office.run("setup", "--from", str(team), "--set", f"autotask.me={ME}")
    assert done.code == 0, done.err
    assert table(office)["stale"] == {"after_minutes": 45}
    assert table(office)["autotask"]["me"] == ME


def test_from_a_team_file_only_what_is_personal_is_asked(
    office: Office, tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    office.add_settings('[mail]\ntransport = "smtp"\n[mail.smtp]\nhost = "127.0.0.1"\n')
    team = tmp_path / "team.toml"
    assert office.run("setup", "--export", str(team)).code == 0
    (office.home / "config.toml").unlink()
    with mail_server(Behaviour()) as port:
        more = ["--set", f"mail.smtp.port={port}", "--set", "mail.smtp.security=none"]
        done = office.run("setup", "--from", str(team), *more, answers=[ME, ""])
    assert done.code == 0, done.err
    asked = ("Your own email address in Autotask:", "User name on that server (empty for none):")
    assert [done.err.count(each) for each in asked] == [1, 1]
    assert "]: " not in done.err  # mail is from me, and the rest stands in the file
    assert table(office)["autotask"]["me"] == ME
    assert table(office)["mail"]["from"] == ME


class TestPicking:
    def test_by_number_name_or_several(self, empty: Office) -> None:
        typed = ["api@demo.example", ME, "", "", "", "1, Help Desk", "1", "", "", ""]
        done = empty.run("setup", answers=typed)
        stale = table(empty).get("stale", {})
        first = done.err.split("Help desk queues")[0].rpartition("   1  ")[2]
        assert stale["queues"] == [first.partition(" (")[0], "Help Desk"]
        assert len(stale["statuses"]) == 1

    def test_a_number_that_is_not_there_is_asked_again(self, empty: Office) -> None:
        done = empty.run("setup", answers=["api@demo.example", ME, "999", "Help Desk Support"])
        assert 'no active resource "999"' in done.err

    @PSEUDO_TERMINAL
    @pytest.mark.parametrize(("keys", "picked"), [("\r", "Back from MC"), (" \r", "none")])
    def test_what_was_picked_of_several_stays_there(
        self, app_folder: Path, keys: str, picked: str
    ) -> None:
        questions = ("Who gets", "Status to", "Queue to", "desk queues", "has taken")
        with terminal(app_folder, "--demo", "setup", "template") as it:
            for question in questions:
                it.until(rf"{question}.* filter\)")
                it.press("\r")
            it.until(r"come back from MC .* filter\)")
            it.press(keys)
            it.until(rf"come back from MC {picked}\s")

    @pytest.mark.parametrize(
        ("keys", "several", "picked"),
        [
            ("\r", False, '"New"'),
            ("\x1b[B\r", False, '"In Progress"'),
            ("back\r", False, '"Back from MC"'),
            ("xx\x7f\x7fg\r", False, '"In Progress"'),  # letters filter
            ("\r", True, '["New"]'),
            (" \x1b[B \r", True, '["In Progress"]'),
            ("\x1b[B \r", True, '["New", "In Progress"]'),
        ],
    )
    def test_with_the_arrow_keys(self, keys: str, several: bool, picked: str) -> None:
        from prompt_toolkit.application import create_app_session
        from prompt_toolkit.input import create_pipe_input
        from prompt_toolkit.output import DummyOutput

        choices = [Choice("New", "9 unclaimed"), Choice("In Progress"), Choice("Back from MC")]
        with create_pipe_input() as typed, create_app_session(input=typed):
            typed.send_text(keys)
            found = picking._by_arrows(
                "Status", choices, ["New"], several=several, screen=DummyOutput()
            )
        assert json.loads(picked) == found
