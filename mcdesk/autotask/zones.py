"""Which of Autotask's zones holds the tenant: asked once, remembered, asked again after a 401.

The settings count until Autotask says that the tenant has moved.

A zone's address is used only when it is https under autotask.net, or a loopback address.
"""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, urlsplit

from msgspec import Struct

from mcdesk.autotask.entities import ZoneAnswer
from mcdesk.autotask.wire import API
from mcdesk.core.hosts import checked_zone_url, is_loopback, is_zone_url
from mcdesk.core.remembered import Cache
from mcdesk.errors import (
    AutotaskProblem,
    CredentialsRefused,
    DeskError,
    Rejected,
    SettingsProblem,
    StoreProblem,
)

# autotask help, GetZoneInfoCall: any zone answers, this one is always there.
_ANY_ZONE = "https://webservices.autotask.net/ATServicesRest/"


class Zone(Struct, frozen=True):
    """Where the API answers, and where the browser opens tickets ("" when unknown)."""

    url: str
    web_url: str

    def at(self, path: str) -> str:
        """Return the URL of *path* below the API's version; a whole URL stays as it is."""
        return path if "://" in path else f"{self.url.rstrip('/')}/{API}{path}"

    def is_at(self, url: str, web_url: str = "") -> bool:
        """Check if *url* is this zone's, however it is spelled, and *web_url*, if it is known."""
        pages = web_url and self.web_url
        return _same(self.url, url) and (not pages or _same(self.web_url, web_url))

    @property
    def ticket_pages(self) -> str | None:
        """The link that opens a ticket, but for its id (autotask help, UsingExecuteCommandAPI)."""
        if not self.web_url:
            return None
        page = "/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID="
        return self.web_url.rstrip("/") + page


class Zones:
    """Find the zone of *user_name*: from the settings, the cache, or by asking Autotask.

    *ask* performs one unauthenticated GET and decodes the answer.
    """

    def __init__(
        self,
        *,
        user_name: str,
        zone_url: str,
        web_url: str,
        cache: Cache,
        ask: Callable[[str], ZoneAnswer],
    ) -> None:
        self._user_name = user_name
        self._zone_url = zone_url
        self._web_url = web_url
        self._cache = cache
        self._ask = ask
        self._key = f"zone {user_name} {zone_url} {web_url}"
        self._zone: Zone | None = None

    def current(self) -> Zone:
        """Return the zone; the settings' own when they name both addresses."""
        if self._zone is None:
            self._zone = self._known() or self._remember(self._looked_up())
        return self._zone

    def moved(self) -> bool:
        """Ask Autotask again; return whether the tenant lives elsewhere than was believed.

        Then the web address that was set is the old zone's, and what Autotask tells counts.
        """
        before = self.current()
        try:
            found = self.discover()
        except DeskError:
            return False
        if found.is_at(before.url):
            return False
        self._zone = found
        with suppress(StoreProblem):  # a full disk does not hide the 401 that led here
            self._remember(found)
        return True

    def pages_elsewhere(self, host: str) -> str | None:
        """Return the host of our tickets' pages, None if that is *host*, or unknown.

        Autotask is asked before another one is said to be ours: the tenant may have moved.
        """
        with suppress(StoreProblem):  # what is remembered of a move
            self._zone = self._zone or self._known()
        ours = _host(self._zone.web_url if self._zone else self._web_url)
        if not ours or ours == host:
            return None
        try:
            told = _host(self.discover().web_url)
        except DeskError:
            told = ""
        return None if told == host else told or ours

    def discovered(self) -> Zone | None:
        """Ask Autotask where the user lives, whatever the settings say; None if it cannot tell.

        Raises SettingsProblem if it knows no such user.
        """
        try:
            return self.discover()
        except AutotaskProblem:
            return None

    def discover(self) -> Zone:
        """Do the same; raise AutotaskProblem if it cannot tell."""
        answer = self._answer()
        return Zone(checked_zone_url(answer.url), _web_address(answer))

    def _known(self) -> Zone | None:
        if known := self._cache.get(self._key, Zone):
            return known
        if self._zone_url and self._web_url:
            return Zone(self._zone_url, self._web_url)
        return None

    def _looked_up(self) -> Zone:
        """Ask for what the settings leave open; a missing web address is no reason to fail."""
        if not self._zone_url:
            found = self.discover()
            return Zone(found.url, self._web_url or found.web_url)
        try:
            return Zone(self._zone_url, _web_address(self._answer()))
        except AutotaskProblem:
            return Zone(self._zone_url, "")

    @property
    def open_question(self) -> str:
        """The URL that answers anybody, at the zone that is set, if one is."""
        return self._question(self._zone_url or _ANY_ZONE)

    def _question(self, zone: str) -> str:
        return f"{zone.rstrip('/')}/{API}zoneInformation?user={quote(self._user_name)}"

    def _answer(self) -> ZoneAnswer:
        host = self._zone_url if _is_local(self._zone_url) else _ANY_ZONE
        try:
            return self._ask(self._question(host))
        except (Rejected, CredentialsRefused) as problem:
            raise SettingsProblem(
                f"Autotask does not know the API user {self._user_name}",
                hint="check autotask.username in config.toml, or MCDESK_AUTOTASK_USERNAME",
            ) from problem

    def _remember(self, zone: Zone) -> Zone:
        self._cache.put(self._key, zone)
        self._zone = zone
        return zone


def _same(url: str, other: str) -> bool:
    return url.rstrip("/").casefold() == other.rstrip("/").casefold()


def _web_address(answer: ZoneAnswer) -> str:
    """Return where the browser opens tickets, "" for what is no good."""
    told = answer.webUrl or ""
    return told if is_zone_url(told) else ""


def _is_local(url: str) -> bool:
    return is_loopback(_host(url))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
