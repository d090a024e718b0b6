"""The addresses of the API, and what answers at each."""

import json
from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from mcdesk.sandbox import limits, rules
from mcdesk.sandbox.answers import Refusal, message, not_found
from mcdesk.sandbox.call import Call, argument
from mcdesk.sandbox.entities import Entity
from mcdesk.sandbox.information import fields, information, user_defined
from mcdesk.sandbox.query import parse
from mcdesk.sandbox.schema import BY_PATH, CHILDREN
from mcdesk.sandbox.world import Values, row

# What there is besides collections.
_OTHERS = {"zoneinformation", "version", "thresholdinformation", "authenticate", "modules"}
# Rows that are written below another's: its collection, its id, and the word for its rows.
_BELOW = "/<above>/<int:parent>/<child>"
_MODULES, _NO_MODULE = (24, 36, 65, 71), 71
Handler = Callable[..., Values]


class Unknown(Refusal):
    """The refusal of an address that Autotask does not have."""

    def __init__(self) -> None:
        page = not_found()
        super().__init__(page.status, page.body, page.content_type)


def _not_by(method: str, below: str) -> Refusal:
    """Refuse *method* for the address *below*, or the address, if it is there for none.

    Rows that are written below another's have no collection of their own.
    """
    first, *rest = below.strip("/").split("/")
    entity = BY_PATH.get(first)
    if entity is None:
        return _wrong_method(method) if first in _OTHERS and not rest else Unknown()
    return _wrong_method(method) if rest or not entity.below else not_found()


def _version(call: Call) -> Values:
    return {"majorVersion": 2026, "minorVersion": 4, "build": 1, "customerType": 1}


def _authenticate(call: Call) -> Values:
    """Say whose login it is; a bad one does not get this far. The shape is a guess."""
    return {"resourceID": call.api_user}


def _modules(call: Call) -> Values:
    """List which modules are active, by their numbers (as @apigrate's description has them)."""
    return {"modules": [{"key": key, "value": key != _NO_MODULE} for key in _MODULES]}


def _threshold(call: Call) -> Values:
    return {
        "externalRequestThreshold": call.tenant.threshold,
        "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": limits.used(call.db, call.now),
    }


def _query(call: Call, entity: Entity) -> Values:
    return call.page(call.query(entity))


def _count(call: Call, entity: Entity) -> Values:
    return {"queryCount": call.query(entity).count(call.db)}


def _next(call: Call, entity: Entity) -> Values:
    """Go on at the page of the link: a GET has its query in it, a POST in its body once more."""
    if call.request.method == "GET" and argument(call.request, "search") is None:
        raise _wrong_method("GET")
    return call.next_page(call.query(entity))


def _get(call: Call, entity: Entity, row_id: int) -> Values:
    item = row(call.db, entity, row_id)
    if item is None and call.tenant.missing == "404":
        raise not_found()
    return {"item": item}


def _get_child(call: Call, entity: Entity, parent: int, row_id: int) -> Values:
    item = row(call.db, entity, row_id)
    return {"item": item if item and item[entity.link] == parent else None}


def _list_children(call: Call, entity: Entity, parent: int) -> Values:
    search = {"filter": [{"op": "eq", "field": entity.link, "value": parent}]}
    return call.page(parse(entity, search), search=json.dumps(search))


def _write(call: Call, entity: Entity) -> Values:
    method = call.request.method
    if entity.below or (method == "POST" and not entity.can_create):
        raise not_found()
    return _written(call, entity)


def _written(call: Call, entity: Entity, parent: int | None = None) -> Values:
    """Make or change a row, below *parent* if its collection is below another."""
    method = call.request.method
    making = method == "POST"
    if not (entity.can_create if making else entity.can_update):
        raise _wrong_method(method)
    by = call.writer(entity, "create" if making else "update")
    if making:
        return call.written(rules.create(by, entity, call.body(), parent))
    whole = method == "PUT"
    return call.written(rules.change(by, entity, call.body(), whole=whole, parent=parent))


def _delete(call: Call, entity: Entity, row_id: int, parent: int | None = None) -> Values:
    if not entity.can_delete or (entity.below and parent is None):
        raise _wrong_method("DELETE")
    by = call.writer(entity, "delete")
    rules.delete(by, entity, row_id, parent=parent)
    return call.written(row_id)


def _wrong_method(method: str) -> Refusal:
    return message(405, f"The requested resource does not support http method '{method}'.")


_ADDRESSES: tuple[tuple[str, str, Handler | None], ...] = (
    ("GET", "/zoneinformation", None),
    ("GET", "/version", _version),
    ("GET", "/thresholdinformation", _threshold),
    ("GET", "/authenticate", _authenticate),
    ("GET", "/modules", _modules),
    ("GET", "/<entity>/entityinformation", information),
    ("GET", "/<entity>/entityinformation/fields", fields),
    ("GET", "/<entity>/entityinformation/userdefinedfields", user_defined),
    ("GET POST", "/<entity>/query", _query),
    ("GET POST", "/<entity>/query/count", _count),
    ("GET POST", "/<entity>/query/next", _next),
    ("GET", "/<entity>/<int(signed=True):row_id>", _get),
    ("DELETE", "/<entity>/<int:row_id>", _delete),
    ("POST PATCH PUT", "/<entity>", _write),
    ("GET", f"{_BELOW}/entityinformation", information),
    ("GET", f"{_BELOW}/entityinformation/fields", fields),
    ("GET", f"{_BELOW}/entityinformation/userdefinedfields", user_defined),
    ("GET", _BELOW, _list_children),
    ("POST PATCH PUT", _BELOW, _written),
    ("GET", f"{_BELOW}/<int:row_id>", _get_child),
    ("DELETE", f"{_BELOW}/<int:row_id>", _delete),
)
_MAP = Map(
    [Rule(path, methods=methods.split(), endpoint=handler) for methods, path, handler in _ADDRESSES]
)


def match(method: str, below: str) -> tuple[Handler | None, dict[str, Any]]:
    """Find what answers at *below*, a path below the version, and what the path's parts mean.

    Nobody answers for the zone: that call wants no login.
    """
    try:
        handler, parts = _MAP.bind("autotask", path_info=below.casefold()).match(method=method)
    except MethodNotAllowed:
        raise _not_by(method, below.casefold()) from None
    except NotFound:
        raise Unknown from None
    arguments: dict[str, Any] = dict(parts)
    if child := arguments.pop("child", None):
        entity = CHILDREN.get((arguments.pop("above"), child))
        if entity is None:
            raise Unknown
        arguments["entity"] = entity
    elif name := arguments.pop("entity", None):
        if name not in BY_PATH:
            raise _not_by(method, below.casefold())
        arguments["entity"] = BY_PATH[name]
    return handler, arguments
