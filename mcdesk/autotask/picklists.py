"""Picklists: the labels people see, and the ids that tickets hold.

Labels belong to the tenant and may be doubled or retired. A label is matched exactly (case and
blanks at the ends aside) among the active ones; it is never guessed from part of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcdesk.autotask import wire
from mcdesk.autotask.entities import FieldRow, PicklistValueRow
from mcdesk.errors import Garbled, LabelProblem

# API field -> the technician's word.
WORDS = {
    "queueID": "queue",
    "status": "status",
    "priority": "priority",
    "noteType": "note type",
    "publish": "publish value",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist; *order* is the tenant's order, *system* marks Autotask's own."""

    id: int
    label: str
    active: bool
    system: bool
    order: int


@dataclass(frozen=True, slots=True)
class Picklist:
    """The choices of one field, called *word* in messages."""

    word: str
    choices: Sequence[Choice]

    def id_of(self, label: str) -> int:
        """Find the id of *label*; raise LabelProblem with the candidates for none or several."""
        wanted = _key(label)
        active = [choice for choice in self.choices if choice.active]
        match [choice for choice in active if _key(choice.label) == wanted]:
            case [found]:
                return found.id
            case []:
                raise LabelProblem(
                    f'Autotask has no active {self.word} "{label.strip()}"',
                    hint="the active ones: " + _listed(choice.label for choice in active),
                )
            case several:
                raise LabelProblem(
                    f"Autotask has {len(several)} active {self.word} entries named "
                    f'"{label.strip()}"',
                    hint="an administrator can rename or deactivate one of them; their ids: "
                    + ", ".join(str(choice.id) for choice in several),
                )

    def labels(self) -> dict[int, str]:
        """Give the label of every id, retired ones included."""
        return {choice.id: choice.label for choice in self.choices}

    def ranks(self) -> dict[int, int]:
        """Give the place of every id in the tenant's order, which is not that of the ids."""
        return {choice.id: choice.order for choice in self.choices}


def from_fields(fields: Iterable[FieldRow], *, asked: str) -> dict[str, list[list[object]]]:
    """Take from entity *fields* the picklists that mcdesk uses, as the cache holds them.

    Raises Garbled where the values of field *asked* make no sense; others like that are left out.
    """
    found = {}
    for field in fields:
        if field.name not in WORDS:
            continue
        try:
            values = wire.decoded(bytes(field.picklistValues), list[PicklistValueRow] | None)
        except Garbled:
            if field.name == asked:
                raise
        else:
            if values is not None:
                found[field.name] = [_to_cache(each) for each in values]
    return found


def _to_cache(value: PicklistValueRow) -> list[object]:
    active, system = bool(value.isActive), bool(value.isSystem)
    return [int(value.value), value.label or "", active, system, value.sortOrder or 0]


def from_cache(name: str, rows: Iterable[tuple[int, str, bool, bool, int]]) -> Picklist:
    """Build the picklist of field *name* from what the cache holds."""
    return Picklist(WORDS[name], [Choice(*row) for row in rows])


def _key(label: str) -> str:
    return label.strip().casefold()


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(f'"{label}"' for label in sorted(labels)) or "none"
