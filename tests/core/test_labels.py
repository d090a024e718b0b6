"""Look-alike labels and names are one; what only looks alike is told apart in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.labels import bare, by_nearness, key, listed, quoted
from mcdesk.core.tenant import Choice, Picklist, Tenant
from mcdesk.core.tickets import Contact, Person
from mcdesk.errors import LabelProblem

# Blanks that labels were pasted with, and characters without any width.
BLANKS = " \t\n\u00a0\u2003\u2009\u202f\u3000\u1680\u2028"
WIDTHLESS = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u034f\ufe0f\u180e"
LOOK_ALIKES = [
    "Help  Desk",
    " Help Desk",
    "Help Desk ",
    "HELP DESK",
    "\uff28\uff45\uff4c\uff50\u3000Desk",
    *(f"Help{blank}Desk{blank}" for blank in BLANKS),
    *(f"Help {hidden}Des{hidden}k{hidden}" for hidden in WIDTHLESS),
    "Help\u00a0\u200b Desk",
]


@pytest.mark.parametrize("other", LOOK_ALIKES)
def test_look_alikes_are_found_by_each_other(other: str) -> None:
    for typed, stored in ((other, "Help Desk"), ("Help Desk", other), (other, other)):
        statuses = Picklist("status", (Choice(id=0, label=stored), Choice(id=1, label="Help")))
        assert statuses.id_of(typed) == 0


@pytest.mark.parametrize("other", LOOK_ALIKES)
def test_look_alikes_are_two_if_both_are_there(other: str) -> None:
    statuses = Picklist("status", (Choice(id=0, label="Help Desk"), Choice(id=1, label=other)))
    with pytest.raises(LabelProblem, match="2 active status entries") as problem:
        statuses.id_of("Help Desk")
    assert f"1 ({quoted(other)})" in (problem.value.hint or "")
    assert quoted(other) != '"Help Desk"'


def test_a_choice_that_comes_twice_is_one() -> None:
    assert (
        Picklist("status", (Choice(id=3, label="New"), Choice(id=3, label="New"))).id_of("New") == 3
    )


@pytest.mark.parametrize(
    "typed", ["HelpDesk", "Help-Desk", "Help", "Help Desk.", "H\u0435lp Desk", ""]
)
def test_letters_make_a_difference(typed: str) -> None:
    with pytest.raises(LabelProblem, match="no active status"):
        Picklist("status", (Choice(id=0, label="Help Desk"),)).id_of(typed)


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("New", '"New"'),
        ("Z\u00fcrich \u65b0\u898f", '"Z\u00fcrich \u65b0\u898f"'),
        ("\u041d\u043e\u0432\u044b\u0439", '"\u041d\u043e\u0432\u044b\u0439"'),
        ("N\u0435w", '"N\u0435[cyrillic small letter ie]w"'),
        ("Help\u00a0Desk", '"Help[no-break space]Desk"'),
        ("Help  Desk ", '"Help[blank][blank]Desk[blank]"'),
        ("Wait\u200bing", '"Wait[zero width space]ing"'),
        ("Help\u2013Desk", '"Help\u2013[en dash]Desk"'),
        ("a\tb\x85", '"a[U+0009]b[U+0085]"'),
        ("", '""'),
    ],
)
def test_what_nobody_sees_is_named(label: str, shown: str) -> None:
    assert quoted(label) == shown


def test_what_still_fails_shows_the_difference() -> None:
    statuses = Picklist("status", (Choice(id=1, label="Complete"), Choice(id=2, label="N\u0435w")))
    with pytest.raises(LabelProblem) as problem:
        statuses.id_of("New")
    assert problem.value.hint == (
        'the active ones, nearest first: "N\u0435[cyrillic small letter ie]w", "Complete"'
    )


def test_the_nearest_come_first_and_no_more_than_twenty() -> None:
    labels = [f"Waiting {number}" for number in range(30)]
    found = by_nearness("waiting 17", labels, lambda label: label)
    assert found[0] == "Waiting 17"
    assert listed(found).endswith(", and 10 more")
    assert len(listed(found).split(", ")) == 21
    assert listed([]) == "none"


VENDOR = Person(id=12, first="Help Desk ", last="Support", user_name="hds", email="hd@v.example")


@pytest.mark.parametrize(
    "text",
    [
        "Help Desk Support",
        "help  desk\u00a0support",
        "Support, Help Desk",
        "Support ,Help Desk ",
        "HDS\u200b",
        " HD@v.example",
    ],
)
@pytest.mark.parametrize(
    "first", ["Help Desk ", "Help\u00a0Desk", " Help  Desk", "Help Desk\u200b"]
)
def test_people_are_found_by_look_alike_names(first: str, text: str) -> None:
    person = Person(id=12, first=first, last="Support", user_name="hds", email="hd@v.example ")
    assert Tenant(people={12: person}).person(text) == person


@pytest.mark.parametrize("text", ["", " ", ",", "Support", "Help Desk", "Support,", "Desk Support"])
def test_part_of_a_name_names_nobody(text: str) -> None:
    assert not VENDOR.answers_to(text)
    assert not Person(id=1).answers_to(text)


def test_two_people_of_look_alike_names_are_two() -> None:
    twin = Person(id=13, first="Help", last="Desk\u00a0Support", user_name="twin")
    both = Tenant(people={12: VENDOR, 13: twin})
    with pytest.raises(LabelProblem, match="names 2 active resources"):
        both.person("Help Desk Support")
    assert both.person("Support, Help Desk") == VENDOR


def test_a_name_is_said_without_its_odd_blanks() -> None:
    assert VENDOR.name == "Help Desk Support"
    assert Person(id=1, first="\u00a0", last=" Support ").name == "Support"


@pytest.mark.parametrize("around", ["", " ", "\u00a0", "\t \r\n", "\u200b", "\ufeff \u200b"])
def test_an_address_stands_for_itself(around: str) -> None:
    assert Contact(id=1, email=f"{around}priya@customer.example{around}").email == (
        "priya@customer.example"
    )
    assert bare(around) == ""


@given(st.text(max_size=20), st.lists(st.sampled_from([*BLANKS, *WIDTHLESS]), max_size=3))
def test_what_stands_around_a_label_makes_no_difference(label: str, around: list[str]) -> None:
    odd = "".join(around)
    assert key(odd + label + odd) == key(label)
