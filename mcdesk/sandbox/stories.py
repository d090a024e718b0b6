"""What the demo's tickets are about. Every name is invented; titles come from strangers.

A story is written as its priority (id), which contact wrote it, its sub-issue and its title; below
that, its text. A question mark after the contact: it is not named. Before a handoff's stands when
it was sent, and what the vendor does.
"""

import re
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


def _story(written: str) -> Story:
    head, _, text = written.partition("\n")
    priority, contact, sub_issue, title = head.split(" ", 3)
    return Story(
        title,
        text.replace("\n", " "),
        int(priority),
        int(contact.rstrip("?")),
        int(sub_issue),
        anonymous=contact.endswith("?"),
    )


_WAITING = """
1 0 111 Outlook keeps asking for a password
Since this morning Outlook asks for my password every few minutes. I have typed it ten times and
it comes back. I cannot send the schedule to patients.

2 5 102 Front desk printer prints blank pages
The big printer at reception prints blank pages. We changed the toner already.

4 3 103 CEO cannot join video calls: microphone not found
Walter has a board call at the top of the hour. His headset works on another laptop.

3 2 132 New starter Monday: account and laptop
Please prepare an account for our new baker. Start date is Monday.

1 7 124 Shared drive S: missing after update
The S: drive is gone for three of us since the update last night.

2 4 111 [bold red]URGENT[/] \x1b[31minvoice\x1b[0m attached \u202efdp.exe
Is this message real? It came from a supplier that we know.

2 9 102 Scanner to e-mail stopped working
Scans from the copier do not arrive any more. The display says 'login error'.

3 6 122 Wi-Fi drops in the meeting room
Every ten minutes or so the wireless goes away for a moment, only in the back room.

2 11 131 Password reset for the booking system
I forgot the password for the booking system. Could somebody reset it, please?

2 0 112 Cannot open the shared price list
Excel says that the price list is locked for editing by somebody who is on holiday.

3 5 103 Conference phone has no dial tone
The phone in the large meeting room is dead since the cleaners were in.

2 14 111 Mail from one customer lands in spam
Everything that this customer sends us goes to junk, the orders as well.

2 16 101 Laptop fan is loud and the screen goes dark
It gets hot after ten minutes, then the screen goes dark until I close the lid.

1 18 123 VPN asks for a certificate
At home the VPN asks me to choose a certificate, and the list is empty.

1 3 113 Accounting package: month will not close
The month-end run stops with error 4012. We have to file on Friday.

3 22 111 Please add Ana to the reception mailbox
Ana Duarte starts at reception tomorrow and needs the shared mailbox.

3 15 105 Broken screen, needs somebody on site
The monitor at desk 4 fell down. The glass is broken.

2 17 112 Teams calls drop after five minutes
Calls with two of our suppliers end by themselves, always after five minutes.

1 21 131 New phone: authenticator does not know me
I have a new phone and cannot sign in anywhere, the codes are on the old one.

1 8 121 Internet is slow at the branch
Pages take half a minute since lunch. The phones crackle as well.

3 11 102 Scanner saves upside down

3 6 124 Folder for the new project, with access for four
Could you make a folder 'Riverside' on the S: drive for the four of us?

2 1 101 Blue screen twice this morning
DRIVER_IRQL_NOT_LESS_OR_EQUAL, once at eight and once just now.

3 4? 122 Guest Wi-Fi password for an event
We have forty visitors next week. Can they use the guest network?

2 7 102 Cannot print labels from the web shop
The label comes out on A4 instead of the label printer.
"""
# The help desk's unclaimed tickets, in the order in which they are handed out. The first nine are
# those that documents and tests name by their numbers.
WAITING = tuple(map(_story, _WAITING.strip().split("\n\n")))


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


def _handoff(written: str) -> Handoff:
    ago, plan, story = written.split(" ", 2)
    sizes = {"d": 24 * 60, "h": 60, "m": 1}
    sent = sum(int(number) * sizes[unit] for number, unit in re.findall(r"(\d+)([dhm])", ago))
    return Handoff(_story(story), sent, Plan[plan])


# High is promised within an hour and Medium within two: the first is late, the second soon will be.
_HANDOFFS = """
95m SILENT 1 10 101 Docking station shows no second screen
Since the move to the new desk only one of my two screens lights up.

102m LAST_MINUTE 2 12 111 Calendar invitations go out twice
Everybody whom I invite gets the invitation two times.

170m IN_TIME 1 21 123 Remote desktop closes by itself
The session ends after a minute or two, with no message.

393m ESCALATES 2 0 111 Old mail archive does not open
Outlook says that the archive file is in use. It is not, as far as I can see.

192m ESCALATES 1 16 131 Signed out of everything after the password change
I changed my password as asked, and now nothing lets me in.

2d3h AT_ONCE 2 7 111 Shared calendar shows the wrong time zone
All our appointments moved by one hour, only in the shared calendar.

6d AT_ONCE 3 9 102 Badge printer wants a driver
The printer for the visitors' badges asks for a driver since Tuesday.

8d5h AT_ONCE 4 3 103 Phone system is down at the front desk
No calls come in. The display says 'no service'.

11d2h ESCALATES 2 14 112 Cannot install the tax software
The installer asks for an administrator.

15d7h ASKS 1 17 101 Laptop does not charge in the dock
It only charges with its own power supply.

22d4h SILENT 2 20 111 Mailing list misses two people
Two of the new people do not get what goes to everybody.
"""
HANDOFFS = tuple(map(_handoff, _HANDOFFS.strip().split("\n\n")))
