"""The four writes: each goes out alone and once, in the technician's name if that is allowed.

Never a PUT, which would empty the fields it leaves out, and never a create sent twice.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal

from mcdesk.autotask import entities as e
from mcdesk.autotask import wire
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.session import Request, Session
from mcdesk.core.changes import Values
from mcdesk.core.remembered import Cache
from mcdesk.core.tenant import Need
from mcdesk.errors import DeskError, Garbled, LostAnswer, PermissionDenied, Rejected, StoreProblem

Impersonation = Literal["auto", "always", "never"]


class Writes:
    """What can be written over *session*; *impersonate* is the setting of that name.

    *cache* knows in whose name Autotask let us write today. *remembered* forgets what is gone,
    *say* tells the technician what happened besides.
    """

    def __init__(
        self,
        session: Session,
        cache: Cache,
        remembered: Remembered,
        *,
        impersonate: Impersonation,
        say: Callable[[str], None],
    ) -> None:
        self._session = session
        self._cache = cache
        self._remembered = remembered
        self._impersonate = impersonate
        self._say = say

    def seen(self, resource_id: int | None) -> str:
        """Return how writing in a resource's name went today: "allowed", "refused", or ""."""
        for path in ("Tickets", "Notes"):
            if self._cache.get(_refused_mark(resource_id, path), bool):
                return "refused"
        return "allowed" if self._cache.get(f"impersonation allowed {resource_id}", bool) else ""

    def signs_notes_of(self, resource_id: int | None) -> bool:
        """Check if notes of *resource_id* go out as the API user's, as far as is known."""
        return not self._may_impersonate(resource_id, "Notes")

    def update_ticket(
        self,
        ticket_id: int,
        values: Values,
        *,
        as_resource: int | None,
        landed: Callable[[], bool],
    ) -> None:
        """Set only the fields in *values* of a ticket, in the name of *as_resource*.

        *landed* looks whether they were set, should that name be refused. PATCH goes to the
        collection, with the id in the body (autotask help, REST_Updating_Data_PATCH).
        """
        body = {"id": ticket_id, **e.ticket_changes(values)}
        self._write("PATCH", "Tickets", lambda _: body, as_resource, landed)

    def remove_secondary(self, ticket_id: int, row_id: int) -> None:
        """Take the secondary resource of row *row_id* off a ticket.

        Not in anybody's name: the entity knows no impersonation (autotask help, Settings_WSAPI).
        """
        self._write("DELETE", f"Tickets/{ticket_id}/SecondaryResources/{row_id}", None)

    def add_secondary(self, ticket_id: int, resource_id: int, role_id: int | None) -> None:
        """Put a secondary resource on a ticket, once, in a role."""
        body = {"resourceID": resource_id, "roleID": role_id}
        self._write("POST", f"Tickets/{ticket_id}/SecondaryResources", lambda _: body)

    def add_note(
        self,
        ticket_id: int,
        fields: Callable[[bool], Mapping[str, Any]],
        *,
        as_resource: int | None,
        landed: Callable[[], bool],
    ) -> int:
        """Create a note below its ticket (autotask help, TicketNotesEntity), once; return its id.

        *fields* is asked for the note's fields, told whether it goes out in *as_resource*'s name:
        if not, the text has to say who wrote it. *landed* looks whether it is there, should that
        name be refused.
        """
        return self._write("POST", f"Tickets/{ticket_id}/Notes", fields, as_resource, landed)

    def _write(
        self,
        method: str,
        path: str,
        fields: Callable[[bool], Mapping[str, Any]] | None,
        as_resource: int | None = None,
        landed: Callable[[], bool] = lambda: False,
    ) -> int:
        """Write in the name of *as_resource* if that is allowed, else as the API user.

        Returns the row's id.

        Autotask words a refused impersonation like any missing permission, or in words of its own:
        so one more try without it decides which it was, after a look that nothing was written by
        the first one (autotask help, Settings_WSAPI).
        """
        name = as_resource if self._may_impersonate(as_resource, path) else None
        body = fields and fields(name is not None)
        request = Request(method, path, body, writing=True, impersonate=name)
        try:
            item = wire.decoded(self._session.exchange(request), e.WrittenAnswer)
        except Garbled as problem:
            raise LostAnswer(f"{problem.message}; the change may have been made") from problem
        except (Rejected, PermissionDenied) as refusal:
            self._forget_what_is_gone(refusal)
            last = name is None or self._impersonate == "always"
            if last or not wire.may_be_the_name(refusal) or _seen(landed, refusal):
                raise
        else:
            if name is not None:
                with suppress(StoreProblem):
                    self._cache.put(f"impersonation allowed {name}", True)
            return int(item.itemId)
        written = self._write(method, path, fields)
        with suppress(StoreProblem):  # it is written: one more try tomorrow is no harm
            self._cache.put(_refused_mark(name, path), True)
        self._say(
            "Autotask doesn't let the API user write in your name: this was written as the API "
            "user (mcdesk tries again tomorrow)"
        )
        return written

    def _forget_what_is_gone(self, refusal: Rejected | PermissionDenied) -> None:
        if isinstance(refusal, Rejected) and wire.is_gone_value(refusal):
            with suppress(StoreProblem):  # Autotask's own words matter more now
                self._remembered.forget(Need.TICKETS | Need.NOTES | Need.ROLES)

    def _may_impersonate(self, resource_id: int | None, path: str) -> bool:
        if resource_id is None or self._impersonate != "auto":
            return resource_id is not None and self._impersonate == "always"
        return self._cache.get(_refused_mark(resource_id, path), bool) is None


def _seen(landed: Callable[[], bool], refusal: DeskError) -> bool:
    """Look whether what got *refusal* has *landed*; raise LostAnswer if nobody can look."""
    try:
        return landed()
    except DeskError as problem:
        raise LostAnswer(
            f"{refusal.message}; and mcdesk couldn't check whether it was written anyway: "
            f"{problem.message}"
        ) from problem


def _refused_mark(resource_id: int | None, path: str) -> str:
    return f"impersonation refused {resource_id} {path.split('/')[-1]}"
