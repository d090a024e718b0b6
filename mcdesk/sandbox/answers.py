"""What the API says no with: a status and a body, raised wherever a rule is broken."""

import json
from typing import Any


class Refusal(Exception):
    """Anything but a success: *status* and the *body* that goes with it."""

    def __init__(self, status: int, body: bytes, content_type: str = "application/json") -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers: dict[str, str] = {}


def errors(*texts: str) -> Refusal:
    """Refuse as Autotask does for every broken rule: 500 with `errors`."""
    return Refusal(500, _json({"errors": list(texts)}))


def message(status: int, text: str) -> Refusal:
    """Refuse as the web framework does: a capital `Message`."""
    return Refusal(status, _json({"Message": text}))


def unauthorized() -> Refusal:
    """Refuse credentials: 401 without a word, whichever of them is wrong."""
    return Refusal(401, b"")


def too_many_threads(*, retry_after: str = "") -> Refusal:
    """Refuse a request beside others of its endpoint (ThreadLimiting)."""
    refusal = message(429, "The Autotask API thread threshold of 3 threads has been exceeded.")
    if retry_after:
        refusal.headers["Retry-After"] = retry_after
    return refusal


def too_many_threads_in_errors() -> Refusal:
    """Refuse the same as some zones do: 500 with `errors`, as if the request were wrong (n8n)."""
    return errors("Itgenatr005: The Autotask API thread threshold of 3 threads has been exceeded.")


def not_found() -> Refusal:
    """Refuse an unknown address with the web server's own page."""
    page = (
        b"<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head>"
        b"<body><h2>404 - File or directory not found.</h2></body></html>"
    )
    return Refusal(404, page, "text/html")


def no_permission(verb: str) -> Refusal:
    """Refuse what the API user may not do; a refused impersonation sounds the same."""
    return errors(
        f"The logged in Resource does not have the adequate permissions to {verb} this entity type."
    )


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()
