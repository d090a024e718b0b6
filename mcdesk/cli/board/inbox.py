"""The way of news from the threads that work to the one that draws."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue

from mcdesk.cli.board.news import News


class Inbox:
    """News in the order in which they came; whoever is to take them is woken by `wake`."""

    def __init__(self) -> None:
        self._news: SimpleQueue[News] = SimpleQueue()
        self.wake: Callable[[], object] = lambda: None

    def put(self, news: News) -> None:
        """Put *news* in, from whatever thread, and from a signal's handler too."""
        self._news.put(news)
        with suppress(RuntimeError):  # whoever took them has gone meanwhile
            self.wake()

    def take(self) -> Iterator[News]:
        """Yield what is there."""
        with suppress(Empty):
            while True:
                yield self._news.get_nowait()
