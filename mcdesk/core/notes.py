"""Internal notes: what may be one, and its title.

A note of mcdesk's is internal, always; there is no word here for any other.
"""

from mcdesk.core.wording import clean, counted

# Autotask's limits (autotask help, TicketNotesEntity), in characters.
MAX_TEXT = 32_000
MAX_TITLE = 250
_SHORT = 60


def too_long(text: str) -> str | None:
    """Say by how much *text* is too long for a note, None where it is not."""
    if len(text) <= MAX_TEXT:
        return None
    return (
        f"the note has {counted(len(text), 'character')}; Autotask takes {MAX_TEXT:,} at the most"
    )


def title_of(text: str, title: str = "") -> str:
    """Give the note's *title*, else its first line shortened between words."""
    if title:
        return clean(title)[:MAX_TITLE]
    first = next((clean(line) for line in text.splitlines() if clean(line)), "Note")
    if len(first) <= _SHORT:
        return first
    return first[:_SHORT].rsplit(" ", 1)[0] + " ..."


def filled(template: str, *, me: str, ticket: str) -> str:
    """Fill in a template's note."""
    return template.replace("{ticket}", ticket).replace("{me}", me)
