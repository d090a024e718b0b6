"""Whom TLS trusts: this system's store, or in its place what SSL_CERT_FILE and SSL_CERT_DIR name.

Every way out is given `trusted`, which makes a context no earlier than a connection needs one: a
store takes some 30 ms to load.
"""

import ssl
import sys
from contextlib import suppress
from socket import socket
from threading import Lock
from typing import Any, cast

from mcdesk.core.wording import clean
from mcdesk.errors import SettingsProblem

# Where OpenSSL cannot read the system's store, so that truststore asks the system itself.
_STORES_OF_THEIR_OWN = {"win32", "darwin"}
# What no authority that is added mends: expired or not yet valid, another host's. OpenSSL's
# X509_V_ERR_..., and Windows's CERT_E_EXPIRED and CERT_E_CN_NO_MATCH.
_NOT_FITTING = {9, 10, 62, 64, 0x800B0101, 0x800B010F}
_MISFIT = "look at the host's name and this computer's clock; else its owner has to renew it"
_UNKNOWN = (
    "if your company's network signs connections anew, its CA certificate belongs into this "
    "system's store, or into the file that SSL_CERT_FILE names"
)


def trusted(cert_file: str, cert_dir: str) -> ssl.SSLContext:
    """Return what stands for a context that trusts *cert_file* and *cert_dir*, "" for not set.

    If neither is set, the system's store is trusted. Protecting a connection raises SettingsProblem
    for certificates that cannot be read.
    """
    return cast(ssl.SSLContext, _Trusted(cert_file, cert_dir))


def distrusted(error: BaseException, host: str | None) -> tuple[str, str] | None:
    """Return what is wrong with the certificate of *host* and what mends it.

    None if *error* stems from something else.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    what = clean(str(getattr(cause, "verify_message", "") or cause))
    said = ", ".join([what, *getattr(cause, "__notes__", [])])
    misfit = getattr(cause, "verify_code", 0) in _NOT_FITTING
    return f"the certificate of {host} is not trusted: {said}", _MISFIT if misfit else _UNKNOWN


class _Trusted:
    """The part of ssl.SSLContext that httpx and smtplib use, on a context that is made once."""

    def __init__(self, cert_file: str, cert_dir: str) -> None:
        self._file, self._dir = cert_file, cert_dir
        self._lock = Lock()
        self._made: ssl.SSLContext | None = None

    def set_alpn_protocols(self, protocols: list[str]) -> None:
        """Leave it: HTTP/1.1 needs none, and a mail server would be offered them too."""

    def wrap_socket(self, sock: socket, *, server_hostname: str | None = None) -> ssl.SSLSocket:
        """Protect *sock*, once the server has shown a certificate that is trusted."""
        return self._context().wrap_socket(sock, server_hostname=server_hostname)

    def wrap_bio(self, *args: Any, **more: Any) -> ssl.SSLObject:
        """Do the same inside another TLS connection, as to a proxy."""
        return self._context().wrap_bio(*args, **more)

    def _context(self) -> ssl.SSLContext:
        if not (self._file or self._dir or _finds_the_store()):
            import truststore

            # One a connection: truststore's lets nobody else in while it shakes hands.
            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with self._lock:
            self._made = self._made or self._loaded()
            return self._made

    def _loaded(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(
                cafile=self._file or None, capath=self._dir or None
            )
        except OSError as error:
            named = self._file or self._dir
            raise SettingsProblem(
                f"the certificates of {'SSL_CERT_FILE' if self._file else 'SSL_CERT_DIR'} cannot "
                f"be read: {named}: {error.strerror or error}",
                hint="correct it in the environment; if it is not set, this system's are trusted",
            ) from error
        # As truststore judges: from Python 3.13 on, many a company's own CA is refused else.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.sslsocket_class = _Socket
        return context


def _finds_the_store() -> bool:
    """Check if OpenSSL finds the system's store, which truststore would load for each connection.

    Some builds of Python look for it in another system's place.
    """
    return sys.platform not in _STORES_OF_THEIR_OWN and bool(ssl.get_default_verify_paths().cafile)


class _Socket(ssl.SSLSocket):
    """A connection whose refusal of a certificate names who issued it."""

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands; a note of the error names the issuer that was seen."""
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError as error:
            # What the ssl module has of it before Python 3.13 has no public name.
            with suppress(AttributeError, LookupError, TypeError, ValueError):
                shown: Any = vars(self)["_sslobj"].get_unverified_chain()
                names = dict(pair for part in shown[0].get_info()["issuer"] for pair in part)
                kinds = ("commonName", "organizationName")
                issuer = ", ".join(names[kind] for kind in kinds if kind in names)
                error.add_note(f"issued by {clean(issuer)}")
            raise
