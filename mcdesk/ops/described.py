"""What a request would do, in words, for a dry run."""

from mcdesk.autotask.connections import Rehearsed
from mcdesk.autotask.entities import CHANGED_FIELDS


def described(request: Rehearsed) -> str:
    """Say what *request*, which was not sent, would do."""
    body = request.body or {}
    if "/SecondaryResources" in request.path:
        off = request.method == "DELETE"
        return "remove a secondary resource" if off else "add a secondary resource"
    if request.path.endswith("/Notes"):
        return "write an internal note"
    changed = [field.words for field, key in CHANGED_FIELDS.items() if key in body]
    return f"set {' and '.join(filter(None, (', '.join(changed[:-1]), changed[-1])))}"
