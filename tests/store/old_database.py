"""A database and settings of mcdesk 0.1, and what 0.1 said of them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_SAMPLES = Path(__file__).parent.parent / "samples"
# Each with a value that is not its default.
SETTINGS_OF_0_1 = (_SAMPLES / "config_0_1.toml").read_text(encoding="utf-8")


def write_0_1(path: Path) -> dict[str, Any]:
    """Write the database of 0.1 to *path*, and return what goes with it.

    At `now`, 0.1 said `outbox` and `log` (`mcdesk.outbox/1`, `mcdesk.log/1`) for `user`, and those
    with `_old` for `old_user`. `kinds` are the numbers of outbox entries by the state of the first
    step that is not done, `journal` those of journal entries by state; `open` is what open entries
    hold. `mailed` are the Message-IDs that a server took, `world` the rows of Autotask by path.
    """
    with closing(sqlite3.connect(path)) as db:
        db.executescript((_SAMPLES / "database_0_1.sql").read_text(encoding="utf-8"))
    said: dict[str, Any] = json.loads((_SAMPLES / "database_0_1.json").read_text(encoding="utf-8"))
    return said
