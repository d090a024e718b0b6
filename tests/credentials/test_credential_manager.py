"""The keyring for real on Windows: its Credential Manager, in which an empty item is left."""

import os
import subprocess
import sys

from systems import windows_only

pytestmark = windows_only("its Credential Manager")
ITEM = """
import sys
from pathlib import Path
from mcdesk.credentials import KeyringItem
item = KeyringItem(
    user_name="nobody@example.com", folder=Path("/x"), interactive=False, say=print, patience=30
)
"""
STORE = """
item.store({"autotask_secret": sys.argv[1], "smtp_password": "p$'\\"~"})
print(item.ring_name())
"""
READ = "print(dict(item.secrets()))"
EMPTY = 'item.store({"autotask_secret": "", "smtp_password": ""})'


def run(script: str, *argv: str) -> str:
    environ = {name: value for name, value in os.environ.items() if "KEYRING" not in name}
    return subprocess.run(
        [sys.executable, "-c", ITEM + script, *argv],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_what_is_stored_in_one_process_is_found_in_the_next() -> None:
    try:
        assert run(STORE, "c$#~*d") == "keyring.backends.Windows.WinVaultKeyring"
        assert run(READ) == str({"autotask_secret": "c$#~*d", "smtp_password": "p$'\"~"})
    finally:
        run(EMPTY)
    assert run(READ) == "{}"
