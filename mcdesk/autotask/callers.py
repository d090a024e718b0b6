"""Finding who a search may mean: companies and contacts, by names, addresses and phone numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from mcdesk.autotask import entities as e
from mcdesk.autotask.conditions import either
from mcdesk.autotask.entities import Condition, where
from mcdesk.autotask.reads import Reads
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.strands import Read
from mcdesk.core.terms import Term
from mcdesk.core.tickets import Company, Contact
from mcdesk.errors import StoreProblem

# How many ids and words go into one query of tickets: Autotask takes 500 OR conditions.
MOST_IN_ONE = 400
# How many companies and how many contacts are looked at for one search.
_MOST_CALLERS = 200


class Budget(Struct, frozen=True):
    """How many *requests* a search may still make, and how many *rows* it may still bring here."""

    requests: int
    rows: int

    def __sub__(self, cost: "Budget") -> "Budget":
        """Return what is left after *cost*."""
        return Budget(self.requests - cost.requests, self.rows - cost.rows)

    def __add__(self, cost: "Budget") -> "Budget":
        """Return what both are together."""
        return Budget(self.requests + cost.requests, self.rows + cost.rows)


class Callers(Struct, frozen=True):
    """Which companies and contacts match each term, by their ids; *cut* if there are more.

    *cost* is what they took.
    """

    companies: Mapping[Term, Sequence[int]]
    contacts: Mapping[Term, Sequence[int]]
    cut: bool = False
    cost: Budget = Budget(2, 0)


def matching(terms: Sequence[Term], callers: Callers) -> tuple[list[Condition], bool]:
    """Write what tickets meet in which every one of *terms* is found; return whether ids are cut.

    The ids of all terms share the room of one query.
    """
    known = [callers.companies, callers.contacts]
    room = MOST_IN_ONE - 4 * len(terms)
    cut = sum(len(ids) for each in known for ids in each.values()) > room
    each_has = room // (2 * len(terms)) if cut else room
    conditions = [_anywhere(term, *(each[term][:each_has] for each in known)) for term in terms]
    return conditions, callers.cut or cut


def _anywhere(term: Term, companies: Sequence[int], contacts: Sequence[int]) -> Condition:
    found = [where("title", "contains", spelling) for spelling in term.spellings]
    if term.number:
        found.append(where("ticketNumber", "contains", term.number))
    for name, ids in (("companyID", companies), ("contactID", contacts)):
        found += [where(name, "in", ids)] if ids else []
    return either(*found)


def _caller(term: Term, names: Iterable[str], phones: Iterable[str]) -> Condition:
    """Write what the companies or contacts meet that *term* may name, or ring."""
    named = [where(name, "contains", spelling) for name in names for spelling in term.spellings]
    rings = [where(name, "contains", term.last_digits) for name in phones if term.digits]
    return either(*named, *rings)


def _is_company(term: Term, company: Company) -> bool:
    return term.in_texts(company.name) or term.in_phones(*company.phones)


def _is_contact(term: Term, contact: Contact) -> bool:
    named = term.in_texts(contact.first, contact.last, contact.email)
    return named or term.in_phones(*contact.phones)


def _by_term(
    terms: Sequence[Term], rows: Sequence[e.R], matches: Callable[[Term, e.R], bool]
) -> dict[Term, list[int]]:
    return {term: [row.id for row in rows if matches(term, row)] for term in terms}


class CallerSearch:
    """What looks for companies and contacts over *reads*; *remembered* keeps their names."""

    def __init__(self, reads: Reads, remembered: Remembered) -> None:
        self._reads = reads
        self._remembered = remembered

    def find(self, terms: Sequence[Term]) -> Callers:
        """Find the companies and contacts that match any of *terms*.

        If there are too many, those that match all of them are looked for as well.
        """
        companies, contacts = self._reads.together(self._companies(terms), self._contacts(terms))
        return Callers(
            _by_term(terms, companies[0], _is_company),
            _by_term(terms, contacts[0], _is_contact),
            cut=not (companies[1] and contacts[1]),
            cost=companies[2] + contacts[2],
        )

    def _companies(self, terms: Sequence[Term]) -> Read[tuple[list[Company], bool, Budget]]:
        names, phones = ("companyName",), ("phone", "alternatePhone1", "alternatePhone2")
        asked = [_caller(term, names, phones) for term in terms]
        return (yield from self._any_or_all(e.CALLING_COMPANIES, asked))

    def _contacts(self, terms: Sequence[Term]) -> Read[tuple[list[Contact], bool, Budget]]:
        names = ("firstName", "lastName", "emailAddress")
        asked = [_caller(term, names, ("phone", "mobilePhone", "alternatePhone")) for term in terms]
        return (yield from self._any_or_all(e.CONTACTS, asked))

    def _any_or_all(
        self, entity: e.Entity[e.R], asked: Sequence[Condition]
    ) -> Read[tuple[list[e.R], bool, Budget]]:
        """Read the rows that meet any of *asked*, as far as there is room, and remember them.

        If there is none, those that meet all come first. Returns whether they are all, and what it
        cost.
        """
        found, whole = yield from self._part(entity, [either(*asked)])
        cost = Budget(1, len(found))
        if not whole and len(asked) > 1:
            best, _ = yield from self._part(entity, asked)
            found, cost = [*best, *found], cost + Budget(1, len(best))
        rows = {row.id: row for row in found}
        with suppress(StoreProblem):
            self._remembered.keep(entity, rows)
        return list(rows.values()), whole, cost

    def _part(
        self, entity: e.Entity[e.R], conditions: Sequence[Condition]
    ) -> Read[tuple[list[e.R], bool]]:
        return (
            yield from self._reads.part(
                entity, *conditions, most=_MOST_CALLERS, strays=True, odd=[]
            )
        )
