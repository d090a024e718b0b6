"""Which part of the cases a run of the tests takes.

MCDESK_EVERY=1 takes the largest products whole; else every so many of their cases, which CI has
time for, and others on each version of Python. MCDESK_CASES=3 takes one case of three, and one at
least, of every other test: enough to show what the version of a library changes.
"""

import os
import sys
from collections.abc import Iterable
from itertools import groupby
from zlib import crc32

EVERY = int(os.environ.get("MCDESK_EVERY", "10"))
CASES = int(os.environ.get("MCDESK_CASES", "1"))
# Which of so many is the first, from 0.
FIRST = sys.version_info.minor % min(EVERY, 5)


def part_of(names: Iterable[str]) -> set[str]:
    """Choose of the cases *names* of large products, some of every test that has enough of them."""
    return set(_mixed(names)[FIRST::EVERY])


def some_of(names: Iterable[str]) -> set[str]:
    """Choose of the *names* of tests some cases of each."""
    return {name for _, cases in groupby(_mixed(names), _test) for name in list(cases)[::CASES]}


def _mixed(names: Iterable[str]) -> list[str]:
    """Sort *names* by test, then as if by chance: else we keep step with a product's factors."""
    return sorted(names, key=lambda name: (_test(name), crc32(name.encode())))


def _test(name: str) -> str:
    return name.partition("[")[0]
