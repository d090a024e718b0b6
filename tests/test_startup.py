"""Start-up: what the program loads before it knows what to do, proved in a process of its own."""

import subprocess
import sys

import pytest

HEAVY = {
    "httpx", "keyring", "rich", "smtplib", "sqlite3", "msgspec", "holidays", "tzlocal", "werkzeug",
    "platformdirs", "tomli_w", "importlib.metadata", "mcdesk.sandbox", "mcdesk.autotask",
}  # fmt: skip


def loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split("\n"))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import mcdesk.cli.main", id="the command line"),
        pytest.param("import mcdesk.desk; mcdesk.desk.Desk(environ={}).now()", id="the desk"),
        pytest.param(
            "import mcdesk.cli.main as m; m.build(['stale']); m.build(['show'])", id="two commands"
        ),
    ],
)
def test_nothing_heavy_is_loaded_at_start(code: str) -> None:
    assert not loaded_by(code) & HEAVY


def test_the_call_script_needs_next_to_nothing() -> None:
    loaded = loaded_by(
        "import os; os.environ['MCDESK_HOME'] = 'nowhere'\n"
        "from mcdesk.__main__ import main; main(['callscript'])"
    )
    assert not loaded & HEAVY


def test_the_version_needs_no_typer() -> None:
    loaded = loaded_by("from mcdesk.__main__ import main; main(['--version'])")
    assert "typer" not in loaded
    assert not loaded & HEAVY


def test_only_the_called_command_is_built() -> None:
    loaded = loaded_by("import mcdesk.cli.main as m; m.build(['--demo', 'stale'])")
    assert "mcdesk.cli.stale" in loaded
    assert "mcdesk.cli.show" not in loaded
