"""Requests by when they were under way: how many one after the other, how many at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

_API = "/atservicesrest/v1.0/"


class Asked(NamedTuple):
    """One request; *headers* are those that the API reads."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def below(self) -> str:
        """The path below the API's version, in lower case."""
        return self.path.casefold().partition("?")[0].removeprefix(_API)

    @property
    def endpoint(self) -> str:
        """The entity that it is about: by these Autotask counts what is under way."""
        return self.below.split("/")[0]

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET" and "/query" not in self.below


class UnderWay(NamedTuple):
    """From when to when a request was under way."""

    asked: Asked
    start: float
    end: float

    def beside(self, other: "UnderWay") -> bool:
        """Return whether both were under way at some instant."""
        return self is not other and self.start < other.end and other.start < self.end


def summed_up(requests: Sequence[UnderWay]) -> dict[str, Any]:
    """Return what can be said of *requests*, by name."""
    of_each: dict[str, list[UnderWay]] = {}
    for each in requests:
        of_each.setdefault(each.asked.endpoint, []).append(each)
    writes = [each for each in requests if each.asked.writes]
    return {
        "requests": len(requests),
        "counts": sum(each.asked.below.endswith("/query/count") for each in requests),
        "by_endpoint": {endpoint: len(of_one) for endpoint, of_one in of_each.items()},
        "in_a_row": _in_a_row(requests),
        "at_once": _most_at_once(requests),
        "at_once_of_one": max(map(_most_at_once, of_each.values()), default=0),
        "beside_a_write": sum(each.beside(write) for write in writes for each in requests),
    }


def _in_a_row(requests: Iterable[UnderWay]) -> int:
    """Return how many of *requests* can be picked of which each began after the one before it."""
    picked, free = 0, 0.0
    for each in sorted(requests, key=lambda each: each.end):
        if each.start >= free:
            picked, free = picked + 1, each.end
    return picked


def _most_at_once(requests: Iterable[UnderWay]) -> int:
    """Return how many of *requests* were under way at the busiest instant."""
    edges = Counter[float]()
    for each in requests:
        edges[each.start] += 1
        edges[each.end] -= 1
    now = most = 0
    for _, change in sorted(edges.items()):
        now += change
        most = max(most, now)
    return most
