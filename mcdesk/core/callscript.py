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
        f"I'm going to transfer you to our {words.customer_name}. They can help you right away.",
        f"In case we get disconnected, our help desk number is {words.phone}.",
    ]
    return Script(
        say=[without_vendor(line, vendor) for line in say],
        know=[
            f"Forward the call to {words.phone}.",
            f"That's {words.vendor_name}. Never say that name to the user: say "
            f'"{words.customer_name}".',
            "Ticket already in progress with them? Call this same number: it forwards to their "
            "direct line, the fastest way through.",
        ],
        factors=[
            "How urgent? Can't work, or business-critical: now. Can still work: by end of day.",
            "How busy are we? Urgent and nobody free: forward it. Not urgent and somebody free "
            "later: let the user pick a time.",
            "How complicated? Minutes, like a password reset: take it. Longer: schedule it or "
            "forward it.",
        ],
    )


def e164(phone: str) -> str:
    """Write *phone* as machines dial it (ITU-T E.164); without a country, North America's."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        return f"+{digits}"
    return f"+1{digits}" if len(digits) == 10 else f"+{digits}"
