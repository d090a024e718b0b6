"""A note whose answer was lost: which one on the ticket is it, and is it written again?"""

from datetime import timedelta
from typing import Any

import pytest
from offices import Office

TEXT = "Restarted the spooler - it's fine"
ME = {"creatorResourceID": 20}
API_USER = {"creatorResourceID": 29}
FOUND, POSTED, IN_DOUBT, PUBLIC = (0, 1), (0, 2), (8, 1), (1, 1)


@pytest.mark.parametrize(
    ("minutes_before", "note", "outcome"),
    [
        pytest.param(0, ME, FOUND, id="the same"),
        pytest.param(-4, ME, FOUND, id="it landed later"),
        pytest.param(1 / 60, ME, FOUND, id="dated a second before the attempt"),
        pytest.param(1.9, ME, FOUND, id="dated nearly two minutes before the attempt"),
        pytest.param(3, ME, POSTED, id="three minutes before the attempt"),
        pytest.param(
            0,
            {**ME, "description": "Restarted the spooler \u2013 it\u2019s fine\r\n"},
            FOUND,
            id="altered in its punctuation",
        ),
        pytest.param(
            0, {**API_USER, "description": f"{TEXT}\r\n\r\nNoor Haddad"}, FOUND, id="signed"
        ),
        pytest.param(
            0,
            {**ME, "description": "Restarted the spooler - it&#39;s f"},
            IN_DOUBT,
            id="altered and cut",
        ),
        pytest.param(
            0, {**ME, "description": "Called the customer back"}, POSTED, id="another text of mine"
        ),
        pytest.param(0, {"creatorResourceID": 21}, POSTED, id="a colleague's"),
        pytest.param(
            0, {"creatorResourceID": None, "createdByContactID": 300}, POSTED, id="the customer's"
        ),
        pytest.param(0, {**ME, "publish": 1}, PUBLIC, id="a customer can read it"),
    ],
)
def test_which_note_is_ours(
    office: Office, minutes_before: float, note: dict[str, Any], outcome: tuple[int, int]
) -> None:
    ticket = office.ticket(10)
    office.break_with("POST /Tickets/*/Notes lose-request")
    assert office.run("note", str(ticket), TEXT).code == 8
    office.break_with()
    office.note(ticket, minutes_before, **{"description": TEXT, **note})
    office.now += timedelta(minutes=6)
    code = office.run("outbox", "retry").code
    assert (code, len(office.notes(ticket))) == outcome
