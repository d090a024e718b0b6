"""The wire: documented answers and what they mean."""

from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
import pytest

from mcdesk.autotask import wire
from mcdesk.autotask.entities import PageDetails
from mcdesk.autotask.wire import Answer, Login
from mcdesk.errors import (
    AutotaskProblem,
    CredentialsRefused,
    DeskError,
    Garbled,
    LostAnswer,
    NotUnderstood,
    PermissionDenied,
    Rejected,
    SettingsProblem,
    Throttled,
    Unavailable,
)

IIS_404 = (
    b"<!DOCTYPE html><html><head><style>body{margin:0}</style><title>404</title></head>"
    b"<body><h2>404 - File or directory not found.</h2></body></html>"
)


def errors(*texts: str) -> bytes:
    return msgspec.json.encode({"errors": texts})


@pytest.mark.parametrize(
    ("status", "body", "problem", "message"),
    [
        pytest.param(401, b"", CredentialsRefused, "refused the credentials (401)", id="401"),
        pytest.param(
            500,
            errors("IntegrationCode is invalid"),
            CredentialsRefused,
            "IntegrationCode is invalid",
            id="an older zone's bad integration code",
        ),
        pytest.param(
            500,
            errors("Picklist value [3] does not exist for priority. ; on record number [1]."),
            Rejected,
            "Picklist value [3] does not exist for priority.",
            id="a value that is gone",
        ),
        pytest.param(
            500, errors("a", "b"), Rejected, "Autotask refused: a; b", id="several errors"
        ),
        pytest.param(
            500,
            errors(
                "The logged in Resource does not have the adequate permissions to query this "
                "entity type."
            ),
            PermissionDenied,
            "adequate permissions to query",
            id="no permission",
        ),
        pytest.param(403, b"", PermissionDenied, "(403)", id="403"),
        pytest.param(
            403,
            b"<html><h1>Example Dental</h1>Not allowed</html>",
            NotUnderstood,
            "a web page came instead of Autotask's answer (403: Example Dental Not allowed)",
            id="a filter's 403",
        ),
        pytest.param(429, b"", Throttled, "refuses more requests", id="429"),
        pytest.param(
            500,
            errors("The Autotask API thread threshold of 3 threads has been exceeded"),
            Throttled,
            "refuses more requests",
            id="the thread limit in a 500",
        ),
        pytest.param(
            500,
            b'{"Message": "The Autotask API thread threshold of 3 threads has been exceeded."}',
            Throttled,
            "refuses more requests",
            id="the thread limit under Message",
        ),
        pytest.param(
            500,
            errors("The external request threshold of 10000 requests has been exceeded."),
            Throttled,
            "refuses more requests",
            id="the tenant's hour in a 500",
        ),
        pytest.param(500, errors("Itgenatr005"), Throttled, "refuses more", id="a code for it"),
        pytest.param(
            500,
            errors("The alert threshold of the SLA is not valid."),
            Rejected,
            "Autotask refused: The alert threshold of the SLA is not valid.",
            id="another threshold",
        ),
        pytest.param(500, b'{"Errors": ["no"]}', Rejected, "refused: no", id="Errors"),
        pytest.param(500, b'{"errors": "no"}', Rejected, "refused: no", id="one text"),
        pytest.param(
            500,
            b'{"errors": [{"Message": "no"}, {"code": 7}, 8], "Message": 5}',
            Rejected,
            'refused: no; {"code":7}; 8',
            id="errors that are objects",
        ),
        pytest.param(500, b'{"errors": ""}', Unavailable, "500", id="an empty text"),
        pytest.param(
            500,
            b'{"Message": "An error has occurred."}',
            Unavailable,
            "(500: An error has occurred.)",
            id="500 with a message",
        ),
        pytest.param(500, b"[" * 100_000, Unavailable, "500: [[[", id="nested without an end"),
        pytest.param(503, b"<h1>Service</h1> down", Unavailable, "503: Service down", id="503"),
        pytest.param(500, b"", Unavailable, "500: no text", id="500 without text"),
        pytest.param(500, b'{"errors": []}', Unavailable, "500", id="500 with no errors"),
        pytest.param(502, b'{"errors": 7}', Unavailable, "502", id="502 of another shape"),
        pytest.param(404, IIS_404, NotUnderstood, "404: 404 404 - File or", id="404 page"),
        pytest.param(
            405,
            b'{"Message":"The requested resource does not support http method \'GET\'."}',
            NotUnderstood,
            "405: The requested resource does not support http method 'GET'.",
            id="405",
        ),
        pytest.param(302, b"", NotUnderstood, "302", id="a redirect is not followed"),
    ],
)
def test_refusals(status: int, body: bytes, problem: type[DeskError], message: str) -> None:
    with pytest.raises(DeskError) as raised:
        wire.decipher(Answer(status, {}, body), writing=False)
    assert type(raised.value) is problem
    assert message in raised.value.message


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (302, "check autotask.zone_url"),
        (404, "check autotask.zone_url"),
        (400, "update mcdesk"),
        (405, "update mcdesk"),
        (415, "update mcdesk"),
    ],
)
def test_what_mends_an_answer_that_makes_no_sense(status: int, hint: str) -> None:
    with pytest.raises(NotUnderstood) as raised:
        wire.decipher(Answer(status, {}, b""), writing=False)
    assert hint in (raised.value.hint or "")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_outage_leaves_a_write_in_doubt(status: int) -> None:
    with pytest.raises(LostAnswer):
        wire.decipher(Answer(status, {}, b"<html>"), writing=True)


def test_errors_leave_no_doubt_about_a_write() -> None:
    with pytest.raises(Rejected):
        wire.decipher(Answer(500, {}, errors("Missing Required Field: title")), writing=True)


@pytest.mark.parametrize(
    "text",
    [
        "Execution Timeout Expired.  The timeout period elapsed prior to completion.",
        "Request timed out or time-out reached",
    ],
)
def test_a_server_that_gave_up_may_have_written_all_the_same(text: str) -> None:
    with pytest.raises(LostAnswer, match="timed out"):
        wire.decipher(Answer(500, {}, errors(text)), writing=True)
    with pytest.raises(Rejected):
        wire.decipher(Answer(500, {}, errors(text)), writing=False)


def test_a_success_is_its_body() -> None:
    assert wire.decipher(Answer(200, {}, b"{}"), writing=True) == b"{}"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_kept(status: int) -> None:
    with pytest.raises(AutotaskProblem) as raised:
        wire.decipher(Answer(status, {"retry-after": "7"}, b""), writing=False)
    assert raised.value.retry_after == "7"


NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "retry_after", "jitter", "seconds"),
    [
        pytest.param(0, "", 0.0, 0.5, id="first"),
        pytest.param(1, "", 0.0, 1.0, id="doubled"),
        pytest.param(1, "", 1.0, 2.0, id="jitter"),
        pytest.param(0, "7", 1.0, 7.0, id="seconds"),
        pytest.param(0, format_datetime(NOW.replace(second=9)), 0.0, 9.0, id="a date"),
        pytest.param(0, format_datetime(NOW.replace(hour=1)), 0.0, 0.0, id="a past date"),
        pytest.param(0, "soon", 0.0, 0.5, id="nonsense"),
        pytest.param(0, "-1", 0.0, 0.5, id="negative"),
        pytest.param(
            0, "Mon, 23 Nov 99999999999999999999 15:00:00 GMT", 0.0, 0.5, id="a year beyond all"
        ),
    ],
)
def test_pause(attempt: int, retry_after: str, jitter: float, seconds: float) -> None:
    paused = wire.pause(attempt, retry_after, now=NOW.timestamp(), jitter=jitter)
    assert paused == pytest.approx(seconds)


ASKED = "https://webservices5.autotask.net/ATServicesRest/V1.0/Tickets/query"


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        pytest.param(None, None, id="the last page"),
        pytest.param("", None, id="an empty link"),
        pytest.param(f"{ASKED}/next?paging=x", f"{ASKED}/next?paging=x", id="the next page"),
        pytest.param(
            f"{ASKED}/next?p=1".replace("webs", "WebS"),
            f"{ASKED}/next?p=1".replace("webs", "WebS"),
            id="the host in another case",
        ),
        pytest.param(
            f"{ASKED}/next?p=1".replace(".net/", ".net:443/"),
            f"{ASKED}/next?p=1".replace(".net/", ".net:443/"),
            id="the port that https has anyway",
        ),
        pytest.param(
            "/atservicesrest/v1.0/Tickets/query/next?p=1",
            "https://webservices5.autotask.net/atservicesrest/v1.0/Tickets/query/next?p=1",
            id="without host",
        ),
    ],
)
def test_next_page(link: str | None, followed: str | None) -> None:
    assert wire.next_page(PageDetails(500, link), asked=ASKED) == followed


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("https://evil.example/query/next", id="another host"),
        pytest.param("//evil.example/query/next", id="another host, no scheme"),
        pytest.param("http://webservices5.autotask.net/next", id="without TLS"),
        pytest.param("https://webservices5.autotask.net:8443/next", id="another port"),
        pytest.param("https://webservices5.autotask.net:80/next", id="the port of no TLS"),
        pytest.param("https://me@webservices5.autotask.net/next", id="with a login of its own"),
        pytest.param(ASKED, id="the same page again"),
        pytest.param("next?p=\x081", id="a control character"),
        pytest.param("//[::1", id="no address at all"),
        pytest.param("next?p=" + "1" * 40_000, id="longer than any"),
    ],
)
def test_a_page_elsewhere_is_not_followed(link: str) -> None:
    with pytest.raises(NotUnderstood, match="same host") as raised:
        wire.next_page(PageDetails(500, link), asked=ASKED)
    assert raised.value.hint


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"  ", id="blank"),
        pytest.param(b'{"count": 1, "nextPa', id="cut short"),
        pytest.param(b"<html>maintenance</html>", id="HTML"),
        pytest.param(b'{"count": "many", "nextPageUrl": null}', id="another type"),
        pytest.param(b'{"count": 1}', id="a missing link"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"x":' + b"[" * 100_000, id="nested without an end"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(body: bytes) -> None:
    with pytest.raises(Garbled):
        wire.decoded(body, PageDetails)


def test_a_good_body() -> None:
    body = b'{"count": 1, "requestCount": 500, "prevPageUrl": null, "nextPageUrl": null}'
    assert wire.decoded(body, PageDetails) == PageDetails(1, None)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Picklist value [3] does not exist for priority.", True),
        ("Value does not exist for child picklist: subIssueType", True),
        ("Missing Required Field: title", False),
    ],
)
def test_a_gone_value(text: str, gone: bool) -> None:
    assert wire.is_gone_value(Rejected([text])) is gone


def test_a_login_shows_no_secret() -> None:
    login = Login("api@example.com", "s3cret", "c0de")
    assert "s3cret" not in repr(login)
    assert "c0de" not in repr(login)
    assert login.headers() == {
        "UserName": "api@example.com",
        "Secret": "s3cret",
        "ApiIntegrationCode": "c0de",
    }
    assert login.headers(impersonate=0)["ImpersonationResourceId"] == "0"


@pytest.mark.parametrize(
    "secret", ["line\nend", "\u201cquoted\u201d", "b\u00e4d", " padded", "padded "]
)
def test_a_login_that_no_header_can_carry(secret: str) -> None:
    with pytest.raises(SettingsProblem, match="the API user's secret has a character") as problem:
        Login("api@example.com", secret, "c0de")
    assert "spaces around it" in problem.value.message
    assert secret not in str(problem.value)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Mon, 23 Nov 2026 15:00:00 GMT", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 15:00:00 -0000", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 10:00:00 -0500", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        ("yesterday", None),
        ("Mon, 23 Nov 99999999999999999999 15:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("", None),
    ],
)
def test_when_the_server_answered(value: str, date: datetime | None) -> None:
    assert wire.date_of({"date": value} if value else {}) == date


def test_a_name_that_is_refused_in_the_frameworks_words_is_a_refusal() -> None:
    body = b'{"Message": "The resource cannot be impersonated"}'
    with pytest.raises(DeskError) as raised:
        wire.decipher(Answer(500, {}, body), writing=True)
    assert isinstance(raised.value, Rejected | PermissionDenied)
    assert wire.may_be_the_name(raised.value)


@pytest.mark.parametrize(
    ("text", "may_be"),
    [("The impersonated resource is inactive", True), ("Data violation: title", False)],
)
def test_which_refusal_may_be_only_for_the_name(text: str, may_be: bool) -> None:
    assert wire.may_be_the_name(Rejected([text])) is may_be


@pytest.mark.parametrize("in_words", [True, False])
def test_so_it_is_where_the_permission_is_missing(in_words: bool) -> None:
    assert wire.may_be_the_name(PermissionDenied("no", in_words=in_words)) is in_words


@pytest.mark.parametrize(
    ("status", "elsewhere"),
    [(302, True), (404, True), (410, True), (421, True), (200, False), (401, False), (500, False)],
)
def test_what_a_zone_that_was_left_may_answer(status: int, elsewhere: bool) -> None:
    assert wire.leads_elsewhere(Answer(status, {}, b"")) is elsewhere


TITLE = b'{"items": [{"title": "\\"pageDetails\\": {}"}], "pageDetails": '


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(TITLE + b'{"count": 1, "nextPageUrl": null}}', PageDetails(1, None), id="end"),
        pytest.param(b'{"pageDetails": {"count": 1', None, id="cut short"),
        pytest.param(b"<html></html>", None, id="no page"),
        pytest.param(
            b'{"pageDetails": {"count": 1, "nextPageUrl": null}, "items": []}',
            PageDetails(1, None),
            id="in front",
        ),
    ],
)
def test_how_a_page_goes_on_is_read_from_its_end(body: bytes, found: PageDetails | None) -> None:
    assert wire.links(body) == found
