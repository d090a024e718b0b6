"""The tenant: what its labels, people and roles are called, and which ids they have.

A value, loaded before anything is planned. Labels belong to the tenant and may be doubled or
retired: one is matched whole (look-alikes are one) among the active ones, and never guessed from
part of it. A row that comes twice is one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Flag, auto

import msgspec
from msgspec import field

from mcdesk.core import rows
from mcdesk.core.changes import Field, Names
from mcdesk.core.labels import by_nearness, key, listed, quoted
from mcdesk.core.rows import Decoded, Number, Row, Text
from mcdesk.core.tickets import Person
from mcdesk.errors import LabelProblem


class Need(Flag):
    """The parts of a tenant: picklists of tickets and of notes, people, roles, company fields."""

    TICKETS = auto()
    NOTES = auto()
    PEOPLE = auto()
    ROLES = auto()
    COMPANY_FIELDS = auto()


# The fields that hold a value of a picklist, by the API's names of these.
PICKLISTS = {
    Field.STATUS: "status",
    Field.QUEUE: "queueID",
    Field.PRIORITY: "priority",
    Field.CATEGORY: "ticketCategory",
}


class Choice(Decoded, frozen=True, kw_only=True):
    """One value of a picklist; *order* is the tenant's order.

    *usual* marks what a ticket gets if nobody chooses, *parent* is the value of another picklist
    that it belongs to.
    """

    id: Number = field(name="value")
    label: Text = ""
    active: rows.Flag = field(name="isActive", default=True)
    order: Number | None = field(name="sortOrder", default=None)
    usual: rows.Flag = field(name="isDefaultValue", default=False)
    parent: str | Number | None = field(name="parentValue", default=None)


class Picklist(msgspec.Struct, frozen=True):
    """The choices of one field, called *word* in messages."""

    word: str
    choices: tuple[Choice, ...]

    def id_of(self, label: str) -> int:
        """Find the id of *label*; raise LabelProblem with the candidates for none or several."""
        wanted = key(label)
        match [choice for choice in self.active if key(choice.label) == wanted]:
            case [found]:
                return found.id
            case []:
                raise LabelProblem(
                    f"Autotask has no active {self.word} {quoted(label)}",
                    hint="the active ones, nearest first: " + self._nearest(label),
                )
            case several:
                raise LabelProblem(
                    f"Autotask has {len(several)} active {self.word} entries named {quoted(label)}",
                    hint="an administrator can rename or deactivate one of them; their ids: "
                    + listed([f"{choice.id} ({quoted(choice.label)})" for choice in several]),
                )

    @property
    def active(self) -> list[Choice]:
        """The choices that are not retired, each once."""
        return list({choice.id: choice for choice in self.choices if choice.active}.values())

    def labels(self) -> dict[int, str]:
        """Return the label of every id, retired ones included."""
        return {choice.id: choice.label for choice in self.choices}

    def in_order(self) -> list[str]:
        """List all labels in the tenant's order, those without a place last."""
        placed = sorted(self.choices, key=lambda each: (each.order is None, each.order or 0))
        return [each.label for each in placed]

    def ranks(self) -> dict[int, int]:
        """Return the place of each id in the tenant's order, for those that have one."""
        return {choice.id: choice.order for choice in self.choices if choice.order is not None}

    def _nearest(self, label: str) -> str:
        found = by_nearness(label, self.active, lambda choice: choice.label)
        return listed([quoted(choice.label) for choice in found])


class DeskRole(Row, frozen=True, kw_only=True):
    """A role by name; hidden system roles have none (autotask help, Roles)."""

    name: Text = ""
    active: rows.Flag = field(name="isActive", default=True)


class HeldRole(Row, frozen=True, kw_only=True):
    """A role in which a resource may hold tickets (autotask help, TicketsEntity)."""

    resource_id: Number
    role_id: Number
    active: rows.Flag = field(name="isActive")
    default: rows.Flag = field(name="isDefault")


class Tenant(msgspec.Struct, frozen=True):
    """What was loaded of a tenant; what was not needed is empty. Everything else goes by id."""

    # By the API's names of their fields.
    picklists: Mapping[str, Picklist] = field(default_factory=dict)
    # Every resource, integrations and retired ones included.
    people: Mapping[int, Person] = field(default_factory=dict)
    roles: Mapping[int, DeskRole] = field(default_factory=dict)
    held_roles: Sequence[HeldRole] = ()
    # The companies' own fields by name, each with the labels of its values if it has a list of
    # them; None if they cannot be read.
    company_fields: Mapping[str, Mapping[str, str]] | None = None

    def picklist(self, field: str) -> Picklist:
        """Return the picklist of API field *field*."""
        return self.picklists[field]

    def id_of(self, field: str, label: str) -> int:
        """Find the id of *label* of *field*; raise LabelProblem."""
        return self.picklist(field).id_of(label)

    def any_ids_of(self, field: str, labels: Iterable[str]) -> frozenset[int]:
        """Find the ids that *labels* of *field* have or had: retired ones too, none if missing."""
        wanted = {key(label) for label in labels}
        return frozenset(
            choice.id for choice in self.picklist(field).choices if key(choice.label) in wanted
        )

    def ids_of(self, field: str, labels: Iterable[str]) -> frozenset[int]:
        """Find the ids of *labels* of *field*; raise LabelProblem."""
        return frozenset(self.id_of(field, label) for label in labels)

    def company_field(self, name: str) -> str:
        """Find the companies' own field *name*, as Autotask spells it; raise LabelProblem.

        If they cannot be read, it is taken as it was typed.
        """
        known = self.company_fields
        if known is None:
            return name
        for each in known:
            if key(each) == key(name):
                return each
        raise LabelProblem(
            f"companies in Autotask have no user-defined field {quoted(name)} (mc.plan_field)",
            hint="theirs, nearest first: "
            + listed([quoted(each) for each in by_nearness(name, known, str)]),
        )

    def sub_issues(self, names: Iterable[str]) -> frozenset[int]:
        """Find the ids that sub-issues have or had: by their label, or "Issue / Sub-issue"."""
        wanted = {key(name) for name in names}
        return frozenset(
            each.id
            for each in self.picklist("subIssueType").choices
            if {key(each.label), key(self._with_issue(each))} & wanted
        )

    def sub_issue(self, id: int) -> str:
        """Name a sub-issue with the issue that it belongs to: "Hardware / On-Site Repair"."""
        known = (each for each in self.picklist("subIssueType").choices if each.id == id)
        return next(map(self._with_issue, known), f"sub-issue {id}")

    def _with_issue(self, sub_issue: Choice) -> str:
        issues = (
            issue.label
            for issue in self.picklist("issueType").choices
            if str(issue.id) == str(sub_issue.parent)
        )
        return next((f"{issue} / {sub_issue.label}" for issue in issues), sub_issue.label)

    def holders(self) -> list[Person]:
        """List the people who may hold tickets."""
        return [person for person in self.people.values() if person.may_hold_tickets]

    def person(self, text: str) -> Person:
        """Find the one active person that *text* names; raise LabelProblem for none or several."""
        holders = self.holders()
        match [person for person in holders if person.answers_to(text)]:
            case [found]:
                return found
            case []:
                raise _nobody(text, holders)
            case several:
                raise _several(text, several)

    def role(self, person: Person, wanted: str = "") -> DeskRole:
        """Choose the role *wanted* of *person*, else the default one, else the only one.

        Raises LabelProblem when that leaves none or several.
        """
        held = [each for each in self.held_roles if self._may_use(each, person)]
        roles = self.roles_of(person)
        if wanted:
            fitting = [role for role in roles if key(role.name) == key(wanted)]
        else:
            fitting = self._roles(each for each in held if each.default) or roles
        if len(fitting) == 1:
            return fitting[0]
        raise _no_role(person, wanted, fitting, roles)

    def roles_of(self, person: Person) -> list[DeskRole]:
        """List the active roles in which *person* may hold tickets."""
        return self._roles(e for e in self.held_roles if self._may_use(e, person))

    def vendor_ids(self, names: Collection[str]) -> frozenset[int]:
        """Find the ids of the resources that write for the vendor under one of *names*."""
        return frozenset(
            person.id
            for person in self.people.values()
            if any(person.answers_to(name) for name in names)
        )

    def names(self) -> Names:
        """Name everything that a change of a ticket may be about."""
        people = {id: person.name for id, person in self.people.items()}
        return Names(
            {
                Field.PRIMARY_RESOURCE: people,
                Field.SECONDARY_RESOURCE: people,
                Field.ROLE: {id: role.name for id, role in self.roles.items()},
                **{field: self._labels(name) for field, name in PICKLISTS.items()},
            }
        )

    def _roles(self, held: Iterable[HeldRole]) -> list[DeskRole]:
        """List the roles that are *held*, each once."""
        return [self.roles[id] for id in dict.fromkeys(each.role_id for each in held)]

    def _may_use(self, held: HeldRole, person: Person) -> bool:
        role = self.roles.get(held.role_id)
        return held.resource_id == person.id and held.active and role is not None and role.active

    def _labels(self, field: str) -> dict[int, str]:
        known = self.picklists.get(field)
        return known.labels() if known else {}


def _nobody(text: str, holders: Iterable[Person]) -> LabelProblem:
    found = by_nearness(text, holders, lambda person: person.name)
    return LabelProblem(
        f"Autotask has no active resource {quoted(text)}",
        hint="those who can hold tickets, nearest first: "
        + listed([quoted(person.name) for person in found]),
    )


def _several(text: str, found: Collection[Person]) -> LabelProblem:
    names = listed([f"{person.user_name} ({quoted(person.name)})" for person in found])
    return LabelProblem(
        f"{quoted(text)} names {len(found)} active resources", hint=f"use the user name: {names}"
    )


def _no_role(
    person: Person, wanted: str, fitting: Sequence[DeskRole], roles: Sequence[DeskRole]
) -> LabelProblem:
    """Build the problem of none or several *fitting*; two of one name are told by their ids."""
    if wanted and fitting:
        named = listed([f"{role.id} ({quoted(role.name)})" for role in fitting])
        return LabelProblem(
            f"{person.name} has {len(fitting)} service desk roles named {quoted(wanted)}",
            hint=f"an administrator can rename or deactivate one of them; their ids: {named}",
        )
    what = f"a service desk role {quoted(wanted)}" if wanted else "one service desk role to choose"
    named = listed(_told_apart(by_nearness(wanted, roles, lambda role: role.name)))
    return LabelProblem(
        f"{person.name} does not have {what}",
        hint=f"active roles: {named}; set autotask.role or the template's role",
    )


def _told_apart(roles: Sequence[DeskRole]) -> list[str]:
    count = Counter(key(role.name) for role in roles)
    return [
        quoted(role.name) + (f" (id {role.id})" if count[key(role.name)] > 1 else "")
        for role in roles
    ]
