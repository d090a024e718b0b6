"""The board's model by itself: views, cursor, marks, filter, and which keys work now."""

from dataclasses import replace

import pytest

from mcdesk.cli.board.keys import CHANGES, KEYS, key_for, keys_line, keys_now, typed
from mcdesk.cli.board.model import Entry, Mode, Model, View
from mcdesk.cli.terminal.tables import Cell


def entry(id: int, title: str = "Printer", *, alarms: bool = False) -> Entry:
    number = f"T20261123.{id:04}"
    return Entry(id, number, "Harbor", "Maria", title, Cell("High"), Cell("5m"), alarms)


def model(*ids: int, on: int | None = None) -> Model:
    made = Model().refreshed(View.WAITING, [entry(id) for id in ids])
    return made if on is None else made.at(ids.index(on))


def ids(model: Model) -> list[int]:
    return [each.id for each in model.entries]


def current(model: Model) -> int | None:
    return model.current.id if model.current else None


class TestCursor:
    @pytest.mark.parametrize(
        ("start", "by", "end"), [(1, 1, 2), (3, 1, 3), (1, -1, 1), (1, 9, 3), (3, -2, 1)]
    )
    def test_stays_in_the_list(self, start: int, by: int, end: int) -> None:
        assert current(model(1, 2, 3, on=start).moved(by)) == end

    def test_of_an_empty_list(self) -> None:
        nothing = Model()
        assert current(nothing.moved(1)) is None
        assert nothing.marked() == nothing
        assert list(nothing.chosen) == []

    @pytest.mark.parametrize(
        ("before", "on", "now", "then"),
        [
            pytest.param([1, 2, 3], 2, [9, 1, 2, 3], 2, id="above it"),
            pytest.param([1, 2, 3], 2, [3, 2, 1], 2, id="another order"),
            pytest.param([1, 2, 3], 2, [1, 3], 3, id="gone: the next"),
            pytest.param([1, 2, 3], 3, [1, 2], 2, id="the last gone: the one before"),
            pytest.param([1, 2, 3], 2, [7, 8], 7, id="all gone: the first"),
            pytest.param([1, 2, 3], 2, [], None, id="nothing"),
            pytest.param([], None, [4, 5], 4, id="at first"),
        ],
    )
    def test_over_a_refresh(
        self, before: list[int], on: int | None, now: list[int], then: int | None
    ) -> None:
        refreshed = model(*before, on=on).refreshed(View.WAITING, [entry(id) for id in now])
        assert current(refreshed) == then

    def test_of_each_view_is_its_own(self) -> None:
        two = model(1, 2, 3, on=2).refreshed(View.MINE, [entry(7), entry(8)])
        mine = two.seeing(View.MINE).moved(1)
        assert current(mine) == 8
        assert current(mine.seeing(View.WAITING)) == 2


class TestAfterAnAction:
    @pytest.mark.parametrize(
        ("on", "done", "then"),
        [(1, {1}, 2), (2, {2}, 3), (3, {3}, 2), (1, {1, 2}, 3), (2, {1, 2, 3}, None), (1, {3}, 1)],
        ids=str,
    )
    def test_the_next_one_is_next(self, on: int, done: set[int], then: int | None) -> None:
        after = model(1, 2, 3, on=on).after(done, gone=True)
        assert current(after) == then
        assert not set(ids(after)) & done

    def test_that_leaves_them_there(self) -> None:
        after = model(1, 2, 3, on=2).after({2}, gone=False)
        assert ids(after) == [1, 2, 3]
        assert current(after) == 3
        last = model(1, 2, 3, on=3).after({3}, gone=False)
        assert current(last) == 2
        alone = model(1).after({1}, gone=False)
        assert current(alone) == 1

    def test_marks_of_what_is_done_go(self) -> None:
        marked = model(1, 2, 3).marked().marked()
        assert marked.after({1}, gone=True).marks == {2}


class TestMarks:
    def test_are_set_one_after_the_other_and_taken_away(self) -> None:
        marked = model(1, 2, 3).marked().marked()
        assert [each.id for each in marked.chosen] == [1, 2]
        assert marked.at(0).marked().marks == {2}

    def test_without_any_the_cursor_counts(self) -> None:
        assert [each.id for each in model(1, 2, on=2).chosen] == [2]

    def test_of_tickets_gone_go(self) -> None:
        assert model(1, 2).marked().refreshed(View.WAITING, [entry(2)]).marks == frozenset()

    def test_that_a_filter_hides_are_not_meant(self) -> None:
        found = [entry(1, "Printer"), entry(2, "Scanner")]
        both = Model().refreshed(View.WAITING, found).marked().marked()
        assert [each.id for each in both.filtered("scan").chosen] == [2]


class TestFilter:
    @pytest.mark.parametrize(
        ("words", "found"),
        [("", [1, 2]), ("SCAN", [2]), ("harbor print", [1]), ("0002", [2]), ("maria 5m", [1, 2])],
    )
    def test_every_word_is_found_somewhere(self, words: str, found: list[int]) -> None:
        both = Model().refreshed(View.WAITING, [entry(1), entry(2, "Scanner")])
        assert ids(both.filtered(words)) == found

    def test_the_cursor_stays_on_its_ticket(self) -> None:
        both = Model().refreshed(View.WAITING, [entry(1), entry(2, "Scanner")]).moved(1)
        filtered = both.filtered("scan")
        assert current(filtered) == 2
        assert current(filtered.filtered("")) == 2

    @pytest.mark.parametrize(
        ("words", "key", "then"),
        [("a", "b", "ab"), ("a", "space", "a "), ("ab", "backspace", "a"), ("a", "f1", "a")],
    )
    def test_as_you_type(self, words: str, key: str, then: str) -> None:
        assert typed(words, key) == then


def test_what_alarms() -> None:
    late = Model().refreshed(View.WITH_MC, [entry(1), entry(2, alarms=True)])
    assert late.alarming() == {2}


class TestKeys:
    @pytest.mark.parametrize("name", ["c", "s", "n", "N", "l", "o", "y"])
    def test_of_actions_work_on_a_ticket_while_nothing_is_under_way(self, name: str) -> None:
        assert key_for(model(1), name)
        assert key_for(Model(), name) is None
        assert key_for(replace(model(1), busy="Claim"), name) is None

    def test_undo_works_once_there_is_something_to_undo(self) -> None:
        assert key_for(model(1), "u") is None
        assert key_for(replace(model(1), deeds=(7,)), "u")
        assert key_for(replace(model(1), deeds=(7,), busy="Claim"), "u") is None

    def test_enter_answers_the_plain_question_alone(self) -> None:
        for mode, act in ((Mode.ASKED, "yes"), (Mode.ASKED_TWICE, ""), (Mode.QUITTING, "")):
            key = key_for(replace(model(1), mode=mode), "enter")
            assert (key.act if key else "") == act
            for name in ("n", "escape"):
                no = key_for(replace(model(1), mode=mode), name)
                assert no
                assert no.act == "no"

    def test_any_key_goes_on(self) -> None:
        reading = replace(model(1), mode=Mode.READING)
        acts = {
            name: key.act for name in ("c", "enter", "pagedown") if (key := key_for(reading, name))
        }
        assert acts == {"c": "dismiss", "enter": "dismiss", "pagedown": "page_down"}

    @pytest.mark.parametrize(
        ("changed", "then"),
        [
            pytest.param({"opened": True, "words": "x"}, {"opened": False}, id="the ticket"),
            pytest.param(
                {"marks": frozenset({1}), "words": "p"}, {"marks": frozenset()}, id="marks"
            ),
            pytest.param({"words": "p"}, {"words": ""}, id="the filter"),
        ],
    )
    def test_escape_closes_one_thing_after_the_other(
        self, changed: dict[str, object], then: dict[str, object]
    ) -> None:
        before = replace(model(1), **changed)  # type: ignore[arg-type]  # fields of the model
        assert key_for(before, "escape")
        closed = CHANGES["close"](before)
        assert {name: getattr(closed, name) for name in then} == then
        assert key_for(model(1), "escape") is None

    @pytest.mark.parametrize("mode", Mode)
    @pytest.mark.parametrize("room", [38, 60, 80, 120])
    def test_stand_in_the_last_line_as_far_as_there_is_room(self, mode: Mode, room: int) -> None:
        line = keys_line(replace(model(1), mode=mode), room)
        assert 0 < len(line) <= room
        if mode is Mode.LIST:
            assert line.startswith("c claim  s send to MC")
            assert line.endswith("? keys  q quit")

    def test_only_those_that_work_are_named(self) -> None:
        named = {each.act for each in keys_now(Model())}
        assert not named & {"claim", "send", "note", "undo", "open"}
        assert named >= {"filter", "look", "help", "quit"}

    def test_each_name_means_one_thing(self) -> None:
        for keys in KEYS.values():
            names = [name for key in keys for name in key.names]
            assert len(names) == len(set(names))
