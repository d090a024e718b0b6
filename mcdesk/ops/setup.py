"""What setting up needs to know of a tenant: what there is to choose from."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from mcdesk.autotask.client import Autotask
from mcdesk.core.hours import OpeningHours
from mcdesk.core.staleness import Watched
from mcdesk.core.tenant import Choice, Need
from mcdesk.core.tickets import STATUS_COMPLETE, SYSTEM_NOTE_TYPES
from mcdesk.errors import CredentialsRefused, DeskError, MailProblem, MailRefused
from mcdesk.mail import Mailer
from mcdesk.ops.staff import find_me
from mcdesk.settings.model import BUILT_IN_TEMPLATE, Settings, Template

_TO_CUSTOMERS = re.compile(
    r"mail|customer|client|portal|notif|public|extern|contact|\bend.?user|\bsen[dt]\b", re.I
)


def queues_by_unclaimed(autotask: Autotask, statuses: Sequence[str]) -> list[tuple[str, int]]:
    """List the active queues with how many unclaimed tickets each holds, the fullest first."""
    tenant, status_ids = autotask.resolved(
        Need.TICKETS, lambda tenant: tenant.ids_of("status", statuses)
    )
    choices = tenant.picklist("queueID").active
    watched = Watched(frozenset(each.id for each in choices), status_ids)
    found = Counter(ticket.queue_id for ticket in autotask.waiting.unclaimed(watched)[0])
    return _fullest_first(choices, found)


def labels(autotask: Autotask, field: str) -> list[str]:
    """List the active labels of ticket field *field* in the tenant's order, the rest last."""
    picklist = autotask.tenant(Need.TICKETS).picklist(field)
    ranks = picklist.ranks()
    choices = sorted(picklist.active, key=lambda each: ranks.get(each.id, math.inf))
    return [each.label for each in choices]


def holders(autotask: Autotask) -> list[str]:
    """List who can hold tickets."""
    return sorted(person.name for person in autotask.tenant(Need.PEOPLE).holders())


def closed_days(hours: OpeningHours, first: date, end: date) -> Iterator[date]:
    """Yield the days from *first* to before *end* that are closed though their weekday is not."""
    for number in range(first.toordinal(), end.toordinal()):
        day = date.fromordinal(number)
        if hours.week.get(day.weekday()) and not hours.spans(day):
            yield day


def internal_note_types(autotask: Autotask) -> list[str]:
    """List the active note types that look internal by their label."""
    return [
        label
        for label in note_types(autotask)
        if any(word in label.casefold() for word in ("int ", "intern")) and not may_be_mailed(label)
    ]


def may_be_mailed(note_type: str) -> bool:
    """Check if *note_type* smells of mail to customers: workflow rules mail notes by their type."""
    return _TO_CUSTOMERS.search(note_type) is not None


def note_types(autotask: Autotask) -> list[str]:
    """List the active note types that are not Autotask's own."""
    active = autotask.tenant(Need.NOTES).picklist("noteType").active
    return [choice.label for choice in active if choice.id not in SYSTEM_NOTE_TYPES]


def statuses_by_number(autotask: Autotask, queues: Sequence[str]) -> list[tuple[str, int]]:
    """List the active statuses with how many of nobody's open tickets in *queues* are in each."""
    tenant, queue_ids = autotask.resolved(
        Need.TICKETS, lambda tenant: tenant.ids_of("queueID", queues)
    )
    found = Counter(autotask.waiting.statuses_elsewhere(queue_ids, {STATUS_COMPLETE}))
    active = tenant.picklist("status").active
    return _fullest_first([each for each in active if each.id != STATUS_COMPLETE], found)


def _fullest_first(choices: Iterable[Choice], found: Counter[int | None]) -> list[tuple[str, int]]:
    labelled = ((each.label, found[each.id]) for each in choices)
    return sorted(labelled, key=lambda pair: (-pair[1], pair[0]))


def find_role(autotask: Autotask, settings: Settings) -> None:
    """Find the technician, and the role that is named for them; raise LabelProblem for none."""
    me, role = find_me(autotask, settings), settings.autotask.role
    if me and role:
        autotask.resolved(Need.ROLES, lambda tenant: tenant.role(me, role))


def templates_meant(settings: Settings) -> list[str]:
    """List the templates that somebody wrote or uses: the built-in one may be neither."""
    return [
        name
        for name, template in settings.templates.items()
        if name != BUILT_IN_TEMPLATE or name == settings.mc.template or template != Template()
    ]


def mail_works(mailer: Mailer) -> None:
    """Log in to the mail server, and send nothing; nothing waits in an outbox when that fails.

    Raises CredentialsRefused for what the server refuses for good, DeskError for all else.
    """
    try:
        mailer.check()
    except MailRefused as problem:
        raise CredentialsRefused(problem.message, hint=problem.hint) from problem
    except MailProblem as problem:
        raise DeskError(
            problem.message, hint="check the server's name and the network"
        ) from problem
