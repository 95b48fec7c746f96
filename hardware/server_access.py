"""What node, car and venue need to reach the server: an address that can be one, a token, proof."""

import hmac
import re
import secrets
from pathlib import Path
from typing import Annotated

import httpx2
from pydantic import AfterValidator, ValidationError

from hardware.errors import TokenFileError
from timing_server.contract.people.proof import (
    ProofRequest,
    ServerProof,
    digest_of,
    name_of,
    proof_of,
)

_MAX_PORT = 65_535
_PROOF_TIMEOUT = httpx2.Timeout(3.0, connect=2.0)

#: Instead of an address: look for the one server of this network.
FIND = "find"


def server_url(text: str) -> str:
    """Return a server's address without a slash at its end. Raises ValueError where it is none."""
    message = f"'{text}' is no address such as http://paddock.local:8000"
    if not re.fullmatch(r"https?://[^\s/?#@]+/?", text):
        raise ValueError(message)
    try:
        url = httpx2.URL(text)
        url.raw_host.decode("ascii").encode("idna")  # as a socket does, which refuses more
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise ValueError(message) from error
    if not url.host or (url.port or 0) > _MAX_PORT:
        raise ValueError(message)
    return text.rstrip("/")


#: The type of a setting that holds the server's address.
ServerUrl = Annotated[str, AfterValidator(server_url)]
#: Likewise, of a device that can look for it (``hardware.discovery``).
FindableServerUrl = Annotated[
    str, AfterValidator(lambda text: text if text == FIND else server_url(text))
]


def read_token(path: Path) -> str:
    """Return the bearer token in a file. Raises TokenFileError with one sentence."""
    try:
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise TokenFileError(f"The token file {path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TokenFileError(_no_token(f"The token file {path}")) from error
    return check_token(text, f"The token file {path}")


def check_token(text: str, where: str) -> str:
    """Return the token without white space around it. Raises TokenFileError that says ``where``."""
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise TokenFileError(_no_token(where))
    return token


def is_proven(url: str, token: str) -> bool:
    """Ask whether the server at an address is the one that gave this token, which isn't sent.

    False also where nothing answers. The address must be the server's own, as mDNS tells it.
    """
    address = httpx2.URL(url)
    nonce = secrets.token_hex(32)
    token_sha256 = digest_of(token)
    asked = ProofRequest(token_name=name_of(token_sha256), nonce=nonce)
    wanted = proof_of(token_sha256, nonce, f"{address.host}:{address.port or 80}")
    try:
        with httpx2.Client(base_url=url, timeout=_PROOF_TIMEOUT, trust_env=False) as client:
            answer = client.post("/api/v1/pairings/proof", json=asked.model_dump())
        told = ServerProof.model_validate_json(answer.content)
    except (httpx2.HTTPError, ValidationError):
        return False
    return hmac.compare_digest(told.proof, wanted)


def _no_token(where: str) -> str:
    return f"{where} holds no token (one line, no spaces); ask the organiser for a new one."
