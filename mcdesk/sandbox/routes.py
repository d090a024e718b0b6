"""The addresses of the API, and what answers at each."""

import json
from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from mcdesk.sandbox import information, rules, schema
from mcdesk.sandbox.answers import Refusal, message, not_found
from mcdesk.sandbox.call import Call
from mcdesk.sandbox.query import parse
from mcdesk.sandbox.schema import BY_PATH, Entity
from mcdesk.sandbox.world import Values, row

_MAP = Map(
    [
        Rule("/zoneinformation", endpoint="zone", methods=["GET"]),
        Rule("/version", endpoint="version", methods=["GET"]),
        Rule("/thresholdinformation", endpoint="threshold", methods=["GET"]),
        Rule("/<entity>/entityinformation", endpoint="information", methods=["GET"]),
        Rule("/<entity>/entityinformation/fields", endpoint="fields", methods=["GET"]),
        Rule("/<entity>/entityinformation/userdefinedfields", endpoint="udfs", methods=["GET"]),
        Rule("/<entity>/query", endpoint="query", methods=["GET", "POST"]),
        Rule("/<entity>/query/count", endpoint="count", methods=["GET", "POST"]),
        Rule("/<entity>/query/next", endpoint="next", methods=["GET", "POST"]),
        Rule("/<entity>/<int(signed=True):row_id>", endpoint="get", methods=["GET"]),
        Rule("/timeentries/<int:row_id>", endpoint="delete_time_entry", methods=["DELETE"]),
        Rule("/<entity>", endpoint="write", methods=["POST", "PATCH", "PUT"]),
        *(
            Rule(
                f"/tickets/<int:ticket>/<child>/entityinformation{below}",
                endpoint=endpoint,
                methods=["GET"],
            )
            for below, endpoint in (
                ("", "child_information"),
                ("/fields", "child_fields"),
                ("/userdefinedfields", "child_udfs"),
            )
        ),
        Rule("/tickets/<int:ticket>/<child>", endpoint="list_children", methods=["GET"]),
        Rule("/tickets/<int:ticket>/<child>", endpoint="write_child", methods=["POST"]),
        Rule("/tickets/<int:ticket>/notes", endpoint="change_note", methods=["PATCH", "PUT"]),
        Rule("/tickets/<int:ticket>/<child>/<int:row_id>", endpoint="get_child", methods=["GET"]),
        Rule(
            "/tickets/<int:ticket>/secondaryresources/<int:row_id>",
            endpoint="delete_secondary",
            methods=["DELETE"],
        ),
    ]
)
# What there is besides collections.
_OTHERS = {"zoneinformation", "version", "thresholdinformation"}
# Rows that are written below their ticket: the word in the path, and the collection.
_CHILDREN = {"notes": schema.NOTES, "secondaryresources": schema.SECONDARIES}


class Unknown(Refusal):
    """The refusal of an address that Autotask does not have."""

    def __init__(self) -> None:
        page = not_found()
        super().__init__(page.status, page.body, page.content_type)


def match(method: str, below: str) -> tuple[str, dict[str, Any]]:
    """Find the endpoint for *below*, a path below the version, and what its parts mean."""
    try:
        endpoint, parts = _MAP.bind("autotask", path_info=below.casefold()).match(method=method)
    except MethodNotAllowed:
        raise _not_by(method, below.casefold()) from None
    except NotFound:
        raise Unknown from None
    known = {"entity": BY_PATH, "child": _CHILDREN}
    arguments = {
        name: known[name].get(part) if name in known else part for name, part in parts.items()
    }
    if None in arguments.values():
        raise _not_by(method, below.casefold()) if "entity" in arguments else Unknown
    return endpoint, arguments


def _not_by(method: str, below: str) -> Refusal:
    """Refuse *method* for the address *below*, or the address, if it is there for none.

    Rows that are written below their ticket have no collection of their own.
    """
    first, *rest = below.strip("/").split("/")
    entity = BY_PATH.get(first)
    if entity is None:
        return _wrong_method(method) if first in _OTHERS and not rest else Unknown()
    return _wrong_method(method) if rest or not entity.parent else not_found()


def _version(call: Call) -> Values:
    return {"majorVersion": 2026, "minorVersion": 4, "build": 1, "customerType": 1}


def _information(call: Call, entity: Entity) -> Values:
    return information.of_entity(entity)


def _fields(call: Call, entity: Entity) -> Values:
    return information.of_fields(call.db, entity)


def _udfs(call: Call, entity: Entity) -> Values:
    return {"fields": []}


def _of_child(describe: Callable[[Call, Entity], Values]) -> Callable[..., Values]:
    """Make a handler that describes what is written below a ticket."""
    return lambda call, ticket, child: describe(call, child)


def _query(call: Call, entity: Entity) -> Values:
    return call.page(call.query(entity))


def _count(call: Call, entity: Entity) -> Values:
    return {"queryCount": call.query(entity).count(call.db)}


def _next(call: Call, entity: Entity) -> Values:
    """Go on where the link says: a GET has its query in it, a POST in its body once more."""
    if call.request.method == "GET" and call.argument("search") is None:
        raise _wrong_method("GET")
    return call.next_page(call.query(entity))


def _get(call: Call, entity: Entity, row_id: int, missing: str) -> Values:
    item = row(call.db, entity, row_id)
    if item is None and missing == "404":
        raise not_found()
    return {"item": item}


def _write(call: Call, entity: Entity) -> Values:
    method = call.request.method
    if entity.parent or (method == "POST" and not entity.can_create):
        raise not_found()
    if method != "POST" and not entity.can_update:
        raise _wrong_method(method)
    if method == "POST":
        by = call.writer(entity, "create")
        return call.written(rules.create(by, entity, call.body(), None))
    by = call.writer(entity, "update")
    return call.written(rules.change(by, entity, call.body(), whole=method == "PUT"))


def _list_children(call: Call, ticket: int, child: Entity) -> Values:
    search = {"filter": [{"op": "eq", "field": "ticketID", "value": ticket}]}
    return call.page(parse(child, search), search=json.dumps(search))


def _get_child(call: Call, ticket: int, child: Entity, row_id: int) -> Values:
    item = row(call.db, child, row_id)
    return {"item": item if item and item["ticketID"] == ticket else None}


def _write_child(call: Call, ticket: int, child: Entity) -> Values:
    by = call.writer(child, "create")
    return call.written(rules.create(by, child, call.body(), ticket))


def _change_note(call: Call, ticket: int) -> Values:
    by, whole = call.writer(schema.NOTES, "update"), call.request.method == "PUT"
    return call.written(rules.change(by, schema.NOTES, call.body(), whole=whole, parent=ticket))


def _delete_secondary(call: Call, ticket: int, row_id: int) -> Values:
    by = call.writer(schema.SECONDARIES, "delete")
    rules.delete(by, schema.SECONDARIES, row_id, parent=ticket)
    return call.written(row_id)


def _delete_time_entry(call: Call, row_id: int) -> Values:
    by = call.writer(schema.TIME_ENTRIES, "delete")
    rules.delete(by, schema.TIME_ENTRIES, row_id, parent=None)
    return call.written(row_id)


def _wrong_method(method: str) -> Refusal:
    return message(405, f"The requested resource does not support http method '{method}'.")


HANDLERS: dict[str, Callable[..., Values]] = {
    "version": _version,
    "information": _information,
    "fields": _fields,
    "udfs": _udfs,
    "child_information": _of_child(_information),
    "child_fields": _of_child(_fields),
    "child_udfs": _of_child(_udfs),
    "query": _query,
    "count": _count,
    "next": _next,
    "get": _get,
    "write": _write,
    "list_children": _list_children,
    "get_child": _get_child,
    "write_child": _write_child,
    "change_note": _change_note,
    "delete_secondary": _delete_secondary,
    "delete_time_entry": _delete_time_entry,
}
