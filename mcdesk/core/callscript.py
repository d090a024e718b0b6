"""The call script: what to say to a caller, and what to know.

Two kinds of text that must never mix: what the user hears, and what only the technician knows.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from mcdesk.core.customers import without_vendor


class Words(NamedTuple):
    """What the settings say: the *phone* number, what customers hear, and the vendor's names."""

    phone: str
    customer_name: str
    vendor_name: str
    vendor_address: str


class Script(NamedTuple):
    """The script: lines to *say* to the user, to *know*, and the *factors* of the decision."""

    say: Sequence[str]
    know: Sequence[str]
    factors: Sequence[str]


def script(words: Words) -> Script:
    """Fill the script from *words*; raise Refused if a customer would hear the vendor's name."""
    vendor = (words.vendor_name, words.vendor_address)
    say = [
        f"I will put you through to our {words.customer_name}. They can help you right away.",
        f"Should we get cut off, our help desk number is {words.phone}.",
    ]
    return Script(
        say=[without_vendor(line, vendor) for line in say],
        know=[
            f"Forward the call to {words.phone}.",
            f"That is {words.vendor_name}. The user must not hear that name: "
            f'say "{words.customer_name}".',
            "About a ticket they already work on, call the same number: it leads to their "
            "direct line and is the quickest way.",
        ],
        factors=[
            "How urgent? Stopped, or critical for their business: now. Can go on working: "
            "before the day is over.",
            "How busy are we? Nobody free and urgent: forward. Free later and not urgent: "
            "let the user book a time.",
            "How complicated? A matter of minutes, such as a password: take it. Longer: it needs "
            "a time, or the vendor.",
        ],
    )


def e164(phone: str) -> str:
    """Write *phone* as machines dial it (ITU-T E.164); without a country, North America's."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        return f"+{digits}"
    return f"+1{digits}" if len(digits) == 10 else f"+{digits}"
