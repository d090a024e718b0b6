"""Reads side by side: what may be under way at once, and that no order of answers can be seen."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import pytest
from scripted import ZONE, Bench
from webs import web

from mcdesk.autotask import entities as e
from mcdesk.autotask.client import Autotask
from mcdesk.autotask.connections import Connections
from mcdesk.autotask.denials import Denials
from mcdesk.autotask.entities import Entity, where
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.session import Request
from mcdesk.core.references import TicketById, parse_reference
from mcdesk.errors import CredentialsRefused, Garbled, Rejected

# Seconds after which a test that waits in vain fails.
PATIENCE = 20.0
ENTITIES: tuple[Entity[Any], ...] = (e.COMPANIES, e.CONTACTS, e.PEOPLE, e.ROLES)
NAMES = tuple(entity.path for entity in ENTITIES)
ORDERS = list(permutations(NAMES[:3]))
Reply = Callable[[], httpx.Response]


class Service(httpx.BaseTransport):
    """Answer for each entity with its *replies* in turn; *before* an answer, do something.

    Counts how many requests are under way.
    """

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = defaultdict(list)
        self.before: Callable[[str], object] = lambda entity: None
        self.asked: list[str] = []
        self.most = 0
        self.most_of_one = 0
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()

    def under_way(self) -> int:
        return self._under_way.total()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        entity = request.url.path.partition("/V1.0/")[2].split("/")[0]
        with self._lock:
            self.asked.append(entity)
            self._under_way[entity] += 1
            self.most = max(self.most, self._under_way.total())
            self.most_of_one = max(self.most_of_one, *self._under_way.values())
            reply = self.replies[entity].pop(0)
        try:
            self.before(entity)
            return reply()
        finally:
            with self._lock:
                self._under_way[entity] -= 1


@pytest.fixture
def service() -> Service:
    return Service()


def connected(service: Service) -> Connections:
    return Connections(lambda: service, web(), worth_a_thread=0)


@pytest.fixture
def bench(tmp_path: Path, service: Service) -> Iterator[Bench]:
    bench = Bench(tmp_path, connected(service))
    bench.refused.accept("api@example.com\ns3cret\nc0de")
    yield bench
    bench.close()


def page(entity: str, *ids: int, more: bool = False) -> Reply:
    link = f"{ZONE}V1.0/{entity}/query/next?after={ids[-1]}" if more else None
    details = {"count": len(ids), "nextPageUrl": link}
    rows = [{"id": id} for id in ids]
    return lambda: httpx.Response(200, json={"items": rows, "pageDetails": details})


def rows(*found: dict[str, Any]) -> Reply:
    details = {"count": len(found), "nextPageUrl": None}
    return lambda: httpx.Response(200, json={"items": list(found), "pageDetails": details})


def refusal(text: str) -> Reply:
    return lambda: httpx.Response(500, json={"errors": [text]})


def unauthorized() -> httpx.Response:
    return httpx.Response(401)


def read(bench: Bench, *entities: Entity[Any]) -> list[list[int]]:
    reads = bench.reads()
    found = reads.together(*(reads.rows(entity, where("id", "gte", 0)) for entity in entities))
    return [[row.id for row in rows] for rows in found]


def all_at(barrier: threading.Barrier) -> Callable[[str], object]:
    return lambda entity: barrier.wait(PATIENCE)


def in_order(order: tuple[str, ...]) -> Callable[[str], object]:
    """Let the first answers come in the *order* of their entities."""
    turns = {entity: threading.Event() for entity in order}
    turns[order[0]].set()

    def before(entity: str) -> None:
        if not turns[entity].wait(PATIENCE):
            raise AssertionError(f"{entity} never had its turn")
        after = order[order.index(entity) + 1 :]
        if after:
            turns[after[0]].set()

    return before


def test_reads_of_three_entities_are_under_way_at_once(bench: Bench, service: Service) -> None:
    for number, entity in enumerate(NAMES[:3]):
        service.replies[entity] = [page(entity, number)]
    service.before = all_at(threading.Barrier(3))
    assert read(bench, *ENTITIES[:3]) == [[0], [1], [2]]


def test_never_more_than_three_and_never_two_of_one_entity(bench: Bench, service: Service) -> None:
    for entity in NAMES:
        service.replies[entity] = [page(entity, 1, more=True), page(entity, 2), page(entity, 3)]
    barrier = threading.Barrier(3)
    service.before = lambda entity: len(service.asked) <= 3 and barrier.wait(PATIENCE)
    found = read(bench, *ENTITIES, e.COMPANIES)
    assert found == [[1, 2], [1, 2], [1, 2], [1, 2], [3]]
    assert (service.most, service.most_of_one) == (3, 1)


def test_two_reads_of_one_entity_go_one_after_the_other(bench: Bench, service: Service) -> None:
    service.replies["Companies"] = [page("Companies", 1), page("Companies", 2)]
    assert read(bench, e.COMPANIES, e.COMPANIES) == [[1], [2]]
    assert service.most == 1


def test_the_next_page_is_on_its_way_while_one_is_decoded(bench: Bench, service: Service) -> None:
    """What makes no sense is asked for again, and its next page, asked for ahead, is not taken."""

    def garbled() -> httpx.Response:
        page_of_it = page("Companies", 1, more=True)().json()
        return httpx.Response(200, json={**page_of_it, "items": [{"id": "one"}]})

    service.replies["Companies"] = [
        garbled,
        page("Companies", 2),
        page("Companies", 1, more=True),
        page("Companies", 2),
    ]
    assert read(bench, e.COMPANIES) == [[1, 2]]
    assert len(service.asked) == 4


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_what_is_said_is_in_the_order_of_the_reads(
    bench: Bench, service: Service, order: tuple[str, ...]
) -> None:
    for entity in NAMES[:3]:
        service.replies[entity] = [page(entity, 1)]
    service.before = in_order(order)
    read(bench, *ENTITIES[:3])
    said = [line.split("/V1.0/")[1].split("/")[0] for line in bench.traced]
    assert said == list(NAMES[:3])


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_of_several_problems_the_first_reads_is_raised(
    bench: Bench, service: Service, order: tuple[str, ...]
) -> None:
    for entity in NAMES[:3]:
        service.replies[entity] = [refusal(f"no {entity}")]
    service.before = in_order(order)
    with pytest.raises(Rejected, match="no Companies"):
        read(bench, *ENTITIES[:3])


@pytest.mark.parametrize("failing", range(3))
def test_an_error_of_one_ends_the_others(bench: Bench, service: Service, failing: int) -> None:
    """What is under way is waited for, and nothing more is begun."""
    for entity in NAMES[:3]:
        service.replies[entity] = [page(entity, id, more=True) for id in range(50)]
    bad = NAMES[failing]
    service.replies[bad] = [refusal("no")]
    failed = threading.Event()

    def before(entity: str) -> None:
        if entity == bad:
            failed.set()
        else:
            failed.wait(PATIENCE)

    service.before = before
    with pytest.raises(Rejected):
        read(bench, *ENTITIES[:3])
    # Each of the others its page, and perhaps the one that followed before the error was seen.
    assert len(service.asked) <= 5
    assert service.under_way() == 0


def test_a_read_that_is_tried_again_keeps_nobody_waiting(tmp_path: Path, service: Service) -> None:
    """It pauses in its thread: until the other is through, and only then it is sent again."""
    through = threading.Event()
    bench = Bench(tmp_path / "pausing", connected(service), pause=lambda: through.wait(PATIENCE))
    bench.refused.accept("api@example.com\ns3cret\nc0de")
    service.replies["Companies"] = [lambda: httpx.Response(503), page("Companies", 1)]
    service.replies["Contacts"] = [page("Contacts", 2, more=True), page("Contacts", 3)]

    def before(entity: str) -> None:
        if service.asked.count("Contacts") == 2:
            through.set()

    service.before = before
    assert read(bench, e.COMPANIES, e.CONTACTS) == [[1], [2, 3]]
    assert bench.slept == [0.5]
    assert service.asked[-1] == "Companies"
    assert bench.traced[1].startswith("trying again in 0.5 s")
    bench.close()


def test_it_is_given_up_after_three_tries(bench: Bench, service: Service) -> None:
    service.replies["Companies"] = [lambda: httpx.Response(200, text="")] * 3
    service.replies["Contacts"] = [page("Contacts", 2)]
    with pytest.raises(Garbled):
        read(bench, e.COMPANIES, e.CONTACTS)
    assert service.asked.count("Companies") == 3


def test_a_login_that_was_never_accepted_is_sent_once(tmp_path: Path, service: Service) -> None:
    bench = Bench(tmp_path / "new", connected(service))
    for entity in NAMES:
        service.replies[entity] = [unauthorized]
    service.replies["zoneInformation"] = [lambda: httpx.Response(500)]
    with pytest.raises(CredentialsRefused):
        read(bench, *ENTITIES)
    assert service.asked == ["Companies", "zoneInformation"]
    bench.close()


def test_once_accepted_it_goes_out_side_by_side(tmp_path: Path, service: Service) -> None:
    bench = Bench(tmp_path / "new", connected(service))
    for entity in NAMES[:3]:
        service.replies[entity] = [page(entity, 1)] * 3
    read(bench, e.COMPANIES)
    service.before = all_at(threading.Barrier(3))
    read(bench, *ENTITIES[:3])
    assert service.most == 3
    bench.close()


def test_refused_side_by_side_it_is_refused_for_good(bench: Bench, service: Service) -> None:
    for entity in NAMES[:3]:
        service.replies[entity] = [unauthorized]
    service.replies["zoneInformation"] = [lambda: httpx.Response(500)] * 3
    service.before = lambda entity: None
    with pytest.raises(CredentialsRefused):
        read(bench, *ENTITIES[:3])
    asked = list(service.asked)
    with pytest.raises(CredentialsRefused, match="didn't send them again"):
        read(bench, *ENTITIES[:3])
    assert service.asked == asked
    bench.refused.lift("api@example.com\ns3cret\nc0de")
    assert bench.session().at_once == 1


def test_all_follow_a_tenant_that_moves(bench: Bench, service: Service) -> None:
    moved = {"url": "https://webservices12.autotask.net/ATServicesRest/", "webUrl": None}
    for entity in NAMES[:3]:
        service.replies[entity] = [unauthorized, page(entity, 1)]
    service.replies["zoneInformation"] = [lambda: httpx.Response(200, json=moved)]
    barrier = threading.Barrier(3)
    first = set[str]()

    def before(entity: str) -> None:
        if entity in NAMES and entity not in first:
            first.add(entity)
            barrier.wait(PATIENCE)

    service.before = before
    assert read(bench, *ENTITIES[:3]) == [[1], [1], [1]]
    assert service.asked.count("zoneInformation") == 1


def test_a_bug_in_a_read_is_raised_as_it_is(bench: Bench, service: Service) -> None:
    service.replies["Companies"] = [page("Companies", 1)]
    service.replies["Contacts"] = [page("Contacts", 1)]

    def broken() -> Any:
        yield Request("POST", "Companies/query", {})
        raise ZeroDivisionError

    reads = bench.reads()
    with pytest.raises(ZeroDivisionError):
        reads.together(broken(), reads.rows(e.CONTACTS, where("id", "gte", 0)))


def test_what_the_network_raises_and_nobody_knows_is_a_bug(bench: Bench, service: Service) -> None:
    def broken() -> httpx.Response:
        raise ZeroDivisionError

    service.replies["Companies"], service.replies["Contacts"] = [broken], [page("Contacts", 1)]
    with pytest.raises(ZeroDivisionError):
        read(bench, e.COMPANIES, e.CONTACTS)


def test_reads_without_requests_need_nobody(bench: Bench, service: Service) -> None:
    names = Remembered(bench.reads(), bench.cache, Denials(bench.traced.append))
    assert bench.reads().together(*(names.by_id(each, ()) for each in ENTITIES)) == ({},) * 4
    assert service.asked == []


TICKET = {
    "id": 7,
    "ticketNumber": "T20261123.0007",
    "createDate": "2026-11-23T12:00:00Z",
    "queueID": 5,
    "status": 1,
    "assignedResourceID": None,
}
SECONDARY = {"id": 1, "ticketID": 7, "resourceID": 20, "roleID": 3}
NUMBER = parse_reference("T20261123.0007")


def autotask(bench: Bench) -> Autotask:
    return Autotask(bench.session(), bench.cache, impersonate="auto", say=bench.traced.append)


def test_a_ticket_by_its_id_is_asked_for_with_all_that_stands_on_it(
    bench: Bench, service: Service
) -> None:
    service.replies["Tickets"] = [rows(TICKET)]
    service.replies["TicketNotes"] = service.replies["TimeEntries"] = [rows(), rows()]
    service.replies["TicketSecondaryResources"] = [rows(SECONDARY)]
    barrier = threading.Barrier(3)
    service.before = lambda entity: len(service.asked) <= 3 and barrier.wait(PATIENCE)
    ticket, comments, secondaries = autotask(bench).tickets.whole(TicketById(7))
    assert (ticket.id, comments, [each.resource_id for each in secondaries]) == (7, [], [20])
    assert service.most == 3


def test_so_is_one_by_a_number_that_was_listed(bench: Bench, service: Service) -> None:
    service.replies["Tickets"] = [rows(TICKET), rows(TICKET)]
    service.replies["TicketSecondaryResources"] = [rows(SECONDARY)]
    autotask(bench).tickets.read(NUMBER)
    service.before = all_at(threading.Barrier(2))
    ticket, secondaries = autotask(bench).tickets.with_secondaries(NUMBER)
    assert (ticket.id, [each.resource_id for each in secondaries]) == (7, [20])


def test_a_remembered_id_is_held_against_the_answer(bench: Bench, service: Service) -> None:
    bench.cache.put("ticket ids", {"T20261123.0007": 9})
    service.replies["Tickets"] = [rows(TICKET)]
    service.replies["TicketSecondaryResources"] = [
        rows({**SECONDARY, "ticketID": 9, "resourceID": 99}),
        rows(SECONDARY),
    ]
    ticket, secondaries = autotask(bench).tickets.with_secondaries(NUMBER)
    assert (ticket.id, [each.resource_id for each in secondaries]) == (7, [20])


def test_answers_that_come_at_once_need_no_threads(tmp_path: Path, service: Service) -> None:
    connections = Connections(lambda: service, web(), worth_a_thread=PATIENCE)
    bench = Bench(tmp_path / "near", connections)
    bench.refused.accept("api@example.com\ns3cret\nc0de")
    for entity in NAMES[:3]:
        service.replies[entity] = [page(entity, 1)] * 2
    read(bench, e.COMPANIES)
    before = threading.active_count()
    service.before = lambda entity: threads.append(threading.active_count())
    threads: list[int] = []
    read(bench, *ENTITIES[:3])
    assert threads == [before] * 3
    bench.close()
