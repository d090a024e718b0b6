"""What is told before a handoff: whom and what the vendor does not take, and what it would lack.

One table of rules, each with its code, its reason and its mend; their weights stand in the one of
`safety`. Nothing is looked up here: what could not be read is for the caller to say.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from mcdesk.core.labels import key, quoted
from mcdesk.core.operations import Kind
from mcdesk.core.safety import RULES, Objection, SafetyRule
from mcdesk.core.tickets import Company, Contact, Ticket
from mcdesk.core.wording import gist

# Characters of a field that anybody may fill in, in a question.
_MOST_HELD = 60


class Terms(Struct, frozen=True):
    """Which tickets the *vendor* takes, as the settings say, in the ids of the tenant.

    *plan_field* is the companies' own field, "" if the plan is not checked; *plan_values* are the
    keys of values and labels that mean yes, *plan_labels* what its values are called, None if
    nobody knows. *out_of_scope* names sub-issues by their ids, *usual_priority_ids* is what a
    ticket has whose priority nobody chose.
    """

    vendor: str
    plan_field: str
    plan_values: frozenset[str]
    plan_labels: Mapping[str, str] | None
    out_of_scope: Mapping[int | None, str]
    usual_priority_ids: frozenset[int]

    def serves(self, company: Company | None) -> bool | None:
        """Return whether *company* is on the plan, None if nobody knows."""
        value = company.value_in(self.plan_field) if company else None
        if value is None:
            return None
        if {key(value), key(self.label(value))} & self.plan_values:
            return True
        return None if self.plan_labels is None else False

    def label(self, value: str) -> str:
        """Return what people call *value* of the plan's field."""
        return (self.plan_labels or {}).get(value, value)


class Customer(Struct, frozen=True):
    """Whose ticket it is; *contact* is None if there is none.

    *company* is None if it could not be read, or not its plan; *contact_known* is whether the
    contact could be.
    """

    name: str | None = None
    company: Company | None = None
    contact: Contact | None = None
    contact_known: bool = True


class Situation(Struct, frozen=True):
    """A *ticket* about to be handed on, whose it is, and what is to become of it.

    *priority* is its priority in words, *chosen* whether it gets one on purpose. *staying* are the
    names of who else is on it then.
    """

    ticket: Ticket
    customer: Customer
    priority: str
    chosen: bool
    staying: Sequence[str] = ()

    @property
    def who(self) -> str:
        """What the customer is called."""
        return self.customer.name or "this customer"


class _Rule(Struct, frozen=True):
    """A rule, what it finds wrong ("" for nothing), and what mends it."""

    rule: SafetyRule
    reason: Callable[[Situation, Terms], str]
    mend: str


def _not_on_plan(it: Situation, terms: Terms) -> str:
    company = it.customer.company
    if not terms.plan_field or company is None or terms.serves(company) is not False:
        return ""
    held = gist(terms.label(company.value_in(terms.plan_field) or ""), _MOST_HELD) or "empty"
    return f"{it.who} is not on {terms.vendor}'s plan: {quoted(terms.plan_field)} is {held}"


def _plan_unknown(it: Situation, terms: Terms) -> str:
    if not terms.plan_field or terms.serves(it.customer.company) is not None:
        return ""
    return (
        f"it is not known if {it.who} is on {terms.vendor}'s plan: "
        f"{quoted(terms.plan_field)} could not be read"
    )


def _out_of_scope(it: Situation, terms: Terms) -> str:
    name = terms.out_of_scope.get(it.ticket.sub_issue_id)
    return f"{terms.vendor} does not take {name}" if name else ""


def _contact_missing(it: Situation, terms: Terms) -> str:
    if it.customer.contact or not it.customer.contact_known:
        return ""
    return "it has no contact they could call"


def _contact_inactive(it: Situation, terms: Terms) -> str:
    contact = it.customer.contact
    return "" if contact is None or contact.active else f"its contact {_named(contact)} is inactive"


def _contact_unreachable(it: Situation, terms: Terms) -> str:
    contact = it.customer.contact
    if contact is None or contact.reachable:
        return ""
    return f"its contact {_named(contact)} has neither a phone number nor an email address"


def _named(contact: Contact) -> str:
    return contact.name or "(no name)"


def _description_empty(it: Situation, terms: Terms) -> str:
    return "" if it.ticket.description.strip() else "its description is empty"


def _priority_default(it: Situation, terms: Terms) -> str:
    if it.chosen or it.ticket.priority_id not in terms.usual_priority_ids:
        return ""
    return f"its priority is {it.priority}, which tickets get if nobody chooses"


def _others_kept(it: Situation, terms: Terms) -> str:
    if not it.staying:
        return ""
    return (
        f"{terms.vendor} may not see a ticket that others are on; kept as secondary resource: "
        + ", ".join(it.staying)
    )


_TABLE = (
    _Rule(
        SafetyRule.NOT_ON_PLAN,
        _not_on_plan,
        "`mcdesk claim {number}` keeps it here; if they are on it, set {field} on the company "
        "in Autotask",
    ),
    _Rule(
        SafetyRule.PLAN_UNKNOWN,
        _plan_unknown,
        "look at the company in Autotask; `mcdesk doctor` says what is in the way",
    ),
    _Rule(
        SafetyRule.OUT_OF_SCOPE,
        _out_of_scope,
        "`mcdesk claim {number}` keeps it here; if it is something else, set its sub-issue: "
        "`mcdesk show {number} --web`",
    ),
    _Rule(
        SafetyRule.CONTACT_MISSING,
        _contact_missing,
        "choose one on the ticket: `mcdesk show {number} --web`",
    ),
    _Rule(
        SafetyRule.CONTACT_INACTIVE,
        _contact_inactive,
        "choose another on the ticket: `mcdesk show {number} --web`",
    ),
    _Rule(
        SafetyRule.CONTACT_UNREACHABLE,
        _contact_unreachable,
        "--note TEXT says how to reach them; or enter it at the contact in Autotask",
    ),
    _Rule(
        SafetyRule.DESCRIPTION_EMPTY, _description_empty, "--note TEXT says what exactly happens"
    ),
    _Rule(SafetyRule.PRIORITY_DEFAULT, _priority_default, "--priority LABEL sets it"),
    _Rule(SafetyRule.OTHERS_KEPT, _others_kept, "--remove-secondaries removes them"),
)


def objections(it: Situation, terms: Terms) -> list[Objection]:
    """List what has to be known before the handoff of *it*, by *terms*."""
    words = {"number": it.ticket.number, "field": quoted(terms.plan_field)}
    weights = RULES[Kind.SEND]
    return [
        Objection(each.rule, weights[each.rule], reason, each.mend.format(**words), each.rule.value)
        for each in _TABLE
        if (reason := each.reason(it, terms))
    ]


def codes(overruled: Sequence[Objection], told: Sequence[Objection]) -> list[str]:
    """List what scripts know the warnings by: "overruled" stands beside what --force overruled."""
    said = [each.code for each in (*overruled, *told) if each.code]
    return list(dict.fromkeys([*said, *(["overruled"] if overruled else [])]))
