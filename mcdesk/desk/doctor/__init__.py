"""`mcdesk doctor`: each thing that mcdesk needs, before what depends on it, and how to fix it.

A check is a function of the desk: it returns what it found, or raises the DeskError that it is.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mcdesk.desk import Desk
from mcdesk.desk.doctor import api_user, computer, named, queues, ways_out
from mcdesk.desk.doctor.findings import Concern, Finding
from mcdesk.errors import AutotaskProblem, DeskError

_SETUP = "mcdesk setup autotask"
_LABELS = "mcdesk setup template"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to check, which is tried only if those that it *needs* did not fail.

    *mend* is for errors that name no fix themselves.
    """

    name: str
    look: Callable[[Desk], str | Concern]
    needs: Collection[str] = ("login",)
    mend: str | None = None


def examine(
    desk: Desk, *, report: Callable[[Exception], Path | None], send_test: bool = False
) -> list[Finding]:
    """Make all checks in turn; what rests on one that failed is not tried.

    With *send_test*, a line is posted to Slack. A bug fails its check alone; *report* writes it
    down and returns where.
    """
    findings: list[Finding] = []
    out: dict[str, str] = {}
    for each in _checks(desk, send_test=send_test):
        broken = next((out[name] for name in each.needs if name in out), None)
        if broken:
            out[each.name] = broken
            findings.append(Finding(each.name, "warning", f"not tried, because of {broken}"))
            continue
        try:
            found = each.look(desk)
        except DeskError as problem:
            out[each.name] = each.name
            findings.append(Finding(each.name, "failed", problem.message, _mend(problem, each)))
        except Exception as bug:
            out[each.name] = each.name
            said, path = f"a bug in mcdesk: {type(bug).__name__}", report(bug)
            mend = f"the report is in {path}; send it to whoever maintains mcdesk"
            findings.append(Finding(each.name, "failed", said, mend if path else None))
        else:
            findings.append(_finding(each.name, found))
    return findings


def _checks(desk: Desk, *, send_test: bool) -> list[Check]:
    """List the checks in the order in which they rest on each other."""
    settings = ("settings",)
    zoned = "mcdesk config set hours.timezone America/New_York"
    return [
        Check("database", computer.database, ()),
        Check("settings", computer.settings, (), "mcdesk config edit"),
        Check("time zone", computer.time_zone, settings, zoned),
        Check("hours", computer.hours, ("settings", "time zone"), "mcdesk setup hours"),
        Check("keyring", computer.keyring, settings),
        Check("network", ways_out.network, settings),
        Check("user", api_user.user, ("settings", "network"), _SETUP),
        Check("secrets", api_user.secrets, ("settings", "user"), _SETUP),
        Check("zone", api_user.zone, ("database", "settings", "secrets", "user"), _SETUP),
        Check("login", api_user.login, ("secrets", "user", "zone"), _SETUP),
        Check("clock", api_user.clock),
        Check("requests", api_user.requests),
        Check("permissions", api_user.permissions),
        Check("labels", named.labels, mend=_LABELS),
        *(
            Check(f"template {name}", partial(named.template, name=name), mend=_LABELS)
            for name in _template_names(desk)
        ),
        Check("me", named.me, mend=_SETUP),
        Check("vendor", named.vendor),
        Check("claiming back", named.claiming_back),
        Check("notes", named.notes, mend=_LABELS),
        Check("statuses", named.statuses, mend=_LABELS),
        Check("writing", api_user.writing),
        Check("arrivals", queues.arrivals, ("login", "labels")),
        Check("other statuses", queues.elsewhere, ("login", "labels")),
        Check("closed statuses", named.closed),
        Check("plan", named.plan),
        Check("scope", named.scope),
        Check("mail", ways_out.mail, settings, "mcdesk setup mail"),
        Check(
            "slack", partial(ways_out.slack, send_test=send_test), settings, "mcdesk setup slack"
        ),
    ]


def _template_names(desk: Desk) -> list[str]:
    try:
        return list(desk.settings.templates)
    except Exception:  # told by its own check
        return []


def _mend(problem: DeskError, each: Check) -> str | None:
    """Return the fix for *problem*; setting up again rarely fixes what Autotask answers."""
    if problem.hint:
        return problem.hint
    if isinstance(problem, AutotaskProblem):
        return "try again in a minute; `mcdesk -v doctor` shows what was asked"
    return each.mend


def _finding(name: str, found: str | Concern) -> Finding:
    if isinstance(found, Concern):
        return Finding(name, "warning", found.found, found.mend)
    return Finding(name, "ok", found)
