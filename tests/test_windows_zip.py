"""The zip with a Windows Python: what is in it, and that it starts where there is none.

The zip itself takes a minute to build and Wine two to try, so both are done by hand, and
MCDESK_WINDOWS_ZIP names the folder in which `.ci/windows_zip.py` left it.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

import mcdesk

CI = Path(__file__).parent.parent / ".ci"
sys.path.insert(0, str(CI))
windows_zip = pytest.importorskip("windows_zip", reason="needs .ci and pip", exc_type=ImportError)
windows_inputs = pytest.importorskip("windows_inputs")

Files = dict[str, bytes]

WHEN = datetime(2026, 11, 23, 15, 0, 30, tzinfo=UTC)
MINOR = sys.version_info.minor
AMD64_PROGRAM = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + b"\x64\x86"


# ---- A small one, of inputs made here


def zipped(files: Files) -> bytes:
    into = BytesIO()
    with ZipFile(into, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


def wheel(folder: Path, name: str, files: Files, **says: str) -> Path:
    metadata = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in says.items())
    about = name.removesuffix("-py3-none-any") + ".dist-info"
    path = folder / f"{name}.whl"
    written = {"RECORD": b"/builder", "METADATA": metadata.encode(), "licenses/LICENSE": b"free"}
    path.write_bytes(zipped(files | {f"{about}/{file}": written[file] for file in written}))
    return path


@pytest.fixture
def python() -> Files:
    """An embeddable Python of this version."""
    compiled = {"abc.pyc": importlib.util.MAGIC_NUMBER + bytes(12)}
    own = {f"python3{MINOR}.zip": zipped(compiled), f"python3{MINOR}._pth": b"import site"}
    return {**own, "python.exe": AMD64_PROGRAM, "LICENSE.txt": b"PSF"}


@pytest.fixture
def small(python: Files, tmp_path: Path) -> Files:
    starters = {"t64.exe": b"MZ t", "w64.exe": b"MZ w", "LICENSE.txt": b"distlib"}
    there = {"there.py": b"KINDS = {'a', 'b', 'c'}\n", "there-2.dist-info/direct_url.json": b"/"}
    there |= {"there-2.data/purelib/more.py": b"", "there-2.data/scripts/there.exe": b"MZ"}
    wheels = [wheel(tmp_path, "there-2-py3-none-any", there)]
    own = wheel(tmp_path, "mcdesk-1.2-py3-none-any", {"mcdesk/__main__.py": b"def program(): 1\n"})
    files: Files = windows_zip.contents(python, starters, wheels, own)
    magic = windows_zip.magic_of(python)
    files |= windows_zip.compiled(files, windows_zip.compiler_of(magic, "nothing"))
    return files


def test_everything_has_its_place(small: Files) -> None:
    assert sorted(small) == [
        "README.txt",
        "licenses/distlib/LICENSE.txt",
        "licenses/mcdesk-1.2/LICENSE",
        "licenses/python/LICENSE.txt",
        "licenses/there-2/LICENSE",
        "mcdesk.exe",
        "mcdeskw.exe",
        "packages.txt",
        "python/LICENSE.txt",
        f"python/lib/__pycache__/more.cpython-3{MINOR}.pyc",
        f"python/lib/__pycache__/there.cpython-3{MINOR}.pyc",
        "python/lib/mcdesk-1.2.dist-info/METADATA",
        "python/lib/mcdesk/__main__.py",
        f"python/lib/mcdesk/__pycache__/__main__.cpython-3{MINOR}.pyc",
        "python/lib/more.py",
        "python/lib/there-2.dist-info/METADATA",
        "python/lib/there.py",
        "python/python.exe",
        f"python/python3{MINOR}._pth",
        f"python/python3{MINOR}.zip",
    ]


def test_modules_are_looked_for_inside_alone(small: Files) -> None:
    settings = small[f"python/python3{MINOR}._pth"].decode()
    assert settings.splitlines() == [f"python3{MINOR}.zip", ".", "lib"]


@pytest.mark.parametrize(
    ("program", "head"),
    [
        ("mcdesk.exe", b"MZ t#!<launcher_dir>\\python\\python.exe\r\n"),
        ("mcdeskw.exe", b"MZ w#!<launcher_dir>\\python\\pythonw.exe\r\n"),
    ],
)
def test_a_program_starts_the_python_beside_it(small: Files, program: str, head: bytes) -> None:
    assert small[program].startswith(head)
    with ZipFile(BytesIO(small[program])) as archive:
        assert b"mcdesk.__main__" in archive.read("__main__.py")


def test_the_packages_are_named_with_their_hashes(small: Files, tmp_path: Path) -> None:
    sha256 = hashlib.sha256((tmp_path / "there-2-py3-none-any.whl").read_bytes()).hexdigest()
    assert small["packages.txt"].decode() == f"there==2 --hash=sha256:{sha256}\n"


def test_no_compiled_file_is_held_against_its_source(small: Files) -> None:
    compiled = [data for name, data in small.items() if name.endswith(".pyc")]
    assert len(compiled) == 3
    assert {data[4:8] for data in compiled} == {(1).to_bytes(4, "little")}


def test_another_python_compiles_nothing() -> None:
    assert windows_zip.compiler_of("00000000", "mcdesk-has-no-such-python") == ""


def test_the_same_inputs_make_the_same_bytes(small: Files, tmp_path: Path) -> None:
    sources = {name: data for name, data in small.items() if not name.endswith(".pyc")}
    again = dict(reversed((sources | windows_zip.compiled(sources, sys.executable)).items()))
    one = windows_zip.written(small, tmp_path / "one" / "a.zip", WHEN)
    other = windows_zip.written(again, tmp_path / "other" / "a.zip", WHEN)
    assert one.read_bytes() == other.read_bytes()
    with ZipFile(one) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 23, 15, 0, 30)}


def test_nothing_names_a_folder_of_the_builder(small: Files) -> None:
    assert naming_the_builder(small) == []
    assert naming_the_builder({"a.py": str(CI.parent / "mcdesk").encode()}) == ["a.py"]


def test_the_hash_stands_beside_it(small: Files, tmp_path: Path) -> None:
    path = windows_zip.written(small, tmp_path / "new" / "a.zip", WHEN)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (tmp_path / "new" / "a.zip.sha256").read_text() == f"{sha256}  a.zip\n"


class TestAnotherPython:
    def test_it_is_taken_with_its_hash(self, python: Files, tmp_path: Path) -> None:
        file = tmp_path / "python.zip"
        file.write_bytes(zipped(python))
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        taken = windows_zip.given(file, sha256.upper())
        assert taken == python
        assert windows_zip.version_of(taken) == f"3.{MINOR}"

    def test_a_wrong_hash_is_refused(self, python: Files, tmp_path: Path) -> None:
        file = tmp_path / "python.zip"
        file.write_bytes(zipped(python))
        with pytest.raises(SystemExit, match="another hash"):
            windows_zip.given(file, "0" * 64)

    @pytest.mark.parametrize(
        "change",
        [
            {"python.exe": AMD64_PROGRAM[:-2] + b"\x64\xaa"},  # for ARM
            {"python.exe": b"#!/bin/sh"},
            {f"python3{MINOR}._pth": None},  # not the embeddable one
        ],
    )
    def test_only_an_embeddable_one_for_amd64(
        self, python: Files, tmp_path: Path, change: dict[str, bytes | None]
    ) -> None:
        file = tmp_path / "python.zip"
        changed = {name: change.get(name, data) for name, data in python.items()}
        file.write_bytes(zipped({name: data for name, data in changed.items() if data}))
        with pytest.raises(SystemExit, match="no embeddable Python"):
            windows_zip.given(file, hashlib.sha256(file.read_bytes()).hexdigest())

    def test_what_is_no_zip_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "python.zip"
        file.write_bytes(b"<html>")
        with pytest.raises(SystemExit, match="no embeddable Python"):
            windows_zip.given(file, hashlib.sha256(b"<html>").hexdigest())


class TestRequirements:
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
        says = {"Requires_Dist": 'cryptography; extra == "crypto"'}
        file = wheel(tmp_path, "PyJWT-2-py3-none-any", {}, **says)
        assert windows_inputs.needed_by(file, "3.13", ["msal", "pyjwt[crypto]>=1"]) == [
            "cryptography"
        ]
        assert windows_inputs.needed_by(file, "3.13", ["msal", "pyjwt>=1"]) == []


def naming_the_builder(files: Files) -> list[str]:
    """List the files that name a folder in which a zip is built."""
    ours = [str(CI.parent), tempfile.gettempdir() + os.sep + "tmp", sys.prefix, sys.base_prefix]
    found = re.compile(b"|".join(re.escape(each.encode()) for each in ours if each != "/usr"))
    return [name for name, data in files.items() if found.search(data)]


# ---- The real one


@pytest.fixture(scope="module")
def real() -> Path:
    """The zip that was built before."""
    folder = os.environ.get("MCDESK_WINDOWS_ZIP")
    if not folder:
        pytest.skip("MCDESK_WINDOWS_ZIP names no folder with a zip of .ci/windows_zip.py")
    return next(Path(folder).glob("*-windows.zip"))


def test_every_package_has_its_license(real: Path) -> None:
    with ZipFile(real) as archive:
        names = archive.namelist()
        packages = re.findall(r"^(\S+)==(\S+) ", archive.read("packages.txt").decode(), re.M)
    licensed = {name.split("/")[1] for name in names if name.startswith("licenses/")}
    others = {"python", "distlib", f"mcdesk-{mcdesk.__version__}"}
    assert licensed == {f"{name}-{version}" for name, version in packages} | others


def test_it_holds_what_windows_needs_and_no_more(real: Path) -> None:
    with ZipFile(real) as archive:
        packages = set(re.findall(r"^(\S+)==", archive.read("packages.txt").decode(), re.M))
        files = {name: archive.read(name) for name in archive.namelist()}
    assert packages > {"colorama", "pywin32-ctypes", "tzdata", "msal", "typer"}
    assert packages & {"secretstorage", "jeepney", "importlib-metadata"} == set()
    kept_out = (".so", ".dylib", "/RECORD", "/INSTALLER", "/direct_url.json")
    assert [name for name in files if name.endswith(kept_out)] == []
    assert naming_the_builder(files) == []
    assert max(map(len, files)) < 120  # of the 260 letters that Windows may have for a path


def test_built_again_of_its_packages_it_is_the_same(real: Path, tmp_path: Path) -> None:
    packages = tmp_path / "packages.txt"
    with ZipFile(real) as archive:
        packages.write_bytes(archive.read("packages.txt"))
    again = ["--packages", str(packages), "--in", str(tmp_path)]
    subprocess.run([sys.executable, str(CI / "windows_zip.py"), *again], check=True)
    assert (tmp_path / real.name).read_bytes() == real.read_bytes()


@dataclass(frozen=True)
class Windows:
    """A Windows without a Python, and mcdesk's zip unpacked in it."""

    prefix: Path
    mcdesk: Path
    server: "subprocess.Popen[bytes]"

    def run(self, program: str, *argv: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the zip; skip if Wine's own server died before it ended."""
        command = [str(shutil.which("wine")), str(self.mcdesk / program), *argv]
        started = subprocess.Popen(
            command,
            env=wine_environ(self.prefix) | environ,
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
        return subprocess.CompletedProcess(command, started.returncode, out, err)


def wine_environ(prefix: Path) -> dict[str, str]:
    """Return the environment of a program that nobody has prepared for Python or mcdesk."""
    ours = {"WINEPREFIX": str(prefix), "WINEARCH": "win64", "WINEDEBUG": "-all"}
    usual = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    without = {"WINEDLLOVERRIDES": "winedbg.exe=d;mscoree,mshtml="}
    return {**usual, **ours, **without, "LC_ALL": "C.UTF-8", "COLUMNS": "100"}


def in_silence(environ: dict[str, str], *argv: str) -> "subprocess.Popen[bytes]":
    """Start what would hold on to streams that somebody reads to their end."""
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(argv, env=environ, stdin=nowhere, stdout=nowhere, stderr=nowhere)


@pytest.fixture(scope="module")
def windows(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """A new Wine prefix, and the zip in a folder whose name has blanks and umlauts."""
    wine, wineserver = shutil.which("wine"), shutil.which("wineserver")
    if not wine or not wineserver:
        pytest.skip("there is no Wine here")
    folder = tmp_path_factory.mktemp("wine")
    environ = wine_environ(folder / "prefix")
    unpacked = folder / "Jörg Müller" / "Büro tools"
    with ZipFile(real) as archive:
        archive.extractall(unpacked)
    (unpacked / "python/_wmi.pyd").unlink()  # it calls a function that Wine 8 has not
    (folder / "prefix").mkdir()
    server = in_silence(environ, wineserver, "-f", "-p")
    try:
        assert in_silence(environ, wine, "wineboot", "-i").wait() == 0
        assert list((folder / "prefix").rglob("python*.exe")) == []
        yield Windows(folder / "prefix", unpacked, server)
    finally:
        subprocess.run([wineserver, "-k"], env=environ, check=False)
        server.wait()


def test_the_demo_starts(windows: Windows) -> None:
    ran = windows.run("mcdesk.exe", "--demo", "stale")
    assert ran.returncode == 0, ran.stderr
    assert "Harbor Point Dental" in ran.stdout
    assert "nothing leaves this computer" in ran.stderr


def test_without_a_console_too(windows: Windows) -> None:
    ran = windows.run("mcdeskw.exe", "--demo", "stale", "--json")
    assert ran.returncode == 0, ran.stderr
    assert '"mcdesk.stale/' in ran.stdout


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
    home = next((windows.prefix / "drive_c/users").rglob("mcdesk/config.toml"))
    assert says["username"] in home.read_text(encoding="utf-8")
    assert "login" in doctor.stdout
