"""Signing in to Microsoft 365, with the real msal and documented answers of its authority."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import msal_extensions
import pytest
from tlsservers import ISSUER, https_server
from tlsservers import Authority as CertificateAuthority
from webs import web

from mcdesk.errors import (
    CredentialsRefused,
    DeskError,
    KeyringProblem,
    MailNotSent,
    SettingsProblem,
)
from mcdesk.mail.extra import adding
from mcdesk.mail.microsoft import SignIn

TENANT = "example.com"
CLIENT = "00000000-0000-0000-0000-000000000001"
BASE = f"https://login.microsoftonline.com/{TENANT}"
OPENID = {
    "authorization_endpoint": f"{BASE}/oauth2/v2.0/authorize",
    "token_endpoint": f"{BASE}/oauth2/v2.0/token",
    "device_authorization_endpoint": f"{BASE}/oauth2/v2.0/devicecode",
    "issuer": f"{BASE}/v2.0",
}
HOSTS = ["login.microsoftonline.com", "login.windows.net"]
INSTANCE = {
    "metadata": [{"preferred_network": HOSTS[0], "preferred_cache": HOSTS[1], "aliases": HOSTS}]
}
TOKEN = {"token_type": "Bearer", "expires_in": 3600, "access_token": "t0ken"}
DEVICE = {
    "user_code": "ABCD",
    "device_code": "x",
    "verification_uri": "https://microsoft.com/devicelogin",
    "expires_in": 900,
    "interval": 0,
    "message": "To sign in, enter the code ABCD",
}
REFUSED = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}


class Authority:
    """What answers msal's requests: what it is told to *say* per endpoint."""

    def __init__(self, **say: Any) -> None:
        self.say = say
        self.asked: list[str] = []
        self.forms: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/", 1)[1]
        usual = {"instance": INSTANCE, "devicecode": DEVICE, "token": TOKEN}.get(name, OPENID)
        name = "openid" if usual is OPENID else name
        self.asked.append(name)
        self.forms += [request.content.decode()] if request.method == "POST" else []
        said = self.say.get(name, usual)
        if isinstance(said, Exception):
            raise said
        if isinstance(said, int):
            return httpx.Response(said)
        return httpx.Response(400 if "error" in said else 200, json=said)


def sign_in(authority: Authority) -> SignIn:
    transport = httpx.MockTransport(authority.answer)
    return SignIn(TENANT, CLIENT, web=web(), transport=transport)


@pytest.fixture
def plain_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tokens in a file: what encrypts them belongs to each system."""
    monkeypatch.setattr(
        msal_extensions, "build_encrypted_persistence", msal_extensions.FilePersistence
    )


def test_as_the_app() -> None:
    authority = Authority()
    assert sign_in(authority).as_app("s3cret") == "t0ken"
    (form,) = authority.forms
    assert "grant_type=client_credentials" in form
    assert "claims" not in form  # msal has None for it, which is no value


def test_one_sign_in_serves_every_request_of_a_command() -> None:
    authority = Authority()
    signed_in = sign_in(authority)
    assert [signed_in.as_app("s3cret") for _ in range(3)] == ["t0ken"] * 3
    assert authority.asked == ["openid", "token"]


@pytest.mark.parametrize(
    ("authority", "kind", "said"),
    [
        (Authority(token=REFUSED), CredentialsRefused, "AADSTS7000215"),
        (Authority(token={"error": "x"}), CredentialsRefused, "refused to sign in: x"),
        (Authority(openid=httpx.ConnectError("no route")), MailNotSent, "no route"),
        (Authority(token=httpx.ReadTimeout("slow")), MailNotSent, "slow"),
        (Authority(openid={"odd": 1}), MailNotSent, "cannot be reached to sign in"),
        (Authority(openid=503), MailNotSent, "cannot be reached to sign in"),
        (Authority(token=503), MailNotSent, "cannot be reached to sign in"),
    ],
)
def test_as_the_app_refused(authority: Authority, kind: type[DeskError], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        sign_in(authority).as_app("s3cret")
    assert "s3cret" not in str(vars(caught.value))


@pytest.mark.usefixtures("plain_store")
def test_as_a_person_by_code_and_then_from_what_is_kept(tmp_path: Path) -> None:
    told: list[str] = []
    account = {"id_token_claims": {}, "refresh_token": "r"}
    authority = Authority(
        token={**TOKEN, **account, "client_info": "eyJ1aWQiOiJ1IiwidXRpZCI6InQifQ"}
    )
    cache = tmp_path / "cache.bin"
    assert sign_in(authority).as_person(cache, told.append) == "t0ken"
    assert told == ["To sign in, enter the code ABCD"]
    assert "devicecode" in authority.asked
    again = Authority(token={**TOKEN, **account})
    assert sign_in(again).as_person(cache, None) == "t0ken"
    assert "devicecode" not in again.asked


@pytest.mark.usefixtures("plain_store")
def test_nobody_there_to_enter_a_code(tmp_path: Path) -> None:
    with pytest.raises(CredentialsRefused, match="nobody is signed in"):
        sign_in(Authority()).as_person(tmp_path / "cache.bin", None)


@pytest.mark.usefixtures("plain_store")
def test_codes_that_are_not_given(tmp_path: Path) -> None:
    with pytest.raises(CredentialsRefused, match="AADSTS7000215"):
        sign_in(Authority(devicecode=REFUSED)).as_person(tmp_path / "c.bin", lambda _: None)


def test_no_way_to_encrypt_is_said_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(_: str) -> None:
        raise RuntimeError("no secret service")

    monkeypatch.setattr(msal_extensions, "build_encrypted_persistence", impossible)
    with pytest.raises(KeyringProblem, match="no secret service"):
        sign_in(Authority()).as_person(tmp_path / "cache.bin", lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing() -> None:
    with pytest.raises(SettingsProblem, match=r"mail\.graph\.tenant"):
        SignIn("", CLIENT, web=web())


def test_msal_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msal", None)
    with pytest.raises(SettingsProblem) as caught:
        sign_in(Authority()).as_app("x")
    assert caught.value.hint == adding()


@pytest.mark.parametrize("known", [True, False])
def test_certificates_of_a_proxy_that_looks_inside(
    known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = CertificateAuthority(tmp_path)
    microsoft = authority.server("login.microsoftonline.com")

    def answer(method: str, path: str) -> tuple[int, bytes]:
        return 200, json.dumps(TOKEN if method == "POST" else OPENID).encode()

    with https_server(microsoft, answer, proxy=True) as url:
        over = web(authority.file if known else "", {"HTTPS_PROXY": url})
        signed_in = SignIn(TENANT, CLIENT, web=over)
        if known:
            assert signed_in.as_app("s3cret") == "t0ken"
        else:
            with pytest.raises(MailNotSent, match=f"not trusted: .*, issued by {ISSUER}") as caught:
                signed_in.as_app("s3cret")
            assert caught.value.hint is not None
            assert "SSL_CERT_FILE" in caught.value.hint
        signed_in.close()
