"""What a ticket's history tells of when it went to the vendor.

Its rows read like "status changed from New to Returned to MC". What changed stands first, so that
nothing a stranger wrote into another field passes for a status or a name.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from mcdesk.core.labels import key
from mcdesk.core.rows import UNDATED
from mcdesk.core.tickets import HistoryRow, Person

# What may stand around a value.
_AROUND = " \"'.,;\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
_RESOURCE = ("resource", "assigned")
# Resources of a ticket too, but not who has it.
_OTHERS = ("role", "secondary")


class Signs(Struct, frozen=True):
    """What shows that a ticket went to the vendor: one of their *people*, or of their *statuses*.

    *labels* are those of all statuses: which one a row ends with shows only beside the others.
    """

    people: Collection[Person]
    statuses: Collection[str]
    labels: Collection[str]

    def arrival(self, history: Iterable[HistoryRow]) -> datetime | None:
        """Find when a ticket went to the vendor last, by its *history*; None if that does not tell.

        Such a row names one of theirs after "to"; one without a date may be the last.
        """
        theirs = {key(label): False for label in self.labels}
        theirs |= {key(label): True for label in self.statuses}

        def tells(row: HistoryRow) -> bool:
            field, values = _parts(row.detail)
            if "status" in field:
                return next((theirs[each] for each in values if each in theirs), False)
            if not any(word in field for word in _RESOURCE) or any(w in field for w in _OTHERS):
                return False
            return any(person.answers_to(each) for each in values for person in self.people)

        found = [row.at for row in history if tells(row)]
        return max(found) if found and UNDATED not in found else None


def _parts(detail: str) -> tuple[str, list[str]]:
    """Split *detail*, as labels are compared, into what changed and what its new value may be."""
    text = key(detail)
    field, found, values = text.partition(" from ")
    if not found:
        field, values = text, text
    return field.partition(" to ")[0], list(_ends(values))


def _ends(values: str) -> Iterator[str]:
    """Yield what may be B in "A to B", the longest first: a label may have a "to" in it."""
    _, found, rest = values.partition(" to ")
    if found:
        yield rest
        yield rest.strip(_AROUND)
        yield from _ends(rest)
