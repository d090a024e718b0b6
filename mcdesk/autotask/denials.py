"""What the API user isn't allowed to read, as far as anybody has tried."""

from collections.abc import Callable


class Denials:
    """The paths that may not be read; *say* tells the technician of each, once."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._paths: set[str] = set()

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    def add(self, path: str, unknown: str) -> None:
        """Say what is *unknown* because *path* may not be read."""
        if path not in self._paths:
            self._paths.add(path)
            self._say(
                f"the API user isn't allowed to read {path}: {unknown} (an administrator can "
                "allow it)"
            )
