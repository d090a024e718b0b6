"""What the demo's tickets are about. Every name is invented; titles come from strangers."""

from typing import NamedTuple

from mcdesk.sandbox.vendor import Plan


class Story(NamedTuple):
    """A ticket's *title* and text, its priority (id), which contact wrote it, and its sub-issue.

    One that is *anonymous* names no contact.
    """

    title: str
    text: str
    priority: int
    contact: int
    sub_issue: int
    anonymous: bool = False


# The help desk's unclaimed tickets, in the order in which they are handed out. The first nine are
# those that documents and tests name by their numbers.
WAITING = (
    Story(
        "Outlook keeps asking for a password",
        "Since this morning Outlook asks for my password every few minutes. I have typed it ten "
        "times and it comes back. I cannot send the schedule to patients.",
        1,
        0,
        111,
    ),
    Story(
        "Front desk printer prints blank pages",
        "The big printer at reception prints blank pages. We changed the toner already.",
        2,
        5,
        102,
    ),
    Story(
        "CEO cannot join video calls: microphone not found",
        "Walter has a board call at the top of the hour. His headset works on another laptop.",
        4,
        3,
        103,
    ),
    Story(
        "New starter Monday: account and laptop",
        "Please prepare an account for our new baker. Start date is Monday.",
        3,
        2,
        132,
    ),
    Story(
        "Shared drive S: missing after update",
        "The S: drive is gone for three of us since the update last night.",
        1,
        7,
        124,
    ),
    Story(
        "[bold red]URGENT[/] \x1b[31minvoice\x1b[0m attached \u202efdp.exe",
        "Is this message real? It came from a supplier that we know.",
        2,
        4,
        111,
    ),
    Story(
        "Scanner to e-mail stopped working",
        "Scans from the copier do not arrive any more. The display says 'login error'.",
        2,
        9,
        102,
    ),
    Story(
        "Wi-Fi drops in the meeting room",
        "Every ten minutes or so the wireless goes away for a moment, only in the back room.",
        3,
        6,
        122,
    ),
    Story(
        "Password reset for the booking system",
        "I forgot the password for the booking system. Could somebody reset it, please?",
        2,
        11,
        131,
    ),
    Story(
        "Cannot open the shared price list",
        "Excel says that the price list is locked for editing by somebody who is on holiday.",
        2,
        0,
        112,
    ),
    Story(
        "Conference phone has no dial tone",
        "The phone in the large meeting room is dead since the cleaners were in.",
        3,
        5,
        103,
    ),
    Story(
        "Mail from one customer lands in spam",
        "Everything that this customer sends us goes to junk, the orders as well.",
        2,
        14,
        111,
    ),
    Story(
        "Laptop fan is loud and the screen goes dark",
        "It gets hot after ten minutes, then the screen goes dark until I close the lid.",
        2,
        16,
        101,
    ),
    Story(
        "VPN asks for a certificate",
        "At home the VPN asks me to choose a certificate, and the list is empty.",
        1,
        18,
        123,
    ),
    Story(
        "Accounting package: month will not close",
        "The month-end run stops with error 4012. We have to file on Friday.",
        1,
        3,
        113,
    ),
    Story(
        "Please add Ana to the reception mailbox",
        "Ana Duarte starts at reception tomorrow and needs the shared mailbox.",
        3,
        22,
        111,
    ),
    Story(
        "Broken screen, needs somebody on site",
        "The monitor at desk 4 fell down. The glass is broken.",
        3,
        15,
        105,
    ),
    Story(
        "Teams calls drop after five minutes",
        "Calls with two of our suppliers end by themselves, always after five minutes.",
        2,
        17,
        112,
    ),
    Story(
        "New phone: authenticator does not know me",
        "I have a new phone and cannot sign in anywhere, the codes are on the old one.",
        1,
        21,
        131,
    ),
    Story(
        "Internet is slow at the branch",
        "Pages take half a minute since lunch. The phones crackle as well.",
        1,
        8,
        121,
    ),
    Story(
        "Scanner saves upside down",
        "",
        3,
        11,
        102,
    ),
    Story(
        "Folder for the new project, with access for four",
        "Could you make a folder 'Riverside' on the S: drive for the four of us?",
        3,
        6,
        124,
    ),
    Story(
        "Blue screen twice this morning",
        "DRIVER_IRQL_NOT_LESS_OR_EQUAL, once at eight and once just now.",
        2,
        1,
        101,
    ),
    Story(
        "Guest Wi-Fi password for an event",
        "We have forty visitors next week. Can they use the guest network?",
        3,
        4,
        122,
        anonymous=True,
    ),
    Story(
        "Cannot print labels from the web shop",
        "The label comes out on A4 instead of the label printer.",
        2,
        7,
        102,
    ),
)


class Case(NamedTuple):
    """A ticket that is not waiting: *hours* old, who has it, status, queue, priority, sub-issue."""

    title: str
    hours: int
    resource: int | None
    status: int
    queue: int
    priority: int
    sub_issue: int


OTHERS = (
    Case("Laptop battery swelling", 30, 20, 8, 29682833, 1, 101),
    Case("VPN client will not connect from home", 26, 21, 8, 29682833, 2, 123),
    Case("Accounting software update before month end", 74, 22, 10, 29682969, 2, 113),
    Case("Mailbox full warning", 20, 23, 7, 29682833, 3, 111),
    Case("Second monitor flickers", 51, 25, 7, 29682833, 3, 101),
    Case("Phones: hold music too loud", 120, 27, 12, 29682833, 3, 103),
    Case("Security camera NVR offline", 28, 24, 8, 29683112, 2, 104),
    Case("Tablet for the waiting room", 96, 26, 9, 6, 3, 109),
    Case("Firewall certificate expires in 14 days", 40, 22, 10, 29683112, 2, 121),
    Case("Excel macros blocked", 8, 20, 8, 29682833, 2, 112),
    Case("Calendar sharing between two offices", 33, 23, 7, 29682833, 3, 111),
    Case("Label printer driver", 55, 25, 8, 29682833, 3, 102),
    Case("Server backup failed twice", 14, 24, 11, 29683112, 1, 114),
    Case("Slow internet in the warehouse", 47, 21, 12, 29682969, 2, 121),
    Case("Cannot open shared calendar on the phone", 5, 12, 32, 29682833, 2, 111),
    Case("Multi-factor prompt never arrives", 3, 12, 32, 29682833, 1, 131),
    Case("Remove a former employee's access", 2, 20, 8, 29682833, 1, 133),
    Case("Fax line crackles", 140, 27, 5, 29682833, 3, 103),
    Case("Replace the UPS battery", 200, 22, 5, 29683112, 2, 109),
    Case("Adobe license for a designer", 160, 26, 5, 29682833, 3, 112),
    Case("Keyboard with coffee in it", 90, 25, 5, 29682833, 3, 101),
    Case("Website form sends no mail", 110, 24, 5, 29682969, 2, 119),
    Case("Guest wireless password change", 64, 23, 5, 29682833, 3, 122),
    Case("Monthly patch report", 48, 22, 5, 29683354, 3, 119),
    Case("Disk space below 10 % on FS01", 6, None, 1, 8, 2, 104),
    Case("Service 'Print Spooler' stopped on PS02", 4, None, 1, 8, 1, 102),
    Case("Quote for three desktops", 70, None, 1, 6, 3, 109),
    Case("Onboarding checklist: new site", 100, 26, 10, 6, 2, 132),
    Case("Quarterly access review", 150, 24, 8, 29683354, 3, 119),
    Case("Speaker notes missing in presentation", 9, 27, 8, 29682833, 3, 112),
    Case("Customer answered: still no sound", 12, 20, 15, 29682833, 2, 103),
)


class Handoff(NamedTuple):
    """A ticket that went to the vendor: *sent* minutes ago, to be worked as *plan* says.

    If it came back long ago, a technician has completed it since.
    """

    story: Story
    sent: int
    plan: Plan


_HOUR, _DAY = 60, 24 * 60
# High is promised within an hour and Medium within two: the first is late, the second soon will be.
HANDOFFS = (
    Handoff(
        Story(
            "Docking station shows no second screen",
            "Since the move to the new desk only one of my two screens lights up.",
            1,
            10,
            101,
        ),
        sent=95,
        plan=Plan.SILENT,
    ),
    Handoff(
        Story(
            "Calendar invitations go out twice",
            "Everybody whom I invite gets the invitation two times.",
            2,
            12,
            111,
        ),
        sent=102,
        plan=Plan.LAST_MINUTE,
    ),
    Handoff(
        Story(
            "Remote desktop closes by itself",
            "The session ends after a minute or two, with no message.",
            1,
            21,
            123,
        ),
        sent=170,
        plan=Plan.IN_TIME,
    ),
    Handoff(
        Story(
            "Old mail archive does not open",
            "Outlook says that the archive file is in use. It is not, as far as I can see.",
            2,
            0,
            111,
        ),
        sent=393,
        plan=Plan.ESCALATES,
    ),
    Handoff(
        Story(
            "Signed out of everything after the password change",
            "I changed my password as asked, and now nothing lets me in.",
            1,
            16,
            131,
        ),
        sent=192,
        plan=Plan.ESCALATES,
    ),
    Handoff(
        Story(
            "Shared calendar shows the wrong time zone",
            "All our appointments moved by one hour, only in the shared calendar.",
            2,
            7,
            111,
        ),
        sent=2 * _DAY + 3 * _HOUR,
        plan=Plan.AT_ONCE,
    ),
    Handoff(
        Story(
            "Badge printer wants a driver",
            "The printer for the visitors' badges asks for a driver since Tuesday.",
            3,
            9,
            102,
        ),
        sent=6 * _DAY,
        plan=Plan.AT_ONCE,
    ),
    Handoff(
        Story(
            "Phone system is down at the front desk",
            "No calls come in. The display says 'no service'.",
            4,
            3,
            103,
        ),
        sent=8 * _DAY + 5 * _HOUR,
        plan=Plan.AT_ONCE,
    ),
    Handoff(
        Story(
            "Cannot install the tax software",
            "The installer asks for an administrator.",
            2,
            14,
            112,
        ),
        sent=11 * _DAY + 2 * _HOUR,
        plan=Plan.ESCALATES,
    ),
    Handoff(
        Story(
            "Laptop does not charge in the dock",
            "It only charges with its own power supply.",
            1,
            17,
            101,
        ),
        sent=15 * _DAY + 7 * _HOUR,
        plan=Plan.ASKS,
    ),
    Handoff(
        Story(
            "Mailing list misses two people",
            "Two of the new people do not get what goes to everybody.",
            2,
            20,
            111,
        ),
        sent=22 * _DAY + 4 * _HOUR,
        plan=Plan.SILENT,
    ),
)
