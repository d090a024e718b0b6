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
    """A mailbox; *faults* maps "METHOD path-end" to what happens instead or besides."""

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
        if fault.isdigit():
            error = {"code": "ErrorSomething", "message": "The request was refused."}
            return httpx.Response(int(fault), json={"error": error})
        if fault == "html":
            return httpx.Response(200, text="<html>sign in</html>")
        response = self._done(what, request)
        if fault == "lose-answer":
            raise httpx.ReadTimeout("no answer", request=request)
        return response

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
