"""Look at the desk once: what waits, what the vendor has, what did not get out."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mcdesk.autotask.client import Autotask
from mcdesk.core.pacing import LONGEST_PAUSE, Usage, seconds_asked
from mcdesk.core.wording import age
from mcdesk.errors import (
    AutotaskProblem,
    Busy,
    CredentialsRefused,
    DeskError,
    LabelProblem,
    NoWayOut,
    PermissionDenied,
    SetupProblem,
    SlackProblem,
    StoreProblem,
)
from mcdesk.ops.alerting import Alert, Alerting
from mcdesk.ops.bounces import Bounces
from mcdesk.ops.log import Logged, checked, recent_handoffs
from mcdesk.ops.stale import StaleReport
from mcdesk.ops.with_mc import VendorWatch, WithMc
from mcdesk.store.operations import Operations

# Workflow rules act within minutes, and on each other: an hour is more than they need
# (autotask help, Workflow Rules).
_RECENT = timedelta(hours=1)
# What ends the watch until people fix it: the team would hear nothing more.
_BLIND = (CredentialsRefused, PermissionDenied, LabelProblem, NoWayOut)
# What a part of a round may lack, and the others not.
_PARTIAL = (PermissionDenied, LabelProblem, AutotaskProblem, StoreProblem)


@dataclass(frozen=True, slots=True)
class Handoffs:
    """The handoffs of the last hour: how many, and the *lost* ones, which hold no longer.

    *problem* is why nobody could look.
    """

    number: int = 0
    lost: Sequence[Logged] = ()
    problem: DeskError | None = None


@dataclass(frozen=True, slots=True)
class Alerted:
    """Whether the team was told: *alert* went out in this round, *problem* is why none did.

    *elsewhere* is whether another mcdesk here was at it, *last* when a digest went out (UTC).
    """

    alert: Alert | None = None
    problem: DeskError | None = None
    elsewhere: bool = False
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one round saw: all that waits, and how many things are *undelivered* in the outbox.

    *alerted* is None if the team is not to be told; *with_mc* is what the vendor has.
    """

    report: StaleReport
    undelivered: int
    handoffs: Handoffs = Handoffs()
    alerted: Alerted | None = None
    with_mc: WithMc = field(default_factory=WithMc)

    @property
    def in_retrospect(self) -> "Seen":
        """What a later round that failed still knows of it: nothing was told in that one."""
        if self.alerted is None:
            return self
        return replace(self, alerted=replace(self.alerted, alert=None, elsewhere=False))


@dataclass(frozen=True, slots=True)
class _Pause:
    """A pause that Slack asked for at *since*, of *length*."""

    since: datetime
    length: timedelta

    def holds(self, now: datetime) -> bool:
        """Return whether it is not over; a clock that was set back, or stands still, ends it."""
        return self.since < now < self.since + self.length


class Watch:
    """One round after the other; *alerting* is None if the team is not to be told.

    *unclaimed* finds all that waits, and *with_mc* what the vendor has, which *bounces* remembers.
    """

    def __init__(
        self,
        autotask: Callable[[], Autotask],
        unclaimed: Callable[[], StaleReport],
        with_mc: VendorWatch,
        operations: Operations,
        bounces: Bounces,
        alerting: Alerting | None,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._autotask = autotask
        self._unclaimed = unclaimed
        self._with_mc = with_mc
        self._operations = operations
        self._bounces = bounces
        self._alerting = alerting
        self._now = now
        self._pause: _Pause | None = None
        # Is told what waits as soon as that is known, before all else is looked at.
        self.first: Callable[[StaleReport], object] = lambda _: None

    def look(self) -> Seen:
        """Look once, and tell the team what is due; or once, that Autotask cannot be read.

        Raises what Autotask or the database say, and WebhookRefused.
        """
        try:
            return self._looked()
        except _BLIND as problem:
            if self._alerting:
                self._tell_blind(self._alerting, problem)
            raise

    def _looked(self) -> Seen:
        # Before what waits: a ticket that comes back in between is in both.
        theirs = self._with_mc.look()
        report = self._unclaimed()
        self.first(report)
        if theirs is not None:
            unclaimed = [listed.wait.ticket.id for listed in report.tickets]
            self._bounces.saw(theirs, unclaimed, report.as_of)
        # Once the team was told, nothing that fails may hide it.
        undelivered = self._operations.count_waiting()
        with_mc = self._with_mc.at(self._now())
        told = self._tell(self._alerting, report, with_mc) if self._alerting else None
        if with_mc.problem and not isinstance(with_mc.problem, _PARTIAL):
            raise with_mc.problem
        return Seen(report, undelivered, self._handoffs(), told, with_mc)

    def forget(self) -> None:
        """Judge all that the vendor has with the next look: something was changed."""
        self._with_mc.forget()

    def usage(self) -> Usage | None:
        """Ask how much of the tenant's hour is used; None if Autotask does not say."""
        with suppress(DeskError):
            return Usage(*self._autotask().requests_this_hour())
        return None

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far."""
        return self._autotask().requests_sent

    def _tell(self, alerting: Alerting, report: StaleReport, with_mc: WithMc) -> Alerted:
        if self._pause and self._pause.holds(self._now()):
            problem = SlackProblem("Slack asked for a pause; the digest comes later")
            return Alerted(problem=problem, last=alerting.last_digest())
        try:
            alert = alerting.tell(report, self._now, overdue=with_mc.overdue)
        except Busy:
            return Alerted(elsewhere=True, last=alerting.last_digest())
        except SlackProblem as problem:
            now = self._now()
            self._pause = _Pause(now, heeded(problem, now))
            return Alerted(problem=problem, last=alerting.last_digest())
        return Alerted(alert, last=alert.at if alert else alerting.last_digest())

    def _tell_blind(self, alerting: Alerting, problem: DeskError) -> None:
        """Let the team know of *problem*, which stays the one to raise."""
        try:
            alerting.tell_blind(problem, self._now())
        except Busy:  # the other one cannot read either
            return
        except (SlackProblem, SetupProblem, StoreProblem) as untold:
            hints = (problem.hint, f"the team was not told: {untold.message}")
            problem.hint = "; ".join(filter(None, hints))

    def _handoffs(self) -> Handoffs:
        """Look whether the handoffs of the last hour still hold: none, and nothing is asked."""
        try:
            recent = recent_handoffs(self._operations, self._now() - _RECENT)
            found = checked(recent, self._autotask())
        except (AutotaskProblem, PermissionDenied, StoreProblem) as problem:
            return Handoffs(problem=problem)
        return Handoffs(len(found), [each for each in found if not _holds(each)])


def _holds(logged: Logged) -> bool:
    return logged.comparison is None or logged.comparison.standing.good


def heeded(problem: DeskError | None, now: datetime) -> timedelta:
    """Return for how long whoever answered *problem* is left alone, because they asked for it.

    That is 15 minutes at most; if they asked for more, *problem* says so.
    """
    header = getattr(problem, "retry_after", "")
    asked = timedelta(seconds=seconds_asked(header, now=now.timestamp()) or 0.0)
    if problem and asked > LONGEST_PAUSE:
        problem.message += f"; mcdesk waits {age(LONGEST_PAUSE)}, not {age(asked)}"
    return min(asked, LONGEST_PAUSE)
