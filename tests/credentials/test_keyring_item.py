"""The item in the keyring, with keyrings that work, fail, forget and hang."""

import json
import ntpath
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Timer
from time import sleep

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.null import Keyring as NullKeyring
from keyring.compat import properties

from mcdesk.credentials.item import LARGEST, SERVICE, KeyringItem
from mcdesk.credentials.ring import Ring
from mcdesk.errors import KeyringProblem

USER = "Robot@MSP.example"
FOLDER = Path("desk")
KEY = f"robot@msp.example {FOLDER}"


class MemoryRing(KeyringBackend):
    """A keyring that keeps its texts as long as the test."""

    @properties.classproperty
    def priority(cls) -> float:
        return 1

    def __init__(self, text: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves it without types
        self.texts: dict[tuple[str, str], str] = {(SERVICE, KEY): text} if text else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.texts.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.texts[service, username] = password


class GarrulousRing(MemoryRing):
    """A keyring whose complaint holds what it was given."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(f"cannot write\n{password}")


class SilentRing(MemoryRing):
    """A keyring that fails without a word."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyError


class HangingRing(MemoryRing):
    """A keyring that waits for its user."""

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text)
        self.unlocked = Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.unlocked.wait()
        return super().get_password(service, username)


def null_ring() -> Ring:
    return NullKeyring()  # type: ignore[no-untyped-call]  # keyring leaves it without types


def item(
    ring: Ring,
    *,
    interactive: bool = False,
    say: Callable[[str], None] = pytest.fail,
    patience: float = 30,
) -> KeyringItem:
    return KeyringItem(
        user_name=USER,
        folder=FOLDER,
        interactive=interactive,
        say=say,
        open_ring=lambda: ring,
        patience=patience,
    )


@pytest.fixture
def hanging() -> Iterator[HangingRing]:
    ring = HangingRing('{"smtp_password": "x"}')
    yield ring
    ring.unlocked.set()


def test_stored_as_one_json_item() -> None:
    ring = MemoryRing()
    item(ring).store({"autotask_secret": "a", "smtp_password": "p"})
    item(ring).store({"autotask_secret": "b", "slack_webhook": "w"})
    item(ring).store({"smtp_password": ""})
    assert list(ring.texts) == [(SERVICE, KEY)]
    assert item(ring).secrets() == {"autotask_secret": "b", "slack_webhook": "w"}


def test_keyed_by_user_and_folder() -> None:
    ring = MemoryRing()
    item(ring).store({"smtp_password": "x"})
    other = KeyringItem(
        user_name=USER,
        folder=Path("elsewhere"),
        interactive=False,
        say=pytest.fail,
        open_ring=lambda: ring,
    )
    assert other.secrets() == {}


def test_keys_of_a_later_mcdesk_are_kept() -> None:
    ring = MemoryRing('{"later": "x"}')
    item(ring).store({"smtp_password": "y"})
    assert json.loads(ring.texts[SERVICE, KEY]) == {"later": "x", "smtp_password": "y"}


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', 9000 * "["])
def test_foreign_item_is_told_but_may_be_replaced(text: str) -> None:
    ring = MemoryRing(text)
    with pytest.raises(KeyringProblem) as caught:
        item(ring).secrets()
    assert caught.value.message == (
        "the keyring holds something else where mcdesk's secrets belong"
    )
    item(ring).store({"smtp_password": "y"})
    assert item(ring).secrets() == {"smtp_password": "y"}


def test_limit_of_windows() -> None:
    ring = MemoryRing()
    frame = len('{"smtp_password": ""}')
    item(ring).store({"smtp_password": (LARGEST - frame) * "x"})
    with pytest.raises(KeyringProblem) as caught:
        item(ring).store({"smtp_password": (LARGEST - frame + 1) * "y"})
    assert caught.value.message == (
        "the secrets are too long for a keyring: 1281 of 1280 characters"
    )
    assert "y" not in item(ring).secrets()["smtp_password"]


def test_null_keyring_reads_as_empty_but_refuses_to_store() -> None:
    assert item(null_ring()).secrets() == {}
    with pytest.raises(KeyringProblem) as caught:
        item(null_ring()).store({"smtp_password": "x"})
    assert caught.value.message == "the keyring did not save what was written to it"


def test_wordless_failure_has_a_name_at_least() -> None:
    with pytest.raises(KeyringProblem, match=r"^the keyring failed: KeyError$"):
        item(SilentRing()).secrets()


class EndingRing(MemoryRing):
    """A keyring that would end the whole program, as bindings to other languages do."""

    def get_password(self, service: str, username: str) -> str | None:
        raise SystemExit("panicked")


def test_a_backend_does_not_end_the_program() -> None:
    with pytest.raises(KeyringProblem, match=r"^the keyring failed: SystemExit$"):
        item(EndingRing()).secrets()


def test_complaint_does_not_repeat_secrets() -> None:
    with pytest.raises(KeyringProblem) as caught:
        item(GarrulousRing()).store({"smtp_password": "hunter2"})
    assert caught.value.message == ('the keyring failed: cannot write {"smtp_password": "***"}')


def test_failure_is_remembered() -> None:
    ring = MemoryRing("{")
    broken = item(ring)
    with pytest.raises(KeyringProblem):
        broken.secrets()
    ring.texts.clear()
    with pytest.raises(KeyringProblem):
        broken.secrets()


def test_hanging_keyring_without_a_terminal(hanging: HangingRing) -> None:
    with pytest.raises(KeyringProblem, match=r"^the keyring did not answer within 0\.05 seconds$"):
        item(hanging, patience=0.05).secrets()


def test_hanging_keyring_on_a_terminal_is_told_and_waited_for(hanging: HangingRing) -> None:
    said: list[str] = []
    Timer(0.3, hanging.unlocked.set).start()
    assert item(hanging, interactive=True, say=said.append, patience=0.05).secrets() == {
        "smtp_password": "x"
    }
    assert said == ["waiting for the keyring: it may be asking for permission or its password"]


def test_quick_keyring_on_a_terminal_is_not_talked_about() -> None:
    assert item(MemoryRing(), interactive=True).secrets() == {}


def test_keyring_that_cannot_be_opened() -> None:
    def missing() -> Ring:
        raise ImportError("No module named 'keyring'")

    broken = KeyringItem(
        user_name=USER, folder=FOLDER, interactive=False, say=pytest.fail, open_ring=missing
    )
    with pytest.raises(KeyringProblem, match=r"^the keyring failed: No module named 'keyring'$"):
        broken.secrets()


def test_the_time_that_loading_takes_is_not_the_keyrings() -> None:
    def slow() -> Ring:
        sleep(0.3)
        return MemoryRing('{"smtp_password": "x"}')

    loaded_slowly = KeyringItem(
        user_name=USER,
        folder=FOLDER,
        interactive=False,
        say=pytest.fail,
        open_ring=slow,
        patience=0.1,
    )
    assert loaded_slowly.secrets() == {"smtp_password": "x"}


class TestOfWindows:
    """There, one folder has many spellings."""

    FOLDER = Path(r"C:\Users\Jane\mcdesk")
    OLD = (SERVICE, rf"robot@msp.example {FOLDER}")
    NEW = (SERVICE, r"robot@msp.example c:\users\jane\mcdesk")

    @pytest.fixture(autouse=True)
    def on_windows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mcdesk.credentials.item.normcase", ntpath.normcase)

    def item(self, ring: Ring, folder: Path | None = None) -> KeyringItem:
        return KeyringItem(
            user_name=USER,
            folder=folder or self.FOLDER,
            interactive=False,
            say=pytest.fail,
            open_ring=lambda: ring,
        )

    def test_every_spelling_is_one_folder(self) -> None:
        ring = MemoryRing()
        self.item(ring).store({"smtp_password": "x"})
        for spelling in (r"c:\users\JANE\mcdesk", "C:/Users/Jane/mcdesk"):
            assert self.item(ring, Path(spelling)).secrets() == {"smtp_password": "x"}
        assert list(ring.texts) == [self.NEW]

    def test_the_old_item_is_found_and_the_new_one_written(self) -> None:
        ring = MemoryRing()
        ring.texts[self.OLD] = '{"smtp_password": "x", "slack_webhook": "w"}'
        assert self.item(ring).secrets() == {"smtp_password": "x", "slack_webhook": "w"}
        self.item(ring).store({"smtp_password": "y"})
        assert json.loads(ring.texts[self.NEW]) == {"smtp_password": "y", "slack_webhook": "w"}
        ring.texts[self.OLD] = '{"smtp_password": "older"}'
        assert self.item(ring).secrets() == {"smtp_password": "y", "slack_webhook": "w"}


def test_a_long_complaint_is_not_cut_in_mid_word() -> None:
    class Complaining(MemoryRing):
        def get_password(self, service: str, username: str) -> str | None:
            raise OSError("complaint " * 50)

    with pytest.raises(KeyringProblem) as caught:
        item(Complaining()).secrets()
    words = caught.value.message.removeprefix("the keyring failed: ")
    assert words.endswith("...")
    assert set(words.removesuffix("...").split()) == {"complaint"}
