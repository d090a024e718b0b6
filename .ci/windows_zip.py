#!/usr/bin/env python3
"""Build mcdesk with a Windows Python of its own: `python .ci/windows_zip.py [--python FILE ...]`.

Writes dist/mcdesk-VERSION-windows.zip and its .sha256, from the package index that pip knows. From
the same commit, Python, packages and building Python it is the same to the byte; the zip's own
packages.txt, given with --packages, asks for the same packages again. Where a Python of the version
inside runs this (python3.13), or is found by that name, the zip holds compiled files. Without them
the first start takes seconds, and so does every start from a folder that cannot be written.
"""

import argparse
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from windows_inputs import (
    ROOT,
    Files,
    chosen_wheels,
    embeddable,
    given,
    launchers,
    magic_of,
    name_of,
    needed_wheels,
    own_wheel,
    settings_of,
    unzipped,
    version_of,
)

# The launcher and the Python of each program; mcdeskw has no console.
PROGRAMS = {"mcdesk.exe": ("t64.exe", "python.exe"), "mcdeskw.exe": ("w64.exe", "pythonw.exe")}
MAIN = "import sys\n\nfrom mcdesk.__main__ import program\n\nsys.exit(program())\n"
LIBRARY = "python/lib/"
# What an installation writes down about itself, its paths among it.
RECORDS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
# A wheel's files by where they go: scripts, headers and manuals have no use here.
IN_LIBRARY = re.compile(r"(?:[^/]+\.data/(?:purelib|platlib)/)?((?![^/]+\.data/).+)")
LICENSE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
# Files that are never compared with the source again, whose time the zip does not keep exactly.
COMPILE = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "python"]
MAGIC = "import importlib.util; print(importlib.util.MAGIC_NUMBER.hex())"

README = """\
mcdesk {version}, with a Python {python} of its own. Nothing is installed, and no administrator is
needed. Unpack all of it into a folder of its own. In a terminal, in that folder:

    .\\mcdesk.exe --demo stale              invented tickets; nothing leaves this computer
    .\\mcdesk.exe setup --from team.toml    with the file that your office sent you
    .\\mcdesk.exe --help

mcdeskw.exe is the same without a window, for the Task Scheduler. To update, delete this folder and
unpack the new one: settings and log are elsewhere, in %LOCALAPPDATA%\\mcdesk. packages.txt names
what is inside, and the folder licenses has the license of each.
"""


def main() -> int:
    """Build the zip and print what was made."""
    options = asked()
    python = given(options.python, options.sha256) if options.python else embeddable()
    version = version_of(python)
    with TemporaryDirectory() as name:
        folder = Path(name)
        if options.packages:
            wheels = chosen_wheels(folder / "wheels", options.packages, version)
        else:
            wheels = needed_wheels(folder / "wheels", version)
        own = own_wheel(folder)
        files = contents(python, launchers(), wheels, own)
    compiler = compiler_of(magic_of(python), f"python{version}")
    if compiler:
        files |= compiled(files, compiler)
    else:
        print(f"Without compiled files: run this with Python {version} to have them.")
    made = written(files, options.folder / f"mcdesk-{name_of(own)[1]}-windows.zip", committed())
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB, {len(files)} files")
    return 0


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="FILE", type=Path, help="an embeddable Windows Python")
    parser.add_argument("--sha256", help="its hash, as python.org publishes it")
    parser.add_argument("--packages", metavar="FILE", type=Path, help="another zip's packages.txt")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    if bool(options.python) != bool(options.sha256):
        parser.error("--python and --sha256 go together")
    return options


# ---- What is inside


def contents(python: Files, starters: Files, wheels: Iterable[Path], own: Path) -> Files:
    """Return the files of the zip, none of them compiled, by their path in it."""
    readme = README.format(version=name_of(own)[1], python=version_of(python))
    files = {f"python/{name}": data for name, data in python.items()}
    files[f"python/{settings_of(python)}"] = search_path(python).encode()
    for program, (launcher, interpreter) in PROGRAMS.items():
        files[program] = starting(starters[launcher], f"python\\{interpreter}")
    files["licenses/python/LICENSE.txt"] = python["LICENSE.txt"]
    files["licenses/distlib/LICENSE.txt"] = starters["LICENSE.txt"]
    for wheel in [*wheels, own]:
        files |= unpacked(wheel)
    files["packages.txt"] = named(wheels).encode()
    files["README.txt"] = readme.replace("\n", "\r\n").encode()
    return files


def search_path(python: Files) -> str:
    """Return where *python* is to look for modules: inside the zip and nowhere else."""
    return f"{settings_of(python).replace('._pth', '.zip')}\n.\nlib\n"


def starting(launcher: bytes, interpreter: str) -> bytes:
    """Return a program: the *launcher*, whom it starts, beside itself, and what that runs."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as into:
        into.writestr(zipfile.ZipInfo("__main__.py"), MAIN)
    return launcher + f"#!<launcher_dir>\\{interpreter}\r\n".encode() + archive.getvalue()


def unpacked(wheel: Path) -> Files:
    """Return the files of *wheel*: its modules and what it says of itself, and its licenses."""
    files = {}
    for name, data in unzipped(wheel.read_bytes()).items():
        place = IN_LIBRARY.fullmatch(name)
        if place and Path(name).name not in RECORDS:
            files[place_of(place[1], "-".join(name_of(wheel)))] = data
    return files


def place_of(name: str, package: str) -> str:
    """Return where in the zip the file *name* of a *package*'s wheel goes."""
    folder, _, file = name.partition(".dist-info/")
    if file and "/" not in folder and LICENSE.match(file):
        return f"licenses/{package}/{file.removeprefix('licenses/')}"
    return LIBRARY + name


def named(wheels: Iterable[Path]) -> str:
    """Return the requirements that only these *wheels* fulfill."""
    lines = []
    for wheel in wheels:
        name, version = name_of(wheel)
        sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{name}=={version} --hash=sha256:{sha256}\n")
    return "".join(lines)


# ---- Compiled files


def compiler_of(magic: str, name: str) -> str:
    """Return a Python whose compiled files begin with *magic*, this one or *name*; or nothing."""
    for python in (sys.executable, shutil.which(name)):
        if python and said_by(python, "-I", "-c", MAGIC) == magic:
            return python
    return ""


def said_by(*argv: str) -> str:
    """Return what a program prints, nothing if it fails."""
    ran = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout.strip() if ran.returncode == 0 else ""


def compiled(files: Files, compiler: str) -> Files:
    """Return the compiled files of the modules among *files*."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, data in files.items():
            if path.startswith(LIBRARY) and path.endswith(".py"):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
        subprocess.run([compiler, "-I", "-W", "ignore", *COMPILE], cwd=folder, check=True)
        made = folder.rglob("*.pyc")
        return {each.relative_to(folder).as_posix(): each.read_bytes() for each in made}


# ---- The zip


def committed() -> datetime:
    """Return when what is built was committed, or the time that SOURCE_DATE_EPOCH says."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or said_by("git", "log", "-1", "--format=%ct")
    if not seconds:
        sys.exit("Nothing was committed here: set SOURCE_DATE_EPOCH to the seconds since 1970.")
    return datetime.fromtimestamp(int(seconds), UTC)


def written(files: Files, path: Path, when: datetime) -> Path:
    """Write the zip of *files* to *path*, its hash beside it; return *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])
            entry.create_system = 0  # MS-DOS, wherever it is built
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{sha256}  {path.name}\n")
    return path


if __name__ == "__main__":
    sys.exit(main())
