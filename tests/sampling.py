"""Which part of the largest products of cases a run of the tests takes.

MCDESK_EVERY=1 takes them whole; else every so many of them, which CI has time for.
"""

import os

EVERY = int(os.environ.get("MCDESK_EVERY", "5"))
