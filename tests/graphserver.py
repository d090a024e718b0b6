"""Microsoft Graph's mail, as small as mcdesk needs it, written from its documented answers.

learn.microsoft.com: "Create message" (201 with the message), "message: send" (202, no body),
"List messages" ($filter, value), "Microsoft Graph error responses" ({"error": {code, message}}).
"""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class GraphServer:
    """A mailbox; *faults* maps "METHOD path-end" to what happens instead or besides.

    A status may be followed by Graph's word for it, and by how often it is said ("404 Code x2").
    """

    faults: dict[str, str] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.tokens.append(request.headers["Authorization"])
        what = f"{request.method} {request.url.path.rsplit('/', 1)[1]}"
        fault = self.faults.get(what, "")
        if fault == "lose-request":
            raise httpx.ReadTimeout("no answer", request=request)
        if fault == "unreachable":
            raise httpx.ConnectError("no route", request=request)
        if fault[:3].isdigit():
            return self._refused(what, *fault.split())
        if fault == "html":
            return httpx.Response(200, text="<html>sign in</html>")
        response = self._done(what, request)
        if fault == "lose-answer":
            raise httpx.ReadTimeout("no answer", request=request)
        return response

    def _refused(
        self, what: str, status: str, code: str = "ErrorSomething", times: str = ""
    ) -> httpx.Response:
        left = int(times.removeprefix("x") or 2) - bool(times)
        self.faults[what] = f"{status} {code} x{left}" if times else self.faults[what]
        if left == 0:
            del self.faults[what]
        error = {"code": code, "message": "The request was refused."}
        headers = {"Retry-After": "40"} if status in ("429", "503") else {}
        return httpx.Response(int(status), json={"error": error}, headers=headers)

    def _done(self, what: str, request: httpx.Request) -> httpx.Response:
        if what == "GET messages":
            if self.faults.get(what) == "unfiltered":
                return httpx.Response(200, json={"value": self.messages})
            if "$filter" not in request.url.params:
                return httpx.Response(200, json={"value": self.messages[:1]})
            wanted = request.url.params["$filter"].removeprefix("internetMessageId eq ").strip("'")
            found = [each for each in self.messages if each["internetMessageId"] == wanted]
            return httpx.Response(200, json={"value": found})
        if what == "POST messages":
            message = {"id": f"AAMk{len(self.messages)}=", "isDraft": True}
            message |= json.loads(request.content)
            self.messages.append(message)
            return httpx.Response(201, json=message)
        assert what == "POST send", what
        number = request.url.path.split("/")[-2]
        (message,) = [each for each in self.messages if each["id"] == number]
        assert message["isDraft"]
        message |= {"isDraft": False, "id": f"moved-{number}"}
        self.sent.append(message)
        return httpx.Response(202)
