"""Which part of the cases a run of the tests takes.

MCDESK_EVERY=1 takes the largest products whole; else every so many of their cases, which CI has
time for. MCDESK_CASES=2 takes every second case of every other test, and one at least. Both begin
with case MCDESK_FIRST: runs with 0 and 1 take others, and together all cases of those tests.
"""

import os
import sys
from collections.abc import Iterable
from itertools import groupby
from zlib import crc32

EVERY = int(os.environ.get("MCDESK_EVERY", "10"))
CASES = int(os.environ.get("MCDESK_CASES", "1"))
FIRST = int(os.environ.get("MCDESK_FIRST", sys.version_info.minor))


def part_of(names: Iterable[str]) -> set[str]:
    """Choose of the cases *names* of large products, some of every test that has enough of them."""
    return set(_mixed(names)[FIRST % EVERY :: EVERY])


def some_of(names: Iterable[str]) -> set[str]:
    """Choose of the *names* of tests some cases of each."""
    tests = [list(cases) for _, cases in groupby(_mixed(names), _test)]
    return {name for cases in tests for name in cases[FIRST % CASES % len(cases) :: CASES]}


def _mixed(names: Iterable[str]) -> list[str]:
    """Sort *names* by test, then as if by chance: else we keep step with a product's factors."""
    return sorted(names, key=lambda name: (_test(name), crc32(name.encode())))


def _test(name: str) -> str:
    return name.partition("[")[0]
