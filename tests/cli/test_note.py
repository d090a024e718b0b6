"""`note`: an internal note, and dispatch told."""

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from deaths import Mortal
from mailservers import Behaviour, mail_server
from offices import CONFIG, Office, Result
from systems import ON_WINDOWS, editor

from mcdesk.sandbox.people import API_USER, HELP_DESK_ROLE, INTERNAL_NOTE, VENDOR

# What an editor does to its file.
WHOLE = r"""
Path(f"{file}.seen").write_bytes(file.read_bytes())
file.write_text("von\nHand\n")
"""
OVER = r"""
import re
text = file.read_text(encoding="utf-8")
file.write_text(re.sub("^# ---.*", "my line", text, flags=re.MULTILINE), encoding="utf-8")
"""

ME = 20


def smtp(office: Office, port: int) -> None:
    office.add_settings(
        '[mail]\ntransport = "smtp"\nfrom = "Noor Haddad <noor.haddad@demo.example>"\n'
        f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    )


def said(done: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(done.out)
    assert document["schema"] == "mcdesk.note/1"
    return document


def outbox(office: Office) -> list[dict[str, Any]]:
    document = json.loads(office.run("outbox", "--json").out)
    assert document["schema"] == "mcdesk.outbox/1"
    entries: list[dict[str, Any]] = document["entries"]
    return entries


def with_mc(office: Office, waited: float = 30) -> int:
    return office.ticket(
        waited, assignedResourceID=VENDOR, assignedResourceRoleID=HELP_DESK_ROLE, status=32
    )


def ours(office: Office, ticket: int) -> list[str]:
    """Return the texts of notes that no workflow rule wrote."""
    return [note["description"] for note in office.notes(ticket) if note["creatorResourceID"] != 4]


class TestTheNote:
    def test_is_internal_and_in_the_technicians_name(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), "Called back.\nNobody there.", "--json")
        assert done.code == 0
        (note,) = office.notes(ticket)
        assert said(done) == {
            "schema": "mcdesk.note/1",
            "ticket": {"id": ticket, "number": "T20261123.9300"},
            "outcome": "sent",
            "note_id": note["id"],
            "visibility": "internal",
            "dispatch": {"outcome": "not_requested", "to": None, "message_id": None},
        }
        assert note["publish"] == 2
        assert note["noteType"] == INTERNAL_NOTE
        assert note["title"] == "Called back."
        assert note["description"].replace("\r\n", "\n") == "Called back.\nNobody there."
        assert note["creatorResourceID"] == ME
        assert outbox(office) == []

    def test_says_it_to_people(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), "x")
        note = office.notes(ticket)[0]["id"]
        assert done == Result(0, f"internal note {note} written on T20261123.9300\n", "")

    def test_is_signed_where_it_goes_out_as_the_api_users(self, office: Office) -> None:
        office.world.forbid_impersonation(0)
        ticket = office.ticket(30)
        office.run("note", str(ticket), "x")
        (note,) = office.notes(ticket)
        assert note["creatorResourceID"] == API_USER
        assert note["description"].replace("\r\n", "\n") == "x\n\nNoor Haddad"

    def test_costs_three_requests(self, office: Office) -> None:
        ticket = office.ticket(30)
        office.run("note", str(ticket), "x")
        office.requests()
        office.run("note", str(ticket), "y")
        assert office.requests() == [
            "POST Tickets/query",
            f"POST Tickets/{ticket}/Notes",
            "POST TicketNotes/query",
        ]

    def test_asks_one_line_and_enter_is_yes(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), "x", answers=[""])
        assert done.code == 0
        assert done.err == "Note on T20261123.9300, Harbor Point Dental, Printer offline? [Y/n] "
        assert "[Y/n]" not in office.run("note", str(ticket), "x", "--yes", answers=[]).err

    @pytest.mark.parametrize("answers", [["n"], []], ids=["no", "eof"])
    def test_a_no_sends_nothing_and_loses_nothing(self, office: Office, answers: list[str]) -> None:
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), "my words", answers=answers)
        assert (done.code, done.out) == (3, "")
        assert office.notes(ticket) == []
        assert outbox(office) == []
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == "my words"
        assert str(draft) in done.err

    def test_the_title_can_be_given(self, office: Office) -> None:
        ticket = office.ticket(30)
        office.run("note", str(ticket), "x", "--title", "About the\nprinter")
        assert office.notes(ticket)[0]["title"] == "About the printer"

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ("", "note.note_type is not set"),
            ("Workflow Rule Note", "belongs to Autotask itself"),
            ("No such type", 'no active note type "No such type"'),
        ],
    )
    def test_without_a_usable_note_type_nothing_is_written_or_lost(
        self, office: Office, settings: str, said: str
    ) -> None:
        config = (office.home / "config.toml").read_text(encoding="utf-8")
        office.configure(config.replace("Int note added by a Resource", settings))
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), "x")
        assert (done.code, done.out) == (4, "")
        assert said in done.err
        assert office.notes(ticket) == []
        office.configure(config)
        assert office.run("outbox", "retry").code == 0
        assert len(office.notes(ticket)) == 1

    def test_no_note_without_an_internal_publish_value(self, office: Office) -> None:
        office.world.deactivate_choice("TicketNotes", "publish", 2)
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), "x")
        assert done.code == 4
        assert "no active internal publish value" in done.err
        assert office.notes(ticket) == []

    def test_no_word_for_any_other_visibility_exists(self, office: Office) -> None:
        help_text = office.run("note", "--help").out
        assert "publish" not in help_text.casefold()
        assert "public" not in help_text.casefold()

    def test_a_dry_run_sends_and_stores_nothing(self, office: Office) -> None:
        ticket = with_mc(office)
        done = office.run("note", str(ticket), "x", "--notify-dispatch", "--dry-run")
        assert done.code == 0
        assert "would write an internal note" in done.out
        assert "Subject: [T20261123.9300] Harbor Point Dental: Printer offline" in done.out
        assert office.notes(ticket) == []
        assert outbox(office) == []
        done = office.run("note", str(ticket), "x", "--dry-run", "--json")
        assert said(done)["outcome"] == "planned"


class TestTheText:
    def test_what_looks_like_a_password_is_told_and_written(self, office: Office) -> None:
        ticket, text, said = office.ticket(30), "The VPN password is Spring2026", "like a password"
        done = office.run("note", str(ticket), text)
        assert (done.code, said in done.err) == (0, True)
        assert office.notes(ticket)[0]["description"].startswith(text)
        assert said in office.run("send-to-mc", str(ticket), "--yes", "--note", text).err
        assert said not in office.run("note", str(ticket), "She forgot her password again").err

    def test_from_a_file(self, office: Office, tmp_path: Path) -> None:
        path = tmp_path / "note.txt"
        path.write_text("\ufeffvon Hand\n", encoding="utf-8")
        ticket = office.ticket(30)
        assert office.run("note", str(ticket), "--file", str(path)).code == 0
        assert office.notes(ticket)[0]["description"] == "von Hand"
        missing = office.run("note", str(ticket), "--file", str(tmp_path / "none"))
        assert (missing.code, missing.out) == (2, "")

    @pytest.mark.parametrize(
        "encoding", ["ascii", "utf-8", "utf-8-sig", "utf-16", "cp1252"], ids=lambda each: each
    )
    @pytest.mark.parametrize("way", ["-", "--file"])
    def test_in_whatever_a_shell_or_an_editor_writes(
        self, office: Office, tmp_path: Path, encoding: str, way: str
    ) -> None:
        if way == "-" and encoding == "cp1252" and ON_WINDOWS:
            pytest.skip("a pipe holds the console's code page there")
        text = "piped, " + ("cafe" if encoding == "ascii" else "café")
        raw = f"{text}\r\nand more\r\n".encode(encoding)
        ticket = office.ticket(30)
        if way == "-":
            done = office.run("note", str(ticket), "-", piped=raw)
        else:
            (tmp_path / "note.txt").write_bytes(raw)
            done = office.run("note", str(ticket), "--file", str(tmp_path / "note.txt"))
        assert done.code == 0
        assert office.notes(ticket)[0]["description"] == f"{text}\r\nand more"

    @pytest.mark.parametrize(
        "argv", [["  "], [], ["x", "--file", "y"], ["-"]], ids=["blank", "none", "two", "empty"]
    )
    def test_what_is_no_text(self, office: Office, argv: list[str]) -> None:
        done = office.run("note", "1", *argv)
        assert (done.code, done.out) == (2, "")

    def test_as_long_as_autotask_takes(self, office: Office) -> None:
        ticket = office.ticket(30)
        assert office.run("note", str(ticket), "x" * 32_000).code == 0
        done = office.run("note", str(ticket), "x" * 32_001)
        assert (done.code, done.out) == (2, "")
        assert "32,001 characters" in done.err
        (draft,) = (office.home / "drafts").iterdir()
        assert len(draft.read_text(encoding="utf-8")) == 32_001
        assert len(office.notes(ticket)) == 1

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            pytest.param("x" * 31_965 + "\N{PRINTER}" * 20, "32,005", id="emoji"),
            pytest.param("x\n" * 10_667 + "y", "32,002", id="line ends"),
        ],
    )
    def test_too_long_as_autotask_counts(self, office: Office, text: str, number: str) -> None:
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), text)
        assert (done.code, done.out) == (2, "")
        assert f"{number} characters (line breaks and emoji count as two)" in done.err
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == text
        fits = "x" * 31_960 + "\N{PRINTER}" * 20
        assert office.run("note", str(ticket), fits).code == 0
        assert office.notes(ticket)[0]["description"] == fits

    def test_the_signature_counts_where_there_will_be_one(self, office: Office) -> None:
        ticket, text = office.ticket(30), "x" * 31_995
        office.configure(CONFIG.replace("[note]", 'impersonate = "never"\n[note]'))
        done = office.run("note", str(ticket), text)
        assert (done.code, done.out) == (2, "")
        assert "signed, the note has 32,010 characters" in done.err
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == text
        assert (office.notes(ticket), outbox(office)) == ([], [])

    @pytest.mark.parametrize(
        ("script", "code", "written"),
        [
            pytest.param(WHOLE, 0, "von\nHand", id="whole"),
            pytest.param(
                'file.write_bytes(b"on top" + file.read_bytes())', 0, "on top", id="above the line"
            ),
            pytest.param("pass", 3, None, id="nothing written"),
            pytest.param(r'file.open("a").write("below\n")', 0, "below", id="below the line"),
            pytest.param(OVER, 0, "my line", id="over the line"),
            pytest.param("sys.exit(5)", 3, None, id="failed"),
            pytest.param("file.unlink()", 3, None, id="taken away"),
        ],
    )
    def test_from_an_editor(
        self, office: Office, tmp_path: Path, script: str, code: int, written: str | None
    ) -> None:
        office.environ["EDITOR"] = editor(tmp_path, script)
        ticket = office.ticket(30)
        done = office.run("note", str(ticket), answers=[""])
        assert done.code == code
        texts = [note["description"].replace("\r\n", "\n") for note in office.notes(ticket)]
        assert texts == ([written] if written else [])
        for seen in (office.home / "drafts").glob("*.seen"):
            assert "T20261123.9300, Harbor Point Dental, Printer offline" in seen.read_text("utf-8")

    @pytest.mark.parametrize("command", ["/no/such/editor", 'vi "'])
    def test_an_editor_that_is_not_there(self, office: Office, command: str) -> None:
        office.environ["VISUAL"] = command
        done = office.run("note", str(office.ticket(30)), answers=[])
        assert done.code == 2
        assert "set VISUAL or EDITOR" in done.err

    @pytest.mark.parametrize("way", ["argument", "file", "editor", "handoff"])
    def test_what_looks_like_a_password_is_told(
        self, office: Office, tmp_path: Path, way: str
    ) -> None:
        text, ticket, path = "Her password is now Blue-Cat7", str(office.ticket(30)), tmp_path / "x"
        path.write_text(text, encoding="utf-8")
        office.environ["EDITOR"] = editor(tmp_path, f"file.write_text({text!r})")
        argv, answers = {
            "argument": (["note", ticket, text], None),
            "file": (["note", ticket, "--file", str(path)], ["y"]),
            "editor": (["note", ticket], ["y"]),
            "handoff": (["send-to-mc", ticket, "--yes", "--note", text], None),
        }[way]
        done = office.run(*argv, answers=answers)
        assert done.code == 0, done
        assert done.err.startswith("warning: that looks like a password")
        assert "Blue-Cat7" not in done.err
        assert ours(office, int(ticket)) == [text]
        assert office.run("note", ticket, "Reset her password.").err == ""


class TestDispatch:
    def test_gets_a_mail_it_can_act_on(self, office: Office) -> None:
        behaviour = Behaviour()
        ticket = with_mc(office)
        with mail_server(behaviour) as port:
            smtp(office, port)
            done = office.run("note", str(ticket), "Please call.", "--notify-dispatch", "--json")
        assert done == Result(0, done.out, "")
        (taken,) = behaviour.taken
        mail = message_from_bytes(taken, policy=default)
        assert mail["From"] == "Noor Haddad <noor.haddad@demo.example>"
        assert mail["To"] == "ticketstatus@missioncontrolnoc.com"
        assert mail["Reply-To"] == "noor.haddad@demo.example"
        text = mail.get_content()
        for part in (
            "Ticket: T20261123.9300",
            "Company: Harbor Point Dental",
            "Title: Printer offline",
            "Priority: Medium",
            "Contact: Maria Lopez",
            "Please call.",
            "Written by: Noor Haddad (noor.haddad@demo.example)",
            "In our Autotask: https://ww99.autotask.net/",
        ):
            assert part in text
        assert said(done)["dispatch"] == {
            "outcome": "sent",
            "to": "ticketstatus@missioncontrolnoc.com",
            "message_id": mail["Message-ID"],
        }

    def test_a_ticket_that_is_not_with_mc_is_told(self, office: Office) -> None:
        with mail_server(Behaviour()) as port:
            smtp(office, port)
            done = office.run("note", str(office.ticket(30)), "x", "--notify-dispatch")
        assert done.code == 0
        assert "is not with Mission Control: mcdesk send-to-mc T20261123.9300" in done.err

    def test_without_a_terminal_a_mail_by_hand_waits(self, office: Office) -> None:
        ticket = with_mc(office)
        done = office.run("note", str(ticket), "x", "--notify-dispatch", "--json")
        assert done.code == 8
        assert said(done)["outcome"] == "sent"
        assert said(done)["dispatch"]["outcome"] == "waiting"
        assert "(347) 308-6455" in done.err
        assert len(list((office.home / "drafts").glob("*.eml"))) == 1

    @pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 8)])
    def test_on_a_terminal_a_mail_by_hand_is_asked_about(
        self, office: Office, answer: str, code: int
    ) -> None:
        ticket = with_mc(office)
        done = office.run("note", str(ticket), "x", "--notify-dispatch", answers=["", answer])
        assert done.code == code
        assert "mailto:" not in done.err  # percent-encoded, it can only be clicked
        assert "Was the mail to ticketstatus@missioncontrolnoc.com sent? [y/N]" in done.err
        if code:
            assert office.run("outbox", "retry", answers=["y"]).code == 0
        assert outbox(office) == []
        assert len(office.notes(ticket)) == 1


class TestWithoutAutotask:
    def test_no_network_keeps_the_text(self, office: Office) -> None:
        ticket = office.ticket(30)

        def cut() -> None:
            import httpx

            raise httpx.ConnectError("no route to host")

        way = office.transport
        for nth in (1, 2):
            office.run("note", str(ticket), "warm")
            office.transport = Mortal(way, nth, before=cut)
            if nth == 1:  # the ticket could not be read, in any of three tries

                class Down:
                    def handle_request(self, _: object) -> None:
                        cut()

                    def close(self) -> None:
                        """Nothing is open."""

                office.transport = Down()  # type: ignore[assignment]
            done = office.run("note", str(ticket), f"my words {nth}", "--json")
            office.transport = way
            assert done.code == 8
            assert said(done)["outcome"] == "waiting"
            assert "mcdesk outbox retry" in done.err
        assert [each["steps"][0]["state"] for each in outbox(office)] == ["waiting", "waiting"]
        assert office.run("outbox", "retry").code == 0
        texts = [note["description"] for note in office.notes(ticket)]
        assert sorted(texts) == ["my words 1", "my words 2", "warm", "warm"]

    def test_a_wrong_ticket_keeps_the_text(self, office: Office) -> None:
        done = office.run("note", "999999", "my words")
        assert (done.code, done.out) == (5, "")
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == "my words"
        assert outbox(office) == []

    def test_an_id_that_is_none_is_told_before_anything_is_asked(self, office: Office) -> None:
        done = office.run("note", "nope", "x")
        assert (done.code, done.out) == (2, "")
        (draft,) = (office.home / "drafts").iterdir()
        assert f"your text is saved in {draft}" in done.err
        assert draft.read_text(encoding="utf-8") == "x"
        assert outbox(office) == []


class TestWithAHandOff:
    def test_handoff_then_note_then_mail(self, office: Office) -> None:
        behaviour = Behaviour()
        ticket = office.ticket(30)
        with mail_server(behaviour) as port:
            smtp(office, port)
            done = office.run(
                "send-to-mc", str(ticket), "--yes", "--note", "Hurry", "--notify-dispatch", "--json"
            )
        assert (done.code, done.err) == (0, "")
        (result,) = json.loads(done.out)["results"]
        assert result["outcome"] == "sent"
        assert result["note"]["outcome"] == "sent"
        assert result["note"]["dispatch"]["outcome"] == "sent"
        assert [note["description"] for note in office.notes(ticket)] == ["Hurry"]
        assert len(behaviour.taken) == 1

    def test_the_templates_note_comes_first(self, office: Office) -> None:
        office.add_settings('[templates.return-to-mc]\nnote = "{me} sent {ticket}"\n')
        first, second = office.ticket(30), office.ticket(31)
        assert office.run("send-to-mc", str(first), "--yes").code == 0
        assert office.notes(first)[0]["description"] == (
            "noor.haddad@demo.example sent T20261123.9300"
        )
        office.run("send-to-mc", str(second), "--yes", "--note", "Hurry")
        text = office.notes(second)[0]["description"].replace("\r\n", "\n")
        assert text == "noor.haddad@demo.example sent T20261123.9310\n\nHurry"

    @pytest.mark.parametrize("typed", [[], ["--note", "Hurry"]], ids=["nothing typed", "typed"])
    @pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["real", "dry run"])
    def test_the_templates_note_is_written_once(
        self, office: Office, typed: list[str], more: list[str]
    ) -> None:
        office.add_settings('[templates.return-to-mc]\nnote = "sent {ticket}"\n')
        ticket = office.ticket(30)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        again = office.run("send-to-mc", str(ticket), "--yes", "--json", *typed, *more)
        (result,) = json.loads(again.out)["results"]
        assert (again.code, result["outcome"]) == (0, "already_there")
        assert (result["note"] is not None) == bool(typed)
        assert again.err.count("sent T20261123") == 0
        expected = ["sent T20261123.9300", *(typed[1:] if not more else [])]
        assert [note["description"] for note in office.notes(ticket)] == expected
        assert outbox(office) == []

    def test_dispatch_is_not_told_again_what_it_knows(self, office: Office) -> None:
        office.add_settings('[templates.return-to-mc]\nnote = "sent {ticket}"\n')
        done = office.run("send-to-mc", str(with_mc(office)), "--yes", "--notify-dispatch")
        assert done.code == 0
        assert "was already there, so dispatch was not emailed" in done.err
        assert outbox(office) == []

    def test_a_note_on_a_ticket_that_was_there_waits_as_it_was_typed(self, office: Office) -> None:
        office.add_settings('[templates.return-to-mc]\nnote = "sent {ticket}"\n')
        ticket = with_mc(office)
        written = len(office.notes(ticket))
        # The handoff reads it, then the note does.
        office.break_with("POST /Tickets/query status 404 @2")
        assert office.run("send-to-mc", str(ticket), "--yes", "--note", "Hurry").code == 8
        office.break_with()
        (entry,) = outbox(office)
        assert office.run("outbox", "retry", str(entry["n"])).code == 0
        assert [note["description"] for note in office.notes(ticket)][written:] == ["Hurry"]

    def test_is_asked_about_once(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run("send-to-mc", str(ticket), "--note", "Hurry", answers=["y"])
        assert done.code == 0
        assert "Send T20261123.9300 to Mission Control, with a note? [y/N]" in done.err
        assert done.err.count("[") == 1
        assert len(office.notes(ticket)) == 1

    @pytest.mark.parametrize(
        ("fault", "held"),
        [
            pytest.param("PATCH /Tickets refuse no", 0, id="refused"),
            pytest.param("PATCH /Tickets workflow status=8", 1, id="unverified"),
        ],
    )
    def test_no_note_without_a_verified_handoff(
        self, office: Office, fault: str, held: int
    ) -> None:
        ticket = office.ticket(30)
        office.break_with(fault)
        done = office.run("send-to-mc", str(ticket), "--yes", "--note", "my words")
        assert done.code == 1
        assert ours(office, ticket) == []
        entries = outbox(office)
        assert len(entries) == held
        if held:
            assert entries[0]["ticket"] == {"id": ticket, "number": "T20261123.9300"}
            assert "not verified" in entries[0]["steps"][0]["reason"]
            # It goes only when somebody says so: the ticket is not as it was to be.
            for argv in ((), (str(entries[0]["n"]),)):
                assert office.run("outbox", "retry", *argv).code == 8
                assert ours(office, ticket) == []
            assert office.run("outbox", "retry", answers=["n"]).code == 8
            assert office.run("outbox", "retry", answers=["y"]).code == 0
            assert ours(office, ticket) == ["my words"]
            assert office.holds(ticket)["status"] == 8
        else:
            (draft,) = (office.home / "drafts").iterdir()
            assert draft.read_text(encoding="utf-8") == "my words"
            said = "The outbox is empty: nothing is waiting\n"
            assert office.run("outbox") == Result(0, said, "")
            assert office.run("outbox", "retry") == Result(0, "", said.strip())

    def test_what_waits_for_a_look_names_its_ticket_and_has_its_letter(
        self, office: Office
    ) -> None:
        behaviour, ticket = Behaviour(), office.ticket(30)
        argv = ("--yes", "--note", "Hurry", "--notify-dispatch", "--json")
        with mail_server(behaviour) as port:
            smtp(office, port)
            office.break_with("PATCH /Tickets workflow status=8")
            done = office.run("send-to-mc", str(ticket), *argv)
            (result,) = json.loads(done.out)["results"]
            assert result["note"]["ticket"] == {"id": ticket, "number": "T20261123.9300"}
            assert result["note"]["dispatch"]["to"] == "ticketstatus@missioncontrolnoc.com"
            asked = office.run("outbox", "retry", str(outbox(office)[0]["n"]), answers=["y"])
        assert asked.code == 0
        assert "T20261123.9300 is not as planned. Send the note anyway?" in asked.err
        assert len(behaviour.taken) == 1
        assert outbox(office) == []

    def test_several_that_are_not_sent_keep_the_text_once(self, office: Office) -> None:
        tickets = [str(office.ticket(30 + i)) for i in range(6)]
        done = office.run("send-to-mc", *tickets, "--yes", "--note", "my words")
        assert done.code == 3
        (draft,) = (office.home / "drafts").iterdir()
        assert f"your text is saved in {draft}" in done.err
        draft.unlink()
        assert outbox(office) == []
        done = office.run("send-to-mc", *tickets[:3], "--note", "my words")
        assert done.code == 3
        (draft,) = (office.home / "drafts").iterdir()
        assert done.err.count(str(draft)) == 1
        assert draft.read_text(encoding="utf-8") == "my words"
        assert outbox(office) == []

    def test_a_no_keeps_the_text(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run("send-to-mc", str(ticket), "--note", "my words", answers=["n"])
        assert done.code == 3
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == "my words"
        assert outbox(office) == []

    def test_on_a_ticket_that_is_there_already(self, office: Office) -> None:
        ticket = with_mc(office)
        done = office.run("send-to-mc", str(ticket), "--note", "Hurry", "--json")
        assert done.code == 0
        assert json.loads(done.out)["results"][0]["note"]["outcome"] == "sent"
        done = office.run("send-to-mc", str(ticket), "--note", "Again", answers=["n"])
        assert len(office.notes(ticket)) == 1

    def test_an_empty_note_is_no_note(self, office: Office) -> None:
        ticket = office.ticket(30)
        for text in ("", "  "):
            done = office.run("send-to-mc", str(ticket), "--yes", "--note", text)
            assert (done.code, done.out) == (2, "")
        assert office.holds(ticket)["primary"] is None

    def test_dispatch_needs_something_to_read(self, office: Office) -> None:
        done = office.run("send-to-mc", "1", "--yes", "--notify-dispatch")
        assert (done.code, done.out) == (2, "")

    def test_a_dry_run_plans_both(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run("send-to-mc", str(ticket), "--dry-run", "--note", "x", "--json")
        assert done.code == 0
        assert json.loads(done.out)["results"][0]["note"]["outcome"] == "planned"
        assert "would write an internal note" in done.err
        done = office.run(
            "send-to-mc", str(ticket), "--dry-run", "--note", "x", "--notify-dispatch"
        )
        assert "is not with Mission Control" not in done.err
        assert "  would email ticketstatus@missioncontrolnoc.com" in done.out.splitlines()
        assert outbox(office) == []

    def test_an_undo_after_my_own_note(self, office: Office) -> None:
        office.world.forbid_impersonation(0)
        ticket = office.ticket(30)
        office.run("send-to-mc", str(ticket), "--yes", "--note", "Hurry")
        assert office.notes(ticket)[0]["creatorResourceID"] == API_USER
        assert office.run("undo", "--yes").code == 0

    def test_each_of_several_has_its_own(self, office: Office) -> None:
        tickets = [office.ticket(30), office.ticket(31)]
        done = office.run("send-to-mc", *map(str, tickets), "--yes", "--note", "Hurry")
        assert done.code == 0
        assert [len(office.notes(ticket)) for ticket in tickets] == [1, 1]
        twice = office.ticket(32)
        office.run("send-to-mc", str(twice), "T20261123.9320", "--yes", "--note", "Once")
        assert len(office.notes(twice)) == 1
        assert outbox(office) == []
