"""Texts that somebody typed and that went nowhere yet: one file each, for their own eyes."""

from datetime import datetime
from pathlib import Path

from mcdesk.errors import StoreProblem


class Drafts:
    """The files in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, text: str, *, about: str, at: datetime) -> Path:
        """Write *text* into a file of its own, named after what it is *about* and the instant."""
        name = "".join(char if char.isalnum() or char in ".-" else "-" for char in about)
        path = self._folder / f"{name}-{at:%Y%m%d-%H%M%S-%f}.txt"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise StoreProblem(f"{path}: {error.strerror or error}") from error
        return path
