"""One line that says what is being asked while nothing else is to be seen; it is erased again."""

import re
from collections.abc import Callable
from threading import RLock, Timer
from urllib.parse import urlsplit

# Seconds of silence after which somebody wonders.
_SILENCE = 0.5
_NAME = re.compile(r"/v1\.0/(\w+)", re.IGNORECASE)
_READS = re.compile(r"/query(/next|/count)?/?$", re.IGNORECASE)
_MADE_OF = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Pending:
    """What is said through *write*, which changes one line of a terminal, after some silence.

    *timer* makes what calls a function after some seconds.
    """

    def __init__(
        self,
        write: Callable[[str], object],
        *,
        timer: Callable[[float, Callable[[], None]], Timer] = Timer,
    ) -> None:
        self._write, self._make_timer = write, timer
        # Whoever writes to the terminal holds it meanwhile.
        self.lock = RLock()
        self._what = ""
        self._shown = 0
        self._silent_for_long = False
        self._timer: Timer | None = None
        self._off = False

    def asking(self, method: str, url: str) -> None:
        """Take note that *url* is asked; what was long silent says so at once."""
        with self.lock:
            self._what = asked(method, url)
            if self._silent_for_long:
                self._show()
            elif self._timer is None and not self._off:
                self._timer = timer = self._make_timer(_SILENCE, lambda: self._speak(timer))
                timer.daemon = True
                timer.start()

    def clear(self) -> None:
        """Take the line away, because something else is shown; silence starts over."""
        with self.lock:
            if self._timer:
                self._timer.cancel()
            self._timer, self._silent_for_long = None, False
            self._erase()

    def stop(self) -> None:
        """Say nothing any more: the whole screen is somebody else's."""
        with self.lock:
            self.clear()
            self._off = True

    def _speak(self, timer: Timer) -> None:
        with self.lock:
            if timer is self._timer:  # else something was written while it came
                self._silent_for_long = True
                self._show()

    def _show(self) -> None:
        self._erase()
        self._write(self._what)
        self._shown = len(self._what)

    def _erase(self) -> None:
        if self._shown:
            self._write(f"\r{' ' * self._shown}\r")
            self._shown = 0


def asked(method: str, url: str) -> str:
    """Say in words what a request is about, short enough for any terminal."""
    path = urlsplit(url).path
    if method != "GET" and not _READS.search(path):
        return "writing to Autotask..."
    name = _NAME.search(path)
    words = _MADE_OF.sub(" ", name[1]).casefold()[:24] if name else "something"
    return f"asking Autotask for {words}..."
