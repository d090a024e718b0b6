"""What the demo's tickets are about. Every name is invented; titles come from strangers."""

from typing import NamedTuple


class Story(NamedTuple):
    """A ticket's *title* and text, its priority (id), and which of the contacts wrote it."""

    title: str
    text: str
    priority: int
    contact: int


# The help desk's unclaimed tickets, in the order in which they are handed out.
WAITING = (
    Story(
        "Outlook keeps asking for a password",
        "Since this morning Outlook asks for my password every few minutes. I have typed it ten "
        "times and it comes back. I cannot send the schedule to patients.",
        1,
        0,
    ),
    Story(
        "Front desk printer prints blank pages",
        "The big printer at reception prints blank pages. We changed the toner already.",
        2,
        5,
    ),
    Story(
        "CEO cannot join video calls: microphone not found",
        "Walter has a board call at the top of the hour. His headset works on another laptop.",
        4,
        3,
    ),
    Story(
        "New starter Monday: account and laptop",
        "Please prepare an account for our new baker. Start date is Monday.",
        3,
        2,
    ),
    Story(
        "Shared drive S: missing after update",
        "The S: drive is gone for three of us since the update last night.",
        1,
        7,
    ),
    Story(
        "[bold red]URGENT[/] \x1b[31minvoice\x1b[0m attached \u202efdp.exe",
        "Is this message real? It came from a supplier that we know.",
        2,
        4,
    ),
    Story(
        "Scanner to e-mail stopped working",
        "Scans from the copier do not arrive any more. The display says 'login error'.",
        2,
        9,
    ),
    Story(
        "Wi-Fi drops in the meeting room",
        "Every ten minutes or so the wireless goes away for a moment, only in the back room.",
        3,
        6,
    ),
    Story(
        "Password reset for the booking system",
        "I forgot the password for the booking system. Could somebody reset it, please?",
        2,
        11,
    ),
)


class Case(NamedTuple):
    """A ticket that is not waiting: *hours* old, who has it (id), status, queue, priority."""

    title: str
    hours: int
    resource: int | None
    status: int
    queue: int
    priority: int


OTHERS = (
    Case("Laptop battery swelling", 30, 20, 8, 29682833, 1),
    Case("VPN client will not connect from home", 26, 21, 8, 29682833, 2),
    Case("Accounting software update before month end", 74, 22, 10, 29682969, 2),
    Case("Mailbox full warning", 20, 23, 7, 29682833, 3),
    Case("Second monitor flickers", 51, 25, 7, 29682833, 3),
    Case("Phones: hold music too loud", 120, 27, 12, 29682833, 3),
    Case("Security camera NVR offline", 28, 24, 8, 29683112, 2),
    Case("Tablet for the waiting room", 96, 26, 9, 6, 3),
    Case("Firewall certificate expires in 14 days", 40, 22, 10, 29683112, 2),
    Case("Excel macros blocked", 8, 20, 8, 29682833, 2),
    Case("Calendar sharing between two offices", 33, 23, 7, 29682833, 3),
    Case("Label printer driver", 55, 25, 8, 29682833, 3),
    Case("Server backup failed twice", 14, 24, 11, 29683112, 1),
    Case("Slow internet in the warehouse", 47, 21, 12, 29682969, 2),
    Case("Cannot open shared calendar on the phone", 5, 12, 32, 29682833, 2),
    Case("Multi-factor prompt never arrives", 3, 12, 32, 29682833, 1),
    Case("Remove a former employee's access", 2, 20, 8, 29682833, 1),
    Case("Fax line crackles", 140, 27, 5, 29682833, 3),
    Case("Replace the UPS battery", 200, 22, 5, 29683112, 2),
    Case("Adobe licence for a designer", 160, 26, 5, 29682833, 3),
    Case("Keyboard with coffee in it", 90, 25, 5, 29682833, 3),
    Case("Website form sends no mail", 110, 24, 5, 29682969, 2),
    Case("Guest wireless password change", 64, 23, 5, 29682833, 3),
    Case("Monthly patch report", 48, 22, 5, 29683354, 3),
    Case("Disk space below 10 % on FS01", 6, None, 1, 8, 2),
    Case("Service 'Print Spooler' stopped on PS02", 4, None, 1, 8, 1),
    Case("Quote for three desktops", 70, None, 1, 6, 3),
    Case("Onboarding checklist: new site", 100, 26, 10, 6, 2),
    Case("Quarterly access review", 150, 24, 8, 29683354, 3),
    Case("Speaker notes missing in presentation", 9, 27, 8, 29682833, 3),
    Case("Customer answered: still no sound", 12, 20, 15, 29682833, 2),
)
