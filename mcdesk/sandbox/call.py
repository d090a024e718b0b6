"""One authenticated request: what it asks, who writes with it, and how its answer looks."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from werkzeug.wrappers import Request

from mcdesk.sandbox import schema
from mcdesk.sandbox.answers import errors, message, no_permission
from mcdesk.sandbox.checks import API_ONLY
from mcdesk.sandbox.entities import Entity
from mcdesk.sandbox.query import Query, parse
from mcdesk.sandbox.udfs import definitions
from mcdesk.sandbox.world import Values, row, set_meta, stored_instant
from mcdesk.sandbox.writer import Writer

# Settings_WSAPI lists more; these are the ones that can be written here.
_IMPERSONABLE = {"Tickets", "TicketNotes", "TimeEntries", "Companies", "Contacts"}


@dataclass(kw_only=True)
class Tenant:
    """What differs between tenants and zones."""

    strict: bool = False
    """Whether unknown query operators are answered loudly, which no Autotask does."""
    missing: Literal["null", "404"] = "null"
    """What GET of a missing id answers."""
    credential_errors: Literal["401", "500"] = "401"
    """How bad names and codes are answered; 500 as some zones did in 2023."""
    threshold: int = 10_000
    """The requests that it may have in an hour."""
    zone_url: str = ""
    """Where it lives; empty: where it was asked."""
    web_url: str = "https://ww99.autotask.net/"
    """Where a browser finds it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A *request* of the API user at *now*, within its transaction."""

    request: Request
    db: sqlite3.Connection
    api_user: int
    now: datetime
    tenant: Tenant

    def body(self) -> Values:
        """Read the request's JSON object."""
        if self.request.mimetype != "application/json":
            raise message(415, "The request entity's media type is not supported.")
        body = parsed(self.request.get_data())
        if not isinstance(body, dict):
            raise message(400, "The request is invalid.")
        return body

    def refuse_impersonation(self) -> None:
        """Refuse to read in somebody's name."""
        if self.request.headers.get("ImpersonationResourceId"):
            raise no_permission("query")

    def query(self, entity: Entity) -> Query:
        """Read the query, from the address of a GET or the body of a POST.

        None may be made in somebody's name (seen on a live tenant).
        """
        self.refuse_impersonation()
        if self.request.method == "GET":
            body = parsed((argument(self.request, "search") or "").encode())
        else:
            body = self.body() if self.request.get_data() else {}
        udfs = {each["name"].casefold(): each["id"] for each in definitions(self.db, entity)}
        return parse(entity, body, strict=self.tenant.strict, udfs=udfs)

    def writer(self, entity: Entity, verb: str) -> Writer:
        """Find out in whose name this request writes.

        Settings_WSAPI: the resource must be active, no API-only user, and allowed to be
        impersonated. Entities that know no impersonation ignore the header.
        """
        header = self.request.headers.get("ImpersonationResourceId", "")
        if not header or entity.path not in _IMPERSONABLE:
            return Writer(self.db, self.api_user, self.now)
        resource = None
        if header.isascii() and header.isdigit():
            resource = row(self.db, schema.RESOURCES, int(header))
        barred = "SELECT 1 FROM no_impersonation WHERE resource IN (0, ?)"
        if (
            not resource
            or not resource["isActive"]
            or resource["licenseType"] == API_ONLY
            or self.db.execute(barred, (header,)).fetchone()
        ):
            raise no_permission(verb)
        return Writer(self.db, self.api_user, self.now, resource["id"])

    def written(self, row_id: int) -> Values:
        """Note that somebody has changed the world, and answer as every write does."""
        set_meta(self.db, "touched_at", stored_instant(self.now))
        return {"itemId": row_id}

    def page(
        self,
        query: Query,
        *,
        above: int | None = None,
        below: int | None = None,
        search: str | None = None,
    ) -> Values:
        """Answer with one page and the links around it.

        The link of a GET carries its query (*search*, if that is not in the address); that of a
        POST wants the body once more (REST_Basic_Query_Calls, and seen on live tenants).
        """
        if self.request.method == "GET":
            search = search or argument(self.request, "search")
        items = query.page(self.db, above=above, below=below)
        first, last = (items[0]["id"], items[-1]["id"]) if items else (None, None)
        return {
            "items": items,
            "pageDetails": {
                "count": len(items),
                "requestCount": query.size,
                "prevPageUrl": self._link(query, "<", first, search),
                "nextPageUrl": self._link(query, ">", last, search),
            },
        }

    def next_page(self, query: Query) -> Values:
        """Answer with the page that the request's link leads to."""
        try:
            paging = json.loads(argument(self.request, "paging") or "")
            return self.page(query, above=paging.get("after"), below=paging.get("before"))
        except (ValueError, AttributeError, TypeError, OverflowError, sqlite3.Error):
            raise errors("The paging information is not valid.") from None

    def _link(self, query: Query, side: str, edge: int | None, search: str | None) -> str | None:
        if edge is None or not query.reaches(self.db, side, edge):
            return None
        paging = {"pageSize": query.size, {"<": "before", ">": "after"}[side]: edge}
        url = (
            f"{self.request.host_url}atservicesrest/v1.0/{query.entity.path}/query/next"
            f"?paging={quote(json.dumps(paging))}"
        )
        return f"{url}&search={quote(search)}" if search else url


def argument(request: Request, name: str) -> str | None:
    """Return the argument *name* of an address, which may be there in any case."""
    found = request.args.items()
    return next((value for key, value in found if key.casefold() == name), None)


def parsed(data: bytes) -> Any:
    """Read JSON, or refuse as the web framework does."""
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise message(400, "The request is invalid.") from None


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(name)
