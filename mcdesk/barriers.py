"""What is in the way to a host, in words: the network, a proxy, a certificate, an odd answer."""

from errno import EHOSTUNREACH, ENETDOWN, ENETUNREACH
from socket import gaierror

import httpx

from mcdesk.certificates import causes, distrusted

# Windows has numbers of its own: WSAENETDOWN, WSAENETUNREACH, WSAEHOSTUNREACH.
_NO_WAY = {EHOSTUNREACH, ENETDOWN, ENETUNREACH, 10050, 10051, 10065}


class NotLetOut(httpx.ConnectError):
    """What is in the way before anything was sent, in words, and how to fix it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.mend = mend


class NotTaken(httpx.DecodingError):
    """What came back in place of an answer, in words, and how to fix it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.mend = mend


def told(error: BaseException, host: str | None) -> tuple[str, str] | None:
    """Return what is in the way to *host*, a certificate or a proxy, and how to fix it.

    None if *error* stems from something else.
    """
    if isinstance(error, NotLetOut | NotTaken):
        return str(error), error.mend
    return distrusted(error, host)


def why(error: BaseException) -> str:
    """Return what *error* says, in plain words where it quotes this system's, number and all."""
    said = str(error)
    for cause in causes(error):
        if (quoted := str(cause)) and (words := _of_system(cause)):
            said = said.replace(quoted, words)
    return said or plainly(error)


def plainly(error: BaseException) -> str:
    """Return in plain words what keeps us from a host, "" if *error* has none of the system's."""
    return next(filter(None, map(_of_system, causes(error))), "")


def _of_system(error: BaseException) -> str:
    match error:
        case gaierror():
            return "its address was not found"
        case ConnectionRefusedError():
            return "it refused the connection"
        case ConnectionError():
            return "the connection was cut off"
        case TimeoutError() if error.errno or str(error).endswith("timed out"):
            return "it did not answer in time"
        case PermissionError():
            return "this computer does not allow it, as a firewall does"
        case OSError() if error.errno in _NO_WAY:
            return "there is no way to it from this network"
        case _:
            return ""
