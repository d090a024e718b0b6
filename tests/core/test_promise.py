"""How long the vendor has had a ticket, and what they promise."""

from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.core.promise import Since, Source, WithVendor, moved_on, since_when, with_vendor

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PROMISES = {"Critical": 30, "High": 60, "Medium": 120, "Low": 1440}
PHONE = "(347) 308-6455"


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def sent(minutes: float) -> Since:
    return Since(ago(minutes), Source.JOURNAL)


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        ("Critical", ago(60)),
        (" critical ", ago(60)),
        ("High", ago(30)),
        ("Medium", NOW + timedelta(minutes=30)),
        ("Low", NOW + timedelta(minutes=1350)),
        ("Odd", None),
        (None, None),
    ],
)
def test_when_they_are_to_answer(priority: str | None, due: datetime | None) -> None:
    assert with_vendor(sent(90), (), priority, PROMISES, now=NOW).due == due


def test_promises_of_ones_own() -> None:
    assert with_vendor(sent(90), (), "Odd", {"Odd": 0}, now=NOW).due == ago(90)


def test_nothing_is_due_of_what_went_nobody_knows_when() -> None:
    clock = with_vendor(Since(), [ago(9), ago(5)], "High", PROMISES, now=NOW)
    assert clock == WithVendor(now=NOW, last_word=ago(5))


def test_their_words_are_those_after_it_went_there() -> None:
    words = [ago(20), ago(95), ago(90), ago(12), ago(30)]
    clock = with_vendor(sent(90), words, "High", PROMISES, now=NOW)
    assert (clock.first_word, clock.last_word) == (ago(30), ago(12))
    assert clock.since_from == "journal"
    before = with_vendor(sent(10), words, "High", PROMISES, now=NOW)
    assert (before.first_word, before.last_word) == (None, None)


def stands(since: float, due: float | None, *words: float) -> WithVendor:
    """Make a clock of minutes before now."""
    found = [ago(each) for each in words]
    return WithVendor(
        now=NOW,
        since=ago(since),
        first_word=found[0] if found else None,
        last_word=found[-1] if found else None,
        due=None if due is None else ago(due),
    )


@pytest.mark.parametrize(
    ("clock", "overdue", "said"),
    [
        (WithVendor(now=NOW), None, "MC: sent before mcdesk was watching"),
        (WithVendor(now=NOW, last_word=ago(5)), None, "MC: sent before mcdesk was watching"),
        (stands(90, None), None, "MC: no promise for this priority"),
        (stands(90, None, 12), None, "MC: answered 12m ago"),
        (stands(90, -18), 0, "MC: due in 18m"),
        (stands(90, 15), 15, f"MC: 15m overdue, call {PHONE}"),
        (stands(90, 75), 75, f"MC: 1h 15m overdue, call {PHONE}"),
        (stands(90, 0), 0, "MC: due in 0m"),
        (stands(90, 0.9), 0, "MC: due in 0m"),
        (stands(90, 1), 1, f"MC: 1m overdue, call {PHONE}"),
        (stands(90, 30, 40, 12), 0, "MC: answered 12m ago"),
        (stands(90, 30, 12), 0, "MC: answered 12m ago"),
    ],
)
def test_how_it_stands(clock: WithVendor, overdue: int | None, said: str) -> None:
    assert clock.overdue_minutes == overdue
    assert clock.overdue is bool(overdue)
    assert clock.in_words(PHONE) == said


@pytest.mark.parametrize(
    ("modified", "moved"),
    [(None, False), (ago(95), False), (ago(90), False), (ago(89), False), (ago(88.9), True)],
)
def test_whether_it_was_changed_after_we_sent_it(modified: datetime | None, moved: bool) -> None:
    assert moved_on(ago(90), modified) is moved


@pytest.mark.parametrize(
    ("here", "modified", "told", "since"),
    [
        pytest.param(None, ago(5), None, Since(), id="nobody knows"),
        pytest.param(None, ago(5), ago(9), Since(ago(9), Source.HISTORY), id="sent by another"),
        pytest.param(ago(90), ago(90), None, sent(90), id="sent from here"),
        pytest.param(ago(90), None, None, sent(90), id="whenever it was changed"),
        pytest.param(ago(90), ago(5), ago(89), sent(90), id="changed, and not sent again"),
        pytest.param(ago(90), ago(5), ago(300), sent(90), id="nothing new from the history"),
        pytest.param(
            ago(90), ago(5), ago(30), Since(ago(30), Source.HISTORY), id="taken back, sent again"
        ),
        pytest.param(ago(30), ago(90), None, sent(90), id="by a clock that is wrong"),
    ],
)
def test_since_when_they_have_it(
    here: datetime | None, modified: datetime | None, told: datetime | None, since: Since
) -> None:
    assert since_when(here, modified, told) == since
