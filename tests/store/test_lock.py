from pathlib import Path

import pytest
from systems import PERMISSION_BITS

from mcdesk.errors import Busy, StoreProblem
from mcdesk.store.lock import Lock


def lock_at(path: Path) -> Lock:
    return Lock(path, doing="sending", hint="wait", patience=0.0)


def test_one_at_a_time(tmp_path: Path) -> None:
    lock = lock_at(tmp_path / "lock")
    with lock.held():
        assert not lock.free
        with pytest.raises(Busy, match="another mcdesk is sending"), lock.held(patience=0.0):
            pass
    assert lock.free


@PERMISSION_BITS
def test_it_is_for_the_user_only(tmp_path: Path) -> None:
    with lock_at(tmp_path / "lock").held():
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_lock_is_not_called_another_mcdesk(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("not a database, and longer than the header of one" * 20)
    for name in ("folder", "text"):
        with pytest.raises(StoreProblem, match=name), lock_at(tmp_path / name).held():
            pass
