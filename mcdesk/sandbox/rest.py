"""The REST API in front of the world: a WSGI application.

Paths and header names may come in any case. An address that Autotask does not have is answered as
Autotask does, and kept in `unknown_routes` so that a test can tell.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Literal

from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

from mcdesk.sandbox import limits, trouble
from mcdesk.sandbox.answers import Refusal, errors, message, unauthorized
from mcdesk.sandbox.call import Call, argument
from mcdesk.sandbox.checks import API_ONLY
from mcdesk.sandbox.faults import Fault, Faults
from mcdesk.sandbox.limits import Threads
from mcdesk.sandbox.routes import HANDLERS, Unknown, match
from mcdesk.sandbox.world import Values, World, get_meta, stored_instant

_PREFIX = "/atservicesrest/"
_API = _PREFIX + "v1.0"
StartResponse = Callable[..., Any]


class Autotask:
    """The API over *world*, at the time that *now* tells; *sleep* waits seconds.

    *strict* answers unknown query operators loudly, *missing* is what GET of a missing id answers,
    *credential_errors* "500" answers bad names and codes as some zones did in 2023, *threshold* is
    the tenant's requests an hour, *zone_url* where the tenant lives (else where it was asked).
    """

    def __init__(
        self,
        world: World,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        faults: Faults | None = None,
        strict: bool = False,
        missing: Literal["null", "404"] = "null",
        credential_errors: Literal["401", "500"] = "401",
        threshold: int = 10_000,
        zone_url: str = "",
        web_url: str = "https://ww99.autotask.net/",
    ) -> None:
        self.world = world
        self.now = now
        self.sleep = sleep
        self.faults = faults or Faults()
        self.strict = strict
        self.missing = missing
        self.credential_errors = credential_errors
        self.threshold = threshold
        self.zone_url = zone_url
        self.web_url = web_url
        self.unknown_routes: list[str] = []
        self._threads = Threads()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raise ConnectionResetError where the connection is to drop."""
        request = Request(environ)
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
                trouble.before(fault)
            if request.path.casefold() == _PREFIX + "versioninformation":
                return _json({"apiVersions": ["V1.0"]})
            return _json(self._answer(request, below))
        except Unknown as unknown:
            self.unknown_routes.append(f"{request.method} {request.path}")
            return _refused(unknown)
        except Refusal as refusal:
            return _refused(refusal)
        except RecursionError:  # a value nested without end, where one was to be named
            return _refused(message(400, "The request is invalid."))

    def _answer(self, request: Request, below: str) -> Values:
        endpoint, arguments = match(request.method, below)
        if endpoint == "zone":
            return self._zone(request)
        self._slow_down(request)
        with self.world.transaction() as db:
            trouble.apply_due_rules(db, self.now())
            call = Call(request, db, self._authenticated(request, db), self.now(), self.strict)
            if request.method == "GET":
                call.refuse_impersonation()
            if endpoint == "threshold":
                return self._threshold(db)
            if endpoint == "get":
                arguments["missing"] = self.missing
            return HANDLERS[endpoint](call, **arguments)

    def _zone(self, request: Request) -> Values:
        """GetZoneInfoCall: wants no login, and answers an unknown user with a 500."""
        with self.world.transaction() as db:
            known = _api_user(db, argument(request, "user") or "")
        if known is None:
            raise errors("Zone information could not be determined")
        url = self.zone_url or f"{request.host_url}ATServicesRest/"
        return {"zoneName": "Demo", "url": url, "webUrl": self.web_url, "ci": 632538}

    def _threshold(self, db: sqlite3.Connection) -> Values:
        return {
            "externalRequestThreshold": self.threshold,
            "requestThresholdTimeframe": 60,
            "currentTimeframeRequestCount": limits.used(db, self.now()),
        }

    def _authenticated(self, request: Request, db: sqlite3.Connection) -> int:
        """REST_Security_Auth: three headers, and the API-only user they belong to."""
        user = _api_user(db, request.headers.get("UserName", ""))
        known_code = request.headers.get("ApiIntegrationCode") == get_meta(db, "integration_code")
        if self.credential_errors == "500" and user is None:
            raise errors("Zone information could not be determined")
        if self.credential_errors == "500" and not known_code:
            raise errors("IntegrationCode is invalid")
        if user is None or not known_code or not self._knows_secret(request, db):
            raise unauthorized()
        return user

    def _knows_secret(self, request: Request, db: sqlite3.Connection) -> bool:
        return request.headers.get("Secret") == get_meta(db, "secret")

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
                trouble.start_workflow(db, fault, request, response.get_json(), self.now())
        elif fault.kind == "slow":
            self._wait(request, float(fault.argument))
        elif fault.kind == "lose-answer":
            raise ConnectionResetError
        elif fault.kind == "empty":
            response.set_data(b"")
        elif fault.kind == "truncate":
            response.set_data(response.get_data()[: len(response.get_data()) // 2])

    def _wait(self, request: Request, seconds: float) -> None:
        """Wait; in process, the client's transport says how, for it knows its own patience."""
        request.environ.get("mcdesk.sleep", self.sleep)(seconds)

    def _log(self, request: Request, status: int) -> None:
        entry = (stored_instant(self.now()), request.method, request.path, status)
        with self.world.transaction() as db:
            db.execute("INSERT INTO request (at, method, path, status) VALUES (?, ?, ?, ?)", entry)


def _api_user(db: sqlite3.Connection, user_name: str) -> int | None:
    found = db.execute(
        "SELECT id FROM Resources WHERE userName = ? AND isActive AND licenseType = ?",
        (user_name, API_ONLY),
    ).fetchone()
    return int(found[0]) if found else None


def _json(value: Values) -> Response:
    return Response(json.dumps(value), content_type="application/json; charset=utf-8")


def _refused(refusal: Refusal) -> Response:
    response = Response(refusal.body, status=refusal.status, content_type=refusal.content_type)
    response.headers.update(refusal.headers)
    return response
