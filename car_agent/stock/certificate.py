"""The car's self-signed certificate: kept by fingerprint at first use, insisted on from then on.

A stock car makes its own certificate, which no authority vouches for. The first one that is met is
written down; a machine that answers at the car's address with another gets no password.
"""

import ssl
from hashlib import sha256
from pathlib import Path

import structlog

from car_agent.stock.errors import CertificateChangedError

_log = structlog.get_logger()


class CertificatePin:
    """The SHA-256 fingerprint of one car's certificate, in a file of its own."""

    def __init__(self, file: Path) -> None:
        self._file = file
        #: Why the last handshake failed, None where it didn't.
        self.mismatch: CertificateChangedError | None = None

    def check(self, certificate: bytes) -> None:
        """Accept the first certificate, and from then on only that one.

        Raises ssl.SSLCertVerificationError, whose sentence ``mismatch`` keeps.
        """
        found = sha256(certificate).hexdigest()
        known = self._known()
        if known is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(found + "\n", encoding="ascii")
            _log.info("certificate_met_first", fingerprint=found, kept_in=str(self._file))
        elif known != found:
            message = (
                f"What answers has certificate {found[:12]}…, but the car had {known[:12]}…; if "
                f"the car was set up anew, delete {self._file}."
            )
            self.mismatch = CertificateChangedError(message)
            raise ssl.SSLCertVerificationError(message)
        self.mismatch = None

    def context(self) -> ssl.SSLContext:
        """Return a context whose handshakes end where the certificate is another."""
        pin = self

        class PinnedSocket(ssl.SSLSocket):
            def do_handshake(self, block: bool = False) -> None:
                super().do_handshake(block)
                pin.check(self.getpeercert(binary_form=True) or b"")

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # Neither its name nor its dates mean anything: the car's clock is often wrong.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.sslsocket_class = PinnedSocket
        return context

    def _known(self) -> str | None:
        try:
            return self._file.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None
