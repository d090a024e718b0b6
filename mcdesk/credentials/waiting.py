"""Waiting for things that may hang: keyrings behind a prompt, programs behind a network.

The work runs in a daemon thread, because an executor would hold up the exit until the hang ends.
"""

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")
# Ctrl-C reaches a waiting main thread on Windows only between two waits.
_A_MOMENT = 0.2


class Overdue(Exception):
    """The work has not ended in time; it goes on in its thread, and nobody looks at it again."""


class _Work(Thread, Generic[T]):
    """A thread that keeps what its work returned or raised."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._returned: list[T] = []
        self._raised: BaseException | None = None

    def run(self) -> None:
        try:
            self._returned.append(self._work())
        except BaseException as error:  # raised again, by `outcome`, where somebody waits
            self._raised = error

    def outcome(self) -> T:
        if isinstance(self._raised, Exception):
            raise self._raised
        if self._raised:  # a backend that would end the program: it is not its to end
            raise RuntimeError(type(self._raised).__name__) from self._raised
        return self._returned[0]


def within(seconds: float, work: Callable[[], T], *, late: Callable[[], None] | None = None) -> T:
    """Return what *work* returns, or raise what it raises.

    When it takes longer than *seconds*, raise Overdue; or, with *late*, call that and wait on.
    """
    thread = _Work(work)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        if late is None:
            raise Overdue
        late()
    while thread.is_alive():
        thread.join(_A_MOMENT)
    return thread.outcome()
