"""Start-up: what the program loads before it knows what to do, proved in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Set
from pathlib import Path

import pytest

HEAVY = {
    "httpx", "keyring", "rich", "smtplib", "sqlite3", "msgspec", "holidays", "tzlocal", "werkzeug",
    "textual", "platformdirs", "tomli_w", "importlib.metadata", "mcdesk.sandbox", "mcdesk.autotask",
    "mcdesk.ops", "mcdesk.store", "mcdesk.settings.reading",
}  # fmt: skip
STORED = {"sqlite3", "msgspec", "mcdesk.store"}
ASKED = {*STORED, "httpx", "mcdesk.autotask", "mcdesk.ops", "mcdesk.settings.reading"}

# A line for each dataclass of ours: to generate its methods takes as long as to load two modules.
DATACLASSES = """
for module in [each for name, each in sys.modules.items() if name.startswith("mcdesk.")]:
    for name, each in vars(module).items():
        if isinstance(each, type) and "__dataclass_fields__" in vars(each):
            print("dataclass", module.__name__, name)
"""


def loaded_by(code: str, **environ: str) -> set[str]:
    """Return the modules that *code* loads, and the dataclasses of ours that it makes."""
    program = f"import sys\n{code}\nprint('', *sys.modules, sep='\\n')\n{DATACLASSES}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MCDESK_HOME": "nowhere", **environ},
    )
    return set(done.stdout.split("\n"))


def calling(*argv: str) -> str:
    return f"from mcdesk.__main__ import main; main({list(argv)})"


def dataclasses(loaded: Set[str]) -> list[str]:
    return sorted(each for each in loaded if each.startswith("dataclass "))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import mcdesk.cli.main", id="the command line"),
        pytest.param("import mcdesk.desk; mcdesk.desk.Desk(environ={}).now()", id="the desk"),
        pytest.param(
            "import mcdesk.cli.main as m; m.build(['stale']); m.build(['show'])", id="two commands"
        ),
        pytest.param(calling("--help"), id="all commands"),
        pytest.param(calling("callscript"), id="the call script"),
    ],
)
def test_nothing_heavy_is_loaded_at_start(code: str) -> None:
    loaded = loaded_by(code)
    assert not loaded & HEAVY
    assert dataclasses(loaded) == []


def test_the_version_needs_no_typer() -> None:
    loaded = loaded_by(calling("--version"))
    assert "typer" not in loaded
    assert not loaded & HEAVY


def test_only_the_called_command_is_built() -> None:
    loaded = loaded_by("import mcdesk.cli.main as m; m.build(['--demo', 'stale'])")
    assert "mcdesk.cli.stale" in loaded
    assert "mcdesk.cli.show" not in loaded


@pytest.mark.parametrize("argv", [["outbox"], ["outbox", "--json"]], ids=" ".join)
def test_an_empty_outbox_needs_its_database_alone(argv: list[str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[autotask]\nusername = "api@demo.example"\n')
    loaded = loaded_by(calling(*argv), MCDESK_HOME=str(tmp_path))
    assert not loaded & (HEAVY - STORED)
    assert "mcdesk.store.operations" in loaded
    assert dataclasses(loaded) == []


def test_a_list_for_scripts_loads_what_asks_and_nothing_that_draws(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[autotask]\nusername = "api@demo.example"\nzone_url = "http://127.0.0.1:9/"\n'
        '[hours]\ntimezone = "America/New_York"\n'
    )
    loaded = loaded_by(
        "from mcdesk.__main__ import main; from mcdesk.desk import Desk\n"
        "main(['stale', '--json'], desk=Desk(sleep=lambda _: None))",
        MCDESK_HOME=str(tmp_path),
        MCDESK_AUTOTASK_SECRET="s3cret",
        MCDESK_AUTOTASK_INTEGRATION_CODE="c0de",
    )
    assert loaded >= ASKED
    assert not loaded & (HEAVY - ASKED)


def test_the_demo_loads_no_network(tmp_path: Path) -> None:
    loaded = loaded_by(calling("--demo", "stale"), MCDESK_HOME=str(tmp_path))
    assert "httpx" in loaded
    assert not loaded & {"httpcore", "mcdesk.network", "certifi"}


# Somebody who could press keys; stdout is a terminal, if anything is, and time stands still.
WATCHING = """
import os, sys
from mcdesk.__main__ import main
from mcdesk.desk import Desk
def stop(_):
    raise KeyboardInterrupt
if {terminal}:
    sys.stdout.isatty = lambda: True
code = main({argv}, desk=Desk(demo=True, interactive=True, sleep=stop))
assert code == {code}, code
sys.stdout = sys.__stdout__
"""


@pytest.mark.parametrize(
    ("argv", "terminal", "environ", "code"),
    [
        (["watch", "--once"], True, {}, 0),
        (["watch", "--json"], True, {}, 130),
        (["watch", "--plain"], True, {}, 130),
        (["watch"], False, {}, 130),
        (["watch"], True, {"TERM": "dumb"}, 130),
    ],
    ids=str,
)
def test_only_the_board_on_a_terminal_loads_what_draws_it(
    tmp_path: Path, argv: list[str], terminal: bool, environ: dict[str, str], code: int
) -> None:
    program = WATCHING.format(argv=argv, terminal=terminal, code=code)
    loaded = loaded_by(program, MCDESK_HOME=str(tmp_path), **environ)
    assert "mcdesk.ops.watch" in loaded
    assert not loaded & {"textual", "mcdesk.cli.board"}


def test_the_board_would_be_noticed() -> None:
    assert loaded_by("import mcdesk.cli.board.app") >= {"textual", "mcdesk.cli.board"}


def test_a_process_does_not_look_for_cycles_at_its_end() -> None:
    code = (
        "import gc, sys; sys.argv[1:] = ['callscript']\n"
        "from mcdesk.__main__ import program; code = program()\n"
        "print(len(gc.get_objects()), gc.get_freeze_count()); raise SystemExit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    looked_at, left_alone = map(int, done.stdout.split("\n")[-2].split())
    assert looked_at < left_alone / 10
