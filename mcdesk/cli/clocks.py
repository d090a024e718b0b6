"""How a ticket stands with the vendor: as JSON, and in full."""

from typing import TYPE_CHECKING, Any

from mcdesk.core.wording import instant

if TYPE_CHECKING:
    from mcdesk.core.clock import Clock
    from mcdesk.core.promise import WithVendor


def as_json(stands: "WithVendor") -> dict[str, Any]:
    """Build what documents have as `mc` of a ticket; what is unknown is null."""
    return {
        "since": stands.since and instant(stands.since),
        "since_from": stands.since_from,
        "last_word": stands.last_word and instant(stands.last_word),
        "due": stands.due and instant(stands.due),
        "overdue_minutes": stands.overdue_minutes,
    }


def in_full(stands: "WithVendor", clock: "Clock", phone: str) -> str:
    """Say how it stands, with the vendor's *phone* number if that helps, and since when."""
    if stands.since is None:
        return stands.in_words(phone)
    return f"{stands.in_words(phone)} (with them since {clock.moment(stands.since, stands.now)})"
