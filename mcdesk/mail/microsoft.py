"""Signing in to Microsoft 365, by msal: as a person with a device code, or as the app itself.

A person's tokens are kept only if this system can encrypt them; never as plain text.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import httpx

from mcdesk.barriers import told, why
from mcdesk.core.wording import clean
from mcdesk.errors import CredentialsRefused, KeyringProblem, MailNotSent, SettingsProblem
from mcdesk.mail.extra import adding
from mcdesk.web import Web

_AUTHORITY = "https://login.microsoftonline.com/"
_PERSON = ["https://graph.microsoft.com/Mail.ReadWrite", "https://graph.microsoft.com/Mail.Send"]
_APP = ["https://graph.microsoft.com/.default"]
_TIMEOUT = 30.0


class SignIn:
    """Tokens of *tenant* for the app *client_id*, asked for over *web*.

    *transport* replaces the network, in tests.
    """

    def __init__(
        self, tenant: str, client_id: str, *, web: Web, transport: httpx.BaseTransport | None = None
    ) -> None:
        if not tenant or not client_id:
            raise SettingsProblem(
                "mail.graph.tenant and mail.graph.client_id are needed to send by Microsoft 365"
            )
        self._arguments: dict[str, Any] = {
            "client_id": client_id,
            "authority": f"{_AUTHORITY}{tenant}",
        }
        self._connect = partial(_Http, web, transport)
        self._http: _Http | None = None
        self._app: Any = None

    def close(self) -> None:
        """Close the connections, if any."""
        if self._http is not None:
            self._http.close()

    def as_app(self, secret: str) -> str:
        """Return a token of the app itself; it is kept for as long as this process lives."""
        app = self._made("ConfidentialClientApplication", lambda: {"client_credential": secret})
        return _token(_asked(lambda: app.acquire_token_for_client(_APP)))

    def as_person(self, cache: Path, tell: Callable[[str], None] | None) -> str:
        """Return a token of a person: the one kept at *cache*, else by a code that *tell* shows.

        Raises CredentialsRefused if nobody is there to enter one.
        """
        app = self._made("PublicClientApplication", lambda: {"token_cache": _kept(cache)})
        for account in _asked(app.get_accounts):
            found = _asked(partial(app.acquire_token_silent, _PERSON, account))
            if found:
                return _token(found)
        if tell is None:
            raise CredentialsRefused(
                "nobody is signed in to Microsoft 365 here",
                hint="run the command once on a terminal, and sign in with the code that it shows",
            )
        flow = _asked(lambda: app.initiate_device_flow(_PERSON))
        if "message" not in flow:
            raise _refusal(flow)
        tell(clean(flow["message"]))
        return _token(_asked(lambda: app.acquire_token_by_device_flow(flow)))

    def _made(self, kind: str, more: Callable[[], dict[str, Any]]) -> Any:
        """Make msal's app of *kind* once: it has a connection, and knows its tokens."""
        if self._app is None:
            make, arguments = getattr(_msal(), kind), {**self._arguments, **more()}
            self._http = http = self._http or self._connect()
            self._app = _asked(lambda: make(http_client=http, **arguments))
        return self._app


class _Http:
    """What msal asks over: requests, its own, would add certificates that nobody here chose.

    msal's oauth2cli/http.py says what it needs; leave out a value of None.
    """

    def __init__(self, web: Web, transport: httpx.BaseTransport | None) -> None:
        self._client = web.client(transport=transport, timeout=_TIMEOUT)
        self.get, self.close = self._client.get, self._client.close

    def post(self, url: str, data: Mapping[str, Any], **more: Any) -> httpx.Response:
        """Post the form *data*."""
        form = {name: value for name, value in data.items() if value is not None}
        return self._client.post(url, data=form, **more)


def _msal() -> ModuleType:
    try:
        import msal
    except ImportError as error:
        raise SettingsProblem(
            'mail.transport = "graph" needs packages that are not installed', hint=adding()
        ) from error
    found: ModuleType = msal
    return found


def _kept(path: Path) -> Any:
    """Open the token cache, encrypted by the system."""
    import msal_extensions

    try:
        store = msal_extensions.build_encrypted_persistence(str(path))
    except Exception as error:  # whatever the system's store raises if it is none
        raise KeyringProblem(
            f"this system has no way to keep a Microsoft 365 login encrypted: {error}",
            hint='mail.graph.login = "client_secret" keeps none',
        ) from error
    return msal_extensions.PersistedTokenCache(store)


def _asked(call: Callable[[], Any]) -> Any:
    """Make a *call* to msal, whose network errors are those of what it asks over.

    An answer that is not what it expects is a ValueError or a KeyError there, or one of its own.
    """
    try:
        return call()
    except (httpx.HTTPError, ValueError, KeyError, _msal().exceptions.MsalError) as error:
        if bad := told(error, urlsplit(_AUTHORITY).hostname):
            raise MailNotSent(bad[0], hint=f"{bad[1]}; nothing went out") from error
        raise MailNotSent(f"Microsoft 365 cannot be reached to sign in: {why(error)}") from error


def _token(answer: Mapping[str, Any]) -> str:
    if "access_token" not in answer:
        raise _refusal(answer)
    return str(answer["access_token"])


def _refusal(answer: Mapping[str, Any]) -> CredentialsRefused:
    said = clean(str(answer.get("error_description") or answer.get("error") or "no reason given"))
    return CredentialsRefused(f"Microsoft 365 refused to sign in: {said}")
