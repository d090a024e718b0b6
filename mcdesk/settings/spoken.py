"""The few settings that a call needs, read on their own: a customer is on the line.

Loading all settings takes several times as long. The same rules hold; if one is broken, the file
is read as a whole, and says what is wrong in its usual words.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mcdesk.core.addresses import is_address, is_phone
from mcdesk.core.callscript import Words
from mcdesk.core.customers import names_vendor
from mcdesk.core.wording import is_name

# What a call needs of [mc]: each key with its default, and what it must be.
_SPOKEN: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "phone": ("(347) 308-6455", is_phone),
    "customer_name": ("help desk team", is_name),
    "name": ("Mission Control", is_name),
    "dispatch_email": ("ticketstatus@missioncontrolnoc.com", is_address),
}
# Everything that [mc] may hold: a misspelt key must not pass for a default.
KEYS = {
    *_SPOKEN,
    *("dispatch_subject", "reply_to", "template", "resources", "response_minutes"),
    *("closed_statuses", "plan_field", "plan_values", "out_of_scope", "max_batch"),
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
    written = {key: table[key] for key in _SPOKEN if key in table}
    if not all(isinstance(each, str) and _SPOKEN[key][1](each) for key, each in written.items()):
        return None
    words = Words(*(written.get(key, usual) for key, (usual, _) in _SPOKEN.items()))
    vendor = (words.vendor_name, words.vendor_address)
    return None if names_vendor(words.customer_name, vendor) else words
