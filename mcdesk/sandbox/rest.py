"""The REST API in front of the world: a WSGI application.

Paths and header names may come in any case. An address that Autotask does not have is answered as
Autotask does, and kept in `unknown_routes` so that a test can tell.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

from mcdesk.sandbox import limits
from mcdesk.sandbox.answers import Refusal, errors, message, unauthorized
from mcdesk.sandbox.call import Call, Tenant, argument
from mcdesk.sandbox.checks import API_ONLY
from mcdesk.sandbox.faults import Fault, Faults, apply_due_rules, start_workflow
from mcdesk.sandbox.limits import Threads
from mcdesk.sandbox.routes import Unknown, match
from mcdesk.sandbox.schema import RESOURCES
from mcdesk.sandbox.vendor import Vendor
from mcdesk.sandbox.world import Values, World, get_meta, rows, stored_instant

_PREFIX = "/atservicesrest/"
_API = _PREFIX + "v1.0"
StartResponse = Callable[..., Any]


@dataclass(kw_only=True, eq=False)
class Autotask(Tenant):
    """The API over *world*, at the time that *now* returns; *sleep* waits seconds.

    *vendor* works the tickets that are with the vendor; None: nobody does.
    """

    world: World = field(kw_only=False)
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    faults: Faults = field(default_factory=Faults)
    vendor: Vendor | None = None
    unknown_routes: list[str] = field(default_factory=list, init=False)
    _threads: Threads = field(default_factory=Threads, init=False)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raise ConnectionResetError when the connection should drop."""
        request = Request({**environ, "PATH_INFO": _as_if_typed_well(environ["PATH_INFO"])})
        # While a body is on its way, nothing is held that others wait for.
        try:
            request.get_data()
        except ClientDisconnected as gone:
            raise ConnectionResetError from gone
        path = request.path.casefold()
        below = request.path[len(_API) :] if path.startswith(_API + "/") else ""
        fault = self.faults.strike(request.method, below) if below else None
        status = 0
        try:
            with self._thread(below):
                response = self._respond(request, below, fault)
                if fault:
                    self._make_trouble(fault, request, response)
            status = response.status_code
        except Refusal as refusal:
            response, status = _refused(refusal), refusal.status
        finally:
            self._log(request, status)
        response.headers["Date"] = http_date(self.now())
        return response(environ, start_response)

    def _thread(self, below: str) -> AbstractContextManager[None]:
        """Hold a thread of the endpoint; zoneInformation needs none (ThreadLimiting)."""
        endpoint = below.split("/")[1].casefold() if below else ""
        free = endpoint in ("", "zoneinformation")
        return nullcontext() if free else self._threads.one(endpoint)

    def _respond(self, request: Request, below: str, fault: Fault | None) -> Response:
        try:
            if fault:
                fault.refuse()
            if request.path.casefold() == _PREFIX + "versioninformation":
                return _json({"apiVersions": ["V1.0"]})
            return _json(self._answer(request, below))
        except Unknown as unknown:
            self.unknown_routes.append(f"{request.method} {request.path}")
            return _refused(unknown)
        except Refusal as refusal:
            return _refused(refusal)
        except RecursionError:  # a value nested without end, and one was to be named
            return _refused(message(400, "The request is invalid."))

    def _answer(self, request: Request, below: str) -> Values:
        handler, arguments = match(request.method, below)
        if handler is None:
            return self._zone(request)
        self._slow_down(request)
        with self.world.transaction() as db:
            apply_due_rules(db, self.now())
            if self.vendor:
                self.vendor.catch_up(db, self.now())
            call = Call(request, db, self._authenticated(request, db), self.now(), tenant=self)
            if request.method == "GET":
                call.refuse_impersonation()
            return handler(call, **arguments)

    def _zone(self, request: Request) -> Values:
        """GetZoneInfoCall: wants no login, and answers an unknown user with a 500."""
        with self.world.transaction() as db:
            known = _api_user(db, argument(request, "user") or "")
        if known is None:
            raise errors("Zone information could not be determined")
        url = self.zone_url or f"{request.host_url}ATServicesRest/"
        return {"zoneName": "Demo", "url": url, "webUrl": self.web_url, "ci": 632538}

    def _authenticated(self, request: Request, db: sqlite3.Connection) -> int:
        """REST_Security_Auth: three headers, and the API-only user they belong to."""
        user = _api_user(db, request.headers.get("UserName", ""))
        known_code = request.headers.get("ApiIntegrationCode") == get_meta(db, "integration_code")
        knows_secret = request.headers.get("Secret") == get_meta(db, "secret")
        if self.credential_errors == "500" and user is None:
            raise errors("Zone information could not be determined")
        if self.credential_errors == "500" and not known_code:
            raise errors("IntegrationCode is invalid")
        if user is None or not known_code or not knows_secret:
            raise unauthorized()
        return user

    def _slow_down(self, request: Request) -> None:
        with self.world.transaction() as db:
            used = limits.used(db, self.now())
        seconds = limits.latency(used, self.threshold)
        if seconds:
            self._wait(request, seconds)

    def _make_trouble(self, fault: Fault, request: Request, response: Response) -> None:
        """Do to a finished *response* what *fault* says."""
        if fault.kind == "workflow" and response.status_code == 200:
            with self.world.transaction() as db:
                start_workflow(db, fault, request, response.get_json(), self.now())
        elif fault.kind == "slow":
            self._wait(request, float(fault.argument))
        elif fault.kind == "lose-answer":
            raise ConnectionResetError
        elif fault.kind == "empty":
            response.set_data(b"")
        elif fault.kind == "truncate":
            response.set_data(response.get_data()[: len(response.get_data()) // 2])

    def _wait(self, request: Request, seconds: float) -> None:
        """Wait; in process, the client's transport says how, since it knows its own patience."""
        request.environ.get("mcdesk.sleep", self.sleep)(seconds)

    def _log(self, request: Request, status: int) -> None:
        entry = (stored_instant(self.now()), request.method, request.path, status)
        with self.world.transaction() as db:
            db.execute("INSERT INTO request (at, method, path, status) VALUES (?, ?, ?, ?)", entry)


def _as_if_typed_well(path: str) -> str:
    """Drop doubled slashes, and one at the end: live zones take both."""
    return re.sub("/+", "/", path).rstrip("/") or "/"


def _api_user(db: sqlite3.Connection, user_name: str) -> int | None:
    found = rows(db, RESOURCES, userName=user_name, isActive=True, licenseType=API_ONLY)
    return found[0]["id"] if found else None


def _json(value: Values) -> Response:
    return Response(json.dumps(value), content_type="application/json; charset=utf-8")


def _refused(refusal: Refusal) -> Response:
    response = Response(refusal.body, status=refusal.status, content_type=refusal.content_type)
    response.headers.update(refusal.headers)
    return response
