"""The session: what is tried again, what never, and where the login may travel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from scripted import WEB, ZONE, Bench

from mcdesk.autotask import entities as e
from mcdesk.autotask.entities import Condition, where
from mcdesk.autotask.locations import HOLIDAYS
from mcdesk.autotask.session import Request
from mcdesk.core.tickets import Company
from mcdesk.errors import (
    CredentialsRefused,
    DeskError,
    Garbled,
    LostAnswer,
    NotUnderstood,
    PermissionDenied,
    Rejected,
    SettingsProblem,
    StoreProblem,
    Throttled,
    Unavailable,
    Unreachable,
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()
    assert not bench.script.replies, "a scripted answer was not asked for"


COMPANY = {"id": 7, "companyName": "Example Dental"}
TICKET = {
    "id": 7,
    "ticketNumber": "T2",
    "createDate": "2026-11-23T12:00:00Z",
    "queueID": None,
    "status": 1,
    "assignedResourceID": None,
}
HOLIDAY = {"id": 7, "holidayDate": "2026-12-25T00:00:00Z", "holidaySetID": 3}
LAST = {"count": 1, "requestCount": 500, "prevPageUrl": None, "nextPageUrl": None}


def page(*items: dict[str, Any], next_url: str | None = None, count: int | None = None) -> Any:
    details = {**LAST, "count": len(items) if count is None else count, "nextPageUrl": next_url}
    return httpx.Response(200, json={"items": items, "pageDetails": details})


def companies(bench: Bench, **changes: Any) -> list[Company]:
    return bench.rows(e.COMPANIES, where("id", "gte", 0), **changes)


def lost(kind: type[httpx.RequestError] = httpx.ReadTimeout) -> Exception:
    return kind("gone")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(httpx.Response(503, html="<h1>down</h1>"), id="503"),
        pytest.param(httpx.Response(500, text=""), id="500 without errors"),
        pytest.param(httpx.Response(429), id="429"),
        pytest.param(httpx.Response(200, text=""), id="an empty answer"),
        pytest.param(httpx.Response(200, text='{"items": [{"id"'), id="a truncated answer"),
        pytest.param(httpx.Response(200, html="<html>maintenance</html>"), id="HTML"),
        pytest.param(lost(), id="no answer in time"),
        pytest.param(lost(httpx.RemoteProtocolError), id="a connection that drops"),
        pytest.param(lost(httpx.ConnectError), id="no connection"),
        pytest.param(lost(httpx.DecodingError), id="a broken encoding"),
    ],
)
def test_a_read_is_tried_again(bench: Bench, reply: httpx.Response | Exception) -> None:
    bench.script.replies = [reply, reply, page(COMPANY)]
    assert [row.name for row in companies(bench)] == ["Example Dental"]
    assert bench.slept == [0.5, 1.0]


@pytest.mark.parametrize(
    ("reply", "problem", "said"),
    [
        pytest.param(httpx.Response(503), Unavailable, "not available (503", id="503"),
        pytest.param(httpx.Response(429), Throttled, "refuses more requests", id="429"),
        pytest.param(httpx.Response(200, text=""), Garbled, "nothing", id="an empty answer"),
        pytest.param(lost(), Unavailable, "took too long", id="no answer in time"),
        pytest.param(lost(httpx.ReadError), Unavailable, "hung up", id="a connection that drops"),
        pytest.param(
            lost(httpx.ConnectError), Unreachable, "cannot be reached", id="no connection"
        ),
    ],
)
def test_a_read_is_given_up_after_three_tries(
    bench: Bench, reply: httpx.Response | Exception, problem: type[DeskError], said: str
) -> None:
    bench.script.replies = [reply, reply, reply]
    with pytest.raises(problem) as raised:
        companies(bench)
    assert said in raised.value.message
    assert len(bench.slept) == 2


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        pytest.param(httpx.Response(500, json={"errors": ["Unable to find x"]}), Rejected, id="x"),
        pytest.param(httpx.Response(403), PermissionDenied, id="403"),
    ],
)
def test_what_is_permanent_is_not_tried_again(
    bench: Bench, reply: httpx.Response, problem: type[DeskError]
) -> None:
    bench.script.replies = [reply]
    with pytest.raises(problem):
        companies(bench)
    assert bench.slept == []


def test_retry_after_is_obeyed(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(429, headers={"Retry-After": "7"}), page(COMPANY)]
    companies(bench)
    assert bench.slept == [7.0]


def test_a_long_retry_after_is_told_and_not_waited_for(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(429, headers={"Retry-After": "600"})]
    with pytest.raises(Throttled) as raised:
        companies(bench)
    assert raised.value.hint == "Autotask asks to try again in 600 seconds"
    assert bench.slept == []


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        pytest.param(httpx.Response(503), LostAnswer, id="503"),
        pytest.param(lost(), LostAnswer, id="no answer in time"),
        pytest.param(lost(httpx.WriteError), LostAnswer, id="cut off while sending"),
        pytest.param(lost(httpx.ConnectError), Unreachable, id="no connection"),
        pytest.param(httpx.Response(429), Throttled, id="429"),
        pytest.param(httpx.Response(404, json={}), NotUnderstood, id="404"),
        pytest.param(httpx.Response(404), NotUnderstood, id="404 without a body"),
        pytest.param(httpx.Response(404, html="<h2>404</h2>"), LostAnswer, id="404 page"),
        pytest.param(httpx.Response(403), PermissionDenied, id="403"),
        pytest.param(httpx.Response(403, html="<h2>no</h2>"), LostAnswer, id="403 page"),
    ],
)
def test_a_write_goes_out_once(
    bench: Bench, reply: httpx.Response | Exception, problem: type[DeskError]
) -> None:
    bench.script.replies = [reply]
    with pytest.raises(problem):
        bench.session().exchange(Request("PATCH", "Tickets", {"id": 1}, writing=True))
    assert len(bench.script.requests) == 1
    assert bench.slept == []


NEXT = f"{ZONE}V1.0/Companies/query/next?paging=x"


def test_pages_are_posted_with_the_same_body(bench: Bench) -> None:
    bench.script.replies = [page(COMPANY, next_url=NEXT), page({**COMPANY, "id": 8})]
    assert [row.id for row in companies(bench)] == [7, 8]
    first, second = bench.script.requests
    assert (second.method, str(second.url)) == ("POST", NEXT)
    assert first.content == second.content


def test_a_page_on_another_host_is_not_followed(bench: Bench) -> None:
    bench.script.replies = [page(COMPANY, next_url="https://evil.example/next")]
    with pytest.raises(NotUnderstood, match="same host"):
        companies(bench)
    assert len(bench.script.requests) == 1


@pytest.mark.parametrize(
    "links",
    [
        pytest.param([NEXT, NEXT.replace("paging=x", "paging=y"), NEXT], id="the same links"),
        pytest.param([f"{NEXT}{number}" for number in range(9)], id="ever new links"),
    ],
)
def test_pages_in_a_circle_are_left(bench: Bench, links: list[str]) -> None:
    """Rows come in the order of their ids: one that came before is no next page."""
    bench.script.replies = [page(COMPANY, next_url=url) for url in links]
    with pytest.raises(NotUnderstood, match="in a circle") as raised:
        companies(bench)
    assert raised.value.hint == "try again; if it keeps happening, check autotask.zone_url"
    assert len(bench.script.requests) == 2
    bench.script.replies.clear()


@pytest.mark.parametrize("pages", [1000, 1001])
def test_there_is_a_last_page(bench: Bench, pages: int) -> None:
    links = [f"{NEXT}{number}" for number in range(1, pages)]
    bench.script.replies = [
        page({**COMPANY, "id": 7 + i}, next_url=link) for i, link in enumerate([*links, None])
    ]
    if pages <= 1000:
        assert len(companies(bench)) == pages
        return
    with pytest.raises(NotUnderstood, match="no end: 1,000 pages"):
        companies(bench)
    assert len(bench.script.requests) == 1000
    bench.script.replies.clear()


def test_a_page_that_goes_back_is_not_believed(bench: Bench) -> None:
    bench.script.replies = [
        page(COMPANY, {**COMPANY, "id": 9}, {**COMPANY, "id": 8}, next_url=NEXT),
        page({**COMPANY, "id": 9}),
    ]
    with pytest.raises(NotUnderstood, match="in a circle"):
        companies(bench)


def test_no_rows_and_a_link_to_more_is_not_believed(bench: Bench) -> None:
    bench.script.replies = [page(COMPANY, next_url=NEXT), page(next_url=f"{NEXT}2")]
    with pytest.raises(NotUnderstood, match="no rows, but a link to more"):
        companies(bench)


def test_a_page_with_fewer_rows_than_it_says_is_not_believed(bench: Bench) -> None:
    bench.script.replies = [page(COMPANY, count=2)]
    with pytest.raises(NotUnderstood, match="fewer rows"):
        companies(bench)


@pytest.mark.parametrize(
    ("entity", "condition", "row"),
    [
        pytest.param(e.COMPANIES, where("id", "eq", 8), COMPANY, id="an id"),
        pytest.param(e.COMPANIES, where("id", "in", [8, 9]), COMPANY, id="one of several ids"),
        pytest.param(e.TICKETS, where("ticketNumber", "eq", "T1"), TICKET, id="a number"),
        pytest.param(e.TICKETS, where("queueID", "in", [5]), TICKET, id="what is not set"),
        pytest.param(HOLIDAYS, where("holidaySetID", "eq", 4), HOLIDAY, id="a holiday set"),
    ],
)
def test_an_answer_to_another_question_is_not_believed(
    bench: Bench, entity: e.Entity[Any], condition: Condition, row: dict[str, Any]
) -> None:
    bench.script.replies = [page({**row, "id": 7})]
    with pytest.raises(NotUnderstood, match=f"another {entity.word} than mcdesk asked for .id 7."):
        bench.rows(entity, condition)


def test_a_later_page_of_another_answer_is_not_believed(bench: Bench) -> None:
    bench.script.replies = [page(COMPANY, next_url=NEXT), page({**COMPANY, "id": 8})]
    with pytest.raises(NotUnderstood, match="another company"):
        bench.rows(e.COMPANIES, where("id", "in", [7, 9]))
    assert len(bench.script.requests) == 2


@pytest.mark.parametrize(
    ("condition", "strays"),
    [
        pytest.param(where("ticketNumber", "in", ["t2", "T3"]), False, id="in any case"),
        pytest.param(where("queueID", "notExist"), False, id="what no value was asked of"),
        pytest.param(where("queueID", "in", [5]), True, id="a caller who looks at every row"),
    ],
)
def test_what_was_asked_for_is_believed(bench: Bench, condition: Condition, strays: bool) -> None:
    bench.script.replies = [page(TICKET)]
    assert len(bench.rows(e.TICKETS, condition, strays=strays)) == 1


MOVED = {
    "zoneName": "X",
    "url": "https://webservices12.autotask.net/atservicesrest/",
    "webUrl": "https://ww12.autotask.net/",
    "ci": 1,
}


def test_a_401_asks_for_the_zone_once_and_follows_it(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(401), httpx.Response(200, json=MOVED), page(COMPANY)]
    assert len(companies(bench)) == 1
    assert [request.url.host for request in bench.script.requests] == [
        "webservices5.autotask.net",
        "webservices.autotask.net",
        "webservices12.autotask.net",
    ]
    assert "secret" not in bench.script.requests[1].headers
    bench.script.replies = [page(COMPANY)]
    companies(bench)
    assert bench.script.requests[-1].url.host == "webservices12.autotask.net"


LEFT = [
    *(httpx.Response(status, headers={"Location": NEXT}) for status in (301, 302, 303)),
    httpx.Response(307, headers={"Location": "https://evil.example/"}),
    httpx.Response(308, headers={"Location": "https://webservices12.autotask.net/"}),
    httpx.Response(302),
    httpx.Response(302, html="<h2>Object moved</h2>", headers={"Location": "/"}),
    httpx.Response(404),
    httpx.Response(404, html="<h2>404 - File or directory not found.</h2>"),
    httpx.Response(404, json={"Message": "No HTTP resource was found"}),
    httpx.Response(410),
    httpx.Response(421),
]


@pytest.mark.parametrize("answer", LEFT, ids=repr)
def test_a_zone_that_was_left_is_asked_about_once(bench: Bench, answer: httpx.Response) -> None:
    bench.script.replies = [answer, httpx.Response(200, json=MOVED), page(COMPANY)]
    assert len(companies(bench)) == 1
    assert [request.url.host for request in bench.script.requests] == [
        "webservices5.autotask.net",
        "webservices.autotask.net",
        "webservices12.autotask.net",
    ]
    assert "secret" not in bench.script.requests[1].headers
    assert bench.slept == []


@pytest.mark.parametrize("answer", LEFT, ids=repr)
def test_a_tenant_that_has_not_moved_is_asked_about_once(
    bench: Bench, answer: httpx.Response
) -> None:
    session = bench.session()
    bench.script.replies = [answer, httpx.Response(200, json={**MOVED, "url": ZONE}), answer]
    for _ in range(2):
        with pytest.raises(NotUnderstood, match=f"answered {answer.status_code}"):
            bench.over(session, e.COMPANIES, where("id", "gte", 0))
    assert len(bench.script.requests) == 3
    assert bench.slept == []
    # After health, it may have moved since.
    bench.script.replies = [page(COMPANY), answer, httpx.Response(200, json=MOVED), page(COMPANY)]
    for _ in range(2):
        bench.over(session, e.COMPANIES, where("id", "gte", 0))


def test_a_redirect_from_the_new_zone_is_not_followed(bench: Bench) -> None:
    moved = httpx.Response(302, headers={"Location": "https://webservices14.autotask.net/"})
    bench.script.replies = [moved, httpx.Response(200, json=MOVED), moved]
    with pytest.raises(NotUnderstood):
        companies(bench)
    assert len(bench.script.requests) == 3


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(302, headers={"Location": "https://evil.example/"}),
        httpx.Response(200, json={**MOVED, "url": "https://evil.example/"}),
        httpx.Response(200, html="<h1>Sign in to the network</h1>"),
        httpx.ConnectError("no network"),
    ],
    ids=repr,
)
def test_nobody_who_can_say_where_the_tenant_is(
    bench: Bench, answer: httpx.Response | Exception
) -> None:
    bench.script.replies = [httpx.Response(302), answer]
    with pytest.raises(NotUnderstood, match="answered 302"):
        companies(bench)


@pytest.mark.parametrize("answer", LEFT, ids=repr)
def test_a_write_is_not_sent_to_where_the_tenant_is_now(
    bench: Bench, answer: httpx.Response
) -> None:
    bench.script.replies = [answer]
    session = bench.session()
    with pytest.raises((NotUnderstood, LostAnswer)):
        session.exchange(Request("PATCH", "Tickets", {"id": 1}, writing=True))
    bench.script.replies = [answer, httpx.Response(200, json=MOVED), page(COMPANY)]
    assert bench.over(session, e.COMPANIES, where("id", "eq", 7))
    assert [request.method for request in bench.script.requests] == ["PATCH", "POST", "GET", "POST"]


@pytest.mark.parametrize(
    ("told", "links"),
    [
        pytest.param(MOVED["webUrl"], "https://ww12.autotask.net", id="told"),
        pytest.param("https://evil.example/", None, id="no good"),
        pytest.param(None, None, id="not told"),
    ],
)
def test_after_a_move_links_lead_where_autotask_says(
    bench: Bench, told: str | None, links: str | None
) -> None:
    answer = httpx.Response(200, json={**MOVED, "webUrl": told})
    bench.script.replies = [httpx.Response(401), answer, page(COMPANY)]
    session = bench.session()
    assert session.zones.pages_elsewhere("ww5.autotask.net") is None
    bench.over(session, e.COMPANIES, where("id", "gte", 0))
    for each in (session, bench.session()):  # the next command knows it too
        assert (each.zone.ticket_pages or "").partition("/Autotask/")[0] == (links or "")
        assert each.zones.pages_elsewhere("ww12.autotask.net") is None


def test_the_address_that_is_set_counts_where_the_tenant_has_not_moved(bench: Bench) -> None:
    same = httpx.Response(200, json={**MOVED, "url": ZONE.upper().replace("HTTPS", "https")})
    bench.script.replies = [httpx.Response(404), same]
    session = bench.session()
    with pytest.raises(NotUnderstood):
        bench.over(session, e.COMPANIES, where("id", "gte", 0))
    assert session.zone.web_url == WEB


@pytest.mark.parametrize(
    ("answer", "host"),
    [
        pytest.param(httpx.Response(200, json=MOVED), None, id="moved there"),
        pytest.param(
            httpx.Response(200, json={**MOVED, "webUrl": "https://ww14.autotask.net/"}),
            "ww14.autotask.net",
            id="moved elsewhere",
        ),
        pytest.param(
            httpx.Response(200, json={**MOVED, "webUrl": WEB}), "ww5.autotask.net", id="not moved"
        ),
        pytest.param(httpx.Response(503), "ww5.autotask.net", id="nobody knows"),
    ],
)
def test_whether_a_link_is_another_zones(
    bench: Bench, answer: httpx.Response, host: str | None
) -> None:
    bench.script.replies = [answer]
    assert bench.session().zones.pages_elsewhere("ww12.autotask.net") == host


def test_a_write_does_not_follow_the_tenant(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(401), httpx.Response(200, json=MOVED)]
    session = bench.session()
    with pytest.raises(LostAnswer, match="the tenant has moved"):
        session.exchange(Request("PATCH", "Tickets", {"id": 1}, writing=True))
    assert [request.method for request in bench.script.requests] == ["PATCH", "GET"]
    bench.script.replies = [page(COMPANY)]
    assert bench.over(session, e.COMPANIES, where("id", "eq", 7))


def test_a_401_on_a_pages_link_stands(bench: Bench) -> None:
    """The link is the old zone's: a look for a new one would only send the login there again."""
    bench.script.replies = [page(COMPANY, next_url=NEXT), httpx.Response(401)]
    with pytest.raises(CredentialsRefused):
        companies(bench)
    assert [str(request.url) for request in bench.script.requests][1:] == [NEXT]
    with pytest.raises(CredentialsRefused, match="didn't send them again"):
        companies(bench)


def test_a_401_that_stays_is_remembered(bench: Bench) -> None:
    bench.script.replies = [
        httpx.Response(401),
        httpx.Response(200, json={**MOVED, "url": ZONE}),
    ]
    with pytest.raises(CredentialsRefused):
        companies(bench)
    with pytest.raises(CredentialsRefused, match="didn't send them again"):
        companies(bench)
    assert len(bench.script.requests) == 2
    bench.script.replies = [page(COMPANY)]
    assert companies(bench, secret="another")


def test_a_401_in_the_new_zone_too_is_remembered(bench: Bench) -> None:
    bench.script.replies = [
        httpx.Response(401),
        httpx.Response(200, json=MOVED),
        httpx.Response(401),
    ]
    with pytest.raises(CredentialsRefused):
        companies(bench)
    with pytest.raises(CredentialsRefused, match="didn't send them again"):
        companies(bench)


def test_a_refused_login_stays_refused_when_the_zone_is_forgotten(bench: Bench) -> None:
    bench.script.replies = [
        httpx.Response(401),
        httpx.Response(200, json=MOVED),
        httpx.Response(401),
    ]
    with pytest.raises(CredentialsRefused):
        companies(bench)
    bench.cache.forget(f"zone api@example.com {ZONE} {WEB}")
    with pytest.raises(CredentialsRefused, match="didn't send them again"):
        companies(bench)
    assert len(bench.script.requests) == 3


def test_a_refusal_is_told_and_not_repeated_though_the_disk_is_full(bench: Bench) -> None:
    bench.fill_disk()
    bench.script.replies = [
        httpx.Response(401),
        httpx.Response(200, json=MOVED),
        httpx.Response(401),
    ]
    with pytest.raises(CredentialsRefused, match="Autotask refused") as caught:
        companies(bench)
    assert "the next command sends them again" in (caught.value.hint or "")
    with pytest.raises(CredentialsRefused, match="didn't send them again"):
        companies(bench)
    assert [request.url.host for request in bench.script.requests] == [
        "webservices5.autotask.net",
        "webservices.autotask.net",
        "webservices12.autotask.net",
    ]


def test_a_store_that_cannot_be_read_is_told_and_nothing_is_sent(bench: Bench) -> None:
    session = bench.session()
    bench.path.write_bytes(b"no database at all, but long enough" * 100)
    with pytest.raises(StoreProblem, match="not a database"):
        bench.over(session, e.COMPANIES, where("id", "gte", 0))
    assert bench.script.requests == []


def test_a_zone_elsewhere_never_sees_the_login(bench: Bench) -> None:
    bench.script.replies = [
        httpx.Response(401),
        httpx.Response(200, json={**MOVED, "url": "https://evil.example/"}),
    ]
    with pytest.raises(CredentialsRefused):
        companies(bench)
    assert [request.url.host for request in bench.script.requests][1:] == [
        "webservices.autotask.net"
    ]


def test_the_zone_is_discovered_and_remembered(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(200, json=MOVED), page(COMPANY), page(COMPANY)]
    companies(bench, zone_url="", web_url="")
    companies(bench, zone_url="", web_url="")
    assert bench.script.paths == [
        "GET /ATServicesRest/V1.0/zoneInformation",
        "POST /atservicesrest/V1.0/Companies/query",
        "POST /atservicesrest/V1.0/Companies/query",
    ]
    assert bench.script.requests[0].url.params["user"] == "api@example.com"


def test_a_user_that_no_zone_knows(bench: Bench) -> None:
    answer = {"errors": ["Zone information could not be determined"]}
    bench.script.replies = [httpx.Response(500, json=answer)]
    with pytest.raises(SettingsProblem, match=r"does not know the API user api@example\.com"):
        companies(bench, zone_url="", web_url="")


def test_links_need_only_the_web_address(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(200, json=MOVED)]
    zone = bench.session(web_url="").zone
    assert zone.url == ZONE
    assert zone.ticket_pages == (
        "https://ww12.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"
        "?Code=OpenTicketDetail&TicketID="
    )


def test_without_a_web_address_there_are_no_links(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(503)]
    assert bench.session(web_url="").zone.ticket_pages is None


@pytest.mark.parametrize("name", ["url", "webUrl"])
def test_a_told_address_that_is_no_good_does_not_fail_a_zone_that_is_set(
    bench: Bench, name: str
) -> None:
    answer = {**MOVED, name: "https://evil.example/"}
    bench.script.replies = [httpx.Response(200, json=answer)]
    zone = bench.session(web_url="").zone
    assert zone.url == ZONE
    assert zone.web_url == ("" if name == "webUrl" else MOVED["webUrl"])


def test_a_user_that_no_zone_knows_is_told_where_the_zone_is_set(bench: Bench) -> None:
    answer = {"errors": ["Zone information could not be determined"]}
    bench.script.replies = [httpx.Response(500, json=answer)]
    with pytest.raises(SettingsProblem, match="does not know the API user"):
        _ = bench.session(web_url="").zone.ticket_pages


def test_each_request_is_traced_without_secrets(bench: Bench) -> None:
    bench.script.replies = [httpx.Response(503), page(COMPANY)]
    companies(bench)
    text = "\n".join(bench.traced)
    assert "POST /ATServicesRest/V1.0/Companies/query 503" in text
    assert "trying again in 0.5 s" in text
    assert "POST /ATServicesRest/V1.0/Companies/query 200" in text
    assert "s3cret" not in text
    assert "c0de" not in text


def test_a_host_that_no_library_can_look_up_is_one_that_nobody_reached(bench: Bench) -> None:
    bench.script.replies = [UnicodeError("label too long"), httpx.InvalidURL("bad host")] * 2
    session = bench.session()
    for _ in range(4):
        with pytest.raises(Unreachable, match=r"webservices5\.autotask\.net cannot be reached"):
            session.exchange(Request("PATCH", "Tickets", {}, writing=True))
