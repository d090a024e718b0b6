"""The fault matrix in tables: short for docs/reliability.md, or whole, request by request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
MARK = "## The tables"
FAULTS = {
    "refused": "refuse Data violation: no",
    "no permission": (
        "refuse The logged in Resource does not have the adequate permissions to do this"
    ),
    "404": "status 404",
    "500": "status 500",
    "503 page": "html 503",
    "401": "401",
    "429": "429",
    "lost request": "lose-request",
    "lost answer": "lose-answer",
    "slow": "slow 40",
    "empty": "empty",
    "cut short": "truncate",
}
# Only if a ticket is written: a workflow rule then sets its status to In Progress.
RULE = {"workflow rule": "workflow status=8"}
# What a request that writes is called, by its method and the collection that it writes to.
_WRITES = {
    "PATCH Tickets": "the write",
    "DELETE SecondaryResources": "taking others off",
    "POST SecondaryResources": "putting on",
    "POST Notes": "the note",
}
_READING, _READING_BACK, _READING_NOTE = "reading before", "reading back", "reading the note back"
# Faults that come to the same almost everywhere, and what they are called then.
_TOGETHER = {
    "not done": ("500", "503 page", "lost request"),
    "done without an answer": ("lost answer", "slow", "empty", "cut short"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a fault at a request, from its *nth* time on or only *once*, came to.

    *group* is what the page calls the request.
    """

    request: str
    group: str
    fault: str
    once: bool
    said: str


def groups(requests: Iterable[str]) -> list[str]:
    """Return what each of *requests*, in their order, is called on the page."""
    found, written = list[str](), False
    for request in requests:
        method, _, path = request.partition(" ")
        parts = [part for part in path.split("/") if part and not part.isdigit()]
        write = _WRITES.get(f"{method} {parts[-1]}")
        written |= write is not None
        back = _READING_NOTE if parts[0] == "TicketNotes" else _READING_BACK
        found.append(write or (back if written else _READING))
    return found


def short(found: Mapping[str, Sequence[Cell]]) -> str:
    """Build the tables of the page, commands that fare alike in one."""
    alike: dict[str, list[str]] = {}
    for name, tried in found.items():
        alike.setdefault("\n".join(_table(tried)), []).append(name)
    parts = [
        f"### {', '.join(f'`{name}`' for name in names)}\n\n{table}"
        for table, names in alike.items()
    ]
    return "\n\n".join(parts)


def whole(found: Mapping[str, Sequence[Cell]]) -> str:
    """Build a line for each request of every command, and what each fault came to there."""
    lines = list[str]()
    for name, tried in found.items():
        lines.append(name)
        for request in dict.fromkeys(cell.request for cell in tried):
            came = [each for each in tried if each.request == request]
            said = "; ".join(f"{_named(faults)}: {words}" for words, faults in _alike(came).items())
            lines.append(f"  {request}: {said}")
    return "\n".join([*lines, ""])


def published(name: str) -> dict[tuple[str, str, bool], list[str]]:
    """Read from the page what the command *name* may come to, by group, fault and if once."""
    sections = PAGE.read_text(encoding="utf-8").partition(MARK)[2].split("\n### ")
    (section,) = [each for each in sections if f"`{name}`" in each.partition("\n")[0]]
    head, _, *rows = [
        [part.strip() for part in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    found = {}
    for faults, *cells in rows:
        for group, words in zip(head[1:], cells, strict=True):
            once, _, always = words.partition("; ")
            for fault in (
                one for each in faults.split(", ") for one in _TOGETHER.get(each, (each,))
            ):
                found[group, fault, True] = once.split(" or ")
                found[group, fault, False] = (always or once).split(" or ")
    return found


def _table(tried: Sequence[Cell]) -> list[str]:
    """Build a row for each of the faults that come to the same in all columns."""
    columns = list(dict.fromkeys(cell.group for cell in tried))
    rows: dict[tuple[str, ...], list[str]] = {}
    for fault in dict.fromkeys(cell.fault for cell in tried):
        mine = [cell for cell in tried if cell.fault == fault]
        words = tuple(_words([cell for cell in mine if cell.group == group]) for group in columns)
        rows.setdefault(words, []).append(fault)
    lines = [f"| what goes wrong | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    return [*lines, *(f"| {_named(of)} | {' | '.join(words)} |" for words, of in rows.items())]


def _alike(tried: Sequence[Cell]) -> dict[str, list[str]]:
    """Return which faults came to the same at one request, by what they came to."""
    found: dict[str, list[str]] = {}
    for fault in dict.fromkeys(cell.fault for cell in tried):
        found.setdefault(_words([c for c in tried if c.fault == fault]), []).append(fault)
    return found


def _words(tried: Sequence[Cell]) -> str:
    """Say what came of a fault, once and, if that differs, always."""
    once, always = (
        " or ".join(sorted({cell.said for cell in tried if cell.once is time}))
        for time in (True, False)
    )
    return once if once == always else f"{once}; {always}"


def _named(faults: Sequence[str]) -> str:
    """Name *faults*, those together that have a name together."""
    names = list(faults)
    for name, members in _TOGETHER.items():
        if set(members) <= set(names):
            names = [each for each in names if each not in members] + [name]
    return ", ".join(names)
