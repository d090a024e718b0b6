"""Change one ticket so that what is said about it is true: journal, write, read back, settle.

Nothing is written before the journal holds it, nothing is written twice, and no answer of
Autotask's is believed until the ticket was read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Change, Field, Names, Plan, held, not_stuck
from mcdesk.core.journal import Deed, Entry, Place, State, Swap
from mcdesk.core.references import TicketById
from mcdesk.core.tickets import Ticket
from mcdesk.errors import DeskError, LostAnswer, NotUnderstood, NotVerified, StoreProblem
from mcdesk.ops.names import names_of
from mcdesk.store.journal import Journal

# Seconds after which workflow rules that act at once have acted (autotask help, AUTOTASK_WFR).
_SETTLE = 1.5


class Outcome(StrEnum):
    """What came of a ticket; for DONE, scripts read the deed's own word."""

    DONE = "done"
    ALREADY_THERE = "already_there"
    PLANNED = "planned"
    REFUSED = "refused"
    FAILED = "failed"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the ticket that was typed as *reference*; *plan* is None if it was not read."""

    reference: str
    outcome: Outcome
    plan: Plan | None = None
    warnings: Sequence[str] = ()
    error: DeskError | None = None
    found: Ticket | None = None

    @property
    def exit_code(self) -> int:
        """The exit code that this result alone would have."""
        return self.error.exit_code if self.error else 0

    @property
    def verified(self) -> bool:
        """Whether our Autotask held what was wanted when it was read."""
        return self.outcome in (Outcome.DONE, Outcome.ALREADY_THERE)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a change is for: the *deed*, and what the journal keeps with it."""

    deed: Deed
    company: str = ""
    template: str = ""
    undoes: int | None = None


class Changer:
    """Make changes through *autotask*, as *who* (for the journal) and in *as_resource*'s name."""

    def __init__(
        self,
        autotask: Autotask,
        journal: Journal,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        who: str,
        as_resource: int | None,
    ) -> None:
        self.autotask = autotask
        self.journal = journal
        self.now = now
        self.sleep = sleep
        self.who = who
        self.as_resource = as_resource
        self.names: Names = names_of(autotask)

    def make(self, plan: Plan, errand: Errand) -> Result:
        """Do what *plan* says, and tell what the ticket holds then; raise StoreProblem before."""
        assert not plan.empty
        taken_off = [Swap(each, off=True) for each in plan.removals]
        put_on = [Swap(each, off=False) for each in plan.additions]
        entry = Entry(
            n=0,
            at=self.now(),
            since=self.autotask.now(),
            who=self.who,
            deed=errand.deed,
            template=errand.template,
            ticket_id=plan.ticket.id,
            number=plan.ticket.number,
            title=plan.ticket.title,
            company=errand.company,
            changes=plan.changes,
            swaps=[*taken_off, *put_on],
            accepted=plan.accepted,
            kept=plan.kept,
            undoes=errand.undoes,
        )
        return _Attempt(self, plan, self.journal.begin(entry)).run()

    def rehearse(self, plan: Plan) -> None:
        """Make the requests of *plan*, and nothing else: for a way on which they are only kept."""
        for secondary in plan.removals:
            self.autotask.remove_secondary(plan.ticket.id, secondary.row_id)
        if plan.changes:
            self.autotask.update_ticket(plan.ticket.id, plan.patch, as_resource=self.as_resource)
        for secondary in plan.additions:
            self.autotask.add_secondary(plan.ticket.id, secondary.resource_id, secondary.role_id)


@dataclass(slots=True)
class _Attempt:
    """One attempt, in step with its journal entry."""

    changer: Changer
    plan: Plan
    entry: Entry
    warnings: list[str] = field(default_factory=list)

    def run(self) -> Result:
        try:
            self._take_off()
            doubt = self._patch()
        except LostAnswer as loss:  # of taking one off, which can still happen
            return self._give_up(_not_landed(self.plan, loss), may_land=True)
        except DeskError as refusal:
            return self._give_up(refusal)
        try:
            found = self._read_back()
        except DeskError as blindness:
            return self._end(State.UNVERIFIED, None, _unseen(self.plan, doubt or blindness))
        if doubt and self._unchanged(found):
            return self._give_up(
                _not_landed(self.plan, doubt), found, may_land=isinstance(doubt, LostAnswer)
            )
        if doubt:
            self.warnings.append("Autotask's answer was lost; the ticket was read instead")
        if problem := self._differs(found) or self._put_on():
            return self._end(State.UNVERIFIED, found, problem)
        self.warnings += _moved_on(self.plan, found, self.changer.names)
        return self._end(State.DONE, found, None)

    def _take_off(self) -> None:
        """Take off the secondary resources that are to go, each noted before the next."""
        for i, swap in enumerate(self.entry.swaps):
            if swap.off:
                self._take_off_one(i, swap)

    def _take_off_one(self, i: int, swap: Swap) -> None:
        """Take one off; where nobody can tell whether it worked, it counts as done.

        So giving up puts it back.
        """
        try:
            self._autotask.remove_secondary(self._ticket_id, swap.secondary.row_id)
        except (LostAnswer, NotUnderstood) as doubt:
            there = self._is_secondary(swap)
            if there is not True:
                self._placed(i, Place.DONE)
            if there is not False:
                raise doubt
        except DeskError:
            if self._is_secondary(swap) is not False:
                raise
        self._placed(i, Place.DONE)

    def _patch(self) -> DeskError | None:
        """Write the fields; give the problem that leaves open whether they were written."""
        if not self.plan.changes:
            return None
        try:
            self._autotask.update_ticket(
                self._ticket_id, self.plan.patch, as_resource=self.changer.as_resource
            )
        except (LostAnswer, NotUnderstood) as doubt:
            return doubt
        return None

    def _read_back(self) -> Ticket:
        self.changer.sleep(_SETTLE)
        return self._autotask.ticket(TicketById(self._ticket_id))

    def _put_on(self) -> DeskError | None:
        """Put on the secondary resources that are to come; tell what did not work."""
        problems = [
            problem
            for i, swap in enumerate(self.entry.swaps)
            if not swap.off and (problem := self._add(i, swap, Place.DONE))
        ]
        return _not_back(self.plan, problems) if problems else None

    def _give_up(
        self, refusal: DeskError, found: Ticket | None = None, *, may_land: bool = False
    ) -> Result:
        """Put back what was taken off, and settle: the ticket is as it was, or that is said.

        With *may_land*, a lost request may still change it: that is not "not done".
        """
        problems = [
            problem
            for i, swap in enumerate(self.entry.swaps)
            if swap.place is Place.DONE and (problem := self._add(i, swap, Place.PUT_BACK))
        ]
        state = State.UNVERIFIED if problems or may_land else State.NOT_DONE
        number = self.plan.ticket.number
        refusal.hint = refusal.hint or f"`mcdesk show {number}` shows what it holds now"
        if problems:
            refusal.message += "; besides, " + "; ".join(problems)
            refusal.hint = f"`mcdesk undo {number}` puts back what is missing"
        self._settle(state, found, refusal)
        return Result(
            self.plan.ticket.number, Outcome.FAILED, self.plan, self.warnings, refusal, found
        )

    def _add(self, i: int, swap: Swap, place: Place) -> str | None:
        """Put a secondary resource on the ticket, once; say what went wrong if it is not there."""
        try:
            self._autotask.add_secondary(
                self._ticket_id, swap.secondary.resource_id, swap.secondary.role_id
            )
        except DeskError as problem:
            if not self._is_secondary(swap):
                name = swap.secondary.name
                return f"{name} could not be put back as secondary resource ({problem.message})"
        self._placed(i, place)
        return None

    def _is_secondary(self, swap: Swap) -> bool | None:
        """Look whether *swap*'s resource is on the ticket; None where nobody can tell."""
        try:
            there = self._autotask.secondaries(self._ticket_id)
        except DeskError:
            return None
        return swap.secondary.resource_id in {each.resource_id for each in there}

    def _unchanged(self, found: Ticket) -> bool:
        """Tell whether *found* holds none of what was written, which cannot have landed yet."""
        now = held(found)
        return all(now[field] == id for field, id in self.entry.before.items())

    def _differs(self, found: Ticket) -> DeskError | None:
        wrong = not_stuck(self.plan, found, self.changer.names)
        return _not_stuck(self.plan, wrong) if wrong else None

    def _placed(self, i: int, place: Place) -> None:
        swaps = list(self.entry.swaps)
        swaps[i] = replace(swaps[i], place=place)
        self._write_down(replace(self.entry, swaps=swaps))

    def _end(self, state: State, found: Ticket | None, problem: DeskError | None) -> Result:
        self._settle(state, found, problem)
        outcome = Outcome.DONE if state is State.DONE else Outcome.UNVERIFIED
        return Result(self.plan.ticket.number, outcome, self.plan, self.warnings, problem, found)

    def _settle(self, state: State, found: Ticket | None, problem: DeskError | None) -> None:
        self._write_down(
            replace(
                self.entry,
                state=state,
                found=held(found) if found else None,
                error=problem.message if problem else "",
            )
        )

    def _write_down(self, entry: Entry) -> None:
        """Note how far it has come; the ticket's work goes on where the journal cannot be."""
        self.entry = entry
        try:
            self.changer.journal.update(entry)
        except StoreProblem as problem:
            self.warnings.append(f"the journal could not be kept: {problem.message}")

    @property
    def _autotask(self) -> Autotask:
        return self.changer.autotask

    @property
    def _ticket_id(self) -> int:
        return self.plan.ticket.id


def _moved_on(plan: Plan, found: Ticket, names: Names) -> list[str]:
    """Say to which accepted status a workflow rule has moved the ticket on."""
    wanted = plan.expected.get(Field.STATUS)
    if wanted is None or found.status_id == wanted:
        return []
    return [f"its status has moved on to {names.value(Field.STATUS, found.status_id).label}"]


def _unseen(plan: Plan, problem: DeskError) -> NotVerified:
    return NotVerified(
        f"nobody knows yet whether {plan.ticket.number} was changed, for it could not be read "
        f"back: {problem.message}",
        hint="`mcdesk log --check` looks again",
    )


def _not_landed(plan: Plan, doubt: DeskError) -> NotVerified:
    return NotVerified(
        f"{plan.ticket.number} holds what it held before: {doubt.message}",
        hint="a lost request can still land: `mcdesk log --check` looks again"
        if isinstance(doubt, LostAnswer)
        else doubt.hint,
    )


def _not_stuck(plan: Plan, wrong: Sequence[Change]) -> NotVerified:
    found = "; ".join(f"{each.field.words} is {each.becomes}, not {each.was}" for each in wrong)
    return NotVerified(
        f"{plan.ticket.number}, when read back: {found}",
        hint="a workflow rule or somebody else may have changed it: "
        f"`mcdesk show {plan.ticket.number}`",
    )


def _not_back(plan: Plan, problems: Sequence[str]) -> NotVerified:
    return NotVerified(
        f"{plan.ticket.number} holds its former fields, but " + "; ".join(problems),
        hint="running it again tries only what is missing",
    )
