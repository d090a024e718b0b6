"""Whom TLS trusts: this system's store, or in its place what SSL_CERT_FILE and SSL_CERT_DIR name.

Every way out is given `trusted`, which makes a context no earlier than a connection needs one: a
store takes some 30 ms to load.
"""

import ssl
import sys
from collections.abc import Iterator
from contextlib import suppress
from socket import socket
from threading import Lock, local
from typing import Any, cast

from mcdesk.core.wording import clean
from mcdesk.errors import NoWayOut

# Where OpenSSL cannot read the system's store, so that truststore asks the system itself.
_STORES_OF_THEIR_OWN = {"win32", "darwin"}
# What adding an authority does not fix: expired or not yet valid, another host's. OpenSSL's
# X509_V_ERR_..., and Windows's CERT_E_EXPIRED and CERT_E_CN_NO_MATCH.
_NOT_FITTING = {9, 10, 62, 64, 0x800B0101, 0x800B010F}
_MISFIT = "check the host name and this computer's clock; otherwise its owner has to renew it"
_UNKNOWN = (
    "if your company's network inspects TLS, add its CA certificate to this system's store, or to "
    "the file that SSL_CERT_FILE names"
)


def trusted(cert_file: str, cert_dir: str) -> ssl.SSLContext:
    """Return what identifies a context that trusts *cert_file* and *cert_dir*, "" for not set.

    If neither is set, the system's store is trusted. Protecting a connection raises NoWayOut for
    certificates that cannot be read.
    """
    return cast(ssl.SSLContext, _Trusted(cert_file, cert_dir))


def shown_by(whose: str, certificates: ssl.SSLContext) -> ssl.SSLContext:
    """Return the like of *certificates*, of which errors say that *whose* was shown."""
    each = cast(_Trusted, certificates)
    return cast(ssl.SSLContext, _Trusted(each.file, each.dir, whose))


def distrusted(error: BaseException, host: str | None) -> tuple[str, str] | None:
    """Return what is wrong with the certificate of *host* and how to fix it.

    None if *error* stems from something else.
    """
    cause = next(
        (each for each in causes(error) if isinstance(each, ssl.SSLCertVerificationError)), None
    )
    if cause is None:
        return None
    what = clean(str(getattr(cause, "verify_message", "") or cause))
    said = ", ".join([what, *getattr(cause, "__notes__", [])])
    host = getattr(cause, "whose", "") or host
    misfit = getattr(cause, "verify_code", 0) in _NOT_FITTING
    return f"the certificate of {host} is not trusted: {said}", _MISFIT if misfit else _UNKNOWN


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error*, and one after the other what it stems from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def issuer(tls: Any) -> tuple[str, bool]:
    """Return who issued the certificate that was shown over *tls*, "" if that cannot be seen.

    And whether no authority that browsers know is among those who issued it, or issued these.
    """
    shown = _chain(tls)
    if not shown:
        return "", False
    public = _public_names()
    told = {tuple(each.get(kind, ())) for each in shown for kind in ("subject", "issuer")}
    return _named(shown[0]["issuer"]), bool(public) and not told & public


def _chain(tls: Any) -> list[dict[str, Any]]:
    """Return the certificates that were shown, the server's own first.

    What the ssl module has of them before Python 3.13 has no public name.
    """
    with suppress(AttributeError, LookupError, TypeError, ValueError):
        inner: Any = getattr(tls, "_sslobj", tls)
        return [each.get_info() for each in inner.get_unverified_chain() or ()]
    return []


def _named(name: Any) -> str:
    names = dict(pair for part in name for pair in part)
    kinds = ("commonName", "organizationName")
    return clean(", ".join(names[kind] for kind in kinds if kind in names))


def _public_names() -> set[Any]:
    """Return the names of the authorities that browsers know, as Mozilla lists them."""
    try:
        import certifi
    except ImportError:  # a distribution that has the system's store in its place
        return set()
    listed = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    listed.load_verify_locations(certifi.where())
    return {tuple(each["subject"]) for each in listed.get_ca_certs() if "subject" in each}


class _Trusted:
    """The part of ssl.SSLContext that httpx and smtplib use, on a context that is made once."""

    def __init__(self, cert_file: str, cert_dir: str, whose: str = "") -> None:
        self.file, self.dir, self._whose = cert_file, cert_dir, whose
        self._lock = Lock()
        self._made: ssl.SSLContext | None = None

    def set_alpn_protocols(self, protocols: list[str]) -> None:
        """Leave it: HTTP/1.1 needs none, and a mail server would be offered them too."""

    def wrap_socket(self, sock: socket, *, server_hostname: str | None = None) -> ssl.SSLSocket:
        """Protect *sock*, once the server has shown a certificate that is trusted.

        What is raised for another says whose it was, and who issued it.
        """
        try:
            return self._context().wrap_socket(sock, server_hostname=server_hostname)
        except ssl.SSLError as error:
            vars(error)["whose"] = self._whose
            if isinstance(error, ssl.SSLCertVerificationError) and (seen := _last.issuer):
                error.add_note(f"issued by {seen}")
            raise

    def wrap_bio(self, *args: Any, **more: Any) -> ssl.SSLObject:
        """Do the same inside another TLS connection, as to a proxy."""
        return self._context().wrap_bio(*args, **more)

    def _context(self) -> ssl.SSLContext:
        if not (self.file or self.dir or _finds_the_store()):
            return _of_the_system()
        with self._lock:
            self._made = self._made or self._loaded()
            return self._made

    def _loaded(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.file or None, capath=self.dir or None)
        except OSError as error:
            named = self.file or self.dir
            raise NoWayOut(
                f"the certificates of {'SSL_CERT_FILE' if self.file else 'SSL_CERT_DIR'} cannot "
                f"be read: {named}: {error.strerror or error}",
                hint="fix it in the environment; if it is not set, this system's are trusted",
            ) from error
        # As truststore judges: from Python 3.13 on, many a company's own CA is refused else.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.sslsocket_class = _Socket
        return context


def _of_the_system() -> ssl.SSLContext:
    """Make a context that asks the system: truststore's lets one connection in at a time."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(AttributeError, LookupError, TypeError):  # else no error names an issuer
        inner: Any = vars(context)["_ctx"]
        # The system judges after the handshake: by then, ours has seen who issued it.
        inner.sslsocket_class = type("Socket", (inner.sslsocket_class, _Socket), {})
    return context


def _finds_the_store() -> bool:
    """Check if OpenSSL finds the system's store, which truststore would load for each connection.

    Some builds of Python look for it in another system's place.
    """
    return sys.platform not in _STORES_OF_THEIR_OWN and bool(ssl.get_default_verify_paths().cafile)


class _Last(local):
    """Who issued the certificate that was shown last in this thread."""

    issuer = ""


_last = _Last()


class _Socket(ssl.SSLSocket):
    """A connection that remembers who issued the certificate it was shown, trusted or not."""

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands."""
        _last.issuer = ""
        try:
            super().do_handshake(block)
        finally:
            if shown := _chain(self):
                _last.issuer = _named(shown[0]["issuer"])
