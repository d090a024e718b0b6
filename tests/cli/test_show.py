"""`mcdesk show`, from what is typed to what is shown."""

import json
import webbrowser
from datetime import timedelta

import pytest
from offices import Office

LINK = "https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"


def test_a_ticket_that_waits(office: Office) -> None:
    ticket = office.ticket(
        55,
        ticketNumber="T20261123.0002",
        description="It prints\r\nblank pages.",
        dueDateTime="2026-11-23T22:05:00.000Z",
    )
    office.note(ticket, 50, creatorResourceID=4, noteType=13, title="Workflow Rule")
    office.note(ticket, 40, creatorResourceID=21, title="Called", description="No answer.")
    office.note(
        ticket, 30, creatorResourceID=None, createdByContactID=300, publish=1, title="Re: Printer"
    )
    result = office.run("show", str(ticket))
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "T20261123.0002  Printer offline\n"
        "company     Harbor Point Dental\n"
        "contact     Maria Lopez, (212) 555-0120, maria.lopez@harbor.example\n"
        "priority    Medium\n"
        "status      New\n"
        "queue       Help Desk\n"
        "primary     nobody\n"
        "created     9:05 AM\n"
        "due         5:05 PM\n"
        "waiting     40m of business time\n"
        "\n"
        "It prints\n"
        "blank pages.\n"
        "\n"
        "Maria Lopez  9:30 AM  note, customer-visible  Re: Printer\n"
        "d\n"
        "\n"
        "Tomasz Wilk  9:20 AM  note, internal  Called\n"
        "No answer.\n"
        "\n"
        "Autotask Administrator  9:10 AM  note, internal  Workflow Rule\n"
        "d\n"
        "\n"
        f"{LINK}?Code=OpenTicketDetail&TicketID={ticket}\n"
    )


def test_a_ticket_that_somebody_has(office: Office) -> None:
    result = office.run("show", "2", "--json")
    document = json.loads(result.out)
    assert document["schema"] == "mcdesk.show/2"
    assert document["primary_resource"] == "Tomasz Wilk"
    assert document["secondary_resources"] == ["Ravi Menon"]
    assert (document["waiting_since"], document["waiting_minutes"], document["stale"]) == (
        None,
        None,
        False,
    )
    assert document["notes"][0]["author"] == "Tomasz Wilk"
    assert [part["visibility"] for part in document["notes"][0]["parts"]] == ["internal"]


def test_a_time_entry_has_the_customers_part_and_ours(office: Office) -> None:
    notes = json.loads(office.run("show", "1", "--json").out)["notes"]
    entry = next(note for note in notes if note["kind"] == "time entry")
    assert entry["title"] == "0.5 hours"
    assert entry["parts"] == [
        {"visibility": "public", "text": "Worked on the problem by remote session."},
        {"visibility": "internal", "text": "Tried the usual things first."},
    ]
    assert not {"internal", "text"} & entry.keys()


@pytest.mark.parametrize(
    ("texts", "drawn"),
    [
        (
            {"summaryNotes": "Fixed it.", "internalNotes": "Their own fault."},
            [
                "Tomasz Wilk  9:45 AM  time entry, customer-visible  0.5 hours",
                "Fixed it.",
                "",
                "Tomasz Wilk  9:45 AM  time entry, internal  0.5 hours",
                "Their own fault.",
            ],
        ),
        (
            {"summaryNotes": "", "internalNotes": "Their own fault."},
            [
                "Tomasz Wilk  9:45 AM  time entry, internal  0.5 hours",
                "Their own fault.",
            ],
        ),
        (
            {"summaryNotes": "Fixed it.", "internalNotes": None},
            [
                "Tomasz Wilk  9:45 AM  time entry, customer-visible  0.5 hours",
                "Fixed it.",
            ],
        ),
        ({}, ["Tomasz Wilk  9:45 AM  time entry  0.5 hours"]),
        (
            {"summaryNotes": "\n".join("abcdefghijklmnop"), "internalNotes": "Their own fault."},
            [
                "Tomasz Wilk  9:45 AM  time entry, customer-visible  0.5 hours",
                *"abcdefghijkl",
                "(4 more lines)",
                "",
                "Tomasz Wilk  9:45 AM  time entry, internal  0.5 hours",
                "Their own fault.",
            ],
        ),
    ],
    ids=["both", "ours", "the customer's", "none", "a long one hides nothing"],
)
def test_each_part_of_a_time_entry_says_who_sees_it(
    office: Office, texts: dict[str, str | None], drawn: list[str]
) -> None:
    ticket = office.ticket(55)
    at = office.now - timedelta(minutes=15)
    values = {"resourceID": 21, "hoursWorked": 0.5, "createDateTime": at, **texts}
    office.world.insert("TimeEntries", ticketID=ticket, **values)
    lines = office.run("show", str(ticket)).out.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("Tomasz Wilk"))
    assert lines[first:-2] == drawn


@pytest.mark.parametrize(
    "reference",
    [
        "T20261123.8002",
        "t20261123.8002",
        "20261123.8002",
        "{id}",
        f"{LINK}?Code=OpenTicketDetail&TicketID={{id}}",
        "https://ww5.autotask.net/Mvc/ServiceDesk/TicketDetail.mvc?ticketId={id}",
    ],
)
def test_references(office: Office, reference: str) -> None:
    ticket = office.ticket(55, ticketNumber="T20261123.8002")
    result = office.run("show", reference.format(id=ticket), "--json")
    assert json.loads(result.out)["id"] == ticket


@pytest.mark.parametrize("reference", ["999999", "T20200101.0001"])
@pytest.mark.parametrize("option", [[], ["--json"], ["--web"]])
def test_no_such_ticket(office: Office, reference: str, option: list[str]) -> None:
    result = office.run("show", reference, *option)
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith(f"error: there is no ticket {reference}")


@pytest.mark.parametrize("missing", ["null", "404"])
def test_no_such_ticket_in_either_kind_of_zone(office: Office, missing: str) -> None:
    office.app.missing = "404" if missing == "404" else "null"
    assert office.run("show", "999999").code == 5


def test_what_is_no_reference(office: Office) -> None:
    result = office.run("show", "printer")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        'error: "printer" is not a ticket\n'
        "hint: use a ticket's id (7841), number (T20261123.0007) or Autotask link; .7 is this "
        "week's ticket that ends in .0007"
    )
    assert office.requests() == []


def test_long_talk_is_cut(office: Office) -> None:
    ticket = office.ticket(55, description="\n".join(str(number) for number in range(40)))
    for minutes in range(7):
        office.note(ticket, minutes)
    out = office.run("show", str(ticket)).out
    assert "\n11\n(28 more lines)\n" in out
    assert "and 2 earlier; --json has them all\n" in out


@pytest.mark.parametrize("opened", [True, False])
def test_web(office: Office, monkeypatch: pytest.MonkeyPatch, opened: bool) -> None:
    urls: list[str] = []

    def browse(url: str) -> bool:
        urls.append(url)
        return opened

    monkeypatch.setattr(webbrowser, "open", browse)
    result = office.run("show", "1", "--web")
    link = f"{LINK}?Code=OpenTicketDetail&TicketID=1"
    assert result.code == 0
    assert urls == [link]
    assert result.out == ("" if opened else f"{link}\n")


def test_requests_warm(office: Office) -> None:
    office.run("show", "1")
    office.requests()
    office.run("show", "1")
    assert office.requests() == [
        "POST Tickets/query",
        "POST TicketNotes/query",
        "POST TimeEntries/query",
        "POST TicketSecondaryResources/query",
    ]


def test_the_title_of_a_note_is_whole_in_a_narrow_window(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = office.ticket(60)
    office.note(ticket, 50, title="Called back about the new printer upstairs")
    monkeypatch.setattr("mcdesk.cli.terminal.page.Page.terminal", True)
    office.environ["NO_COLOR"] = "1"
    for columns in (40, 60):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = office.run("show", str(ticket)).out
        assert max(map(len, shown.split("https:")[0].splitlines())) <= columns
        assert "Called back about the new printer upstairs" in " ".join(shown.split())
