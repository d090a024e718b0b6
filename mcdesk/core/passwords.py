"""What looks like a password in a text that others will read: a guess, for a warning."""

import re

# "Pass 555-0142 on" is none.
_NAME = r"\b(?!pass\s+\S*\d)(?:pass(?:word|wort|wd|code|phrase)?|pwd?|kennwort|pin)s?(?:\s+code)?\b"
# What may stand between the name and the password itself.
_SAID = r"(?:is|was|are|now|to|the|new|temp|temporary|has|been|set|reset|changed|will|be)"
# How far it is looked for is bounded: a note may be one long word.
_NAMED = re.compile(
    rf"{_NAME}(?:\s{{0,9}}(?:[:=]|[-=]>)\s{{0,9}}[\"'(]{{0,2}}\w\S{{2}}"
    rf"|(?:\s{{1,9}}{_SAID}){{0,9}}\s{{1,9}}[\"'(]{{0,2}}"
    r"(?=\S{0,64}\d)(?!\w{0,3}\d{8}\.\d)\S{4})",
    re.IGNORECASE,
)
# A word of all kinds of characters: neither an address nor a link.
_STRONG = re.compile(
    r"(?<!\S)(?=\S{8,64}(?!\S))(?!\S*(?:://|@\S*\.))"
    r"(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)(?=\S*[!@#$%^&*?~+=])"
)


def holds_password(text: str) -> bool:
    """Check if *text* seems to say a password: one that is named, or a word like one."""
    return bool(_NAMED.search(text) or _STRONG.search(text))
