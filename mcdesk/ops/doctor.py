"""Check what mcdesk needs, each thing before what rests on it, and say what mends it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from mcdesk.autotask.client import Autotask
from mcdesk.errors import DeskError
from mcdesk.ops.stale import Search

Result = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing checked: what was *found*, and what mends it if it is not well."""

    check: str
    result: Result
    found: str
    mend: str | None = None


# A check's name, and what looks: it says what it found or raises the DeskError that it is.
Look = tuple[str, Callable[[], str]]


def examine(looks: Sequence[Look]) -> list[Check]:
    """Make all *looks* in turn; after one that failed, those that rest on it are not tried."""
    checks: list[Check] = []
    for name, look in looks:
        if any(check.result == "failed" for check in checks):
            checks.append(Check(name, "warning", "not tried, because of the failure above"))
            continue
        try:
            checks.append(Check(name, "ok", look()))
        except DeskError as problem:
            checks.append(Check(name, "failed", problem.message, problem.hint))
    return checks


def login_works(autotask: Autotask) -> str:
    """Make one call that needs the login; raise what Autotask says to it."""
    used, allowed = autotask.requests_this_hour()
    return f"accepted; the tenant has used {used:,} of {allowed:,} requests in the last hour"


def labels_exist(autotask: Autotask, search: Search) -> str:
    """Find the queues and statuses that `stale` looks in; raise LabelProblem."""
    autotask.ids_of("queueID", search.queues)
    autotask.ids_of("status", search.statuses)
    return f"queue {', '.join(search.queues)}; status {', '.join(search.statuses)}"
