"""What the question about a handoff offers besides yes and no: its priority, and a note."""

from collections.abc import Iterable, Sequence

from mcdesk.cli.call import Call
from mcdesk.cli.send_to_mc.notes import HandoffNotes
from mcdesk.cli.terminal.tables import Cell
from mcdesk.core.changes import Field
from mcdesk.core.references import Reference
from mcdesk.core.tenant import Choice
from mcdesk.errors import LabelProblem, UsageProblem
from mcdesk.ops.handoff import Handoff

_PRIORITY, _NOTE = "p", "c"


class Offers:
    """The keys of the question, as long as they are of use; *handoff* is what they made of it."""

    def __init__(self, call: Call, handoff: Handoff, notes: HandoffNotes) -> None:
        self._call = call
        self._notes = notes
        self.handoff = handoff
        self._asks_priority = Field.PRIORITY not in handoff.target.values

    @property
    def _keys(self) -> dict[str, str]:
        """What each key does now."""
        found = {}
        if self._asks_priority:
            found[_PRIORITY] = "sets the priority"
        if self._notes.can_add:
            found[_NOTE] = "adds a note on the agreed call-back time"
        return found

    def tell(self) -> None:
        """Say which keys there are."""
        if keys := self._keys:
            said = ", ".join(f"{key} {does}" for key, does in keys.items())
            self._call.output.talk(f"y sends it, {said}")

    def take(self, answer: str, references: Iterable[Reference]) -> bool:
        """Do what the key *answer* offers, for the tickets typed as *references*, if it is one."""
        key = answer.casefold()
        if key not in self._keys:
            return False
        if key == _PRIORITY:
            self._ask_priority()
        else:
            self._ask_note(references)
        return True

    def _ask_priority(self) -> None:
        """Ask which priority, until it is one; Enter leaves it as it is."""
        priorities = self.handoff.tenant.picklist("priority")
        ranks = priorities.ranks()
        choices = sorted(priorities.active, key=lambda each: ranks.get(each.id, len(ranks)))
        for number, each in enumerate(choices, start=1):
            self._call.output.aside.line(Cell(f"  {number}  {each.label}"))
        while answer := self._call.answer("Which priority? (its number; Enter: as it is) "):
            try:
                self.handoff = self.handoff.with_priority(_label_of(answer, choices))
                return
            except LabelProblem as problem:
                self._call.output.talk(problem.message)

    def _ask_note(self, references: Iterable[Reference]) -> None:
        """Ask for the note, until it can be kept; Enter writes none."""
        references = list(references)
        while text := self._call.answer("Internal note on the call-back (Enter: none): "):
            try:
                self._notes.add(text, references)
                return
            except UsageProblem as problem:
                self._call.output.talk(problem.message)


def _label_of(answer: str, choices: Sequence[Choice]) -> str:
    """Return the label that was typed, or whose number in the list was."""
    if answer.isdecimal() and 1 <= int(answer) <= len(choices):
        return choices[int(answer) - 1].label
    return answer
