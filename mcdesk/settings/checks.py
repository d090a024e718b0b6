"""How settings must go together: what one key says about another.

The vendor's name and address stay out of everything that customers see; that is decided here for
settings, so that nobody can write them in by accident.
"""

import re
from collections.abc import Iterable, Iterator

from mcdesk.core.customers import names_vendor
from mcdesk.core.hosts import is_loopback
from mcdesk.core.labels import key
from mcdesk.settings import hours
from mcdesk.settings.model import Settings
from mcdesk.settings.spot import Spot, one_of, shown, suggestion

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check(settings: Settings, at: Spot) -> None:
    """Raise SettingsProblem for the first pair of *settings* that contradict each other.

    Holidays wait for `writing.check_to_write`.
    """
    _check_template(settings, at / "mc" / "template")
    _check_returned(settings, at / "stale" / "returned_statuses")
    _check_security(settings, at / "mail" / "smtp" / "security")
    _check_placeholders(settings, at)
    _check_customer_facing(settings, at)
    hours.check(settings.hours, at / "hours")


def _check_template(settings: Settings, at: Spot) -> None:
    name, known = settings.mc.template, list(settings.templates)
    if name not in known:
        raise at.problem(
            f"must name a template: {one_of(known)}, not {shown(name)}{suggestion(name, known)}"
        )


def _check_returned(settings: Settings, at: Spot) -> None:
    """Refuse statuses that would say of a ticket that it waits, or is with the vendor, as well."""
    root = Spot(at.path)
    others = [(label, root / "stale" / "statuses") for label in settings.stale.statuses]
    for name, template in settings.templates.items():
        others.append((template.status, root / "templates" / name / "status"))
    returned = set(map(key, settings.stale.returned_statuses))
    for label, spot in others:
        if key(label) in returned:
            raise at.problem(f"and {spot} both hold {shown(label)}; take it out of one")


def _check_security(settings: Settings, at: Spot) -> None:
    smtp = settings.mail.smtp
    if smtp.security == "none" and not is_loopback(smtp.host):
        raise at.problem(
            'may be "none" only when mail.smtp.host is this computer (localhost, 127.0.0.1, ::1)'
        )


def _check_placeholders(settings: Settings, at: Spot) -> None:
    for text, allowed, spot in _templated(settings, at):
        if wrong := _unfillable(text, allowed):
            listed = ", ".join(f"{{{name}}}" for name in allowed)
            raise spot.problem(f"cannot fill in {', '.join(wrong)}; it may hold {listed}")
    if settings.scheduling.text and "{link}" not in settings.scheduling.text:
        raise (at / "scheduling" / "text").problem("must hold {link}, where customers pick a time")


def _unfillable(text: str, allowed: Iterable[str]) -> list[str]:
    """List what *text* has in braces, or as a lone brace, that is not *allowed*."""
    lone = [char for char in _PLACEHOLDER.sub("", text) if char in "{}"]
    return [f"{{{name}}}" for name in _PLACEHOLDER.findall(text) if name not in allowed] + lone


def _templated(settings: Settings, at: Spot) -> Iterator[tuple[str, tuple[str, ...], Spot]]:
    """Yield every text that is filled in later: itself, its placeholders, its spot."""
    link, scheduling = ("ticket", "contact", "company"), at / "scheduling"
    yield settings.scheduling.link, link, scheduling / "link"
    yield settings.scheduling.text, ("name", "ticket", "link", "sender"), scheduling / "text"
    subject = ("number", "company", "title", "priority")
    yield settings.mc.dispatch_subject, subject, at / "mc" / "dispatch_subject"
    for name, template in settings.templates.items():
        yield template.note, ("me", "ticket"), at / "templates" / name / "note"


def _check_customer_facing(settings: Settings, at: Spot) -> None:
    vendor = (settings.mc.name, settings.mc.dispatch_email)
    for text, spot in _customer_facing(settings, at):
        for reading in (text, _PLACEHOLDER.sub("", text), _PLACEHOLDER.sub(" ", text)):
            if name := names_vendor(reading, vendor):
                raise spot.problem(f'is shown to customers and must not hold "{name}"')


def _customer_facing(settings: Settings, at: Spot) -> Iterator[tuple[str, Spot]]:
    """Yield every setting that reaches customers; mail.from does when scheduling.from is empty."""
    scheduling = at / "scheduling"
    yield settings.mc.customer_name, at / "mc" / "customer_name"
    yield settings.scheduling.link, scheduling / "link"
    yield settings.scheduling.reply_to, scheduling / "reply_to"
    yield settings.scheduling.text, scheduling / "text"
    yield settings.scheduling.sign_off, scheduling / "sign_off"
    sender = scheduling if settings.scheduling.sender else at / "mail"
    yield settings.scheduling_sender, sender / "from"
    if settings.mail.transport == "graph":
        yield settings.mail.graph.sender, at / "mail" / "graph" / "sender"
