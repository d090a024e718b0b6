"""What is in the way to a host, in words: a proxy, a certificate, an answer not to be taken."""

import httpx

from mcdesk.certificates import distrusted


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
