"""The zip with a Windows Python: what is in it, and that it starts where there is none.

`.ci/run` builds it, and MCDESK_WINDOWS_ZIP names the folder with it.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import terminals

import mcdesk

CI = Path(__file__).parent.parent / ".ci"
sys.path.insert(0, str(CI))
windows_zip = pytest.importorskip("windows_zip", reason="needs .ci and pip", exc_type=ImportError)
windows_inputs = pytest.importorskip("windows_inputs")

Files = dict[str, bytes]


def zipped(files: Files) -> bytes:
    into = BytesIO()
    with ZipFile(into, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


def wheel(folder: Path, name: str, files: Files) -> Path:
    path = folder / f"{name}-py3-none-any.whl"
    path.write_bytes(zipped(files))
    return path


# ---- What it is made of


AMD64_PROGRAM = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + b"\x64\x86"
PYTHON = {"python.exe": AMD64_PROGRAM, "python312._pth": b""}


def taken(folder: Path, data: bytes, sha256: str = "") -> Files:
    file = folder / "python.zip"
    file.write_bytes(data)
    files: Files = windows_zip.given(file, sha256 or hashlib.sha256(data).hexdigest().upper())
    return files


class TestAnotherPython:
    def test_it_is_taken_with_its_hash(self, tmp_path: Path) -> None:
        assert taken(tmp_path, zipped(PYTHON)) == PYTHON
        assert windows_zip.version_of(PYTHON) == "3.12"

    def test_a_wrong_hash_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="another hash"):
            taken(tmp_path, zipped(PYTHON), "0" * 64)

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(zipped(PYTHON | {"python.exe": AMD64_PROGRAM[:-1] + b"\xaa"}), id="ARM"),
            pytest.param(zipped(PYTHON | {"python.exe": b"#!/bin/sh"}), id="no program"),
            pytest.param(zipped({"python.exe": AMD64_PROGRAM}), id="to be installed"),
            pytest.param(b"<html>", id="no zip"),
        ],
    )
    def test_only_an_embeddable_one_for_amd64(self, data: bytes, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="no embeddable Python"):
            taken(tmp_path, data)

    def test_without_one_of_its_version_here_nothing_is_compiled(self) -> None:
        assert windows_zip.compiler_of("00000000", "mcdesk-has-no-such-python") == ""


class TestPackages:
    def test_markers_are_judged_as_on_windows(self) -> None:
        asked = [
            'colorama; sys_platform == "win32"',
            'secretstorage>=3; sys_platform == "linux"',
            'importlib_metadata; python_version < "3.12"',
            'cryptography>=2; extra == "crypto"',
            "rich",
        ]
        assert windows_inputs.applying(asked, "3.13", {""}) == ["colorama", "rich"]
        with_extra = windows_inputs.applying(asked, "3.11", {"", "crypto"})
        assert with_extra == ["colorama", "importlib_metadata", "cryptography>=2", "rich"]

    def test_extras_are_those_that_somebody_asks_for(self, tmp_path: Path) -> None:
        says = {"PyJWT-2.dist-info/METADATA": b'Requires-Dist: cryptography; extra == "crypto"\n'}
        file = wheel(tmp_path, "PyJWT-2", says)
        for asked, needed in {"pyjwt[crypto]>=1": ["cryptography"], "pyjwt>=1": []}.items():
            assert windows_inputs.needed_by(file, "3.13", ["msal", asked]) == needed

    def test_scripts_and_records_are_left_out(self, tmp_path: Path) -> None:
        inside = ["a.py", "a-2.data/purelib/b.py", "a-2.data/scripts/a.exe", "a-2.dist-info/RECORD"]
        file = wheel(tmp_path, "a-2", {**dict.fromkeys(inside, b""), "a-2.dist-info/NOTICE": b""})
        files = ["licenses/a-2/NOTICE", "python/lib/a.py", "python/lib/b.py"]
        assert sorted(windows_zip.unpacked(file)) == files

    @pytest.mark.parametrize(
        ("asked", "code"), [("mcdesk-of-nobody", windows_inputs.NOT_THERE), ("no name", 1)]
    )
    def test_what_the_index_lacks_has_its_own_exit_code(self, asked: str, code: int) -> None:
        with pytest.raises(SystemExit) as ended:
            windows_inputs.pip("download", "--no-index", asked)
        assert ended.value.code == code


# ---- What is in it


@pytest.fixture(scope="module")
def real() -> Path:
    """The zip that was built before."""
    folder = os.environ.get("MCDESK_WINDOWS_ZIP")
    if not folder:
        pytest.skip("MCDESK_WINDOWS_ZIP names no folder with a zip of .ci/windows_zip.py")
    return next(Path(folder).glob("*-windows.zip"))


@pytest.fixture(scope="module")
def files(real: Path) -> Files:
    with ZipFile(real) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def packages(files: Files) -> dict[str, str]:
    named = files["packages.txt"].decode().splitlines()
    found = [re.fullmatch(r"(\S+)==(\S+) --hash=sha256:[0-9a-f]{64}", line) for line in named]
    return {each[1]: each[2] for each in found if each}


def test_everything_has_its_place(files: Files) -> None:
    roots = {"README.txt", "licenses", "mcdesk.exe", "mcdeskw.exe", "packages.txt", "python"}
    assert {name.split("/")[0] for name in files} == roots
    assert max(map(len, files)) < 120  # of the 260 letters that Windows may have for a path


def test_every_package_is_there_with_its_license(files: Files, packages: dict[str, str]) -> None:
    assert packages.keys() > {"colorama", "pywin32-ctypes", "tzdata", "msal", "typer", "textual"}
    assert packages.keys() & {"secretstorage", "jeepney", "importlib-metadata"} == set()
    licensed = {name.split("/")[1] for name in files if name.startswith("licenses/")}
    others = {"python", "distlib", f"mcdesk-{mcdesk.__version__}"}
    assert licensed == {f"{name}-{version}" for name, version in packages.items()} | others


def test_modules_are_looked_for_inside_alone(files: Files) -> None:
    name = next(name for name in files if name.endswith("._pth"))
    python = Path(name).stem
    assert files[name].decode().splitlines() == [f"{python}.zip", ".", "lib"]


def test_no_compiled_file_is_held_against_its_source(files: Files) -> None:
    flags = {data[4:8] for name, data in files.items() if name.endswith(".pyc")}
    assert flags <= {(1).to_bytes(4, "little")}


def test_nothing_is_from_this_computer(files: Files) -> None:
    kept_out = (".so", ".dylib", "/RECORD", "/INSTALLER", "/direct_url.json")
    assert [name for name in files if name.endswith(kept_out)] == []
    ours = [str(CI.parent), tempfile.gettempdir() + os.sep + "tmp", sys.prefix, sys.base_prefix]
    found = re.compile(b"|".join(re.escape(each.encode()) for each in ours if each != "/usr"))
    assert [name for name, data in files.items() if found.search(data)] == []


def test_built_again_of_its_packages_it_is_the_same(
    real: Path, files: Files, tmp_path: Path
) -> None:
    chosen = tmp_path / "packages.txt"
    chosen.write_bytes(files["packages.txt"])
    again = ["--packages", str(chosen), "--in", str(tmp_path)]
    subprocess.run([sys.executable, str(CI / "windows_zip.py"), *again], check=True)
    for name in (real.name, f"{real.name}.sha256"):
        assert (tmp_path / name).read_bytes() == real.with_name(name).read_bytes()
    sha256 = hashlib.sha256(real.read_bytes()).hexdigest()
    assert (tmp_path / f"{real.name}.sha256").read_text() == f"{sha256}  {real.name}\n"


# ---- What it does


@dataclass(frozen=True)
class Windows:
    """A Windows without a Python, and mcdesk's zip unpacked in it."""

    folder: Path
    mcdesk: Path
    environ: dict[str, str]
    server: "subprocess.Popen[bytes]"

    def run(self, program: str, *argv: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the zip; skip if Wine's own server died before it ended."""
        started = subprocess.Popen(
            ["wine", str(self.mcdesk / program), *argv],
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        try:
            out, err = started.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            started.kill()
            if self.server.poll() is not None:
                pytest.skip("Wine's own server died")
            raise
        return subprocess.CompletedProcess(argv, started.returncode, out, err)


@pytest.fixture(scope="module")
def windows(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """A new Wine prefix, and the zip in a folder whose name has blanks and umlauts."""
    wine = pytest.importorskip("wine", reason="needs Linux", exc_type=ImportError)
    if not all(wine.FOUND.values()):
        pytest.skip("there is no Wine here")
    folder = tmp_path_factory.mktemp("wine")
    unpacked = folder / "Jörg Müller" / "Büro tools"
    with ZipFile(real) as archive:
        archive.extractall(unpacked)
    (unpacked / "python/_wmi.pyd").unlink()  # it calls a function that Wine 8 has not
    usual = {name: text for name, text in wine.environ(folder).items() if "MCDESK_" not in name}
    with wine.running(folder) as server:
        nowhere = subprocess.DEVNULL  # what is left in the background holds on to its streams
        subprocess.run(["wine", "wineboot", "-i"], env=usual, stdout=nowhere, stderr=nowhere)
        assert list((folder / "prefix").rglob("python*.exe")) == []
        yield Windows(folder, unpacked, usual | {"COLUMNS": "100"}, server)


def test_the_demo_starts(windows: Windows) -> None:
    ran = windows.run("mcdesk.exe", "--demo", "stale")
    assert ran.returncode == 0, ran.stderr
    assert "Harbor Point Dental" in ran.stdout
    assert "nothing leaves this computer" in ran.stderr


def test_without_a_console_too(windows: Windows) -> None:
    ran = windows.run("mcdeskw.exe", "--demo", "stale", "--json")
    assert ran.returncode == 0, ran.stderr
    assert '"mcdesk.stale/' in ran.stdout


def test_the_board_opens_and_q_ends_it(
    windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminals, "_SECONDS", 240)
    program = ["/usr/bin/env", "wine", str(windows.mcdesk / "mcdesk.exe")]
    with terminals.terminal(
        tmp_path, "--demo", "watch", size=(100, 30), environ=windows.environ, program=program
    ) as board:
        board.until("send to MC")
        board.press("q")
        assert board.end() == 0


def test_exit_codes_come_through(windows: Windows) -> None:
    ran = windows.run("mcdesk.exe", "no-such-command")
    assert ran.returncode == 2
    assert "no-such-command" in ran.stderr


def test_what_python_reads_elsewhere_is_not_read(windows: Windows, tmp_path: Path) -> None:
    (tmp_path / "mcdesk.py").write_text("raise SystemExit('somebody else')")
    ran = windows.run("mcdesk.exe", "--version", PYTHONPATH=f"Z:{tmp_path}", PYTHONHOME="C:\\none")
    assert (ran.returncode, ran.stdout.strip()) == (0, f"mcdesk {mcdesk.__version__}")


@contextmanager
def served(folder: Path) -> Iterator[dict[str, str]]:
    """Serve a demo, and yield what its first line says."""
    program = [sys.executable, "-m", "mcdesk", "demo", "serve", "--port", "0", "--json"]
    environ = {**os.environ, "MCDESK_HOME": str(folder / "served")}
    with subprocess.Popen(program, stdout=subprocess.PIPE, env=environ) as server:
        assert server.stdout
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()


def test_a_team_file_sets_it_up(windows: Windows, tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    with served(tmp_path) as says:
        team.write_text(
            f'[autotask]\nzone_url = "{says["url"]}"\nusername = "{says["username"]}"\n'
        )
        secrets = {
            "MCDESK_AUTOTASK_SECRET": says["secret"],
            "MCDESK_AUTOTASK_INTEGRATION_CODE": says["integration_code"],
        }
        me = "autotask.me=noor.haddad@demo.example"
        ran = windows.run("mcdesk.exe", "setup", "--from", f"Z:{team}", "--set", me, **secrets)
        doctor = windows.run("mcdesk.exe", "doctor", **secrets)
    assert ran.returncode == 0, ran.stderr
    home = next((windows.folder / "prefix/drive_c/users").rglob("mcdesk/config.toml"))
    assert says["username"] in home.read_text(encoding="utf-8")
    assert "login" in doctor.stdout
