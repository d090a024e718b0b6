"""A served demo in a process of its own, and mcdesk against it over a real socket."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from systems import posix_only

from mcdesk.__main__ import main
from mcdesk.desk import Desk


@contextmanager
def process(folder: Path, *argv: str) -> Iterator[subprocess.Popen[str]]:
    """Serve a demo; the process ends with the block."""
    environ = {**os.environ, "MCDESK_HOME": str(folder / "server")}
    program = [sys.executable, "-m", "mcdesk", "demo", "serve", "--port", "0", "--json", *argv]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environ) as server:
        assert server.stdout
        try:
            yield server
        finally:
            server.terminate()


@contextmanager
def served(folder: Path, *argv: str) -> Iterator[dict[str, str]]:
    """Serve a demo, and give what its first line says."""
    with process(folder, *argv) as server:
        yield first_line(server)


def first_line(server: subprocess.Popen[str]) -> dict[str, str]:
    assert server.stdout
    access: dict[str, str] = json.loads(server.stdout.readline())
    return access


def environ_for(access: dict[str, str], home: Path) -> dict[str, str]:
    home.mkdir(parents=True)
    (home / "config.toml").write_text(
        f'[autotask]\nusername = "{access["username"]}"\nzone_url = "{access["url"]}"\n',
        encoding="utf-8",
    )
    return {
        "MCDESK_HOME": str(home),
        "MCDESK_AUTOTASK_SECRET": access["secret"],
        "MCDESK_AUTOTASK_INTEGRATION_CODE": access["integration_code"],
    }


def test_stale_pages_through_2000_tickets_over_a_socket(
    app_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = ("--fault", "POST /Tickets/query lose-answer x1")
    with served(app_folder.parent, "--extra", "2000", *faults) as access:
        assert access["schema"] == "mcdesk.demo/1"
        environ = environ_for(access, app_folder)
        slept: list[float] = []
        desk = Desk(environ=environ, sleep=slept.append, jitter=lambda: 0.0)
        assert main(["stale", "--json", "--all"], desk=desk) == 0
        assert slept == [0.5]
        document = json.loads(capsys.readouterr().out)
        assert document["counts"]["unclaimed"] == len(document["tickets"]) == 2025
        assert document["tickets"][0]["url"].startswith("https://ww99.autotask.net/")
        assert main(["doctor"], desk=Desk(environ=environ)) == 0
    capsys.readouterr()
    assert main(["stale"], desk=Desk(environ=environ, sleep=slept.append)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: 127.0.0.1 cannot be reached: ")


def test_a_port_that_is_taken(app_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served(app_folder.parent) as access:
        port = access["url"].split(":")[2].split("/")[0]
        desk = Desk(environ={"MCDESK_HOME": str(app_folder)})
        assert main(["demo", "serve", "--port", port], desk=desk) == 2
    assert capsys.readouterr().err == (
        f"error: port {port} is taken: another program listens there\n"
        "hint: --port 0 picks any free port\n"
    )


@posix_only("Ctrl-C for one process alone")
def test_ctrl_c_is_no_success(app_folder: Path) -> None:
    with process(app_folder) as server:
        url = first_line(server)["url"]
        with httpx.Client() as client:  # answered: it is under way
            assert client.get(f"{url}versioninformation", timeout=30).status_code == 200
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 130


def test_a_fault_that_is_not_understood(
    app_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(environ={"MCDESK_HOME": str(app_folder)})
    assert main(["demo", "serve", "--fault", "PATCH /Tickets explode"], desk=desk) == 2
    assert 'error: "explode" is no fault; there are: refuse, status' in capsys.readouterr().err
