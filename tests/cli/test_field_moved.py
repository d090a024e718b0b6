"""The tenant moves to another zone: rows, links and pasted links follow; the login only there."""

from collections.abc import Callable

import httpx
import pytest
from offices import ZONE_URL, Office

NEW_ZONE, NEW_WEB = "https://webservices7.autotask.net/ATServicesRest/", "https://ww7.autotask.net/"
PAGE = "Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID="
LEFT = {
    "401": httpx.Response(401),
    "302": httpx.Response(302, headers={"Location": NEW_ZONE}),
    "404": httpx.Response(404, html="<h2>404 - File or directory not found.</h2>"),
}


class Moved(httpx.BaseTransport):
    """Answer as *left* for the old zone, and as the office for the new one and any zone's."""

    def __init__(self, inner: httpx.BaseTransport, left: httpx.Response) -> None:
        self._inner = inner
        self._left = left
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "webservices99.autotask.net":
            request.read()
            self.asked.append("old")
            return httpx.Response(
                self._left.status_code, headers=self._left.headers, content=self._left.content
            )
        self.asked.append("zone" if "zoneInformation" in str(request.url) else "new")
        return self._inner.handle_request(request)


Move = Callable[[str], Moved]


@pytest.fixture
def move(office: Office) -> Move:
    def moving(left: str) -> Moved:
        office.app.zone_url, office.app.web_url = NEW_ZONE, NEW_WEB
        moved = office.transport = Moved(office.transport, LEFT[left])
        return moved

    return moving


@pytest.mark.parametrize("left", LEFT)
def test_rows_and_links_follow(office: Office, move: Move, left: str) -> None:
    ticket = office.ticket(125)
    moved = move(left)
    done = office.run("stale", "--json")
    assert done.code == 0
    assert f"{NEW_WEB}{PAGE}{ticket}" in done.out
    assert moved.asked[:3] == ["old", "zone", "new"]
    assert set(moved.asked[3:]) == {"new"}
    moved.asked.clear()
    assert f"{NEW_WEB}{PAGE}{ticket}" in office.run("show", str(ticket)).out
    assert set(moved.asked) == {"new"}


@pytest.mark.parametrize("warm", [False, True], ids=["at once", "known to have moved"])
@pytest.mark.parametrize("left", LEFT)
def test_a_pasted_link_of_the_new_zone_is_ours(
    office: Office, move: Move, left: str, warm: bool
) -> None:
    ticket = office.ticket(125)
    move(left)
    if warm:
        office.run("stale")
    done = office.run("show", f"{NEW_WEB}{PAGE}{ticket}")
    assert done.code == 0
    assert "that link is of" not in done.err
    done = office.run("show", f"https://ww99.autotask.net/{PAGE}{ticket}")
    assert done.code == 0
    assert "that link is of ww99.autotask.net, not of ww7.autotask.net" in done.err


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("warm", [False, True], ids=["at once", "known to have moved"])
def test_doctor_names_both_keys(office: Office, move: Move, left: str, warm: bool) -> None:
    moved = move(left)
    if warm:
        office.run("stale")
    done = office.run("doctor")
    assert f"mcdesk config set autotask.zone_url {NEW_ZONE}" in done.out
    assert f"mcdesk config set autotask.web_url {NEW_WEB}" in done.out
    for key, value in (("zone_url", NEW_ZONE), ("web_url", NEW_WEB)):
        assert office.run("config", "set", f"autotask.{key}", value).code == 0
    moved.asked.clear()
    assert office.run("stale").code == 0
    assert set(moved.asked) == {"new"}
    assert ZONE_URL not in office.run("doctor").out


@pytest.mark.parametrize("left", LEFT)
def test_a_note_and_a_handoff_are_written_once(office: Office, move: Move, left: str) -> None:
    ticket = office.ticket(125)
    move(left)
    assert office.run("send-to-mc", str(ticket), "--yes", "--note", "words").code == 0
    assert len(office.notes(ticket)) == 1
