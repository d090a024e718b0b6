"""The journal's entries: what mcdesk changed on which ticket, and what can be said of it today.

Labels are kept beside ids, so that an entry can be read months later. No note texts, no secrets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mcdesk.core.changes import Change, Field, Names, Secondary, Values, differences, held
from mcdesk.core.tickets import Ticket


class Deed(StrEnum):
    """What was done, as the command that does it."""

    SEND = "send-to-mc"
    CLAIM = "claim"
    UNDO = "undo"
    LINK = "send-link"

    @property
    def done(self) -> str:
        """The word for having done it."""
        return {
            Deed.SEND: "sent",
            Deed.CLAIM: "claimed",
            Deed.UNDO: "undone",
            Deed.LINK: "status set",
        }[self]


class State(StrEnum):
    """How far an entry has come: BEGUN is neither done nor given up, so its process died or runs.

    NOT_DONE means that the ticket was left, or put back, as it was.
    """

    BEGUN = "begun"
    DONE = "done"
    UNVERIFIED = "unverified"
    NOT_DONE = "not done"


class Place(StrEnum):
    """What has become of a secondary resource that was to be taken off or put on."""

    PLANNED = "planned"
    DONE = "done"
    PUT_BACK = "put back"


@dataclass(frozen=True, slots=True)
class Swap:
    """A secondary resource taken off the ticket (*off*), or put on it, and whether it was."""

    secondary: Secondary
    off: bool
    place: Place = Place.PLANNED


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed: *at* is our clock's instant, *since* Autotask's, both before the first write (UTC).

    *found* is what the ticket held when it was read back, None where that was not possible.
    *undoes* is the number of the entry that an undo took back. *accepted* and *kept* as in a plan.
    """

    n: int
    at: datetime
    since: datetime
    who: str
    deed: Deed
    template: str
    ticket_id: int
    number: str
    title: str
    company: str
    changes: Sequence[Change]
    swaps: Sequence[Swap] = ()
    accepted: frozenset[int] = frozenset()
    state: State = State.BEGUN
    found: Values | None = None
    error: str = ""
    undoes: int | None = None
    kept: Values = field(default_factory=dict)

    @property
    def before(self) -> dict[Field, int | None]:
        """What the changed fields held."""
        return {change.field: change.before.id for change in self.changes}

    @property
    def wanted(self) -> dict[Field, int | None]:
        """What the changed fields were to hold."""
        return {change.field: change.after.id for change in self.changes}

    @property
    def expected(self) -> dict[Field, int | None]:
        """What the ticket was to hold: what was set, and what it held already."""
        return {**self.kept, **self.wanted}

    @property
    def changed_anything(self) -> bool:
        """Whether the ticket may have been changed: so it may be undone."""
        return self.state is not State.NOT_DONE


class Standing(StrEnum):
    """How an entry and its ticket compare today."""

    HOLDS = "holds"
    MOVED_ON = "moved on"
    CHANGED = "changed since"
    AS_BEFORE = "as before"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Check:
    """The *standing* of an entry, and where it no longer holds, what was set and what is there.

    Of the secondary resources that the entry is about, *present* names those on the ticket and
    *absent* the others.
    """

    standing: Standing
    differences: Sequence[Change] = ()
    present: Sequence[str] = ()
    absent: Sequence[str] = ()


def check(
    entry: Entry, ticket: Ticket | None, names: Names, secondaries: Sequence[Secondary] = ()
) -> Check:
    """Compare what *entry* set with what *ticket* holds now; None is a ticket not found.

    *secondaries* are those of the ticket; only an entry about some needs them.
    """
    if ticket is None:
        return Check(Standing.GONE)
    now = {field: value for field, value in held(ticket).items() if field in entry.expected}
    there = {each.resource_id for each in secondaries}
    on = [swap for swap in entry.swaps if swap.secondary.resource_id in there]
    off = [swap for swap in entry.swaps if swap.secondary.resource_id not in there]
    return Check(
        _standing(entry, now, as_wanted=all(not swap.off for swap in on) and _all_off(off)),
        differences(entry.expected, now, names),
        [swap.secondary.name for swap in on],
        [swap.secondary.name for swap in off],
    )


def _all_off(swaps: Sequence[Swap]) -> bool:
    return all(swap.off for swap in swaps)


def _standing(entry: Entry, now: Values, *, as_wanted: bool) -> Standing:
    """Judge the fields *now*; *as_wanted* is whether the secondary resources are."""
    differing = [field for field, value in entry.expected.items() if now[field] != value]
    if not differing and as_wanted:
        return Standing.HOLDS
    status = now.get(Field.STATUS)
    moved = status in entry.accepted and status != entry.before.get(Field.STATUS)
    if differing == [Field.STATUS] and moved and as_wanted:
        return Standing.MOVED_ON
    as_before = all(now[field] == value for field, value in entry.before.items())
    if as_before and not (as_wanted and entry.swaps):
        return Standing.AS_BEFORE
    return Standing.CHANGED
