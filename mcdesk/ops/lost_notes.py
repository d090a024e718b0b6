"""Find the note whose answer was lost: it may be on the ticket all the same."""

from collections.abc import Sequence
from functools import cached_property

from mcdesk.autotask.client import Autotask
from mcdesk.core.outbox import Entry, Step, is_ours
from mcdesk.core.tenant import Need
from mcdesk.errors import DeskError
from mcdesk.ops.correspondence import Correspondence
from mcdesk.store.outbox import Outbox


class LostNotes:
    """Notes of *outbox* that may have been written, as our API user or in the technician's name.

    *own_user_name* is the API user's, *correspondence* knows the technician.
    """

    def __init__(
        self,
        autotask: Autotask,
        outbox: Outbox,
        correspondence: Correspondence,
        *,
        own_user_name: str,
    ) -> None:
        self._autotask = autotask
        self._outbox = outbox
        self._correspondence = correspondence
        self._own_user_name = own_user_name

    def find(self, entry: Entry, step: Step) -> int | None:
        """Find the id of the note that *step* was lost with, unless another entry claims it."""
        assert entry.ticket_id is not None
        claimed = self._outbox.note_ids()
        ours = [
            note.id
            for note in self._autotask.notes(entry.ticket_id)
            if note.id not in claimed and is_ours(note, entry, step, self._authors)
        ]
        return min(ours, default=None)

    def find_if_possible(self, entry: Entry, step: Step) -> int | None:
        """Look just after the answer was lost; being unable to look is no news."""
        try:
            return self.find(entry, step)
        except DeskError:
            return None

    @cached_property
    def _authors(self) -> Sequence[int | None]:
        people = self._autotask.tenant(Need.PEOPLE).people.values()
        own = [person.id for person in people if person.answers_to(self._own_user_name)]
        me = self._correspondence.me
        return [*own, me.id] if me else own
