"""Signals: each ends the program in order, and none in a traceback."""

import signal
import sys
from contextlib import contextmanager

TYPE_CHECKING = False  # typing takes a while to load
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from sys import UnraisableHookArgs
    from types import FrameType
    from typing import Any

STOPPED, QUIT = 130, 131
# What ends the program as Ctrl-C does, but with exit codes of their own, as shells know them.
_ENDING = ("SIGTERM", "SIGQUIT")
# Seconds until a signal that was swallowed is given once more.
_AGAIN = 0.01


def heed() -> None:
    """From now on, let what ends the program put its things, and the terminal, in order first.

    What whoever started us has switched off stays off.
    """
    sys.unraisablehook = _raise_again
    for name in _ENDING:
        _replace(name, signal.SIG_DFL, _end)
    _replace("SIGBREAK", signal.SIG_DFL, signal.default_int_handler)  # Ctrl-Break on Windows


def let_go() -> None:
    """From now on, let signals end the process at once: all is in order."""
    for name in ("SIGINT", *_ENDING):
        _replace(name, signal.default_int_handler, signal.SIG_DFL)
        _replace(name, _end, signal.SIG_DFL)


@contextmanager
def leaving(leave: "Callable[[int], None]", lost: "Callable[[], None]") -> "Iterator[None]":
    """Within, let what ends the program *leave* in order, with the exit code that it is given.

    Once more ends it at once. Where the terminal is *lost*, nobody is there to leave in order for.
    """
    before: dict[int, Any] = {}  # handlers, as they were

    def end(number: int, _: "FrameType | None") -> None:
        signal.signal(number, before[number])
        leave(STOPPED if name_of[number] in ("SIGINT", "SIGBREAK") else 128 + number)

    def hang_up(number: int, _: "FrameType | None") -> None:
        lost()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    name_of: dict[int, str] = {}
    for name in ("SIGINT", "SIGBREAK", *_ENDING, "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            name_of[number] = name
            before[number] = signal.signal(number, hang_up if name == "SIGHUP" else end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _replace(name: str, former: "signal._HANDLER", handler: "signal._HANDLER") -> None:
    number = getattr(signal, name, None)  # Windows lacks most of them
    if number is not None and signal.getsignal(number) == former:
        signal.signal(number, handler)


def _end(number: int, _: "FrameType | None") -> None:
    if number == getattr(signal, "SIGQUIT", None):  # once more ends what hangs
        signal.signal(number, signal.SIG_DFL)
    raise SystemExit(128 + number)


def _raise_again(swallowed: "UnraisableHookArgs") -> None:
    """Raise a signal that struck where Python takes no exception, such as in `__del__`."""
    what = swallowed.exc_value
    if isinstance(what, KeyboardInterrupt):
        _give_once_more(signal.SIGINT)
    elif isinstance(what, SystemExit) and isinstance(what.code, int):
        signal.signal(what.code - 128, _end)
        _give_once_more(what.code - 128)
    else:
        sys.__unraisablehook__(swallowed)


def _give_once_more(number: int) -> None:
    from _thread import interrupt_main
    from threading import Timer, main_thread

    # Where a signal can be aimed at a thread, it ends what that waits for, too.
    aimed = getattr(signal, "pthread_kill", lambda _, number: interrupt_main(number))
    again = Timer(_AGAIN, aimed, [main_thread().ident, number])
    again.daemon = True
    again.start()
