"""Which part of the largest products of cases a run of the tests takes.

MCDESK_EVERY=1 takes them whole; else every so many of them, which CI has time for, and others on
each version of Python.
"""

import os
import sys
from zlib import crc32

EVERY = int(os.environ.get("MCDESK_EVERY", "10"))
# Which of so many is the first, from 0.
FIRST = sys.version_info.minor % min(EVERY, 5)


def part_of(names: list[str]) -> set[str]:
    """Choose of the *names* of cases, some of every test that has enough of them.

    They are mixed first: in their own order, we would keep step with one of the product's factors.
    """
    mixed = sorted(names, key=lambda name: (name.partition("[")[0], crc32(name.encode())))
    return set(mixed[FIRST::EVERY])
