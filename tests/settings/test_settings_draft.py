"""Drafts of config.toml: changed key by key, checked at once, shared without what is personal."""

from pathlib import Path
from typing import Any

import pytest

from mcdesk.errors import SettingsProblem, UsageProblem
from mcdesk.settings.draft import PERSONAL, Draft
from mcdesk.settings.listing import listed
from mcdesk.settings.reading import load

NOBODYS = Draft({})


def test_what_a_team_shares_has_nothing_personal() -> None:
    address = "jane@example.com"
    texts = dict.fromkeys(PERSONAL, address) | {"mail.smtp.port": "25", "stale.queues": "A"}
    shared = NOBODYS.with_texts(texts).shared()
    assert shared.table == {"mail": {"smtp": {"port": 25}}, "stale": {"queues": ["A"]}}
    everything = {
        "autotask.me",
        "autotask.role",
        "mail.from",
        "mail.smtp.username",
        "mail.graph.sender",
        "mc.reply_to",
        "autotask.secret_command",
    }
    assert everything == PERSONAL


def test_tables_of_nothing_but_personal_values_are_not_shared() -> None:
    assert NOBODYS.with_text("mail.smtp.username", "jane").shared().table == {}


def test_a_team_file_fills_in_only_what_is_not_set() -> None:
    own = Draft({"mc": {"phone": "555-010-1111"}, "stale": {"after_minutes": 30}})
    team = Draft({"mc": {"phone": "555-010-2222", "max_batch": 2}, "claim": {"status": "New"}})
    assert team.with_table(own.table).table == {
        "mc": {"phone": "555-010-1111", "max_batch": 2},
        "stale": {"after_minutes": 30},
        "claim": {"status": "New"},
    }


def test_zones_may_be_named_as_windows_does() -> None:
    draft = NOBODYS.with_text("hours.timezone", "Eastern Standard Time")
    assert draft.value("hours.timezone") == "America/New_York"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("New", ["New"], id="a text"),
        pytest.param('["New", "Old"]', ["New", "Old"], id="TOML"),
        pytest.param('["[New]"]', ["[New]"], id="in brackets of its own"),
    ],
)
def test_a_list_may_be_typed_as_its_only_entry(text: str, value: list[str]) -> None:
    assert NOBODYS.with_text("stale.statuses", text).value("stale.statuses") == value


def test_answers_may_come_in_any_order() -> None:
    texts = {"mc.template": "ours", "templates.ours.status": "New", "stale.after_minutes": "30"}
    draft = NOBODYS.with_texts(texts)
    assert draft.value("mc.template") == "ours"
    assert draft.value("stale.after_minutes") == 30


def test_the_first_of_the_answers_that_are_wrong_is_told() -> None:
    texts = {"mc.template": "none", "mc.max_batch": "0", "stale.after_minutes": "30"}
    with pytest.raises(SettingsProblem, match=r"^mc\.template must name a template"):
        NOBODYS.with_texts(texts)


@pytest.mark.parametrize("key", ["", "mc", "mc.", ".phone", "mc..phone"])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(UsageProblem):
        NOBODYS.with_text(key, "1")


@pytest.mark.parametrize("key", ["autotask.secret", "mail.smtp.password", "slack.webhook"])
def test_secrets_stand_elsewhere(key: str) -> None:
    with pytest.raises(SettingsProblem) as caught:
        NOBODYS.with_text(key, "x")
    assert "keyring" in str(caught.value.hint)


@pytest.mark.parametrize("key", ["mc.phone.kind", "templates.none.label", "nothing"])
def test_no_value_where_nothing_stands(tmp_path: Path, key: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[mc]\nphone = "555-010-1111"\n', encoding="utf-8")
    found: Any = Draft.read(path).value(key)
    assert found is None


@pytest.mark.parametrize(
    ("name", "origin"), [("", "default"), ("robot@msp.example", "environment")]
)
def test_an_empty_variable_sets_nothing(tmp_path: Path, name: str, origin: str) -> None:
    path, environ = tmp_path / "config.toml", {"MCDESK_AUTOTASK_USERNAME": name}
    found = listed(load(path, environ=environ), path, environ=environ)
    assert [each.origin for each in found if each.key == "autotask.username"] == [origin]
