"""`config`: what is set, where it comes from, and changing it."""

import json
from pathlib import Path
from typing import Any

import pytest
from offices import CONFIG, Office
from systems import editor, posix_only

from mcdesk.sandbox.people import SECRET


def listed(office: Office) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(office.run("config", "--json").out)
    assert document["schema"] == "mcdesk.config/1"
    return document


def test_every_setting_with_its_origin_and_no_secret(office: Office) -> None:
    office.environ["MCDESK_AUTOTASK_USERNAME"] = "other@example.com"
    document = listed(office)
    settings = {each["key"]: (each["value"], each["from"]) for each in document["settings"]}
    assert settings["autotask.username"] == ("other@example.com", "environment")
    assert settings["autotask.me"] == ("noor.haddad@demo.example", "file")
    assert settings["stale.after_minutes"] == (60, "default")
    assert settings["mail.from"] == ("", "default")
    assert settings["templates.return-to-mc.status"] == ("Returned to MC", "default")
    assert document["file"] == str(office.home / "config.toml")
    secrets = {each["name"]: (each["state"], each["from"]) for each in document["secrets"]}
    assert secrets["autotask_secret"] == ("set", "environment")
    assert secrets["smtp_password"] == ("missing", "missing")
    done = office.run("config")
    assert SECRET not in done.out + done.err
    assert "secret autotask_secret" in done.out
    assert office.requests() == []


def test_what_stands_in_tables_of_ones_own_names_is_listed_one_by_one(office: Office) -> None:
    office.configure(CONFIG + '[hours.special]\n2026-12-24 = ["09:00-12:00"]\n')
    settings = {each["key"]: (each["value"], each["from"]) for each in listed(office)["settings"]}
    assert settings["hours.special.2026-12-24"] == (["09:00-12:00"], "file")
    assert settings["mc.response_minutes.High"] == (60, "default")
    assert office.run("config", "get", "hours.special.2026-12-24").out == '["09:00-12:00"]\n'


def test_the_demos_own_values_are_marked(office: Office) -> None:
    document = json.loads(office.run("--demo", "config", "--json").out)
    origins = {each["key"]: each["from"] for each in document["settings"]}
    assert origins["autotask.me"] == "demo"
    assert document["secrets"] == []


def test_path(office: Office) -> None:
    office.environ["MCDESK_HOME"] = str(office.home / "two  blanks")
    assert office.run("config", "path").out == f"{office.home / 'two  blanks' / 'config.toml'}\n"
    office.environ["MCDESK_HOME"] = str(office.home)
    assert office.run("config", "path").out == f"{office.home / 'config.toml'}\n"


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("stale.after_minutes", "90", 90),
        ("stale.queues", "Level I", ["Level I"]),
        ("stale.queues", '["Level I", "Help Desk"]', ["Level I", "Help Desk"]),
        ("mc.phone", "5550100200", "5550100200"),
        ("mc.reply_to", "a@example.com", "a@example.com"),
        ("hours.closed", "[2026-11-27]", ["2026-11-27"]),
        ("templates.urgent.queue", "Level I", "Level I"),
        ("autotask.me", "", ""),
    ],
)
def test_set(office: Office, key: str, value: str, kept: Any) -> None:
    done = office.run("config", "set", key, value)
    assert (done.code, done.out) == (0, "")
    settings = {each["key"]: each for each in listed(office)["settings"]}
    assert settings[key]["value"] == kept
    assert settings[key]["from"] == "file"
    assert (office.home / "config.toml.1").exists()


@pytest.mark.parametrize(
    ("key", "value", "code", "said"),
    [
        ("stale.after_minute", "5", 4, "did you mean"),
        ("stale.after_minutes", "soon", 4, "stale.after_minutes must be"),
        ("mc.customer_name", "Mission Control", 4, "is shown to customers"),
        ("stale.returned_statuses", "New", 4, 'both hold "New"'),
        ("stale.returned_statuses", '["New"]', 4, 'both hold "New"'),
        ("scheduling.text", '["New"]', 4, "must hold {link}"),
        ("stale.queues", "[]", 4, "a list of at least one text"),
        ("after_minutes", "5", 2, "is not a key"),
        ("stale.", "5", 2, "is not a key"),
    ],
)
def test_set_what_is_not_allowed(
    office: Office, key: str, value: str, code: int, said: str
) -> None:
    before = (office.home / "config.toml").read_text(encoding="utf-8")
    done = office.run("config", "set", key, value)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert (office.home / "config.toml").read_text(encoding="utf-8") == before


def test_set_says_that_comments_were_lost(office: Office) -> None:
    office.add_settings("# ours\n")
    done = office.run("config", "set", "stale.after_minutes", "90")
    assert "comments were lost; the old file is" in done.err
    assert "# ours" in (office.home / "config.toml.1").read_text(encoding="utf-8")
    assert "comments were lost" not in office.run("config", "set", "stale.after_minutes", "91").err


def test_a_file_that_cannot_be_read_is_not_overwritten(office: Office) -> None:
    office.configure("[stale")
    done = office.run("config", "set", "stale.after_minutes", "90")
    assert done.code == 4
    assert (office.home / "config.toml").read_text(encoding="utf-8") == "[stale"


def test_json_belongs_to_the_list(office: Office) -> None:
    assert office.run("config", "--json", "path").code == 2


UNREADABLE = {
    "other bytes": b"\xff\xfe[\x00m\x00",
    "nested 3000 deep": b"a = " + b"[" * 3000 + b"]" * 3000,
    "5000 digits": b"[mc]\nmax_batch = " + b"9" * 5000,
    "a folder": None,
}


@pytest.mark.parametrize(
    "argv",
    [
        ["config"],
        ["config", "set", "stale.after_minutes", "90"],
        ["callscript"],
        ["setup", "--export", "team.toml"],
        ["setup", "--from", "CONFIG"],
        ["stale"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("content", list(UNREADABLE.values()), ids=list(UNREADABLE))
def test_a_file_that_nobody_can_read(
    office: Office, argv: list[str], content: bytes | None
) -> None:
    file = replaced(office, content)
    done = office.run(*(str(file) if word == "CONFIG" else word for word in argv))
    assert (done.code, done.out) == (4, "")
    assert "config.toml: " in done.err


@pytest.mark.parametrize(
    ("content", "code"),
    list(zip(UNREADABLE.values(), (4, 3, 3, 4), strict=True)),
    ids=list(UNREADABLE),
)
def test_what_is_text_can_be_mended_in_the_editor(
    office: Office, tmp_path: Path, content: bytes | None, code: int
) -> None:
    replaced(office, content)
    office.environ["EDITOR"] = editor(tmp_path, "pass")
    done = office.run("config", "edit", answers=["n"])
    assert (done.code, done.out) == (code, "")
    assert "config.toml: " in done.err


def replaced(office: Office, content: bytes | None) -> Path:
    """Put *content*, None for a folder, in the place of the settings; give their path."""
    file = office.home / "config.toml"
    file.unlink()
    file.mkdir() if content is None else file.write_bytes(content)
    return file


def test_what_was_typed_stands_in_no_file(office: Office) -> None:
    done = office.run("config", "set", "stale.after_minutes", "soon")
    assert done.code == 4
    assert "config.toml" not in done.err


def test_a_team_file_is_named_by_its_own_name(office: Office, tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    team.write_text("[stale]\nafter_minutes = 0\n", encoding="utf-8")
    done = office.run("setup", "--from", str(team))
    assert done.code == 4
    assert "error: team.toml: stale.after_minutes must be" in done.err


def test_a_key_may_be_quoted_as_in_the_file(office: Office) -> None:
    assert office.run("config", "set", 'templates."night. shift".queue', "Level I").code == 0
    text = (office.home / "config.toml").read_text(encoding="utf-8")
    assert '[templates."night. shift"]' in text


@pytest.mark.parametrize("key", ["mail.smtp.password", "autotask.secret", "slack.webhook"])
def test_a_secret_is_no_setting(office: Office, key: str) -> None:
    done = office.run("config", "set", key, "hunter2")
    assert done.code == 4
    assert "hint: secrets don't go in config.toml" in done.err


def test_what_a_failing_secret_command_may_have_is_unknown(office: Office) -> None:
    office.configure(CONFIG.replace("[note]", 'secret_command = ["/no/such/program"]\n[note]'))
    done = office.run("config", "--json")
    assert done.code == 0
    secrets = {each["name"]: each for each in json.loads(done.out)["secrets"]}
    assert secrets["autotask_secret"]["from"] == "environment"
    assert secrets["smtp_password"]["state"] == secrets["smtp_password"]["from"] == "unknown"
    assert done.err.count("cannot be run") == 1
    assert "unknown" in office.run("config").out


def test_holidays_that_nobody_knows(office: Office) -> None:
    done = office.run("config", "set", "hours.holidays", "Narnia")
    assert done.code == 4
    assert "hours.holidays must be" in done.err
    assert "Narnia" not in (office.home / "config.toml").read_text(encoding="utf-8")


@posix_only("links that anybody may make")
def test_a_link_stays_one(office: Office, tmp_path: Path) -> None:
    file, real = office.home / "config.toml", tmp_path / "shared.toml"
    file.rename(real)
    file.symlink_to(real)
    assert office.run("config", "set", "stale.after_minutes", "90").code == 0
    assert file.is_symlink()
    assert "after_minutes = 90" in real.read_text(encoding="utf-8")


class TestEdit:
    def test_keeps_comments(self, office: Office, tmp_path: Path) -> None:
        script = r'file.write_text("# mine\n[stale]\nafter_minutes = 30\n")'
        office.environ["EDITOR"] = editor(tmp_path, script)
        assert office.run("config", "edit", answers=[]).code == 0
        assert (office.home / "config.toml").read_text(encoding="utf-8").startswith("# mine")
        assert list((office.home / "drafts").iterdir()) == []

    def test_what_is_wrong_is_edited_again_or_left(self, office: Office, tmp_path: Path) -> None:
        before = (office.home / "config.toml").read_text(encoding="utf-8")
        script = r'file.write_text("[stale]\nafter = 30\n")'
        office.environ["EDITOR"] = editor(tmp_path, script)
        done = office.run("config", "edit", answers=["", "n"])
        assert done.code == 3
        assert done.err.count("is not a setting") == 2
        assert (office.home / "config.toml").read_text(encoding="utf-8") == before

    def test_needs_a_terminal(self, office: Office) -> None:
        done = office.run("config", "edit")
        assert (done.code, "--yes" in done.err) == (3, False)


class TestOneKey:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("stale.after_minutes", "60"),
            ("mc.name", "Mission Control"),
            ("stale.queues", '["Help Desk"]'),
            ("templates.return-to-mc.status", "Returned to MC"),
            ("autotask.me", "noor.haddad@demo.example"),
        ],
    )
    def test_get(self, office: Office, key: str, value: str) -> None:
        done = office.run("config", "get", key)
        assert (done.code, done.out, done.err) == (0, f"{value}\n", "")

    @pytest.mark.parametrize("word", ["get", "unset"])
    def test_a_key_that_there_is_not(self, office: Office, word: str) -> None:
        done = office.run("config", word, "stale.after_minute")
        assert (done.code, done.out) == (4, "")
        assert 'did you mean "stale.after_minutes"' in done.err

    def test_unset(self, office: Office) -> None:
        office.run("config", "set", "stale.after_minutes", "45")
        done = office.run("config", "unset", "stale.after_minutes")
        assert done.code == 0
        assert "no longer set" in done.err
        assert office.run("config", "get", "stale.after_minutes").out == "60\n"
        again = office.run("config", "unset", "stale.after_minutes")
        assert again.code == 0
        assert "is not set in" in again.err
        assert "[stale]" not in (office.home / "config.toml").read_text(encoding="utf-8")

    def test_what_is_needed_stays(self, office: Office) -> None:
        office.add_settings('[mc]\ntemplate = "own"\n[templates.own]\nlabel = "Own"\n')
        done = office.run("config", "unset", "templates.own.label")
        assert done.code == 4
        assert office.run("config", "get", "templates.own.label").out == "Own\n"


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "near"),
        [
            ("send", "did you mean send-to-mc or send-link?"),
            ("sendlink", "did you mean send-to-mc or send-link?"),
            ("sned-link", "did you mean send-to-mc or send-link?"),
            ("stail", "did you mean stale?"),
            ("LIST", "did you mean list?"),
            ("frobnicate", "hint: mcdesk --help"),
        ],
    )
    def test_a_mistyped_command(self, office: Office, typed: str, near: str) -> None:
        done = office.run(typed, "7")
        assert (done.code, done.out) == (2, "")
        assert f'error: there is no command "{typed}"' in done.err
        assert near in done.err

    def test_help_is_a_command(self, office: Office) -> None:
        said = office.run("help").out
        assert said == office.run("--help").out
        assert [each for each in said.splitlines()[1:] if each.endswith("...")] == []
        assert office.run("help", "stale").out == office.run("stale", "--help").out
        assert office.run("help", "outbox", "retry").out == office.run("outbox", "retry", "-h").out
        assert office.run("help", "frobnicate").code == 2


@pytest.mark.parametrize("key", ["stale.queues", "stale.statuses", "mc.plan_values"])
def test_an_empty_list_where_none_may_be_is_told_as_one(office: Office, key: str) -> None:
    done = office.run("config", "set", key, "[]")
    assert (done.code, done.out) == (4, "")
    assert f"{key} must be a list of at least one text, not []" in done.err
    assert office.run("config", "set", "hours.monday", "[]").code == 0
