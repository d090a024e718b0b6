"""Which keyring counts: a store of the operating system, whatever else a package brings along."""

import json
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from offices import CONFIG, SECRETS, Office

from mcdesk.credentials import ring
from mcdesk.credentials.ring import SYSTEM_STORES, system_ring, system_store
from mcdesk.errors import KeyringProblem, NoSystemStore

ADVICE = ("keyrings.alt", "recommended", "pip", "install")


def backend(module: str, *, text: str | None = None, name: str = "Keyring") -> Any:
    """Make a backend as *module* has it, which holds *text* and notes what is put there."""

    class Backend(KeyringBackend):
        priority = 1

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.stored: list[str] = []

        def get_password(self, service: str, username: str) -> str | None:
            self.stored.append("read")
            return text

        def set_password(self, service: str, username: str, password: str) -> None:
            self.stored.append(password)

    Backend.__module__, Backend.__name__ = module, name
    return Backend()


def chain(*members: Any) -> Any:
    made = backend("keyring.backends.chainer", name="ChainerBackend")
    made.backends = list(members)
    return made


FILES = [
    *("keyrings.alt.file", "keyrings.alt.Windows", "keyrings.alt.Gnome", "keyrings.cryptfile.file"),
    *("keyring_pass", "my.own.backend", "keyring.backends", "keyring.backends.macOS.mine"),
]


@pytest.mark.parametrize("module", sorted(SYSTEM_STORES))
def test_the_stores_of_the_systems_count(module: str) -> None:
    store = backend(module)
    assert system_store(store) is store


@pytest.mark.parametrize("module", FILES)
def test_no_other_does(module: str) -> None:
    for found in (backend(module), chain(backend(module), backend("keyring.backends.null"))):
        with pytest.raises(NoSystemStore, match="is not the operating system's own") as caught:
            system_store(found)
        assert module in caught.value.message
        said = caught.value.message.replace(module, "") + str(caught.value.hint)
        assert not [word for word in ADVICE if word in said]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (load_keyring("keyring.backends.fail.Keyring"), "this computer has no keyring"),
        (load_keyring("keyring.backends.null.Keyring"), "saves nothing"),
        (chain(), "this computer has no keyring"),
        (chain(load_keyring("keyring.backends.fail.Keyring")), "this computer has no keyring"),
    ],
    ids=["fail", "null", "empty chain", "chain of one that fails"],
)
def test_none_at_all_is_said_in_our_own_words(found: Any, said: str) -> None:
    with pytest.raises(KeyringProblem, match=said) as caught:
        system_store(found)
    assert not isinstance(caught.value, NoSystemStore)
    assert not [word for word in ADVICE if word in caught.value.message]


def test_of_a_chain_only_the_systems_store_is_used() -> None:
    plain, store = (
        backend("keyrings.alt.file", text="{}"),
        backend("keyring.backends.SecretService"),
    )
    assert system_store(chain(plain, store)) is store


def test_the_librarys_keyring_is_asked() -> None:
    keyring.get_keyring().set_password("mcdesk", "me", "x")
    assert system_ring().get_password("mcdesk", "me") == "x"
    system_ring().set_password("mcdesk", "me", "y")
    assert keyring.get_keyring().get_password("mcdesk", "me") == "y"


def test_backends_that_cannot_be_loaded_hinder_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def fails(name: str) -> ModuleType:
        loaded.append(name)
        if name != "keyring":
            raise OSError("not on this system")
        return keyring

    monkeypatch.setattr(ring, "import_module", fails)
    assert system_ring().get_password("mcdesk", "me") is None
    assert len(loaded) > len(SYSTEM_STORES)


class TestAFileInTheKeyringsPlace:
    @pytest.fixture(params=[False, True], ids=["alone", "in a chain"])
    def file(self, request: pytest.FixtureRequest) -> Any:
        secrets = {name[7:].lower(): content for name, content in SECRETS.items()}
        plain = backend("keyrings.alt.file", text=json.dumps(secrets), name="PlaintextKeyring")
        keyring.set_keyring(chain(plain) if request.param else plain)
        return plain

    def without_secrets(self, office: Office) -> Sequence[str]:
        for name in SECRETS:
            del office.environ[name]
        return list(SECRETS)

    def test_nothing_is_read_from_it(self, office: Office, file: Any) -> None:
        self.without_secrets(office)
        done = office.run("stale")
        assert (done.code, file.stored) == (4, [])
        assert "keyrings.alt.file.PlaintextKeyring is not the operating" in done.err

    def test_the_doctor_fails_it(self, office: Office, file: Any) -> None:
        done = office.run("doctor", "--json")
        found = {each["check"]: each for each in json.loads(done.out)["checks"]}
        assert done.code == 4
        assert found["keyring"]["result"] == "failed"
        assert "not the operating system's own" in found["keyring"]["found"]
        assert "autotask.secret_command" in found["keyring"]["mend"]
        assert found["login"]["result"] == "ok"
        assert file.stored == []

    def test_setup_refuses_it(self, office: Office, file: Any) -> None:
        office.configure(CONFIG)
        webhook = "https://hooks.slack.example/x"
        done = office.run("setup", "slack", answers=[webhook])
        said = done.err.replace("\n", " ")
        assert "not the operating system's own" in said
        assert "Secrets were not saved" in said
        assert "keyrings.alt package" not in said
        assert file.stored == []
