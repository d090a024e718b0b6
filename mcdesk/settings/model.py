"""Every setting: its table, its type, its default and what it is for.

The values are plain and frozen; nothing here reads a file. What a value may be is said by its
kind, how values go together by `checks` and `hours`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field

from mcdesk.settings import kinds

BUILT_IN_TEMPLATE = "return-to-mc"
# What the vendor usually promises.
RESPONSE_MINUTES = {"Critical": 30, "High": 60, "Medium": 120, "Low": 1440}
_NINE_TO_FIVE = ("09:00-17:00",)


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file."""


class Autotask(Table, frozen=True):
    """[autotask]: which tenant, and as whom."""

    username: kinds.Line = ""
    """The API-only user; needed for everything but the demo and the call script."""
    zone_url: kinds.OptionalZoneUrl = ""
    """The API's address; empty: mcdesk asks Autotask."""
    web_url: kinds.OptionalZoneUrl = ""
    """The address of the web pages; empty: mcdesk asks Autotask."""
    me: kinds.OptionalAddress = ""
    """The technician, for claims, signatures and impersonation."""
    role: kinds.Line = ""
    """My service desk role; empty: my default one."""
    impersonate: Literal["auto", "always", "never"] = "auto"
    """Whether to write in my name; auto remembers a refusal for a day."""
    secret_command: kinds.Command = ()
    """The program that prints the secrets as JSON; empty: none."""


class MissionControl(Table, frozen=True):
    """[mc]: the vendor, and how to reach them."""

    name: kinds.Name = "Mission Control"
    """The vendor's name: for technicians, never for customers."""
    phone: kinds.Phone = "(347) 308-6455"
    """The number to forward calls to."""
    dispatch_email: kinds.Address = "ticketstatus@missioncontrolnoc.com"
    """The vendor's dispatch address; never shown to customers."""
    dispatch_subject: kinds.Name = "[{number}] {company}: {title}"
    """The subject of email to dispatch; can also hold {priority}."""
    reply_to: kinds.OptionalAddress = ""
    """Where dispatch replies; empty: me."""
    template: kinds.Name = BUILT_IN_TEMPLATE
    """The template that send-to-mc uses by default."""
    resources: kinds.Names = ("Help Desk Support",)
    """Who writes in our Autotask for the vendor."""
    response_minutes: Mapping[str, kinds.Minutes] = field(default_factory=RESPONSE_MINUTES.copy)
    """How soon the vendor promises to answer: clock time in minutes, by the priority's label."""
    closed_statuses: kinds.Names = ()
    """Statuses beside Complete that mean closed, by label."""
    plan_field: kinds.Line = ""
    """The company's user-defined field that says if the vendor serves it; empty: not checked."""
    plan_values: kinds.SomeNames = ("Yes",)
    """What that field holds for customers whom the vendor serves: values or their labels."""
    out_of_scope: kinds.Names = ()
    """Sub-issues the vendor does not take: "Issue / Sub-issue", or every one of that label."""
    customer_name: kinds.Name = "help desk team"
    """What customers hear in place of the vendor's name."""
    max_batch: kinds.Count = 5
    """How many tickets one command takes without --force."""


class Template(Table, frozen=True):
    """[templates.NAME]: what a handoff changes on the ticket."""

    label: kinds.Name = "[Mission Control] return to MC"
    """What people call it; your own templates default to their NAME."""
    primary_resource: kinds.Name = "Help Desk Support"
    """Who gets it: "First Last", "Last, First", user name or email address."""
    status: kinds.Name = "Returned to MC"
    """The status it gets, by label."""
    queue: kinds.Name = "Help Desk"
    """The queue it gets, by label."""
    role: kinds.Line = ""
    """The resource's role on it; empty: their default service desk role."""
    priority: kinds.Line = ""
    """The priority it gets, by label; empty: unchanged."""
    category: kinds.Line = ""
    """The ticket category it gets, by label; empty: unchanged."""
    secondary_resources: Literal["ask", "keep", "remove"] = "remove"
    """What happens to secondary resources, with whom the vendor may not see the ticket."""
    accept_status_after: kinds.Names = ()
    """Statuses that a workflow rule is allowed to move it on to."""
    note: kinds.Block = ""
    """An internal note to add each time; {me} and {ticket} are filled in."""


class Stale(Table, frozen=True):
    """[stale]: when a ticket has waited too long, and where to look."""

    queues: kinds.SomeNames = ("Help Desk",)
    """The queues of the help desk, by label."""
    statuses: kinds.SomeNames = ("New",)
    """The statuses of a ticket that nobody has taken, by label."""
    returned_statuses: kinds.Names = ()
    """The statuses in which tickets come back from the vendor, by label."""
    after_minutes: kinds.Minutes = 60
    """Business time after which it is stale."""


class Hours(Table, frozen=True):
    """[hours]: when the desk is open; special, open, closed, holidays, weekday, in this order."""

    timezone: kinds.Line = ""
    """An IANA name; empty: this computer's zone."""
    locale: kinds.OptionalLocale = ""
    """How dates look: en-US, en-CA, en-AU "Wed Nov 25, 3:25 PM", others "Wed 25 Nov, 15:25"; empty:
    this computer's."""
    monday: kinds.Spans = _NINE_TO_FIVE
    """A weekday's spans of local time; an empty list is a day off."""
    tuesday: kinds.Spans = _NINE_TO_FIVE
    wednesday: kinds.Spans = _NINE_TO_FIVE
    thursday: kinds.Spans = _NINE_TO_FIVE
    friday: kinds.Spans = _NINE_TO_FIVE
    saturday: kinds.Spans = ()
    sunday: kinds.Spans = ()
    holidays: kinds.Line = ""
    """A country, or country-subdivision, of the holidays library; empty: none."""
    closed: kinds.Dates = ()
    """Days off."""
    open: kinds.Dates = ()
    """Holidays that we work, with their weekday's hours."""
    special: Mapping[date, kinds.Spans] = field(default_factory=dict)
    """Days with hours of their own."""


class Note(Table, frozen=True):
    """[note]: how internal notes are filed."""

    note_type: kinds.Line = ""
    """The note type, by label; needed for notes."""


class Claim(Table, frozen=True):
    """[claim]: what claiming a ticket changes besides its resource."""

    status: kinds.Line = ""
    """The status it gets, by label; empty: unchanged."""
    secondary_from_mc: kinds.Line = ""
    """Who becomes secondary resource of a ticket claimed back from the vendor; empty: nobody."""


class Smtp(Table, frozen=True):
    """[mail.smtp]: the server that sends our mail."""

    host: kinds.OptionalHost = ""
    """The server's name."""
    port: kinds.Port = 587
    """The server's submission port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """Connection security; none only on this computer."""
    username: kinds.Line = ""
    """The user name to log in with; empty: no login."""


class Graph(Table, frozen=True):
    """[mail.graph]: the Microsoft 365 tenant that sends our mail."""

    tenant: kinds.OptionalTenant = ""
    """The tenant's domain or id."""
    client_id: kinds.OptionalGuid = ""
    """The id of the app registration."""
    sender: kinds.OptionalAddress = ""
    """The mailbox that sends."""
    login: Literal["device", "client_secret"] = "device"
    """How mcdesk signs in: as a person, or as the app."""


class Mail(Table, frozen=True):
    """[mail]: how mail leaves."""

    transport: Literal["manual", "smtp", "graph"] = "manual"
    """Who sends: the technician's own mail program, a server, or Microsoft 365."""
    sender: kinds.OptionalMailbox = field(default="", name="from")
    """`from`: what the From header says."""
    smtp: Smtp = Smtp()
    graph: Graph = Graph()


class Scheduling(Table, frozen=True):
    """[scheduling]: the mail that offers a customer an appointment."""

    link: kinds.OptionalLink = ""
    """Where customers book; {ticket}, {contact} and {company} are filled in, URL-encoded."""
    sender: kinds.OptionalMailbox = field(default="", name="from")
    """`from`: what customers see in the From header; empty: mail.from."""
    reply_to: kinds.OptionalMailbox = ""
    """Where customers' replies go; empty: back to the sender."""
    status: kinds.Line = ""
    """The status the ticket gets after sending, by label; empty: unchanged."""
    text: kinds.Block = ""
    """The email's text: {link}, and {name}, {ticket}, {sender}; empty: a short, friendly one."""
    sign_off: kinds.Block = ""
    """What goes under the sender's name: company, phone."""


class Slack(Table, frozen=True):
    """[slack]: when the team is alerted."""

    cooldown_minutes: kinds.Minutes = 60
    """Business time before the same ticket is alerted again."""
    last_call_minutes: kinds.DayMinutes = 30
    """How long before closing one digest of all unclaimed tickets goes out; 0: none."""
    tell_handoffs: kinds.Flag = False
    """Whether to tell the team about each verified handoff, in one line."""


class Settings(Table, frozen=True):
    """The whole file, every default filled in."""

    autotask: Autotask = Autotask()
    mc: MissionControl = MissionControl()
    templates: Mapping[str, Template] = field(
        default_factory=lambda: {BUILT_IN_TEMPLATE: Template()}
    )
    stale: Stale = Stale()
    hours: Hours = Hours()
    note: Note = Note()
    claim: Claim = Claim()
    mail: Mail = Mail()
    scheduling: Scheduling = Scheduling()
    slack: Slack = Slack()

    @property
    def dispatch_reply_to(self) -> str:
        """The address that the vendor's dispatch answers to; "" when neither is set."""
        return self.mc.reply_to or self.autotask.me

    @property
    def scheduling_sender(self) -> str:
        """The mailbox that customers see as the sender; "" when neither is set."""
        return self.scheduling.sender or self.mail.sender
