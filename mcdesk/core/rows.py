"""What rows of answers decode into: each Text, Flag and Instant is put right as soon as it is read.

An attribute is spelled as the API's field or names it. What is null has one meaning: "" for a text,
no for a flag, None for the rest. A row that lacks what a decision rests on does not decode.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
from msgspec.structs import force_setattr

# What Autotask's numbers are, and what a database can hold.
Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
if TYPE_CHECKING:
    Text = str
    Flag = bool
    Instant = datetime
else:
    # Null on the wire, and put right as soon as the row is read.
    Text = str | None
    # Or 0 and 1, as Contacts have it.
    Flag = bool | Number | None
    # With a zone or without, which means UTC.
    Instant = Annotated[datetime, "instant"]
# A number is a ticket's name: it is never empty.
TicketNumber = Annotated[str, msgspec.Meta(min_length=1)]

# A date beyond these is a mistake, or stands for "none": Autotask is younger.
_FIRST_YEAR, _LAST_YEAR = 2000, 9000
_EARLIEST = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
_LATEST = datetime(_LAST_YEAR, 1, 1, tzinfo=UTC)
# The date of what has none, and must have one: so no wait is shorter for it.
UNDATED = _EARLIEST


def _api_name(attribute: str) -> str:
    """Spell *attribute* as the API does: `ticket_id` is ticketID."""
    first, *rest = attribute.split("_")
    return first + "".join("ID" if word == "id" else word.title() for word in rest)


# Made by the ten thousand, and no part of a circle: so the collector need not look at them.
class Decoded(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename=_api_name):
    """What is read from an answer: each Text, Flag and Instant in it is put right at once."""

    _texts: ClassVar[tuple[str, ...]] = ()
    _flags: ClassVar[tuple[str, ...]] = ()
    _instants: ClassVar[tuple[str, ...]] = ()
    _dates: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Find what to correct by how it is annotated."""
        super().__init_subclass__()
        cls._texts += _annotated(cls, Text)
        cls._flags += _annotated(cls, Flag)
        cls._dates += _annotated(cls, Instant)
        cls._instants += _annotated(cls, Instant) + _annotated(cls, Instant | None)

    def __post_init__(self) -> None:
        """Put right what Autotask leaves out or spells in its own way.

        Raises ValueError for a date beyond all tickets in which a decision rests.
        """
        for name in self._texts:
            if getattr(self, name) is None:
                force_setattr(self, name, "")
        for name in self._flags:
            if (flag := getattr(self, name)) is not True:
                force_setattr(self, name, bool(flag))
        for name in self._instants:
            moment = getattr(self, name)
            if moment is not None and not (
                moment.tzinfo is UTC and _FIRST_YEAR <= moment.year < _LAST_YEAR
            ):
                force_setattr(self, name, _instant(moment, required=name in self._dates))


def _annotated(cls: type, kind: object) -> tuple[str, ...]:
    return tuple(name for name, found in cls.__annotations__.items() if found == kind)


class Row(Decoded, frozen=True, kw_only=True):
    """What every row has, and what rows are ordered by."""

    id: Number


def is_plausible(moment: datetime) -> bool:
    """Check if *moment*, without a zone in UTC, may be the date of something in Autotask."""
    return _EARLIEST <= _zoned(moment) <= _LATEST


def _zoned(moment: datetime) -> datetime:
    """Return *moment* with its zone: UTC, which Autotask means if it leaves that out."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _instant(moment: datetime, *, required: bool) -> datetime:
    """Read *moment* in UTC; raise ValueError for none that is *required*."""
    instant = _zoned(moment)
    if not is_plausible(instant):
        if required:
            raise ValueError(f"{moment} is no date of a row")
        return _EARLIEST if instant < _EARLIEST else _LATEST
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
