"""Work that may hang: waited for, told of, given up."""

from threading import Event

import pytest

from mcdesk.deadline import Overdue, within

LONG = 60.0


def test_what_it_returns_and_raises_is_passed_on() -> None:
    assert within(LONG, lambda: 7) == 7
    with pytest.raises(ValueError, match="invalid literal"):
        within(LONG, lambda: int("x"))


def test_what_would_end_the_program_does_not() -> None:
    def leave() -> None:
        raise SystemExit

    with pytest.raises(RuntimeError, match="SystemExit"):
        within(LONG, leave)


@pytest.mark.parametrize("seconds", [0.01, 0.3])
def test_what_takes_too_long_is_given_up(seconds: float) -> None:
    ended = Event()
    with pytest.raises(Overdue):
        within(seconds, ended.wait)
    ended.set()


def test_what_is_told_to_be_late_is_waited_for() -> None:
    ended = Event()
    assert within(0.01, ended.wait, late=ended.set)
    assert within(LONG, Event().is_set, late=lambda: pytest.fail("it was in time")) is False


@pytest.mark.parametrize(("notice", "told"), [(0.01, [1]), (0.5, [])])
def test_but_no_longer_than_its_limit(notice: float, told: list[int]) -> None:
    ended, said = Event(), list[int]()
    with pytest.raises(Overdue):
        within(notice, ended.wait, late=lambda: said.append(1), limit=0.05)
    ended.set()
    assert said == told


def test_ctrl_c_in_what_is_told_ends_the_wait() -> None:
    ended = Event()

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        within(0.01, ended.wait, late=stop)
    ended.set()
