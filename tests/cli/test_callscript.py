"""`callscript`: the words, the number, the decision."""

import json
import sys
from base64 import b64encode
from io import StringIO
from pathlib import Path

import pytest
from msgspec.structs import fields
from offices import Office

from mcdesk.cli.terminal import clipboard
from mcdesk.errors import SettingsProblem
from mcdesk.settings.model import MissionControl
from mcdesk.settings.reading import load
from mcdesk.settings.spoken import KEYS, spoken_words

NUMBER = "(347) 308-6455"


def test_two_parts_that_nobody_can_mix_up(office: Office) -> None:
    (office.home / "config.toml").unlink()
    done = office.run("callscript")
    assert (done.code, done.err) == (0, "")
    number, _, say, *rest = done.out.splitlines()
    assert number == f"Forward to   {NUMBER}"
    assert say == "SAY THIS TO THE USER"
    middle = next(i for i, line in enumerate(rest) if "FOR YOU ONLY" in line)
    assert "never say Mission Control" in rest[middle]
    assert "Mission Control" not in "\n".join(rest[:middle])
    assert "missioncontrol" not in "\n".join(rest[:middle])
    assert "Mission Control" in "\n".join(rest[middle + 1 :])
    assert office.requests() == []


def test_as_json(office: Office) -> None:
    document = json.loads(office.run("callscript", "--json").out)
    assert document["schema"] == "mcdesk.callscript/1"
    assert document["phone"] == {"display": NUMBER, "e164": "+13473086455"}
    for name in ("say", "know", "factors"):
        assert all(isinstance(line, str) for line in document[name])
    assert len(document["factors"]) == 3


def test_words_from_the_settings(office: Office) -> None:
    office.add_settings('[mc]\nphone = "+44 20 7946 0958"\ncustomer_name = "night team"\n')
    done = office.run("callscript")
    assert "+44 20 7946 0958" in done.out
    assert "our night team" in done.out


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('customer_name = "Mission Control team"', "mc.customer_name is shown to customers"),
        ('phone = "call us"', "mc.phone must be"),
        ("phone = 5", "mc.phone must be"),
        ('name = "help desk"', "mc.customer_name is shown to customers"),
        ("phone = ", "config.toml"),
        ('fone = "555-0100"', "mc.fone is not a setting"),
    ],
)
def test_settings_that_may_not_be_said(office: Office, table: str, said: str) -> None:
    office.add_settings(f"[mc]\n{table}\n")
    done = office.run("callscript")
    assert (done.code, done.out) == (4, "")
    assert said in done.err


def test_the_quick_way_to_the_words_agrees_with_the_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    mc = load(path).mc
    words = spoken_words(path)
    assert (words.phone, words.customer_name) == (mc.phone, mc.customer_name)
    assert (words.vendor_name, words.vendor_address) == (mc.name, mc.dispatch_email)
    for content in (b"mc = 5", b"\xff"):
        path.write_bytes(content)
        with pytest.raises(SettingsProblem) as problem:
            load(path)
        with pytest.raises(SettingsProblem) as quick:
            spoken_words(path)
        assert quick.value.message == problem.value.message


def test_with_the_ticket_beside_it(office: Office) -> None:
    ticket = office.ticket(30)
    done = office.run("callscript", str(ticket))
    assert "T20261123.9300  Printer offline" in done.out
    assert "Harbor Point Dental" in done.out


@pytest.mark.parametrize("ticket", ["", " ", "x", "0002", "https://ww5.autotask.net/x"])
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_what_is_no_ticket_is_told_alone(office: Office, ticket: str, more: list[str]) -> None:
    done = office.run("callscript", ticket, *more)
    assert (done.code, done.out) == (2, "")


class TestCopy:
    """What really happened is said, whatever the program for the clipboard does."""

    NAME = {"win32": "clip", "darwin": "pbcopy"}.get(sys.platform, "xclip")

    @pytest.fixture(autouse=True)
    def way(self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(clipboard, "LIMIT", 60.0)  # this computer may be busy
        way = tmp_path / "way"
        way.mkdir()
        office.environ.update(PATH=str(way), DISPLAY=":0")
        return way

    def install(self, way: Path, code: str) -> None:
        """Put a program for the clipboard on the *way* that runs *code*."""
        (way / "program.py").write_text(code, encoding="utf-8")
        call, tool = f'"{sys.executable}" "{way / "program.py"}"', way / self.NAME
        if sys.platform == "win32":
            tool.with_suffix(".cmd").write_text(f"@{call}\n", encoding="utf-8")
        else:
            tool.write_text(f"#!/bin/sh\nexec {call}\n", encoding="utf-8")
            tool.chmod(0o700)

    def test_it_worked(self, office: Office, way: Path) -> None:
        copied = way / "copied"
        self.install(way, f"import sys; open({str(copied)!r}, 'wb').write(sys.stdin.buffer.read())")
        done = office.run("callscript", "--copy")
        assert (done.code, done.err) == (0, f"copied: {NUMBER}")
        assert copied.read_bytes() == NUMBER.encode()

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("raise SystemExit(1)", "failed with exit code 1"),
            ("import time; time.sleep(60)", "did not answer"),
            (None, "is not installed"),
        ],
        ids=["it fails", "it hangs", "it is missing"],
    )
    @pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
    def test_it_did_not(
        self,
        office: Office,
        way: Path,
        monkeypatch: pytest.MonkeyPatch,
        code: str | None,
        why: str,
        terminal: bool,
    ) -> None:
        if code:
            self.install(way, code)
        if "sleep" in (code or ""):
            monkeypatch.setattr(clipboard, "LIMIT", 0.1)
        stdout = StringIO()
        monkeypatch.setattr(stdout, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stdout", stdout)
        done = office.run("callscript", "--copy")
        assert done.code == 0
        assert "copied" not in done.err
        assert f"{self.NAME} {why}" in done.err
        sequence = f"\x1b]52;c;{b64encode(NUMBER.encode()).decode()}\x07"
        assert (sequence in stdout.getvalue()) == terminal
        said = "asked this terminal to copy" if terminal else "no clipboard here: copy"
        assert done.err.startswith(f"{said} {NUMBER}")

    @pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
    def test_without_a_display(self, office: Office) -> None:
        del office.environ["DISPLAY"]
        done = office.run("callscript", "--copy")
        assert done.err == f"no clipboard here: copy {NUMBER} by hand"


class TestTriage:
    def test_three_keys_and_a_reason(self, office: Office) -> None:
        done = office.run("callscript", "--triage", answers=["1", "3", "2"])
        assert done.code == 0
        assert (
            "Recommended: forward the call\nBecause: urgent, and nobody here is free\n"
            f"Next: forward the call to {NUMBER}\n" in done.out
        )
        assert "How urgent is it?" in done.err
        assert "  1  can't work, or business-critical" in done.err
        assert "\x1b" not in done.out + done.err

    @pytest.mark.parametrize(
        ("keys", "words"),
        [
            ("111", '  > "I can help you with that right now."'),
            ("221", '  > "We\'ll take care of it then."'),
            (
                "331",
                '  > "Your ticket is in our queue, and someone on our team will get back to you."',
            ),
            ("131", f'  > "In case we get disconnected, our help desk number is {NUMBER}."'),
        ],
    )
    def test_what_to_say_stands_last(self, office: Office, keys: str, words: str) -> None:
        done = office.run("callscript", "--triage", answers=[*keys, "n"])
        assert done.out.splitlines()[-1] == words
        assert "Mission Control" not in done.out

    def test_runs_the_command_that_follows_which_asks_once(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run("callscript", str(ticket), "--triage", answers=["1", "3", "1", "y"])
        assert done.code == 0
        assert "Send T20261123.9300 to Mission Control? [y/N]" in done.err
        assert office.holds(ticket)["primary"] == 12
        done = office.run("callscript", str(office.ticket(31)), "--triage", answers=[*"111", "y"])
        assert done.code == 0

    @pytest.mark.parametrize("keys", ["111", "131"])
    def test_a_no_leaves_the_ticket_alone(self, office: Office, keys: str) -> None:
        ticket = office.ticket(30)
        done = office.run("callscript", str(ticket), "--triage", answers=[*keys, "n"])
        assert done.code == 3
        assert "nothing was changed" in done.err
        assert office.holds(ticket)["primary"] is None

    def test_the_command_that_follows_fails_as_ever(self, office: Office) -> None:
        done = office.run("callscript", str(office.ticket(30)), "--triage", answers=[*"221"])
        assert done.code == 4
        assert "where customers pick a time" in done.err

    def test_a_ticket_for_later(self, office: Office) -> None:
        done = office.run("callscript", "--triage", answers=["3", "3", "1", "n"])
        assert "Recommended: make a ticket for later" in done.out
        assert "Open Autotask's page for a new ticket? [Y/n]" in done.err
        ticket = office.ticket(30)
        done = office.run("callscript", str(ticket), "--triage", answers=["3", "3", "1"])
        assert "Next: leave T20261123.9300 in its queue" in done.out

    def test_a_link_or_taking_it_without_a_ticket(self, office: Office) -> None:
        done = office.run("callscript", "--triage", answers=["2", "2", "1"])
        assert "Next: mcdesk send-link --to ADDRESS" in done.out
        done = office.run("callscript", "--triage", answers=["1", "1", "1"])
        assert "Next: take the call and make a ticket as you go" in done.out

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            (["132"], 0),
            (["13", "2"], 0),
            (["1\r3\r2\r"], 0),
            (["1\n", "\n", "3\n", "2"], 0),
            (["\x1b[A", "1", "32"], 0),
            (["\x1b[A", "12", "", "", ""], 3),
        ],
    )
    def test_keys_that_were_typed_ahead_answer_one_question_each(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, typed: list[str], code: int
    ) -> None:
        monkeypatch.setattr("offices._Typed.isatty", lambda _: True)
        monkeypatch.setattr("typer.getchar", lambda: typed.pop(0))
        done = office.run("callscript", "--triage", answers=[])
        assert done.code == code
        assert ("Recommended: forward the call" in done.out) == (code == 0)

    def test_ctrl_c_is_answered_on_a_line_of_its_own(self, office: Office) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        done = office.run("callscript", "--triage", answers=["1"], meanwhile=interrupt)
        assert done.code == 130
        assert done.err.endswith("1 to 3: \nstopped")

    def test_what_waits_is_told_once_after_the_command_that_follows(self, office: Office) -> None:
        office.break_with("POST /Tickets/*/Notes 429")
        ticket = office.ticket(30)
        office.run("note", str(ticket), "x")
        office.break_with()
        done = office.run("callscript", str(ticket), "--triage", answers=["1", "3", "1", "y"])
        assert done.err.count("1 thing didn't go out") == 1

    def test_other_keys_are_asked_again_and_then_given_up(self, office: Office) -> None:
        done = office.run("callscript", "--triage", answers=["x", "9", "1", "3", "2"])
        assert done.code == 0
        done = office.run("callscript", "--triage", answers=["x", "", "9"])
        assert done.code == 3
        assert "no answer" in done.err

    def test_without_a_terminal_it_cannot_ask(self, office: Office) -> None:
        done = office.run("callscript", "--triage")
        assert (done.code, done.out) == (3, "")
        assert "--yes" not in done.err
        assert office.run("callscript", "--triage", "--json").code == 2


def test_it_knows_every_key_of_its_table() -> None:
    assert {field.encode_name for field in fields(MissionControl)} == KEYS
