"""One exit code for several results."""

from collections.abc import Iterable

# The worst first: a bug, what an administrator has to mend, a failure, and so on.
_ORDER = (70, 4, 1, 5, 3, 8, 0)


def worst(codes: Iterable[int]) -> int:
    """Give the code that says most about what went wrong; 0 for none at all."""
    return min(codes, key=_ORDER.index, default=0)
