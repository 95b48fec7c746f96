"""The venue's signature under its log: a seal for each fact, and one for the whole bundle.

A seal is the venue's Ed25519 signature (RFC 8032) of one fact's place and hash. The hash covers
the fact before it, so one seal vouches for everything up to its fact. Whoever changes a fact and
computes the chain anew can't make the seals that belong to it: the first fact whose seal doesn't
verify is the one that was changed. That is why each fact has one, and not the last alone.
"""

import threading
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SEAL_BYTES = 64
_FINGERPRINT_HEX = 32


class VenueKey(Protocol):
    """The venue's own key pair; the private half leaves the machine in `paddock backup` alone."""

    @property
    def public_key(self) -> bytes:
        """The public half, 32 raw bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of a signature."""


def fingerprint(public_key: bytes) -> str:
    """Return 128 bits of the key's SHA-256, as people compare them: ``3f2a-…``, 8 groups of 4."""
    digits = sha256(public_key).hexdigest()[:_FINGERPRINT_HEX]
    return "-".join(digits[at : at + 4] for at in range(0, _FINGERPRINT_HEX, 4))


def plain_fingerprint(text: str) -> str:
    """Return a fingerprint without what people add or change when they copy one."""
    return "".join(char for char in text.lower() if char.isalnum())


def seal_fact(key: VenueKey, stream: str, seq: int, hash_hex: str) -> bytes:
    """Return the seal of one fact."""
    return key.sign(_fact_message(stream, seq, hash_hex))


def is_sealed(public_key: bytes, seal: bytes, stream: str, seq: int, hash_hex: str) -> bool:
    """Say whether the seal is that key's, of that fact."""
    return _verifies(public_key, seal, _fact_message(stream, seq, hash_hex))


def sign_manifest(key: VenueKey, manifest: bytes) -> bytes:
    """Return the signature of a bundle's manifest."""
    return key.sign(_manifest_message(manifest))


def is_signed(public_key: bytes, signature: bytes, manifest: bytes) -> bool:
    """Say whether the manifest is signed with that key."""
    return _verifies(public_key, signature, _manifest_message(manifest))


class Sealer:
    """Seals streams for a venue; what was sealed once is remembered, as it never changes."""

    def __init__(self, key: VenueKey) -> None:
        self.key = key
        self._lock = threading.Lock()
        self._seals: dict[str, list[tuple[str, bytes]]] = {}

    def seals(self, stream: str, hashes: list[str]) -> bytes:
        """Return the seals of a stream's facts from the first on, one behind the other.

        May be called from any thread.
        """
        with self._lock:
            return self._sealed(stream, hashes)

    def _sealed(self, stream: str, hashes: list[str]) -> bytes:
        known = self._seals.get(stream, [])
        kept = [seal for (was, seal), now in zip(known, hashes, strict=False) if was == now]
        fresh = [
            seal_fact(self.key, stream, seq, hash_hex)
            for seq, hash_hex in enumerate(hashes[len(kept) :], len(kept) + 1)
        ]
        seals = kept + fresh
        self._seals[stream] = list(zip(hashes, seals, strict=True))
        return b"".join(seals)


def _fact_message(stream: str, seq: int, hash_hex: str) -> bytes:
    return f"paddock/fact/1\n{stream}\n{seq}\n{hash_hex}".encode()


def _manifest_message(manifest: bytes) -> bytes:
    return b"paddock/bundle/1\n" + manifest


def _verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
