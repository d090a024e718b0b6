"""Read the tickets that were typed, and tell where a link is of another Autotask than ours."""

from urllib.parse import urlsplit

from mcdesk.cli.call import Call
from mcdesk.core.references import Reference, host_of, parse_reference


def reference_of(call: Call, text: str) -> Reference:
    """Read *text* as a ticket reference; raise UsageProblem saying what is accepted.

    A link of another zone is told: there, the same id is another ticket.
    """
    reference = parse_reference(text)
    theirs = host_of(text)
    ours = urlsplit(call.desk.settings.autotask.web_url).hostname
    if theirs and ours and theirs != ours:
        call.output.talk(f"warning: that link is of {theirs}, not of {ours}")
    return reference


def optional_reference_of(call: Call, text: str | None) -> Reference | None:
    """Read *text* in the same way; None where nothing was typed, which an empty word is not."""
    return None if text is None else reference_of(call, text)
