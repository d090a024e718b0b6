"""Claims: the plan, and whether somebody was faster."""

from msgspec import structs
from test_changes import NAMES, TICKET, VERA

from mcdesk.core.changes import Field, SecondaryChange, taking_off
from mcdesk.core.claim import overtaken_by, plan_claim

TARGET = {Field.PRIMARY_RESOURCE: 1, Field.ROLE: 3}
VERAS = structs.replace(TICKET, primary_resource_id=12, role_id=3, status_id=2)
MINE = structs.replace(TICKET, primary_resource_id=1)


def test_plans_only_what_differs() -> None:
    plan = plan_claim(TICKET, TARGET, NAMES)
    assert plan.wanted == TARGET
    assert plan.kept == {}
    assert plan_claim(structs.replace(TICKET, role_id=3), TARGET, NAMES).kept == {Field.ROLE: 3}


def test_what_is_mine_is_left_as_it_is() -> None:
    me = structs.replace(VERA, resource_id=1)
    assert plan_claim(MINE, TARGET, NAMES, secondaries=[me]).empty


def test_i_am_taken_off_as_a_secondary_and_nobody_else() -> None:
    me = structs.replace(VERA, id=6, resource_id=1)
    plan = plan_claim(TICKET, TARGET, NAMES, secondaries=[VERA, me])
    assert plan.removals == [taking_off(me, NAMES)]
    assert not plan.additions


def test_who_joins_is_put_on_unless_they_are_there_or_i_am_it() -> None:
    joining = SecondaryChange(9, 3, "Ada", on=True)
    plan = plan_claim(TICKET, TARGET, NAMES, secondaries=[VERA], joining=joining)
    assert (plan.removals, plan.additions) == ([], [joining])
    for id in (VERA.resource_id, 1):
        other = structs.replace(joining, resource_id=id)
        assert not plan_claim(TICKET, TARGET, NAMES, secondaries=[VERA], joining=other).additions
    assert plan_claim(MINE, TARGET, NAMES, joining=joining).empty


def test_who_was_faster() -> None:
    plan = plan_claim(TICKET, TARGET, NAMES)
    assert overtaken_by(plan, MINE) is None
    assert overtaken_by(plan, VERAS) == 12
    # Still whose it was before: nobody was faster, it did not stick.
    assert overtaken_by(plan, TICKET) is None
    assert overtaken_by(plan_claim(VERAS, TARGET, NAMES), VERAS) is None
