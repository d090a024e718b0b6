"""Where credentials may travel: a foreign host never passes, however it is dressed up."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.hosts import (
    checked_zone_url,
    is_autotask_host,
    is_loopback,
    is_private_url,
    is_zone_url,
)
from mcdesk.errors import SettingsProblem

OURS = ("webservices5.autotask.net", "ww5.autotask.net", "WW5.AutoTask.NET", "a.b-c.autotask.net")
FOREIGN = (
    "autotask.net",
    "evil-autotask.net",
    "autotask.net.evil.example",
    "ww5.autotask.net.",
    ".autotask.net",
    "-.autotask.net",
    "ww5.autotask.net\n",
    "ww5.autotas\N{KELVIN SIGN}.net",
    "",
)


@pytest.mark.parametrize("host", OURS)
def test_autotask_host(host: str) -> None:
    assert is_autotask_host(host)


@pytest.mark.parametrize("host", FOREIGN)
def test_foreign_host(host: str) -> None:
    assert not is_autotask_host(host)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("LocalHost", True),
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("[::1", False),
        ("::2", False),
        ("127.1", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    "url",
    [
        "https://webservices5.autotask.net/ATServicesRest/",
        "https://ww5.autotask.net",
        "HTTPS://WW5.AUTOTASK.NET/",
        "https://ww5.autotask.net:443/",
        "http://127.0.0.1:8080/ATServicesRest/",
        "http://[::1]:8080/",
        "https://localhost/",
    ],
)
def test_zone_url_is_given_back(url: str) -> None:
    assert checked_zone_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://ww5.autotask.net/", id="not encrypted"),
        pytest.param("https://autotask.net@evil.example/", id="user name"),
        pytest.param("https://ww5.autotask.net:secret@evil.example/", id="password"),
        pytest.param("https://user@ww5.autotask.net/", id="user name of the right host"),
        pytest.param("https://evil.example\\.autotask.net/", id="backslash"),
        pytest.param("https://evil.example/\\ww5.autotask.net/", id="backslash in the path"),
        pytest.param("https://evil.example#.autotask.net/", id="fragment for a host"),
        pytest.param("https://evil.example?.autotask.net/", id="query for a host"),
        pytest.param("https://evil.example%2f.autotask.net/", id="encoded slash"),
        pytest.param("https://ww5.autotask.net/?next=1", id="query"),
        pytest.param(f"https://{'a' * 64}.autotask.net/", id="a label too long"),
        pytest.param("https://xn--a.autotask.net/", id="letters that are none"),
        pytest.param("https://ww5.autotask.net/#top", id="only a fragment"),
        pytest.param("https://evil.example/.autotask.net", id="in the path"),
        pytest.param("https://ww5.auto\ttask.net/", id="tab"),
        pytest.param("https://ww5.autotask.net/\n", id="line end"),
        pytest.param("https://ww5.autotask.net/\x1b[31m", id="an escape"),
        pytest.param("https://ww5.autotask.net/\x9b31m", id="an escape in one character"),
        pytest.param("https://ww5.autotask.net/\x00", id="NUL"),
        pytest.param("https://ww5.autotask.net/\x7f", id="DEL"),
        pytest.param("https://ww5.autotask.net/\u202etxt", id="right to left"),
        pytest.param("https://ww5.autotask.net:0/", id="port 0"),
        pytest.param("https://ww5.autotask.net:99999/", id="port too large"),
        pytest.param("https://[::1/", id="open bracket"),
        pytest.param("https://:443/", id="no host"),
        pytest.param("ftp://ww5.autotask.net/", id="another scheme"),
        pytest.param("//ww5.autotask.net/", id="no scheme"),
        pytest.param("ww5.autotask.net", id="no address"),
        pytest.param("https://ww5.autotask.net\N{FULLWIDTH SOLIDUS}evil.example/", id="wide slash"),
        pytest.param("", id="empty"),
    ],
)
def test_zone_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsProblem) as caught:
        checked_zone_url(url)
    assert caught.value.message == (
        f"{url!r} is not an https address under autotask.net, or an address of this computer"
    )


@given(st.text(alphabet="htps:/\\@#?%.[]0127- \tautoknev", max_size=40))
def test_whatever_passes_leads_home(tail: str) -> None:
    url = "https://" + tail
    if is_zone_url(url):
        host = urlsplit(url).hostname or ""
        assert host.endswith(".autotask.net") or is_loopback(host)
        assert "@" not in url.partition("//")[2].partition("/")[0]


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://book.example.com/?t={ticket}", True),
        ("http://localhost:8000/book", True),
        ("http://book.example.com/", False),
        ("https://{company}.example.com/", False),
        ("https://:1/", False),
        ("https://", False),
        ("https://a..b/x", False),
        ("https://xn--a/x", False),
        (f"https://{'a' * 64}.example/x", False),
        ("https://xn--mnchen-3ya.example/x", True),
        ("https://münchen.example/x", True),
        ("https://[::1]/x", True),
    ],
)
def test_private_url(url: str, private: bool) -> None:
    assert is_private_url(url) is private
