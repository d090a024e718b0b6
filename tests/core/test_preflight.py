"""What is told before a handoff, against a written truth table: nothing missed, nothing false."""

from collections.abc import Iterator, Sized
from itertools import product
from math import prod
from typing import Any

import pytest
from msgspec import structs
from test_changes import TICKET

from mcdesk.core.operations import Kind
from mcdesk.core.preflight import Customer, Situation, Terms, codes, objections
from mcdesk.core.safety import RULES, Objection, SafetyRule, Weight
from mcdesk.core.tickets import Company, Contact, Ticket

FIELD, NONE = "Help Desk Support Type", ""
MEDIUM, HIGH, LOW = 2, 1, 3
PRINTER, ON_SITE = 102, 105
TERMS = Terms(
    vendor="MC",
    plan_field=FIELD,
    plan_values=frozenset({"yes", "gold"}),
    plan_labels={"17": "Gold", "18": "None"},
    out_of_scope={ON_SITE: "Hardware / On-Site Repair"},
    usual_priority_ids=frozenset({MEDIUM}),
)


def company(value: Any) -> Company:
    other = {"name": "Region", "value": "Yes"}
    return Company(id=174, name="Harbor", own=[other, {"name": FIELD, "value": value}])


def contact(active: bool = True, **reach: str) -> Contact:
    return Contact(id=300, first="Maria", last="Lopez", active=active, **reach)


# What there is -> the code that it has to have, "" for none.
PLANS: dict[str, tuple[Company | None, str]] = {
    "yes": (company("Yes"), NONE),
    "yes in another spelling": (company(" YES "), NONE),
    "by its label": (company("17"), NONE),
    "a number": (company(17), NONE),
    "no": (company("No"), "not_on_plan"),
    "another label": (company("18"), "not_on_plan"),
    "empty": (company(None), "not_on_plan"),
    "blank": (company("  "), "not_on_plan"),
    "the row leaves it out": (Company(id=174, own=[]), "not_on_plan"),
    "the row has no such part": (Company(id=174), "not_on_plan"),
    "the row makes no sense": (Company(id=174, own="?"), "plan_unknown"),
    "unreadable": (None, "plan_unknown"),
}
SCOPES = {None: NONE, 0: NONE, PRINTER: NONE, ON_SITE: "out_of_scope"}
CONTACTS: dict[str, tuple[Contact | None, bool, tuple[str, ...]]] = {
    "phone": (contact(phone="(212) 555-0120"), True, ()),
    "mobile": (contact(mobile_phone="(212) 555-0120"), True, ()),
    "alternate": (contact(alternate_phone="(212) 555-0120"), True, ()),
    "e-mail": (contact(email="maria@harbor.example"), True, ()),
    "missing": (None, True, ("contact_missing",)),
    "unreadable": (None, False, ()),
    "nothing": (contact(), True, ("contact_unreachable",)),
    "no digits": (contact(phone="n/a", email="none"), True, ("contact_unreachable",)),
    "left": (contact(False, phone="(212) 555-0120"), True, ("contact_inactive",)),
    "left, nothing": (contact(False), True, ("contact_inactive", "contact_unreachable")),
}
DESCRIPTIONS = {"It is broken.": NONE, "": "description_empty", " \r\n ": "description_empty"}
# The priority, and whether one is given now.
PRIORITIES = {
    (MEDIUM, False): "priority_default",
    (MEDIUM, True): NONE,
    (HIGH, False): NONE,
    (HIGH, True): NONE,
    (None, False): NONE,
}
OTHERS = {(): NONE, ("Felix Brandt",): "others_kept"}
# What is so of the plans if nobody can say which fields and labels there are.
BY_VALUE_ALONE = {"yes", "yes in another spelling"}
MARKED = {"not_on_plan", "plan_unknown", "out_of_scope"}


SETTINGS = {
    "checked": TERMS,
    "unchecked": structs.replace(TERMS, plan_field=""),
    "fields unreadable": structs.replace(TERMS, plan_labels=None),
}


def cases() -> Iterator[tuple[Terms, Situation, set[str]]]:
    """Yield what the settings say, what there is, and the codes that it has to have."""
    for setting, plan, scope, who, text, priority, others in product(
        SETTINGS, PLANS, SCOPES, CONTACTS, DESCRIPTIONS, PRIORITIES, OTHERS
    ):
        firm, on_plan = PLANS[plan]
        person, known, about_contact = CONTACTS[who]
        ticket: Ticket = structs.replace(
            TICKET, description=text, sub_issue_id=scope, priority_id=priority[0]
        )
        customer = Customer("Harbor", firm, person, known)
        situation = Situation(ticket, customer, "Medium", priority[1], others)
        if setting == "unchecked":
            on_plan = NONE
        elif setting == "fields unreadable":
            on_plan = NONE if plan in BY_VALUE_ALONE else "plan_unknown"
        wanted = {
            on_plan,
            SCOPES[scope],
            *about_contact,
            DESCRIPTIONS[text],
            PRIORITIES[priority],
            OTHERS[others],
        }
        yield SETTINGS[setting], situation, wanted - {NONE}


def test_every_combination() -> None:
    number, missed, false = 0, 0, 0
    for terms, situation, wanted in cases():
        found = objections(situation, terms)
        said = {each.code for each in found}
        assert len(said) == len(found)
        number, missed, false = number + 1, missed + len(wanted - said), false + len(said - wanted)
    kinds: tuple[Sized, ...] = (SETTINGS, PLANS, SCOPES, CONTACTS, DESCRIPTIONS, PRIORITIES, OTHERS)
    assert (number, missed, false) == (prod(map(len, kinds)), 0, 0)
    assert number > 40_000


def test_what_they_weigh() -> None:
    coded = {rule.value: weight for rule, weight in RULES[Kind.SEND].items() if "_" in rule.value}
    assert {code for code, weight in coded.items() if weight is Weight.ASKS} == MARKED
    assert {code for code, weight in coded.items() if weight is Weight.WARNS} == {
        "contact_missing",
        "contact_inactive",
        "contact_unreachable",
        "description_empty",
        "priority_default",
        "others_kept",
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(
            {"company": company("No")},
            'Harbor is not on MC\'s plan: "Help Desk Support Type" is No (`mcdesk claim '
            'T20261123.0007` keeps it here; if they are on it, set "Help Desk Support Type" on the '
            "company in Autotask)",
            id="no",
        ),
        pytest.param(
            {"company": company("No.\n" + "Send it anyway? " * 9)},
            'Harbor is not on MC\'s plan: "Help Desk Support Type" is No. Send it anyway? Send it '
            "anyway? Send it anyway? Send... (`mcdesk claim T20261123.0007` keeps it here; ",
            id="a novel",
        ),
        pytest.param(
            {"company": company("18")},
            'Harbor is not on MC\'s plan: "Help Desk Support Type" is None (',
            id="a label",
        ),
        pytest.param(
            {"company": company(None), "name": None},
            'this customer is not on MC\'s plan: "Help Desk Support Type" is empty (',
            id="empty",
        ),
        pytest.param(
            {"company": None},
            'it is not known if Harbor is on MC\'s plan: "Help Desk Support Type" could not be read'
            " (look at the company in Autotask; `mcdesk doctor` says what is in the way)",
            id="unreadable",
        ),
        pytest.param(
            {"contact": Contact(id=300, active=False)},
            "its contact (no name) is inactive (choose another on the ticket: `mcdesk show "
            "T20261123.0007 --web`)",
            id="nobody's name",
        ),
        pytest.param(
            {"contact": contact()},
            "its contact Maria Lopez has neither a phone number nor an email address (--note TEXT "
            "says how to reach them; or enter it at the contact in Autotask)",
            id="unreachable",
        ),
    ],
)
def test_each_says_why_and_what_mends_it(given: dict[str, Any], told: str) -> None:
    fine = {"name": "Harbor", "company": company("Yes"), "contact": contact(phone="5550100")}
    ticket = structs.replace(TICKET, description="d", priority_id=HIGH)
    found = objections(Situation(ticket, Customer(**{**fine, **given}), "High", False), TERMS)
    assert found[0].told.startswith(told)


def test_every_rule_has_a_mend() -> None:
    lacking = RULES[Kind.SEND].keys() - {
        SafetyRule.CLOSED,
        SafetyRule.COLLEAGUES,
        SafetyRule.BATCH,
    }
    said: dict[str, Objection] = {}
    for terms, situation, _ in cases():
        said |= {each.code: each for each in objections(situation, terms)}
        assert all(each.weight is RULES[Kind.SEND][each.rule] for each in said.values())
        if len(said) == len(lacking):
            break
    assert said.keys() == {rule.value for rule in lacking}
    assert all(each.mend and each.told.endswith(f"({each.mend})") for each in said.values())
    assert said["out_of_scope"].reason == "MC does not take Hardware / On-Site Repair"
    assert said["priority_default"].mend == "--priority LABEL sets it"
    assert "Felix Brandt" in said["others_kept"].reason


def test_the_codes_for_scripts() -> None:
    def objection(code: str) -> Objection:
        return Objection(SafetyRule.CLOSED, Weight.ASKS, "r", code=code)

    assert codes([], []) == []
    assert codes([], [objection("contact_missing")]) == ["contact_missing"]
    assert codes([objection("")], []) == ["overruled"]
    forced = codes([objection("not_on_plan"), objection("")], [objection("description_empty")])
    assert forced == ["not_on_plan", "description_empty", "overruled"]
    assert objection("").told == "r"
