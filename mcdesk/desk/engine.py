"""Make the engine that writes, with a way for each kind of step."""

from datetime import datetime
from functools import cache

from mcdesk.core.emails import Email
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.steps import FieldsStep, MailStep, NoteStep, SecondaryStep, StatusStep
from mcdesk.desk import Desk
from mcdesk.mail.customers import for_customers
from mcdesk.ops.engine import Engine
from mcdesk.ops.staff import find_me
from mcdesk.ops.steps.mail import MailKind
from mcdesk.ops.steps.note import NoteKind
from mcdesk.ops.steps.secondary import SecondaryKind
from mcdesk.ops.steps.ticket import FieldsKind, StatusKind


def make_engine(desk: Desk) -> Engine:
    """Make the engine on the parts of *desk*; Autotask is asked for nothing yet."""
    settings, autotask = desk.settings, desk.autotask

    @cache
    def my_id() -> int | None:
        me = find_me(autotask, settings)
        return me.id if me else None

    def clock_face(moment: datetime) -> str:
        return desk.hours.clock.time(moment)

    fields = FieldsKind(autotask, my_id, sleep=desk.sleep, clock_face=clock_face)
    note = NoteKind(
        autotask,
        desk.operations,
        my_id,
        note_type=settings.note.note_type,
        user_name=desk.login.user_name,
        phone=settings.mc.phone,
        sleep=desk.sleep,
        clock_face=clock_face,
    )

    def check(operation: Operation, email: Email) -> None:
        """Hold what a customer would read against the vendor's names once more."""
        if operation.kind is Kind.LINK:
            for_customers(email, (settings.mc.name, settings.mc.dispatch_email))

    return Engine(
        desk.operations,
        desk.locks,
        {
            SecondaryStep: SecondaryKind(autotask),
            FieldsStep: fields,
            StatusStep: StatusKind(autotask, fields),
            NoteStep: note,
            MailStep: MailKind(lambda: desk.mailer, check=check, now=desk.now),
        },
        desk.drafts,
        now=desk.now,
    )
