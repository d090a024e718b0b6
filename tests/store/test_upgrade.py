"""What mcdesk 0.1 left in the app folder and the keyring goes on working, untouched."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
from offices import SECRETS, Office
from old_database import SETTINGS_OF_0_1, write_0_1


def leaves(table: dict[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    """Return each key of a TOML document as `config` writes it, with its value."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{under}{name}.")
        else:
            yield f"{under}{name}", value


def test_every_setting_of_0_1_is_read_as_it_was(office: Office) -> None:
    office.configure(SETTINGS_OF_0_1)
    told = json.loads(office.run("config", "--json").out)["settings"]
    found = {each["key"]: each["value"] for each in told if each["from"] == "file"}
    text = tomllib.loads(SETTINGS_OF_0_1)
    assert found == json.loads(json.dumps(dict(leaves(text)), default=str))
    assert len(found) > 60


def test_a_whole_app_folder_is_taken_over(office: Office, app_folder: Path) -> None:
    said = write_0_1(app_folder / "mcdesk.db")
    before = (app_folder / "config.toml").read_bytes()
    username = tomllib.loads(before.decode())["autotask"]["username"]
    names = {name: name.removeprefix("MCDESK_").lower() for name in SECRETS}
    item = {names[name]: secret for name, secret in SECRETS.items()}
    keyring.set_password("mcdesk", f"{username} {app_folder}", json.dumps(item))
    for name in SECRETS:
        del office.environ[name]
    ticket = office.ticket(90)

    stale = office.run("stale", "--json")
    waiting = json.loads(office.run("outbox", "--json").out)["entries"]

    assert stale.code == 0
    assert [each["id"] for each in json.loads(stale.out)["tickets"]] == [ticket]
    entries = said["outbox"]["entries"] + said["outbox_old"]["entries"]
    assert {each["n"] for each in waiting} == {each["n"] for each in entries}
    assert (app_folder / "config.toml").read_bytes() == before
