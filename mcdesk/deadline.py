"""A limit for work that may hang: a keyring behind a prompt, a program, a server that drips.

The work runs in a daemon thread, because an executor would hold up the exit until the hang ends.
"""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
# Ctrl-C reaches a waiting main thread on Windows only between two waits.
_A_MOMENT = 0.2


class Overdue(Exception):
    """The work has not ended in time; it goes on in its thread, and nobody looks at it again."""


def within(
    seconds: float,
    work: Callable[[], T],
    *,
    late: Callable[[], None] | None = None,
    limit: float = float("inf"),
) -> T:
    """Return what *work* returns, or raise what it raises.

    When it takes longer than *seconds*, raise Overdue; or, with *late*, call that and wait on, for
    *limit* seconds in all.
    """
    returned: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(work())
        except BaseException as error:  # raised again below, for whoever waits
            raised.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    _wait(thread, min(seconds, limit))
    if thread.is_alive() and late is not None and seconds < limit:
        late()
        _wait(thread, limit - seconds)
    if thread.is_alive():
        raise Overdue
    for error in raised:
        if isinstance(error, Exception):
            raise error
        # A backend that would end the program: it is not its to end.
        raise RuntimeError(type(error).__name__) from error
    return returned[0]


def _wait(thread: Thread, seconds: float) -> None:
    """Wait until *thread* ends, *seconds* at most."""
    while thread.is_alive() and seconds > 0:
        thread.join(min(_A_MOMENT, seconds))
        seconds -= _A_MOMENT
