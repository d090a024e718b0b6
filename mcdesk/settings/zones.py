"""Time zones by name: the one that the settings name, or this computer's.

A zone is never guessed: a name that only resembles one is an error that proposes the right name.
"""

from zoneinfo import ZoneInfo

from mcdesk.settings.spot import Spot, did_you_mean

# What people write for a zone with daylight saving time; EST and MST without it do exist.
_ABBREVIATIONS = {
    "et": "America/New_York",
    "edt": "America/New_York",
    "eastern": "America/New_York",
    "ct": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "central": "America/Chicago",
    "mt": "America/Denver",
    "mdt": "America/Denver",
    "mountain": "America/Denver",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "aest": "Australia/Sydney",
    "nzst": "Pacific/Auckland",
}


def zone(name: str, at: Spot) -> ZoneInfo:
    """Find the zone of IANA *name*; raise SettingsProblem with likely names otherwise."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, a path outside, a folder
        advice = did_you_mean(list(dict.fromkeys(_likely(name)))[:3])
        words = 'an IANA time zone such as "America/New_York"'
        raise at.must_be(words, name, advice) from error


def iana(name: str) -> str:
    """Return the IANA name of a zone that Windows calls *name*; any other name as it is."""
    from tzlocal.windows_tz import win_tz

    return win_tz.get(name, name)


def local_zone(at: Spot) -> ZoneInfo:
    """Find this computer's zone; raise SettingsProblem when the computer cannot tell."""
    import warnings

    from tzlocal import get_localzone

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # tzlocal warns and answers UTC when it finds nothing
            found = get_localzone()
    except (LookupError, ValueError, OSError, Warning) as error:
        raise at.problem(f"is not set, and this computer cannot tell its zone ({error})") from error
    if not isinstance(found, ZoneInfo):
        raise at.problem("is not set, and this computer knows no zone with rules")
    return found


def _likely(name: str) -> list[str]:
    """List zones that *name* may mean: what it plainly stands for, else what is spelt alike."""
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    from tzlocal.windows_tz import win_tz

    wanted = _folded(name)
    windows = {_folded(known): zone for known, zone in win_tz.items()}
    # Etc/GMT+5 lies five hours west: whoever writes GMT+5 may mean the other way.
    zones = {_folded(zone): zone for zone in available_timezones() if not zone.startswith("Etc/")}
    plain = {**_ABBREVIATIONS, **windows}.get(wanted)
    cities = sorted(zone for folded, zone in zones.items() if folded.endswith("/" + wanted))
    if plain or cities:
        return [plain] if plain else cities
    known = {**zones, **windows}
    return [known[near] for near in get_close_matches(wanted, known, n=3)]


def _folded(name: str) -> str:
    """Fold what people write differently: case, blanks, and "Time" at the end of a US zone."""
    return "_".join(name.casefold().split()).removesuffix("_time")
