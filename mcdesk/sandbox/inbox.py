"""The demo's inbox: every mail and Slack post that was sent in it, one file each."""

import json
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any


class Inbox:
    """The mails in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, mail: bytes) -> None:
        """Take in a mail as it travels."""
        self._next("eml").write_bytes(mail)

    def post(self, payload: Mapping[str, Any]) -> None:
        """Take in a post to Slack."""
        self._next("json").write_text(json.dumps(payload, indent=1), encoding="utf-8")

    def posts(self) -> list[dict[str, Any]]:
        """Read the posts to Slack, the oldest first."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in self._files("json")]

    def messages(self) -> list[EmailMessage]:
        """Read the mails, the oldest first."""
        return [
            message_from_bytes(path.read_bytes(), policy=default) for path in self._files("eml")
        ]

    def _files(self, kind: str) -> list[Path]:
        return sorted(self._folder.glob(f"*.{kind}"))

    def _next(self, kind: str) -> Path:
        """Make the next file, for its user only."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{len(self._files(kind)) + 1:04}.{kind}"
        path.touch(mode=0o600)
        return path
