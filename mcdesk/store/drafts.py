"""Texts that somebody typed and that did not get through yet: one file each, for their own eyes."""

from datetime import datetime
from pathlib import Path

from mcdesk.errors import StoreProblem
from mcdesk.folders import denial, make_private

# A pasted link is no file name: longer ones than this no system takes.
_LONGEST = 40


class Drafts:
    """The files in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, text: str | bytes, *, about: str, at: datetime) -> Path:
        """Write *text* into a file of its own, named after what it is *about* and the instant."""
        name = "".join(char if char.isalnum() or char in ".-" else "-" for char in about)
        try:
            make_private(self._folder)
            path = self._new(f"{name[:_LONGEST].strip('-.') or 'note'}-{at:%Y%m%d-%H%M%S-%f}")
            if isinstance(text, bytes):
                path.write_bytes(text)
            else:
                path.write_text(text, encoding="utf-8")
        except OSError as error:
            said = f"{self._folder}: {error.strerror or error}"
            raise denial(error, self._folder, StoreProblem) or StoreProblem(said) from error
        return path

    def at(self, name: str) -> Path:
        """Return where the draft *name* is: in the folder, whatever a damaged row says."""
        return self._folder / Path(name).name

    def has(self, name: str) -> bool:
        """Return whether the draft *name* is there, for all that can be seen."""
        try:
            return bool(name) and self.at(name).is_file()
        except OSError:
            return False

    def remove(self, name: str) -> None:
        """Remove the draft *name*; one that cannot be removed does no harm."""
        try:
            self.at(name).unlink(missing_ok=True)
        except OSError:
            return

    def _new(self, stem: str) -> Path:
        """Make a file that was not there: two texts of one instant are two files."""
        for number in range(1000):
            path = self.at(f"{stem}{f'-{number}' if number else ''}.txt")
            try:
                path.touch(mode=0o600, exist_ok=False)
            except FileExistsError:
                continue
            return path
        raise FileExistsError(f"{stem}: too many drafts of one instant")
