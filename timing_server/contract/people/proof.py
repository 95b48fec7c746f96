"""How a server that was found by mDNS proves who it is, before a device sends it its token.

The server keeps the SHA-256 of each token, the device the token: both know that hash, and nobody
else on the network does. The device sends a number used once; the server answers with an HMAC over
it and over the address at which it took the connection. A stranger can't compute that, and an
answer that a stranger fetched from the real server names the real server's address, not the
stranger's.
"""

import hmac
from hashlib import sha256

from timing_server.contract.base import Message, Sha256

_NAME = b"paddock: which token"
_PROOF = b"paddock: this server's proof"


class ProofRequest(Message):
    """``POST /pairings/proof``: a device asks whether this server gave it its token.

    ``token_name`` says which token without telling anything of it; ``nonce`` is used once.
    """

    token_name: Sha256
    nonce: Sha256


class ServerProof(Message):
    """What only the server that gave the token can answer at the address that was called."""

    proof: Sha256


def digest_of(token: str) -> str:
    """Return the hash under which a server knows a token."""
    return sha256(token.encode()).hexdigest()


def name_of(token_sha256: str) -> str:
    """Return by what a device names its token to a server that isn't proven yet."""
    return hmac.digest(bytes.fromhex(token_sha256), _NAME, "sha256").hex()


def proof_of(token_sha256: str, nonce: str, address: str) -> str:
    """Return the proof for one question; ``address`` is host:port as the connection has it."""
    told = b"\0".join((_PROOF, nonce.encode(), address.encode()))
    return hmac.digest(bytes.fromhex(token_sha256), told, "sha256").hex()
