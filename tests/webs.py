"""The web as a test wants it: with what certificates, and by which proxies."""

from collections.abc import Mapping
from typing import Any

from mcdesk.certificates import trusted
from mcdesk.proxies import Proxies
from mcdesk.web import Web


def web(cert_file: str = "", environ: Mapping[str, str] | None = None, **limits: Any) -> Web:
    """Make one that trusts *cert_file* and has the variables *environ*."""
    return Web(trusted(cert_file, ""), Proxies(environ or {}), **limits)
