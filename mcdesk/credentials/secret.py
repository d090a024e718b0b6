"""What a secret is: its name, its environment variable, and a value that does not show itself.

The content comes out of a Secret by `reveal` alone, at the place that sends it.
"""

import json
from collections.abc import Iterable
from typing import Final, Literal, NoReturn, SupportsIndex, get_args

SecretName = Literal[
    "autotask_secret",
    "autotask_integration_code",
    "smtp_password",
    "graph_client_secret",
    "slack_webhook",
]
SECRET_NAMES: Final[tuple[SecretName, ...]] = get_args(SecretName)

WORDS: Final[dict[SecretName, str]] = {
    "autotask_secret": "Autotask secret",
    "autotask_integration_code": "Autotask integration code",
    "smtp_password": "SMTP password",
    "graph_client_secret": "Microsoft 365 client secret",
    "slack_webhook": "Slack webhook",
}


def variable(name: SecretName) -> str:
    """Return the environment variable that may hold the secret *name*."""
    return f"MCDESK_{name.upper()}"


def json_object(text: str | bytes) -> dict[str, object] | None:
    """Decode the JSON object *text*, None for anything else; json's errors carry it along."""
    try:
        decoded = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def starred(text: str, hidden: Iterable[str]) -> str:
    """Put stars in the place of everything *hidden* in *text*, the longest first."""
    for piece in sorted(filter(None, hidden), key=len, reverse=True):
        text = text.replace(piece, "***")
    return text


class Secret:
    """A text that no log, traceback, format or pickle shows."""

    __slots__ = ("_content",)

    def __init__(self, content: str) -> None:
        self._content = content

    def reveal(self) -> str:
        """Return the content, for sending it and nothing else."""
        return self._content

    def __repr__(self) -> str:
        return "Secret(set)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a secret is not to be copied or pickled")
