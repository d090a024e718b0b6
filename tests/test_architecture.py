"""Who may import whom: the walls of the house, read from the code itself."""

import ast
import re
import sys
from pathlib import Path

import pytest

import mcdesk

ROOT = Path(mcdesk.__file__).parent
ADAPTERS = {"autotask", "mail", "slack", "store", "settings", "credentials"}
# room -> the rooms whose code it may use. What is missing here is forbidden.
MAY_IMPORT = {
    "errors": set[str](),
    "deadline": set[str](),
    "certificates": {"core", "errors"},
    "proxies": {"core", "errors"},
    "barriers": {"certificates"},
    "network": {"core", "errors", "barriers", "certificates", "proxies"},
    "web": {"certificates", "network", "proxies"},
    "encodings": {"core"},
    "folders": set[str](),
    "core": {"errors"},
    **{
        adapter: {
            "core",
            "errors",
            "barriers",
            "deadline",
            "web",
            "certificates",
            "encodings",
            "folders",
            "",
        }
        for adapter in ADAPTERS
    },
    "ops": {"core", "errors", *ADAPTERS},
    "sandbox": set[str](),
    "demo": {"core", "errors", "folders", "autotask", "mail", "sandbox", "store"},
    "desk": {
        "core",
        "errors",
        "certificates",
        "folders",
        "proxies",
        "web",
        "ops",
        "demo",
        *ADAPTERS,
    },
    "cli": {"core", "errors", "folders", "ops", "desk", "settings", "credentials", "encodings", ""},
    "__main__": {"cli", "desk", ""},
    "": set[str](),
}
# room -> libraries that stay outside it.
NEVER = {
    "core": {"httpx", "sqlite3", "os", "time", "random", "pathlib", "socket", "subprocess"},
    "ops": {"typer", "rich", "httpx", "sqlite3", "os", "time"},
    "cli": {"httpx", "sqlite3", "keyring"},
    "desk": {"typer", "rich"},
    **{adapter: {"typer", "rich"} for adapter in ADAPTERS},
    "sandbox": {"httpx", "typer", "rich", "msgspec", "keyring"},
}
HTTPX_FILES = {
    "autotask/session.py",
    "autotask/connections.py",
    "desk/__init__.py",
    "slack.py",
    "mail/graph.py",
    "mail/microsoft.py",
    "barriers.py",
    "network.py",
    "web.py",
}
PURE = {"core", "deadline", "errors"}
SOURCES = sorted(ROOT.rglob("*.py"))


def room(module: str) -> str:
    """Find which room *module* (dotted, below mcdesk) belongs to."""
    return module.split(".")[0]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from mcdesk.x import y`: y may be a module; `from mcdesk import __version__` is not.
            found |= named if node.module == "mcdesk" else {node.module}
    return found


def home(path: Path) -> str:
    relative = path.relative_to(ROOT).with_suffix("").as_posix()
    return "" if relative == "__init__" else relative.split("/")[0]


@pytest.mark.parametrize("here", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_it_may(here: str) -> None:
    for path in [path for path in SOURCES if home(path) == here]:
        named = imports(path)
        ours = {name.partition(".")[2] for name in named if name.split(".")[0] == "mcdesk"}
        rooms = {"" if name.startswith("__version__") else room(name) for name in ours} - {here}
        assert rooms <= MAY_IMPORT[here], path
        theirs = {name.split(".")[0] for name in named}
        assert not theirs & NEVER.get(here, set()), path
        assert "httpx" not in theirs or path.relative_to(ROOT).as_posix() in HTTPX_FILES, path


def test_the_middle_is_pure() -> None:
    for path in [path for path in SOURCES if home(path) in PURE]:
        theirs = {name.split(".")[0] for name in imports(path)} - {"mcdesk", "msgspec"}
        assert theirs <= sys.stdlib_module_names, path


def test_every_room_is_known() -> None:
    assert {home(path) for path in SOURCES} <= MAY_IMPORT.keys()


def test_the_walls_would_be_noticed(tmp_path: Path) -> None:
    offender = tmp_path / "offender.py"
    offender.write_text("import httpx\nfrom mcdesk.autotask import wire\n", encoding="utf-8")
    assert imports(offender) == {"httpx", "mcdesk.autotask"}


# Modules and words that only some systems have; of some modules, what all have and we use.
POSIX_MODULES = {
    *("fcntl", "termios", "tty", "pty", "pwd", "grp", "resource", "curses", "readline"),
    *("syslog", "posix", "crypt", "nis"),
}
OF_MODULES = {
    "os": {
        *("environ", "fdopen", "fsync", "devnull", "name", "path", "startfile"),
        *("open", "close", "dup2", "fstat", "get_terminal_size", "O_WRONLY", "write"),
        *("access", "R_OK", "W_OK", "X_OK"),
    },
    "signal": {
        "signal",
        "getsignal",
        "raise_signal",
        "default_int_handler",
        "SIG_DFL",
        "SIG_IGN",
        "SIGINT",
    },
}
POSIX_WORDS = re.compile(
    r"[\"'](/tmp|/dev/|/usr/|/etc/|/bin/)|add_signal_handler|\bAF_UNIX\b|preexec_fn|%-[dHIjmMSyU]"
)
# Text without a named encoding is in another one on every computer.
TEXT_CALLS = {"read_text", "write_text"}


def for_one_system(path: Path) -> list[str]:
    """List what is not on every system, or is read differently on each."""
    source = path.read_text(encoding="utf-8")
    found = [*({name.split(".")[0] for name in imports(path)} & POSIX_MODULES)]
    found += [match[0] for match in POSIX_WORDS.finditer(source)]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            known = OF_MODULES.get(node.value.id)
            found += [ast.unparse(node)] if known and node.attr not in known else []
        if isinstance(node, ast.ImportFrom) and node.module in OF_MODULES:
            found += [f"from {node.module} import {alias.name}" for alias in node.names]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            reads = node.func.attr in TEXT_CALLS and "encoding" not in named
            as_text = "text" in named and "encoding" not in named
            found += [ast.unparse(node)] if reads or as_text else []
    return found


def test_nothing_is_for_one_system_only() -> None:
    found = {path: for_one_system(path) for path in SOURCES}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import signal\nsignal.SIGKILL",
        "from signal import SIGTERM",
        "from os import fork",
        "import os\nos.umask(0)",
        "'%-d'",
        "run(preexec_fn=f)",
        "path.read_text()",
        "subprocess.run(a, text=True)",
        "Path('/tmp/x')",
    ],
)
def test_what_is_for_one_system_would_be_noticed(line: str, tmp_path: Path) -> None:
    (tmp_path / "offender.py").write_text(f"{line}\n", encoding="utf-8")
    assert for_one_system(tmp_path / "offender.py")
