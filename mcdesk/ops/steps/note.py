"""The internal note: written once, read back, and looked for if its answer was lost.

Internal, always: `publish` 2 is the only value that is used. A note that turned out to be public,
or on another ticket, is said to be so, and nothing ever posts it again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mcdesk.autotask.client import Autotask
from mcdesk.core.notes import alike, same_text, signed, since_attempt, title_of
from mcdesk.core.operations import Operation
from mcdesk.core.steps import NoteStep, State, may_land_until
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import PUBLISH_INTERNAL, SYSTEM_NOTE_TYPES, Note
from mcdesk.errors import (
    DeskError,
    LabelProblem,
    NotInternal,
    NotUnderstood,
    PermissionDenied,
    Rejected,
    SettingsProblem,
    Throttled,
    Undelivered,
)
from mcdesk.ops.steps import Decide, Doubt, Seen
from mcdesk.store.operations import Operations

# Seconds between looks for a note whose answer was lost, or that is not there yet.
_LOOKS = (1.0, 2.0)


class NoteKind:
    """Notes of *note_type* (a label), as *my_id* if that is allowed, else signed.

    *user_name* is the API user's, *operations* know which notes others have written; *phone* is the
    vendor's, to call if a note can be read by a customer. *clock_face* says an instant as the
    desk's clock shows it.
    """

    unsent = State.WAITING

    def __init__(
        self,
        autotask: Autotask,
        operations: Operations,
        my_id: Callable[[], int | None],
        *,
        note_type: str,
        user_name: str,
        phone: str,
        sleep: Callable[[float], None],
        clock_face: Callable[[datetime], str],
    ) -> None:
        self._autotask = autotask
        self.clock = autotask.now
        self._operations = operations
        self._my_id = my_id
        self._note_type = note_type
        self._user_name = user_name
        self._phone = phone
        self._sleep = sleep
        self._clock_face = clock_face

    def prepare(self, operation: Operation, step: NoteStep) -> Seen:
        """Resolve what every note needs, and make sure that Autotask's time is known.

        One that was refused may have been written anyway since: it is looked for again.
        """
        self._autotask.resolved(Need.NOTES, self._filed_as)
        self._my_id()
        self._autotask.sync_clock()
        if step.attempted and step.state is not State.UNKNOWN:
            found, _ = self._found(operation, step)
            return self._judged(operation, found) if found else Seen(State.WAITING)
        return Seen(State.WAITING)

    def attempt(self, operation: Operation, step: NoteStep) -> Mapping[str, Any]:
        """Create the note, once, and return its id."""
        note_type = self._filed_as(self._autotask.tenant(Need.NOTES))

        def fields(named: bool) -> Mapping[str, Any]:
            """Spell the note; one that does not go out in its author's name is signed."""
            text = operation.text
            return {
                "title": title_of(text, operation.note_title),
                "description": text if named else signed(text, operation.author),
                "noteType": note_type,
                "publish": PUBLISH_INTERNAL,
            }

        assert operation.ticket_id is not None
        row = self._autotask.writes.add_note(
            operation.ticket_id,
            fields,
            as_resource=self._my_id(),
            landed=lambda: self._found(operation, step)[0] is not None,
        )
        return {"row": row}

    def look(self, operation: Operation, step: NoteStep, problem: DeskError | None) -> Seen:
        """Look for the note: by its id if Autotask told one, else by its text."""
        if problem is None:
            return self._read_back(operation, step)
        in_words = isinstance(problem, Rejected) or (
            isinstance(problem, PermissionDenied) and problem.in_words
        )
        definite = in_words or isinstance(problem, Throttled)
        for seconds in (0.0,) if definite else _LOOKS:
            self._wait(seconds)
            try:
                found, _ = self._found(operation, step)
            except DeskError:
                definite = False  # what nobody has looked for may be there
            else:
                if found:
                    return self._judged(operation, found)
        if not definite:
            return Seen(State.UNKNOWN, problem)
        return Seen(State.FAILED if in_words else State.WAITING, problem)

    def revisit(self, operation: Operation, step: NoteStep, decide: Decide) -> Seen:
        """Look for the note; it may be written again only once a lost one can no longer land.

        One that is only alike is asked about, and one that was seen to be public stays as it is.
        """
        if step.public:
            return Seen(State.FAILED, self._not_internal(operation, step.row))
        if step.state is State.FAILED:
            return Seen(State.WAITING)
        found, similar = self._found(operation, step)
        if found:
            return self._judged(operation, found)
        now = self._autotask.now()
        if until := may_land_until(step, now):
            reason = (
                "a lost request may still go through; mcdesk doesn't repeat it before "
                f"{self._clock_face(until)}"
            )
            return Seen(State.UNKNOWN, Undelivered(f"{operation.number}: {reason}"), reason)
        if similar and not decide(operation, Doubt.NOTE_AGAIN):
            reason = f"note {similar.id} on the ticket is similar: it may be the same one, edited"
            return Seen(State.UNKNOWN, Undelivered(f"{operation.number}: {reason}"), reason)
        return Seen(State.WAITING)

    def _read_back(self, operation: Operation, step: NoteStep) -> Seen:
        """Read the note that Autotask says it has written."""
        assert step.row is not None
        why = "Autotask accepted the note but doesn't show it"
        for seconds in (0.0, *_LOOKS):
            self._wait(seconds)
            try:
                note = self._autotask.tickets.note(step.row)
            except DeskError as problem:
                why = f"it could not be read back: {problem.message}"
                continue
            if note and self._is_ours(operation, note):
                return self._judged(operation, note)
            if note:
                return self._under_another_id(operation, step)
        return Seen(State.UNKNOWN, Undelivered(why), why)

    def _is_ours(self, operation: Operation, note: Note) -> bool:
        """Return whether *note*, of the id that we were told, may be ours, even if altered."""
        claimed = note.id in self._operations.note_ids(but=operation.n)
        same = same_text(note.text, operation.text, operation.author)
        return not claimed and (same or alike(note.text, operation.text))

    def _under_another_id(self, operation: Operation, step: NoteStep) -> Seen:
        """Look for the note by its text: the id that we were told is another note's."""
        why = f"Autotask accepted the note, but returned the id of another one, {step.row}"
        try:
            found, _ = self._found(operation, step)
        except DeskError:
            found = None
        if found:
            return self._judged(operation, found)
        return Seen(State.UNKNOWN, Undelivered(why), why)

    def _wait(self, seconds: float) -> None:
        if seconds:
            self._sleep(seconds)

    def _judged(self, operation: Operation, note: Note) -> Seen:
        """Say whether *note*, which is ours, is where and what it should be."""
        if note.internal and note.ticket_id == operation.ticket_id:
            return Seen(State.DONE, more={"row": note.id})
        problem = self._not_internal(operation, note.id)
        return Seen(State.FAILED, problem, more={"row": note.id, "public": True})

    def _not_internal(self, operation: Operation, row: int | None) -> NotInternal:
        page = operation.ticket_id and self._autotask.ticket_page(operation.ticket_id)
        return NotInternal(
            f"note {row}, written for {operation.number}, is not internal there: a customer can "
            "read it",
            hint=f"delete it in Autotask now ({page or operation.number}), and call "
            f"{self._phone}; `mcdesk outbox drop {operation.n}` ends it here",
        )

    def _found(self, operation: Operation, step: NoteStep) -> tuple[Note | None, Note | None]:
        """Find the note of *step*, and one that is only like it; neither claimed by another."""
        assert operation.ticket_id is not None
        claimed = self._operations.note_ids(but=operation.n)
        authors = self._authors()
        notes, whole = self._autotask.tickets.notes(operation.ticket_id)
        ours = [
            note
            for note in notes
            if note.id not in claimed
            and note.resource_id in authors
            and since_attempt(note, step.attempted)
        ]
        exact = [n for n in ours if same_text(n.text, operation.text, operation.author)]
        if not (exact or whole):
            raise NotUnderstood(
                "a note on the ticket came from Autotask unreadable: it may be ours"
            )
        # A rule that rewrote all of a note's text has left its title.
        title = title_of(operation.text, operation.note_title)
        similar = [n for n in ours if alike(n.text, operation.text) or n.title.strip() == title]
        return next(iter(exact), None), next(iter(similar), None)

    def _authors(self) -> Sequence[int]:
        """Return the ids of the resources that our notes may be by."""
        people = self._autotask.tenant(Need.PEOPLE).people.values()
        me = self._my_id()
        own = [person.id for person in people if person.answers_to(self._user_name)]
        return own if me is None else [*own, me]

    def _filed_as(self, tenant: Tenant) -> int:
        """Resolve the note type; raise LabelProblem or SettingsProblem before any write.

        `publish` 2 has to be active (autotask help, TicketNotesEntity).
        """
        publish = tenant.picklist("publish")
        if not any(each.id == PUBLISH_INTERNAL for each in publish.active):
            raise LabelProblem(
                "Autotask has no active internal publish value (2), so no note is written",
                hint="an administrator can activate it; customers could read any other",
            )
        if not self._note_type:
            raise SettingsProblem(
                "note.note_type is not set: how Autotask files our notes",
                hint="set it to the label of a note type for internal notes",
            )
        found = tenant.id_of("noteType", self._note_type)
        if found in SYSTEM_NOTE_TYPES:
            raise LabelProblem(
                f'the note type "{self._note_type}" belongs to Autotask itself',
                hint="set note.note_type to one that people use",
            )
        return found
