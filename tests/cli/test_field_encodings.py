"""What another program leaves is read in the encoding that it wrote, and never guessed away."""

import json
import os
import sys
from pathlib import Path

import pytest
from offices import Office

from mcdesk import encodings
from mcdesk.credentials.program import secrets_from
from mcdesk.encodings import text_from

WORDS = "wörter, Grüße"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


def editor(office: Office, folder: Path, raw: bytes, *, name: str = "editor.py") -> None:
    """Make an editor that leaves *raw* in the file."""
    script = folder / name
    script.write_text(
        f"import pathlib, sys; pathlib.Path(sys.argv[-1]).write_bytes({raw!r})", encoding="utf-8"
    )
    office.environ["EDITOR"] = f'"{sys.executable}" "{script}"'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("way", ["an editor", "a file", "a pipe"])
def test_a_note(office: Office, tmp_path: Path, way: str, encoding: str, end: str) -> None:
    if (way, encoding) == ("a pipe", "cp1252"):  # the console's code page, where it has one
        encoding = encodings.of_console() or encoding
    ticket, raw = str(office.ticket(30)), f"{WORDS}{end}more{end}".encode(encoding)
    if way == "an editor":
        editor(office, tmp_path, raw)
        done = office.run("note", ticket, answers=[""])
    elif way == "a file":
        (tmp_path / "note.txt").write_bytes(raw)
        done = office.run("note", ticket, "--file", str(tmp_path / "note.txt"))
    else:
        done = office.run("note", ticket, "-", piped=raw)
    assert done.code == 0
    (note,) = office.notes(int(ticket))
    assert note["description"].replace("\r\n", "\n") == f"{WORDS}\nmore"
    assert "could not be read" not in done.err


@pytest.mark.parametrize("way", ["an editor", "a file", "a pipe", "an argument"])
def test_what_no_encoding_explains_is_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(encodings, "of_console", lambda: None)
    ticket, raw = str(office.ticket(30)), b"w\x81rter"
    if way == "an editor":
        editor(office, tmp_path, raw)
        done = office.run("note", ticket, answers=[""])
    elif way == "a file":
        (tmp_path / "note.txt").write_bytes(raw)
        done = office.run("note", ticket, "--file", str(tmp_path / "note.txt"))
    elif way == "a pipe":
        done = office.run("note", ticket, "-", piped=raw)
    else:
        done = office.run("note", ticket, "w\udc81rter")
    assert done.code == 0
    assert "warning: some characters could not be read and show as \ufffd" in done.err


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_settings(office: Office, tmp_path: Path, encoding: str) -> None:
    text = (office.home / "config.toml").read_text(encoding="utf-8") + f"# {WORDS}\n"
    editor(office, tmp_path, text.encode(encoding))
    assert office.run("config", "edit", answers=[]).code == 0
    assert (office.home / "config.toml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_secrets(encoding: str) -> None:
    raw = json.dumps({"smtp_password": WORDS}, ensure_ascii=False).encode(encoding)
    program = f"import sys; sys.stdout.buffer.write({raw!r})"
    assert secrets_from([sys.executable, "-c", program]) == {"smtp_password": WORDS}


class TestOnWindows:
    """There a pipe from cmd holds the console's code page, and a file the system's."""

    @pytest.fixture(autouse=True)
    def code_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("locale.getencoding", lambda: "cp1252")
        monkeypatch.setattr(encodings, "of_console", lambda: "cp850")

    def test_a_pipe_and_a_file(self, office: Office, tmp_path: Path) -> None:
        ticket = str(office.ticket(30))
        (tmp_path / "note.txt").write_bytes(WORDS.encode("cp1252"))
        office.run("note", ticket, "--file", str(tmp_path / "note.txt"))
        office.run("note", ticket, "-", piped=WORDS.encode("cp850"))
        assert [note["description"] for note in office.notes(int(ticket))] == [WORDS, WORDS]

    def test_what_says_itself_what_it_is(self) -> None:
        for encoding in ENCODINGS[:3]:
            assert text_from(WORDS.encode(encoding), piped=True) == WORDS


@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere a console has no code page")
def test_the_console_has_an_encoding() -> None:
    encoding = encodings.of_console()
    assert encoding is not None
    assert "x".encode(encoding) == b"x"


def test_an_editor_is_found_by_its_whole_name(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows finds `code` as `code.cmd` only by a look on the way (W5)."""
    editor(office, tmp_path, b"by its whole name", name="ed.py")
    tool = tmp_path / ("code.cmd" if sys.platform == "win32" else "code")
    command = office.environ["EDITOR"]
    tool.write_text(
        f"@{command} %*\n" if sys.platform == "win32" else f'#!/bin/sh\nexec {command} "$@"\n',
        encoding="utf-8",
    )
    tool.chmod(0o700)
    office.environ["PATH"] = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    office.environ["EDITOR"] = "code --wait"
    ticket = office.ticket(30)
    assert office.run("note", str(ticket), answers=[""]).code == 0
    assert [note["description"] for note in office.notes(ticket)] == ["by its whole name"]
