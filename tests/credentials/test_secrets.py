"""Secrets: where each is looked for, in which order, and that none shows itself."""

import copy
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from keyring.backends.null import Keyring as NullKeyring

from mcdesk.credentials import SECRET_NAMES, KeyringItem, Secret, SecretName, Secrets, variable
from mcdesk.credentials.ring import Ring
from mcdesk.errors import KeyringProblem, SecretsMissing, SettingsProblem


class DictRing:
    """A keyring that holds its texts in a dictionary; counts how often it is read."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.reads = 0

    def get_password(self, service: str, username: str, /) -> str | None:
        self.reads += 1
        return self.texts.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.texts[service, username] = password


def null_ring() -> Ring:
    return NullKeyring()  # type: ignore[no-untyped-call]  # keyring leaves it without types


class LockedRing(DictRing):
    """A keyring that nobody unlocks."""

    def get_password(self, service: str, username: str, /) -> str | None:
        raise RuntimeError("the collection is locked")


def secrets(
    ring: Ring | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    command: Sequence[str] = (),
) -> Secrets:
    item = KeyringItem(
        user_name="robot@msp.example",
        folder=Path("desk"),
        interactive=False,
        say=pytest.fail,
        open_ring=lambda: ring or pytest.fail("the keyring was opened"),
    )
    return Secrets(environ or {}, item, command)


def printing(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"print({text!r})")


def test_variables_are_the_documented_ones() -> None:
    assert [variable(name) for name in SECRET_NAMES] == [
        "MCDESK_AUTOTASK_SECRET",
        "MCDESK_AUTOTASK_INTEGRATION_CODE",
        "MCDESK_SMTP_PASSWORD",
        "MCDESK_GRAPH_CLIENT_SECRET",
        "MCDESK_SLACK_WEBHOOK",
    ]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_environment_comes_first_and_opens_nothing(name: SecretName) -> None:
    found = secrets(environ={variable(name): "s3cret"}, command=("no such program",))
    assert found.need(name).reveal() == "s3cret"
    assert found.origin(name) == "environment"


def test_each_secret_is_found_on_its_own() -> None:
    ring = DictRing()
    secrets(ring).store({"autotask_secret": "ring", "smtp_password": "ring"})
    found = secrets(
        ring,
        environ={"MCDESK_AUTOTASK_SECRET": "env", "MCDESK_SMTP_PASSWORD": ""},
        command=printing('{"smtp_password": "program", "slack_webhook": "program"}'),
    )
    assert {name: found.origin(name) for name in SECRET_NAMES} == {
        "autotask_secret": "environment",
        "autotask_integration_code": "missing",
        "smtp_password": "keyring",
        "graph_client_secret": "missing",
        "slack_webhook": "secret_command",
    }
    assert found.need("autotask_secret").reveal() == "env"
    assert found.need("smtp_password").reveal() == "ring"
    assert found.need("slack_webhook").reveal() == "program"
    assert found.find("graph_client_secret") is None


def test_keyring_is_read_once() -> None:
    ring = DictRing()
    found = secrets(ring)
    for name in SECRET_NAMES:
        found.find(name)
    assert ring.reads == 1


def test_program_runs_once_and_only_when_needed(tmp_path: Path) -> None:
    log = tmp_path / "runs"
    program = f"print('{{}}'); open({str(log)!r}, 'a').write('x')"
    ring = DictRing()
    secrets(ring).store({"autotask_secret": "ring"})
    found = secrets(ring, command=(sys.executable, "-c", program))
    assert found.find("autotask_secret")
    assert not log.exists()
    assert not found.find("slack_webhook")
    assert not found.find("smtp_password")
    assert log.read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("ring", [LockedRing(), null_ring()], ids=["locked", "null"])
def test_keyring_in_trouble_does_not_stop_the_program(ring: Ring) -> None:
    found = secrets(ring, command=printing('{"autotask_secret": "program"}'))
    assert found.need("autotask_secret").reveal() == "program"


def test_missing_secret_names_its_variable() -> None:
    with pytest.raises(SecretsMissing) as caught:
        secrets(DictRing()).need("slack_webhook")
    assert caught.value.message == "the Slack webhook is missing"
    assert caught.value.hint == "set MCDESK_SLACK_WEBHOOK, or let autotask.secret_command print it"


def test_missing_secret_tells_what_the_keyring_said() -> None:
    with pytest.raises(SecretsMissing) as caught:
        secrets(LockedRing()).need("autotask_secret")
    assert caught.value.message == (
        "the Autotask secret is missing (the keyring failed: the collection is locked)"
    )


def test_program_in_trouble_is_told_even_for_a_secret_one_can_do_without() -> None:
    with pytest.raises(SettingsProblem):
        secrets(DictRing(), command=("no such program",)).find("slack_webhook")


def test_stored_secret_is_found_at_once() -> None:
    found = secrets(DictRing())
    assert found.find("smtp_password") is None
    found.store({"smtp_password": "new"})
    assert found.need("smtp_password").reveal() == "new"


def test_keyring_that_drops_what_it_is_given() -> None:
    with pytest.raises(KeyringProblem, match=r"^the keyring did not save what was written to it$"):
        secrets(null_ring()).store({"smtp_password": "x"})


def test_secret_does_not_show_itself() -> None:
    secret = Secret("hunter2")
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>20}",
        f"{[secret]}",
        format(secret, ">9"),
    ]
    assert not any("hunter2" in text for text in shown)
    assert repr(secret) == "Secret(set)"
    assert secret.reveal() == "hunter2"
    assert not hasattr(secret, "__dict__")


def test_secret_is_not_copied_or_pickled() -> None:
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not to be copied or pickled"):
            leak(Secret("hunter2"))


def test_complete_environment_never_imports_keyring() -> None:
    program = """if True:
        import pathlib, sys
        from mcdesk.credentials import SECRET_NAMES, KeyringItem, Secrets, variable
        item = KeyringItem(
            user_name="u", folder=pathlib.Path("f"), interactive=False, say=print
        )
        found = Secrets({variable(name): "x" for name in SECRET_NAMES}, item)
        assert all(found.need(name).reveal() == "x" for name in SECRET_NAMES)
        assert "keyring" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", program], check=True)
