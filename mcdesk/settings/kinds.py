"""The kinds of values that settings have: a type, with rules that say what is allowed."""

from datetime import date
from typing import Annotated

from mcdesk.core.hosts import ZONE_WORDS, is_zone_url
from mcdesk.settings.rules import (
    Rule,
    are_names,
    is_address,
    is_block,
    is_command,
    is_guid,
    is_host,
    is_line,
    is_link,
    is_mailbox,
    is_name,
    is_phone,
    is_span,
    within,
)

_LINE = Rule("text on one line, without blanks at its ends", is_line)
_NAMES = Rule("a list of texts, none empty or with blanks at its ends", are_names)
_ADDRESS_RULE = Rule("an e-mail address such as jane@example.com", is_address)
_ZONE_RULE = Rule(ZONE_WORDS, is_zone_url)
_AT_LEAST_1 = Rule("a whole number of at least 1", lambda number: number >= 1)
# Longer than this no calendar of opening hours looks back.
_A_YEAR = Rule("at most 525600 minutes (a year)", lambda number: number <= 525_600)

Line = Annotated[str, _LINE]
Name = Annotated[str, Rule("text on one line, not empty, no blanks at its ends", is_name)]
Block = Annotated[str, Rule("text without control characters", is_block)]
Names = Annotated[tuple[str, ...], _NAMES]
SomeNames = Annotated[tuple[str, ...], _NAMES, Rule("a list of at least one text", len)]
Command = Annotated[
    tuple[str, ...], Rule("a list of texts: a program and its arguments", is_command)
]
Count = Annotated[int, _AT_LEAST_1]
Minutes = Annotated[int, _AT_LEAST_1, _A_YEAR]
DayMinutes = Annotated[int, Rule("a whole number from 0 to 1440 (a day)", within(0, 1440))]
Port = Annotated[int, Rule("a whole number from 1 to 65535", within(1, 65535))]
Spans = Annotated[
    tuple[str, ...],
    Rule(
        'a list of times such as ["09:00-12:30", "13:00-24:00"]',
        lambda texts: all(map(is_span, texts)),
    ),
]
Dates = Annotated[
    tuple[date, ...], Rule("a list of dates such as [2026-12-24], unquoted", lambda _: True)
]
Address = Annotated[str, _ADDRESS_RULE]
OptionalAddress = Annotated[str, _ADDRESS_RULE.or_empty()]
OptionalMailbox = Annotated[
    str, Rule('"Name <name@example.com>" or name@example.com', is_mailbox).or_empty()
]
Phone = Annotated[str, Rule("a phone number of 7 to 15 digits", is_phone)]
OptionalZoneUrl = Annotated[str, _ZONE_RULE.or_empty()]
OptionalLink = Annotated[
    str, Rule("an https address (http only on this computer)", is_link).or_empty()
]
OptionalHost = Annotated[str, Rule("the name or address of a host", is_host).or_empty()]
OptionalTenant = Annotated[str, Rule("a tenant's domain or id", is_host).or_empty()]
OptionalGuid = Annotated[
    str, Rule("an id such as 00000000-0000-0000-0000-000000000000", is_guid).or_empty()
]
