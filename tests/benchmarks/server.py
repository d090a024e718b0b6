"""An embedded Autotask that no client waits for, or that is as slow as it is told.

What answers is the sandbox. A server that keeps asks it once and keeps the answer encoded, so that
the same question costs a look into a dict; it is for reading alone. With a delay, every answer that
is not kept comes that many seconds after its request, those under way at once side by side.

`python server.py FOLDER TICKETS DELAY [keep]` prints where it is and what is unclaimed, and serves
until it is ended. `GET /counted` says what was asked since the last time.
"""

import asyncio
import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple

from underway import Asked, UnderWay, summed_up
from werkzeug.test import Client

sys.path.append(str(Path(__file__).parent.parent))

from worlds import World

from mcdesk.sandbox import people, seed, world
from mcdesk.sandbox.rest import Autotask
from mcdesk.sandbox.schema import BY_PATH

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_READ = (
    *("host", "content-type"),
    *("username", "secret", "apiintegrationcode", "impersonationresourceid"),
)


class Answer(NamedTuple):
    """Everything of an answer but its date, and how many rows it has."""

    status: int
    rest: bytes
    rows: int


class Office:
    """The sandbox with *tickets* unclaimed tickets, and a record of what was asked of it."""

    def __init__(self, folder: Path, tickets: int, *, delay: float, keeps: bool) -> None:
        self.world = World.open(folder / "world.db")
        self.unclaimed = _fill(self.world, tickets)
        self.delay = delay
        self._keeps = keeps
        self._kept: dict[Asked, Answer] = {}
        self._app = Client(Autotask(self.world, now=lambda: datetime.now(UTC), sleep=time.sleep))
        self._requests: list[UnderWay] = []
        self._rows = 0
        self._busy = 0.0

    def known(self, asked: Asked) -> Answer | None:
        """Return the answer that is kept for *asked*."""
        return self._kept.get(asked)

    def ask(self, asked: Asked) -> Answer:
        """Put *asked* to the sandbox; keep the answer if it is kept at all."""
        response = self._app.open(
            asked.path, method=asked.method, data=asked.body, headers=list(asked.headers)
        )
        answer = _encoded(response.status_code, response.data, response.mimetype or "")
        if self._keeps and answer.status == 200:
            self._kept[asked] = answer
        return answer

    def note(self, asked: Asked, answer: Answer, start: float) -> None:
        """Note that *asked* was answered."""
        self._requests.append(UnderWay(asked, start, time.perf_counter()))
        self._rows += answer.rows

    def counted(self) -> bytes:
        """Say what was asked since the last time and what it cost (processor seconds)."""
        before, self._busy = self._busy, time.process_time()
        found = {"rows": self._rows, "busy": self._busy - before, **summed_up(self._requests)}
        self._requests, self._rows = [], 0
        return json.dumps(found).encode()


def _fill(office: World, tickets: int) -> list[tuple[int, str]]:
    """Add tickets of one to two weeks ago, some with time entries, and list the unclaimed."""
    now = datetime.now(UTC)
    office.seed(now=now, waiting=[])
    seed.add_unclaimed(office, count=tickets, now=now - timedelta(days=7))
    with office.transaction() as db:
        mine = f"assignedResourceID IS NULL AND status = 1 AND queueID = {people.HELP_DESK}"
        title = "Café de l'Aube: réseau lent, “Wi-Fi” en panne"
        db.execute(f"UPDATE Tickets SET title = ? WHERE {mine} AND id % 9 = 0", (title,))
        unclaimed = db.execute(f"SELECT id, ticketNumber FROM Tickets WHERE {mine}").fetchall()
        for ticket, _ in unclaimed[::10]:
            entry = {
                "ticketID": ticket,
                "resourceID": 21,
                "creatorUserID": 21,
                "createDateTime": now - timedelta(days=6),
                "hoursWorked": 0.25,
                "summaryNotes": "Called back.",
            }
            world.insert(db, BY_PATH["timeentries"], entry)
    return [(row[0], row[1]) for row in unclaimed]


def _encoded(status: int, content: bytes, kind: str = "application/json") -> Answer:
    """Encode an answer, JSON as a live zone does: no blanks, UTF-8."""
    rows = 0
    if content and kind == "application/json":
        found = json.loads(content)
        rows = len(found.get("items", ()))
        content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Length: {len(content)}\r\n\r\n"
    return Answer(status, head.encode() + content, rows)


class Connection(asyncio.Protocol):
    """One connection of a client, which asks again only when it has its answer."""

    _transport: asyncio.Transport

    def __init__(self, office: Office) -> None:
        self._office = office
        self._heard = b""
        self._answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        asked = parsed(self._heard)
        if asked is None:
            return
        start, self._heard = time.perf_counter(), b""
        if asked.path == "/counted":
            self._send(_encoded(200, self._office.counted()))
        elif (known := self._office.known(asked)) is not None:
            self._office.note(asked, known, start)
            self._send(known)
        else:
            self._answering = asyncio.ensure_future(self._answer(asked, start))

    async def _answer(self, asked: Asked, start: float) -> None:
        answer = await asyncio.to_thread(self._office.ask, asked)
        await asyncio.sleep(max(0.0, start + self._office.delay - time.perf_counter()))
        self._office.note(asked, answer, start)
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        date = formatdate(usegmt=True)
        head = f"HTTP/1.1 {answer.status} Answer\r\nDate: {date}\r\n"
        self._transport.write(head.encode() + answer.rest)


def parsed(heard: bytes) -> Asked | None:
    """Read one whole request, None if more of it is to come."""
    head, blank, body = heard.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not blank or len(body) < (int(length[1]) if length else 0):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (x.partition(":") for x in lines))
    kept = tuple(pair for pair in headers if pair[0].casefold() in _READ)
    return Asked(method, path, kept, body)


async def serve(office: Office) -> None:
    """Serve *office* on this computer until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(office), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/ATServicesRest/"
    print(json.dumps({"url": url, "unclaimed": office.unclaimed[:99]}), flush=True)
    await server.serve_forever()


def main() -> None:
    folder, tickets, delay, *keep = sys.argv[1:]
    office = Office(Path(folder), int(tickets), delay=float(delay), keeps=bool(keep))
    asyncio.run(serve(office))


if __name__ == "__main__":
    main()
