"""Write notes and letters about a ticket: what goes where, in whose words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mcdesk.autotask.client import Autotask
from mcdesk.core.customers import booking_email, booking_link
from mcdesk.core.emails import Email, TicketFacts, dispatch_subject, dispatch_text
from mcdesk.core.notes import title_of
from mcdesk.core.outbox import Entry, signed
from mcdesk.core.tickets import PUBLISH_INTERNAL, SYSTEM_NOTE_TYPES, Person, Ticket
from mcdesk.errors import LabelProblem, SettingsProblem
from mcdesk.mail.customers import for_customers
from mcdesk.ops.names import lookup
from mcdesk.settings import Settings, Template


@dataclass(frozen=True, slots=True)
class AboutTicket:
    """A ticket, what a letter says about it, and whether it is *with_mc*."""

    ticket: Ticket
    facts: TicketFacts
    with_mc: bool
    contact_email: str = ""


class Correspondence:
    """Notes and letters as *settings* have them, by whom *me* finds (None: nobody says who)."""

    def __init__(
        self, autotask: Autotask, settings: Settings, me: Callable[[], Person | None]
    ) -> None:
        self._autotask = autotask
        self._settings = settings
        self._find_me = me

    @cached_property
    def me(self) -> Person | None:
        """The technician; asks Autotask the first time."""
        return self._find_me()

    @property
    def author(self) -> str:
        """The technician's name, else what the settings have."""
        return self.me.name if self.me else self._settings.autotask.me

    def about(self, ticket: Ticket, *, for_letter: bool) -> AboutTicket:
        """Find out what people and letters want to know of *ticket*."""
        directory = self._autotask.directory
        companies = directory.companies([] if ticket.company_id is None else [ticket.company_id])
        wanted = [ticket.contact_id] if for_letter and ticket.contact_id is not None else []
        contact = lookup(directory.contacts(wanted), ticket.contact_id)
        priorities = self._autotask.picklist("priority").labels()
        facts = TicketFacts(
            number=ticket.number,
            title=ticket.title,
            company=lookup(companies, ticket.company_id) or "",
            priority=lookup(priorities, ticket.priority_id) or "",
            contact=contact.name if contact else "",
            link=self._autotask.ticket_page(ticket.id) or "",
        )
        return AboutTicket(
            ticket,
            facts,
            with_mc=for_letter and self._is_with_mc(ticket),
            contact_email=contact.email if contact else "",
        )

    def note_fields(self, entry: Entry) -> "NoteFields":
        """Resolve what every note needs; raise LabelProblem or SettingsProblem before any write.

        Internal, always: `publish` 2 is the only value that is used, and it has to be active
        (autotask help, TicketNotesEntity).
        """
        publish = self._autotask.picklist("publish")
        if not any(each.id == PUBLISH_INTERNAL and each.active for each in publish.choices):
            raise LabelProblem(
                "Autotask has no active internal publish value (2), so no note is written",
                hint="an administrator can activate it; customers could read any other",
            )
        return NoteFields(entry, self._note_type())

    def letter(self, entry: Entry, facts: TicketFacts) -> Email:
        """Write the letter to the vendor's dispatch; raise SettingsProblem where it has no sender.

        The technician's own mail program fills in the sender by itself.
        """
        settings = self._settings
        me, mail = settings.autotask.me, settings.mail
        sender = mail.sender or me
        if not sender and mail.transport != "manual":
            raise SettingsProblem(
                "mail.from is not set: who the mail is from", hint="set mail.from or autotask.me"
            )
        reach = settings.dispatch_reply_to or sender
        return Email(
            sender=sender,
            to=settings.mc.dispatch_email,
            reply_to=settings.dispatch_reply_to,
            subject=dispatch_subject(settings.mc.dispatch_subject, facts),
            text=dispatch_text(entry.text, facts, author=entry.author, reach=reach),
            ticket=facts.number,
            message_id=entry.message_id,
        )

    def booking(self, entry: Entry, facts: TicketFacts | None) -> Email:
        """Write the mail that lets a customer choose a time; *facts* are None without a ticket.

        Raises SettingsProblem where there is no link or sender, and Refused where a customer would
        read the vendor's name.
        """
        settings = self._settings
        sender = settings.scheduling_sender or settings.autotask.me
        if not settings.scheduling.link:
            raise SettingsProblem(
                "scheduling.link is not set: where customers choose a time",
                hint="set it in config.toml, such as https://book.example.com/?t={ticket}",
            )
        if not sender and settings.mail.transport != "manual":
            raise SettingsProblem(
                "scheduling.from is not set: who the mail is from",
                hint="set scheduling.from or mail.from",
            )
        values = (
            {"ticket": facts.number, "contact": facts.contact, "company": facts.company}
            if facts
            else {}
        )
        email = booking_email(
            sender=sender,
            reply_to=settings.scheduling.reply_to,
            to=entry.to,
            ticket=facts.number if facts else "",
            link=booking_link(settings.scheduling.link, values),
            message_id=entry.message_id,
        )
        return for_customers(email, (settings.mc.name, settings.mc.dispatch_email))

    def _is_with_mc(self, ticket: Ticket) -> bool:
        """Tell whether *ticket* is the vendor's: by its primary resource, or by its status."""
        template: Template = self._settings.templates[self._settings.mc.template]
        resource = self._autotask.directory.person(template.primary_resource)
        status = self._autotask.id_of("status", template.status)
        return ticket.primary_resource_id == resource.id or ticket.status_id == status

    def _note_type(self) -> int:
        label = self._settings.note.note_type
        if not label:
            raise SettingsProblem(
                "note.note_type is not set: how Autotask files our notes",
                hint="set it to the label of a note type that is for internal notes",
            )
        note_type = self._autotask.id_of("noteType", label)
        if note_type in SYSTEM_NOTE_TYPES:
            raise LabelProblem(
                f'the note type "{label}" belongs to Autotask itself',
                hint="set note.note_type to one that people use",
            )
        return note_type


@dataclass(frozen=True, slots=True)
class NoteFields:
    """The API's fields of the note of *entry*, filed as *note_type*."""

    entry: Entry
    note_type: int

    def __call__(self, named: bool) -> Mapping[str, Any]:
        """Spell them; a note that does not go out in its author's name is signed."""
        text = self.entry.text if named else signed(self.entry.text, self.entry.author)
        return {
            "title": title_of(self.entry.text, self.entry.title),
            "description": text,
            "noteType": self.note_type,
            "publish": PUBLISH_INTERNAL,
        }
