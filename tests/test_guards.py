"""The guards of conftest.py do guard."""

import os
import socket
from pathlib import Path

import keyring
import platformdirs
import pytest
from conftest import of_this_computer
from offices import SECRET_TEXTS, with_secrets

from mcdesk import proxies


def test_the_real_app_folder_raises() -> None:
    with pytest.raises(AssertionError, match="real app folder"):
        platformdirs.user_data_path("mcdesk")


def test_the_app_folder_is_temporary(tmp_path: Path) -> None:
    assert Path(os.environ["MCDESK_HOME"]).parent == tmp_path


def test_nothing_beyond_this_computer_is_reached() -> None:
    with socket.socket() as s, pytest.raises(AssertionError, match=r"tried to reach 192\.0\.2\.1"):
        s.connect(("192.0.2.1", 80))


def test_the_keyring_is_in_memory() -> None:
    assert type(keyring.get_keyring()).__name__ == "MemoryKeyring"


def test_this_computers_way_out_is_not_taken() -> None:
    names = ["HTTPS_PROXY", "all_proxy", "No_Proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "MCDESK_X"]
    assert all(map(of_this_computer, names))
    assert not of_this_computer("PATH")
    assert not any(map(of_this_computer, os.environ.keys() - {"MCDESK_HOME"}))
    assert proxies.system_settings() == {}


@pytest.mark.parametrize("secret", SECRET_TEXTS)
def test_a_secret_that_is_left_is_found(tmp_path: Path, secret: str) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "bug.txt").write_bytes(b"\0..." + secret.encode() + b"...")
    (tmp_path / "world.db").write_text(secret, encoding="utf-8")
    assert with_secrets(tmp_path) == [tmp_path / "logs" / "bug.txt"]
