"""How a device without a token gets one: it shows six digits until an organiser has typed them."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from hardware.errors import HardwareError, TokenFileError
from timing_server.contract.people.pairing import (
    PairingCollect,
    PairingOpened,
    PairingRequest,
    PairingState,
)

POLL_PERIOD_S = 2.0
_HTTP_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)
_Answer = TypeVar("_Answer", bound=BaseModel)

Say = Callable[[str], None]
Rest = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Paired:
    """What a device was given: its token, and whom the organiser said that it is."""

    token: str
    scope: str


class PairingRefusedError(HardwareError, PermissionError):
    """The organiser doesn't let this device in, or the server can't pair devices."""


def pair(
    server_url: str,
    request: PairingRequest,
    say: Say,
    rest: Rest = time.sleep,
    transport: httpx2.BaseTransport | None = None,
) -> Paired:
    """Return the device's own token and scope, once somebody typed the digits that ``say`` shows.

    A server that doesn't answer is asked again, and digits that grew too old are replaced. Raises
    PairingRefusedError with one sentence.
    """
    client = httpx2.Client(
        base_url=server_url, timeout=_HTTP_TIMEOUT, trust_env=False, transport=transport
    )
    with client:
        while True:
            opened = _open(client, request, say, rest)
            say(_invitation(request, opened, server_url))
            state = _wait(client, opened, rest)
            if state is None:
                say("The code grew too old.")
            elif state.status == "refused" or state.token is None:
                raise PairingRefusedError(
                    f"The organiser turned '{request.name}' away, or five wrong codes were typed; "
                    "start again with --pair."
                )
            else:
                return Paired(state.token, state.scope or request.name)


def pair_into(file: Path, server_url: str, request: PairingRequest, say: Say) -> None:
    """Pair, and keep the token in a file that this user alone can read, the scope beside it.

    Raises PairingRefusedError, or TokenFileError where the file can't be written.
    """
    _check_writable(file)
    paired = pair(server_url, request, say)
    write_token(file, paired.token)
    write_token(_scope_file(file), f"{paired.scope} {_digest(paired.token)}")
    say(f"Paired as '{paired.scope}'; the token is in {file}.")


def paired_scope(file: Path) -> str | None:
    """Return whom the token in a file speaks for, as the organiser said when it was paired.

    None where the token came by another way.
    """
    try:
        scope, _, digest = _scope_file(file).read_text(encoding="ascii").strip().partition(" ")
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return scope if digest == _digest(token) else None


def _scope_file(file: Path) -> Path:
    return file.with_name(file.name + ".scope")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def write_token(file: Path, token: str) -> None:
    """Write a token for this user's eyes alone. Raises TokenFileError."""
    fresh = file.with_name(file.name + ".new")
    try:
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(token + "\n")
        fresh.replace(file)
    except OSError as error:
        raise _not_writable(file, error) from error


def _check_writable(file: Path) -> None:
    """Fail before people have typed anything, rather than after."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(file, error) from error
    if not os.access(file.parent, os.W_OK):
        raise _not_writable(file, PermissionError(0, "permission denied"))


def _not_writable(file: Path, error: OSError) -> TokenFileError:
    return TokenFileError(
        f"The token file {file} can't be written ({error.strerror}); name another --token-file."
    )


def _invitation(request: PairingRequest, opened: PairingOpened, server_url: str) -> str:
    shown = f"{opened.code[:3]} {opened.code[3:]}"
    return (
        f"\n  Pairing code of {request.name}:  {shown}\n\n"
        f"  Type it at {server_url}/control#devices within {opened.life_s // 60} minutes.\n"
    )


def _open(client: httpx2.Client, request: PairingRequest, say: Say, rest: Rest) -> PairingOpened:
    is_lost = False
    while True:
        answer = _post(client, "/api/v1/pairings", request)
        if answer is not None and answer.is_success:
            return _read(PairingOpened, answer)
        if answer is not None and answer.status_code < 500 and answer.status_code not in _LATER:
            raise PairingRefusedError(
                f"The server at {client.base_url} can't pair this device "
                f"(HTTP {answer.status_code}); check --server and the device's name."
            )
        if not is_lost:
            say(f"Waiting for the server at {client.base_url} …")
            is_lost = True
        rest(POLL_PERIOD_S)


#: Asked too often, or too many wait: later it may work.
_LATER = frozenset({409, 429})


def _wait(client: httpx2.Client, opened: PairingOpened, rest: Rest) -> PairingState | None:
    """Return what came of a pairing, None where it is over without a word."""
    path = f"/api/v1/pairings/{opened.pairing_id}/collect"
    while True:
        rest(POLL_PERIOD_S)
        answer = _post(client, path, PairingCollect(secret=opened.secret))
        if answer is None or answer.status_code >= 500:
            continue
        if not answer.is_success:
            return None
        state = _read(PairingState, answer)
        if state.status != "waiting":
            return state


def _post(client: httpx2.Client, path: str, body: BaseModel) -> httpx2.Response | None:
    """Return the answer, None where there was none."""
    try:
        return client.post(path, json=body.model_dump(mode="json"))
    except httpx2.TransportError:
        return None


def _read(kind: type[_Answer], answer: httpx2.Response) -> _Answer:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        raise PairingRefusedError(
            f"What answers at {answer.request.url.host} is not this release of Paddock; "
            "check --server and the versions."
        ) from error
