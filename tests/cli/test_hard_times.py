"""Odd surroundings: closed streams, pipes that break, folders that are none, bugs."""

import json
import os
import shlex
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from offices import CONFIG, NOTICE, SECRETS, Office


def mcdesk(home: Path, *argv: str, shell: str = "{}") -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "MCDESK_HOME": str(home)}
    program = " ".join([f'"{sys.executable}"', "-m", "mcdesk", *argv])
    return subprocess.run(
        shell.format(program),
        shell=True,
        capture_output=True,
        text=True,
        env=environ,
        check=False,
    )


def without(streams: Collection[int], home: Path, *argv: str) -> tuple[int, str]:
    """Run mcdesk with some of its *streams* closed; return its exit code and what stderr got."""
    environ = {**os.environ, "MCDESK_HOME": str(home)}
    program = [sys.executable, "-m", "mcdesk", *argv]
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as said, Path(os.devnull).open("r+b") as nothing:
        files = [nothing.fileno(), nothing.fileno(), writing]
        code = run_on([None if n in streams else files[n] for n in range(3)], program, environ)
        os.close(writing)
        return code, said.read().decode()


def run_on(files: Sequence[int | None], program: list[str], environ: Mapping[str, str]) -> int:
    """Run a *program* on three *files*; without those that are None, as a service may be."""
    if sys.platform == "win32":
        import msvcrt

        names = ("hStdInput", "hStdOutput", "hStdError")
        handles = [0 if file is None else msvcrt.get_osfhandle(file) for file in files]
        for handle in filter(None, handles):
            os.set_handle_inheritable(handle, True)
        start = subprocess.STARTUPINFO(
            dwFlags=subprocess.STARTF_USESTDHANDLES, **dict(zip(names, handles, strict=True))
        )
        return subprocess.run(
            program, env=environ, startupinfo=start, close_fds=False, check=False
        ).returncode
    closed = " ".join(f"{n}>&-" for n, file in enumerate(files) if file is None)
    stdin, stdout, stderr = files
    return subprocess.run(
        f"{shlex.join(program)} {closed}",
        shell=True,
        env=environ,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        check=False,
    ).returncode


class TestStreams:
    @pytest.mark.parametrize(
        ("closed", "argv"),
        [
            *(((n,), ["--demo", "stale"]) for n in range(3)),
            *(((0, 1, 2), argv) for argv in (["--version"], ["--demo", "watch", "--once"])),
        ],
        ids=str,
    )
    def test_closed_ones(self, app_folder: Path, closed: list[int], argv: list[str]) -> None:
        code, said = without(closed, app_folder, *argv)
        assert (code, said.replace("\r\n", "\n").removeprefix(NOTICE)) == (0, "")

    @pytest.mark.parametrize("option", ["--ids", "--json", "--all"])
    def test_a_pipe_that_nobody_reads_on(self, app_folder: Path, option: str) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "mcdesk", "--demo", "stale", option],
            env={**os.environ, "MCDESK_HOME": str(app_folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            assert program.stdout
            assert program.stderr
            program.stdout.close()
            assert program.stderr.read() == NOTICE


class TestFolders:
    def test_the_app_folder_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        done = mcdesk(tmp_path / "file", "--demo", "stale")
        assert done.returncode == 4
        assert "config.toml" in done.stderr

    def test_a_world_that_is_no_database(self, app_folder: Path) -> None:
        (app_folder / "demo").mkdir(parents=True)
        (app_folder / "demo" / "world.db").write_text("garbage " * 100, encoding="utf-8")
        done = mcdesk(app_folder, "--demo", "stale")
        assert (done.returncode, done.stdout) == (1, "")
        assert "hint: mcdesk demo reset --yes" in done.stderr
        assert mcdesk(app_folder, "demo", "reset", "--yes").returncode == 0
        assert mcdesk(app_folder, "--demo", "stale").returncode == 0


@pytest.mark.parametrize("secret", ["s\nx", "s\u00e4", "\u201cquoted\u201d", "tab\t"])
def test_a_secret_that_no_header_can_carry(office: Office, secret: str) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = secret
    result = office.run("stale")
    assert result.code == 4
    assert "has a character that cannot be sent" in result.err
    assert office.requests() == []


def test_no_network(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    def fails(*_: object) -> None:
        nobody = socket.gaierror(-2, "Name or service not known")
        raise httpx.ConnectError(str(nobody)) from nobody

    monkeypatch.setattr("mcdesk.autotask.connections.InProcess.handle_request", fails)
    result = office.run("stale")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "error: webservices99.autotask.net cannot be reached: its address was not found\n"
        "hint: check the network; nothing was sent"
    )


class TestBugs:
    def test_a_bug_leaves_a_report_without_secrets(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secret = SECRETS["MCDESK_AUTOTASK_SECRET"]

        def bug(*_: object, **__: object) -> None:
            raise RuntimeError(f"it broke with {secret}")

        monkeypatch.setattr("mcdesk.ops.stale.find_stale", bug)
        result = office.run("stale")
        assert (result.code, result.out) == (70, "")
        assert result.err.startswith("error: a bug in mcdesk: RuntimeError\nhint: the report is in")
        assert "Traceback" not in result.err
        (report,) = (office.home / "logs").iterdir()
        text = report.read_text(encoding="utf-8")
        assert "RuntimeError: it broke with [secret]" in text
        assert text.startswith("mcdesk ")
        assert secret not in text

    @pytest.mark.parametrize("source", ["keyring", "secret_command"])
    def test_wherever_the_secrets_came_from(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str
    ) -> None:
        contents = {
            name.removeprefix("MCDESK_").lower(): content for name, content in SECRETS.items()
        }
        contents["smtp_password"] = "hunter2"
        for name in SECRETS:
            del office.environ[name]
        if source == "keyring":
            office.desk().secrets.store(contents)  # type: ignore[arg-type]
        else:
            printed = tmp_path / "secrets.json"
            printed.write_text(json.dumps(contents), encoding="utf-8")
            argv = [sys.executable, "-c", f"print(open({str(printed)!r}).read())"]
            office.configure(
                CONFIG.replace("[note]", f"secret_command = {json.dumps(argv)}\n[note]")
            )

        def bug(*_: object, **__: object) -> None:
            raise RuntimeError(f"it broke with {' '.join(contents.values())}")

        monkeypatch.setattr("mcdesk.ops.stale.find_stale", bug)
        assert office.run("stale").code == 70
        (report,) = (office.home / "logs").iterdir()
        text = report.read_text(encoding="utf-8")
        assert "RuntimeError: it broke with [secret] [secret] [secret]" in text

    def test_in_whatever_form(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        secret = SECRETS["MCDESK_AUTOTASK_SECRET"]
        office.environ["https_proxy"] = "http://jane:hunter2@proxy.example:3128"
        basic = b64encode(f"api@x:{secret}".encode()).decode()

        def bug(*_: object, **__: object) -> None:
            raise RuntimeError(f"{basic} {quote(secret, safe='')} {json.dumps(secret)} hunter2")

        monkeypatch.setattr("mcdesk.ops.stale.find_stale", bug)
        assert office.run("stale").code == 70
        (report,) = (office.home / "logs").iterdir()
        text = report.read_text(encoding="utf-8")
        assert 'RuntimeError: [secret] [secret] "[secret]" [secret]' in text

    def test_what_was_typed_in_setup(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        def bug(*_: object, **__: object) -> None:
            raise RuntimeError("it broke with hunter2")

        monkeypatch.setattr("mcdesk.core.hosts.is_private_url", bug)
        assert office.run("setup", "slack", answers=["hunter2"]).code == 70
        (report,) = (office.home / "logs").iterdir()
        assert "it broke with [secret]" in report.read_text(encoding="utf-8")

    def test_ctrl_c(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("mcdesk.ops.stale.find_stale", interrupted)
        result = office.run("stale")
        assert (result.code, result.out) == (130, "")
        assert "Traceback" not in result.err
