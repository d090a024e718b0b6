"""What holds for every test: no real app folder, keyring, clock of the wall, or network."""

import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import keyring
import platformdirs
import pytest
import typer.utils
from asking import Api, Make
from hypothesis import settings
from keyring.backend import KeyringBackend
from offices import Office, with_secrets
from sampling import part_of, some_of
from systems import ON_WINE

from mcdesk import certificates
from mcdesk.credentials import ring

# A shell that runs the tests in the background has them ignore what these keys send, as would all
# that they start.
for name, usual in (("SIGINT", signal.default_int_handler), ("SIGQUIT", signal.SIG_DFL)):
    if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)
# No deadline: the machines that run these tests are shared and slow at times.
settings.register_profile("mcdesk", deadline=None)
settings.load_profile("mcdesk")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take a part of the tests, unless some were chosen by name."""
    if config.option.keyword or any("::" in arg for arg in config.args):
        return
    exhaustive = {item.nodeid for item in items if item.get_closest_marker("exhaustive")}
    others = {item.nodeid for item in items} - exhaustive
    taken = part_of(exhaustive) | some_of(others)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in taken])
    items[:] = [item for item in items if item.nodeid in taken]


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets with the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.items: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.items[service, username]


def of_this_computer(name: str) -> bool:
    """Check if the variable *name* changes what mcdesk does, or its way out."""
    of_the_web = name.casefold().endswith("_proxy") or name in ("SSL_CERT_FILE", "SSL_CERT_DIR")
    return of_the_web or name.startswith("MCDESK_")


@pytest.fixture(autouse=True)
def app_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make each test an app folder of its own; the real one raises."""
    for name in filter(of_this_computer, list(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setattr("mcdesk.proxies.system_settings", dict)
    home = tmp_path / "mcdesk"
    monkeypatch.setenv("MCDESK_HOME", str(home))

    def never(*_: object, **__: object) -> Path:
        raise AssertionError("a test reached for the real app folder")

    monkeypatch.setattr(platformdirs, "user_data_path", never)
    return home


@pytest.fixture(autouse=True)
def memory_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """Stand in for the operating system's keyring, and count as one."""
    monkeypatch.setattr(ring, "SYSTEM_STORES", ring.SYSTEM_STORES | {MemoryKeyring.__module__})
    before, memory = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fix the width, and ask for no colour."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


_connect = socket.socket.connect


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test connect to anything but this computer."""

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "a local socket"
        if host not in ("127.0.0.1", "::1", "a local socket"):
            raise AssertionError(f"a test tried to reach {host}")
        _connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def no_stranger_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let OpenSSL judge what Windows would: Wine 8 trusts a certificate nobody vouches for."""
    if ON_WINE:
        monkeypatch.setattr(certificates, "_STORES_OF_THEIR_OWN", set())
        monkeypatch.setattr(
            certificates,
            "_finds_the_store",
            lambda: sys.platform not in certificates._STORES_OF_THEIR_OWN,
        )


@pytest.fixture(scope="session", autouse=True)
def databases() -> Iterator[list[sqlite3.Connection]]:
    """Let databases be lost when we are killed: a commit takes milliseconds otherwise.

    What tests start and kill are processes of their own, which this does not reach.

    Yields those that were opened. No test can undo this by undoing its own patches.
    """
    connect = sqlite3.connect
    opened: list[sqlite3.Connection] = []

    def connecting(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(*args, **kwargs)
        with suppress(sqlite3.Error):  # what is no database is found out by who uses it
            db.execute("PRAGMA synchronous = OFF")
            db.execute("PRAGMA journal_mode = MEMORY")
        opened.append(db)
        return db

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connecting)
        yield opened


@pytest.fixture(scope="session", autouse=True)
def signatures() -> Iterator[None]:
    """Let Typer read a command's parameters once: it does so for every call, four times."""
    with pytest.MonkeyPatch.context() as patch:
        read_once = cache(typer.utils.get_params_from_function)
        patch.setattr("typer.main.get_params_from_function", read_once)
        yield


@pytest.fixture(autouse=True)
def none_stays_open(databases: list[sqlite3.Connection]) -> Iterator[None]:
    """Close what a desk of the test's own left open; the program's own is counted elsewhere."""
    yield
    while databases:
        with suppress(sqlite3.ProgrammingError):  # one of another thread's, closed there
            databases.pop().close()


@pytest.fixture(autouse=True)
def no_secret_is_left(app_folder: Path) -> Iterator[None]:
    """Search every byte that a test left in its app folder for the secrets that tests use."""
    yield
    assert with_secrets(app_folder) == []


@pytest.fixture
def office(app_folder: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    """Make an office with an Autotask of its own."""
    return Office(app_folder, capsys)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what makes an embedded Autotask with a bare client."""
    return lambda **options: Api(tmp_path / "world.db", **options)


@pytest.fixture
def api(make: Make) -> Api:
    """Make an embedded Autotask with a bare client."""
    return make()
