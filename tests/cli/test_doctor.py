"""`mcdesk doctor`: each thing checked before what rests on it, and what mends it."""

import json
from typing import Any

import pytest
from offices import CONFIG, Office


def checks(office: Office) -> tuple[int, dict[str, dict[str, Any]]]:
    result = office.run("doctor", "--json")
    document = json.loads(result.out)
    assert document["schema"] == "mcdesk.doctor/1"
    return result.code, {check["check"]: check for check in document["checks"]}


def test_all_is_well(office: Office) -> None:
    code, found = checks(office)
    assert code == 0
    assert {check["result"] for check in found.values()} == {"ok"}
    assert found["login"]["found"] == (
        "accepted; the tenant has used 0 of 10,000 requests in the last hour"
    )
    assert found["zone"]["found"] == "https://webservices99.autotask.net/ATServicesRest/"


@pytest.mark.parametrize(
    ("config", "environ", "faults", "failed", "found"),
    [
        pytest.param("[stale", {}, [], "settings", "config.toml", id="broken settings"),
        pytest.param(
            CONFIG + 'holidays = "XX"', {}, [], "hours", "XX", id="an unknown country's holidays"
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
            "zone",
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
    names = list(checked)
    after = [checked[name]["result"] for name in names[names.index(failed) + 1 :]]
    assert set(after) <= {"warning"}


def test_lines_to_read(office: Office) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "x"
    result = office.run("doctor")
    assert result.code == 4
    lines = result.out.splitlines()
    assert lines[0] == "ok      settings  1 template"
    assert lines[4] == "failed  login     Autotask refused the credentials (401)"
    assert lines[5] == (
        "                  check the API user's name, secret and tracking identifier, then run "
        "`mcdesk doctor`"
    )
    assert lines[6] == "warning labels    not tried, because of the failure above"
