"""The keyring for real: a Secret Service (GNOME's) on a D-Bus session of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, NEEDED)),
    reason="Linux's: dbus-run-session and gnome-keyring-daemon",
)
STORE = """
import sys
from pathlib import Path
from mcdesk.credentials import KeyringItem
item = KeyringItem(
    user_name="api@example.com", folder=Path("/x"), interactive=False, say=print, patience=30
)
item.store({"autotask_secret": sys.argv[1], "smtp_password": "p$'\\"~"})
print(item.ring_name())
"""
READ = """
from pathlib import Path
from mcdesk.credentials import KeyringItem
item = KeyringItem(
    user_name="API@example.com", folder=Path("/x"), interactive=False, say=print, patience=30
)
print(dict(item.secrets()))
"""
# The daemon reads the password of its login collection, which it then makes, from stdin.
SESSION = """
printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
"$PYTHON" store.py 'c$#~*d' && "$PYTHON" read.py
"""


def test_what_is_stored_in_one_process_is_found_in_the_next(tmp_path: Path) -> None:
    (tmp_path / "store.py").write_text(STORE, encoding="utf-8")
    (tmp_path / "read.py").write_text(READ, encoding="utf-8")
    environ = {
        **os.environ,
        "PYTHON": sys.executable,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    for name in ("PYTHON_KEYRING_BACKEND", "DISPLAY", "WAYLAND_DISPLAY"):
        environ.pop(name, None)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", SESSION],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ring, found = done.stdout.splitlines()
    assert ring == "keyring.backends.SecretService.Keyring"
    assert found == str({"autotask_secret": "c$#~*d", "smtp_password": "p$'\"~"})
