"""How long the vendor has had a ticket, and whether they have answered in the time they promise."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from mcdesk.core.labels import key
from mcdesk.core.wording import short_age, span

# Clock time in minutes, by the label of the priority: what the vendor promises.
RESPONSE_MINUTES = {"Critical": 30, "High": 60, "Medium": 120, "Low": 1440}


class WithVendor(Struct, frozen=True):
    """A ticket that is with the vendor *since* an instant, and their *last_word* on it.

    They should answer by the time it is *due*. None is what nobody knows, or promised.
    """

    since: datetime | None = None
    last_word: datetime | None = None
    due: datetime | None = None

    @property
    def answered(self) -> bool:
        """Whether they have said something since it came to them."""
        return bool(self.since and self.last_word and self.last_word > self.since)

    def overdue_minutes(self, now: datetime) -> int | None:
        """Count the whole minutes that their answer is late, None if nothing was promised."""
        if self.due is None:
            return None
        late = timedelta(0) if self.answered else max(now - self.due, timedelta(0))
        return late // timedelta(minutes=1)

    def in_words(self, now: datetime) -> str:
        """Say how it stands: "answered 12m ago", "due in 18m", "15m overdue"."""
        if self.answered and self.last_word:
            return f"answered {short_age(now - self.last_word)} ago"
        if self.since is None:
            return "since unknown"
        if self.due is None:
            return "no promise"
        return (
            f"due in {span(self.due - now)}"
            if self.due > now
            else f"{span(now - self.due)} overdue"
        )


def with_vendor(
    since: datetime | None,
    last_word: datetime | None,
    priority: str | None,
    minutes: Mapping[str, int] = RESPONSE_MINUTES,
) -> WithVendor:
    """Judge a ticket of a *priority* (label) that went to the vendor at *since*.

    *minutes* are what they promise for each priority; another one has no promise.
    """
    promised = {key(label): number for label, number in minutes.items()}.get(key(priority or ""))
    due = since + timedelta(minutes=promised) if since and promised is not None else None
    return WithVendor(since, last_word, due)
