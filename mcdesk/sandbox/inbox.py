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
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = len(list(self._folder.glob("*.eml"))) + 1
        path = self._folder / f"{number:04}.eml"
        path.touch(mode=0o600)
        path.write_bytes(mail)

    def post(self, payload: Mapping[str, Any]) -> None:
        """Take in a post to Slack."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = len(list(self._folder.glob("*.json"))) + 1
        path = self._folder / f"{number:04}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(payload, indent=1), encoding="utf-8")

    def posts(self) -> list[dict[str, Any]]:
        """Give the posts to Slack, the oldest first."""
        paths = sorted(self._folder.glob("*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]

    def messages(self) -> list[EmailMessage]:
        """Give the mails, the oldest first."""
        paths = sorted(self._folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=default) for path in paths]
