"""How long the vendor has had a ticket, and whether they have answered in the time they promise.

All instants are Autotask's: it dates what they write, and what a ticket's history says.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from mcdesk.core.labels import key
from mcdesk.core.wording import short_age, span

# Answers are dated in whole seconds, and a write takes some: what is this near is the same event.
_SAME_EVENT = timedelta(minutes=1)


class Source(StrEnum):
    """Where it stands since when the vendor has a ticket."""

    JOURNAL = "journal"
    HISTORY = "history"


class Since(Struct, frozen=True):
    """Since when the vendor has a ticket, and where that stands; None is what nobody knows."""

    at: datetime | None = None
    source: Source | None = None


class WithVendor(Struct, frozen=True, kw_only=True):
    """How a ticket stands with the vendor at *now*: *since* when they have it, and their words.

    *first_word* and *last_word* are those after *since*; if that is unknown, the last one of all.
    They are to answer until it is *due*. None is what nobody knows, said, or promised.
    """

    now: datetime
    since: datetime | None = None
    since_from: Source | None = None
    first_word: datetime | None = None
    last_word: datetime | None = None
    due: datetime | None = None

    @property
    def answered(self) -> bool:
        """Whether they have said something since it came to them."""
        return self.first_word is not None

    @property
    def overdue_minutes(self) -> int | None:
        """The whole minutes that their answer is late, None if nothing was promised."""
        if self.due is None:
            return None
        late = timedelta(0) if self.answered else max(self.now - self.due, timedelta(0))
        return late // timedelta(minutes=1)

    @property
    def overdue(self) -> bool:
        """Whether their answer is late, by a minute at least."""
        return bool(self.overdue_minutes)

    def in_words(self, phone: str) -> str:
        """Say how it stands, and for one that is overdue, the *phone* number to call."""
        return f"MC: {self._standing(phone)}"

    def _standing(self, phone: str) -> str:
        if self.since is None:
            return "sent before mcdesk was watching"
        if self.answered and self.last_word:
            return f"answered {short_age(self.now - self.last_word)} ago"
        if self.due is None:
            return "no promise for this priority"
        if self.overdue:
            return f"{span(self.now - self.due)} overdue, call {phone}"
        return f"due in {span(max(self.due - self.now, timedelta(0)))}"


def with_vendor(
    since: Since,
    words: Iterable[datetime],
    priority: str | None,
    minutes: Mapping[str, int],
    *,
    now: datetime,
) -> WithVendor:
    """Judge a ticket of a *priority* (label) that went to the vendor at *since*.

    *words* are when they wrote on it, *minutes* what they promise for each priority; another one
    has no promise.
    """
    start = since.at
    after = sorted(word for word in words if start is None or word > start)
    promised = promised_minutes(priority, minutes)
    return WithVendor(
        now=now,
        since=start,
        since_from=since.source,
        first_word=after[0] if after and start else None,
        last_word=after[-1] if after else None,
        due=start + timedelta(minutes=promised) if start and promised is not None else None,
    )


def promised_minutes(priority: str | None, minutes: Mapping[str, int]) -> int | None:
    """Return what *minutes*, by priority (label), promise for *priority*; None for nothing."""
    return {key(label): number for label, number in minutes.items()}.get(key(priority or ""))


def moved_on(sent: datetime, modified: datetime | None) -> bool:
    """Check if a ticket *sent* from here was changed after that: *modified* last."""
    return modified is not None and modified - sent > _SAME_EVENT


def since_when(
    sent: datetime | None, modified: datetime | None, told: datetime | None = None
) -> Since:
    """Decide since when the vendor has a ticket that was *sent* from here, None if it was not.

    *told* is what its history says: if that is later, somebody took it back and sent it again. It
    was sent no later than it was *modified*, whatever clock we went by.
    """
    if told and (sent is None or told - sent > _SAME_EVENT):
        return Since(told, Source.HISTORY)
    if sent is None:
        return Since()
    return Since(min(sent, modified) if modified else sent, Source.JOURNAL)
