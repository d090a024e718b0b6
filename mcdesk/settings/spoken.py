"""The few settings that a call needs, read on their own: a customer is on the line.

Loading all settings takes several times as long. The same rules hold; if one is broken, the file
is read as a whole, and says what is wrong in its usual words.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mcdesk.core.callscript import Words, is_phone
from mcdesk.core.customers import names_vendor
from mcdesk.core.emails import is_address
from mcdesk.core.wording import is_name

_RULES: Mapping[str, Callable[[str], object]] = {
    "phone": is_phone,
    "customer_name": is_name,
    "name": is_name,
    "dispatch_email": is_address,
}
# Everything that [mc] may hold: a misspelt key must not pass for a default.
KEYS = frozenset(
    {*_RULES, "dispatch_subject", "reply_to", "template", "resources", "max_batch"},
)
BUILT_IN = {
    "phone": "(347) 308-6455",
    "customer_name": "help desk team",
    "name": "Mission Control",
    "dispatch_email": "ticketstatus@missioncontrolnoc.com",
}


def spoken_words(path: Path) -> Words:
    """Read what a call needs from the settings file *path*; a missing file means defaults.

    Raises SettingsProblem for a file that does not keep the rules, as `load` does.
    """
    if words := _words(path):
        return words
    from mcdesk.settings.reading import load

    mc = load(path).mc
    return Words(mc.phone, mc.customer_name, mc.name, mc.dispatch_email)


def _words(path: Path) -> Words | None:
    try:
        table: Any = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("mc", {})
    except FileNotFoundError:
        table = {}
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(table, dict) or not table.keys() <= KEYS:
        return None
    values = BUILT_IN | {key: table[key] for key in BUILT_IN if key in table}
    if not all(isinstance(values[key], str) and rule(values[key]) for key, rule in _RULES.items()):
        return None
    if names_vendor(values["customer_name"], (values["name"], values["dispatch_email"])):
        return None
    return Words(
        phone=values["phone"],
        customer_name=values["customer_name"],
        vendor_name=values["name"],
        vendor_address=values["dispatch_email"],
    )
