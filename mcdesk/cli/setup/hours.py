"""When the desk is open: typed, or taken from Autotask once it was shown."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from mcdesk.cli.call import Call
from mcdesk.cli.setup import proofs
from mcdesk.cli.setup.answers import TRIES, Answers
from mcdesk.errors import PermissionDenied, SettingsProblem
from mcdesk.ops import setup
from mcdesk.ops.locations import Location, locations
from mcdesk.settings import holidays
from mcdesk.settings.clock import spans_typed
from mcdesk.settings.hours import is_same_zone

_WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def ask_hours(call: Call, answers: Answers, *, from_autotask: bool) -> None:
    """Find out when the desk is open; show the year's closed days before they are kept."""
    answers.take("hours.")
    usual = _this_zone(answers) if answers.asks("hours.timezone") else ""
    answers.prove("hours.timezone", "The desk's time zone", proofs.hours, default=usual)
    wants = from_autotask or (
        answers.asks("hours.holidays") and call.confirm("Take hours and holidays from Autotask?")
    )
    if not (wants and _take_hours(call, answers)):
        if answers.asks("hours.monday"):
            _week(call, answers)
        words = "Country for holidays (US, or US-NY; empty for none)"
        answers.prove("hours.holidays", words, proofs.hours)
    _say_closed_days(call, answers)


def _this_zone(answers: Answers) -> str:
    """Return the zone that holds if nobody says another, "" if this computer's is not known."""
    with suppress(SettingsProblem):
        return answers.second_desk().hours.zone.key
    return ""


def _week(call: Call, answers: Answers) -> None:
    """Ask for the hours of the five workdays, which are mostly the same."""
    hours = answers.second_desk().settings.hours
    answers.say("Open:")
    _say_spans(answers, {day: getattr(hours, day) for day in _WORKDAYS})
    question = "Monday to Friday hours, such as 8:30-12, 1-5:30 PM (Enter keeps these):"
    for left in reversed(range(TRIES)):
        typed = call.answer(question)
        if not typed:
            return
        try:
            spans = spans_typed(typed)
            answers.draft = answers.draft.with_table({"hours": dict.fromkeys(_WORKDAYS, spans)})
        except SettingsProblem as problem:
            if not left:
                raise
            answers.explain(problem)
        else:
            answers.say(f"Open Monday to Friday {', '.join(spans)}")
            return


def _say_closed_days(call: Call, answers: Answers) -> None:
    desk = answers.second_desk()
    hours, names = desk.hours, holidays.names(desk.settings.hours.holidays)
    year = call.desk.now().astimezone(hours.zone).year
    days = setup.closed_days(hours, date(year, 1, 1), date(year + 1, 1, 1))
    told = [f"{hours.clock.day(day)} {names.get(day, '')}".rstrip() for day in days]
    answers.say("Closed this year: " + (", ".join(told) or "no day"))


def _take_hours(call: Call, answers: Answers) -> bool:
    """Show what Autotask has, and take it only if somebody says so, or asked for it."""
    try:
        found = locations(answers.second_desk().autotask)
    except PermissionDenied as problem:
        if not call.desk.interactive:
            raise
        answers.say(f"The API user may not read them: {problem.message}")
        return False
    if not found:
        raise SettingsProblem("Autotask has no location with business hours")
    location = found[0]
    _say_hours(answers, location)
    _say_zone(answers, location, call.desk.now().year)
    if call.desk.interactive and not call.confirm("Use these?", default=True):
        return False
    hours: dict[str, Any] = {**location.week, "closed": list(location.closed)}
    if location.special:
        hours["special"] = {f"{day}": list(spans) for day, spans in location.special.items()}
    answers.draft = answers.draft.with_table({"hours": hours})
    return True


def _say_hours(answers: Answers, location: Location) -> None:
    """Show the hours of *location*, and what of them could not be read."""
    answers.say(f"Business hours of {location.name}:")
    _say_spans(answers, location.week)
    answers.say("  days off   " + (", ".join(f"{day}" for day in location.closed) or "none"))
    for date_, spans in location.special.items():
        answers.say(f"  {date_} {', '.join(spans) or 'closed'}")
    if location.unread:
        answers.say(
            f"What Autotask has for {', '.join(location.unread)} could not be read: check it "
            "yourself and set it in config.toml"
        )


def _say_spans(answers: Answers, week: Mapping[str, Sequence[str]]) -> None:
    for day, spans in week.items():
        answers.say(f"  {day:<10} {', '.join(spans) or 'closed'}")


def _say_zone(answers: Answers, location: Location, year: int) -> None:
    """Say so unless the zone of *location* is for sure the one in which its hours will be read."""
    zone = answers.second_desk().hours.zone
    if location.zone and is_same_zone(location.zone, zone, year):
        return
    said = f'is "{location.zone}"' if location.zone else "is not known"
    answers.say(
        f"The time zone of {location.name} in Autotask {said}; these hours are read as those of "
        f"{zone.key} (hours.timezone)"
    )
