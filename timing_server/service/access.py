"""Who may come in: credentials with a role and a scope, and one-time codes that become one.

Tokens are 256 random bits and only their SHA-256 is kept, so that nobody can read them here.
Codes are short enough to type (40 bits), live shortly, work once, and are tried five times a
minute at most.
"""

import hashlib
import hmac
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from timing_server.rules.units import NS_PER_S
from timing_server.service.entities import Car, Credential, CredentialKind, OneTimeCode
from timing_server.service.errors import CodeRefusedError, UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.known import Known
from timing_server.service.log.writer import Writer
from timing_server.service.people.cars import sign_up
from timing_server.service.people.tries import TryLimiter
from timing_server.service.ports import NewId

SESSION_LIFE_S = 12 * 3600
ORGANISER = "organiser"
CAR = "car"
WORKER = "worker"


class Secrets(Protocol):
    """Where tokens and codes come from."""

    def token(self) -> str:
        """Return 256 random bits as text."""

    def code(self) -> str:
        """Return a code that a person can type."""

    def digits(self) -> str:
        """Return the six digits that a device shows."""


class SetupCodeFile(Protocol):
    """Where the first organiser finds the code."""

    def read_setup_code(self) -> str | None:
        """Return the code that waits to be used, "" where the file is empty."""

    def write_setup_code(self, code: str) -> None:
        """Keep the code where only this user can read it."""

    def delete_setup_code(self) -> None:
        """Forget the code."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a credential says about its bearer."""

    principal: str
    role: str
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A credential with its token, which is told this once and never again."""

    credential: Credential
    token: str


class Access:
    """Knows credentials and codes; changes go through the writer like everything else."""

    def __init__(
        self,
        writer: Writer,
        now_race_ns: Callable[[], int],
        secrets: Secrets,
        new_id: NewId,
        setup_file: SetupCodeFile,
    ) -> None:
        self._writer = writer
        self._now_race_ns = now_race_ns
        self._secrets = secrets
        self._new_id = new_id
        self._setup_file = setup_file
        self._limiter = TryLimiter()

    def credential_of(self, token: str) -> Credential | None:
        """Return the credential that this token bears, None for an unknown or expired one."""
        token_sha256 = digest(token)
        found = self._writer.known.access.credentials.get(token_sha256)
        if found is None or not hmac.compare_digest(found.token_sha256, token_sha256):
            return None
        return found if self._is_alive(found.expires_race_ns) else None

    def all(self) -> list[Credential]:
        """Return the credentials that are good now."""
        found = self._writer.known.access.credentials.values()
        return [each for each in found if self._is_alive(each.expires_race_ns)]

    def issue(self, identity: Identity, new_car: Car | None = None) -> "Future[Issued]":
        """Make a token that is good until it is revoked; ``new_car`` is signed up along with it.

        The future raises UnknownIdError, or TakenError for a new car that is there already.
        """

        def work(draft: Draft) -> Issued:
            if new_car is not None:
                sign_up(draft, new_car)
            _check_car(draft.known, identity)
            return self._issue(draft, identity, "token")

        return self._writer.submit(work)

    def open_session(self, identity: Identity) -> "Future[Issued]":
        """Log a browser in without a code: somebody who has just registered."""
        return self._writer.submit(lambda draft: self._issue(draft, identity, "session"))

    def revoke(self, credential_id: str) -> "Future[None]":
        """Make a credential worthless. The future raises UnknownIdError."""

        def work(draft: Draft) -> None:
            found = draft.known.access.credentials.values()
            credential = next((each for each in found if each.credential_id == credential_id), None)
            if credential is None:
                raise UnknownIdError("credential", credential_id)
            draft.delete_credential(credential)

        return self._writer.submit(work)

    def open_code(self, identity: Identity, life_s: int | None) -> "Future[str]":
        """Make a one-time code for somebody; ``life_s`` None: until it is used.

        The future raises UnknownIdError.
        """
        code = self._secrets.code()

        def work(draft: Draft) -> str:
            _check_car(draft.known, identity)
            draft.put_code(_code_of(code, identity, _expiry(draft, life_s)))
            return code

        return self._writer.submit(work)

    def redeem(self, code: str, kind: CredentialKind, client: str) -> "Future[Issued]":
        """Turn a code into a credential, once. ``client`` is who tries, for the limit.

        Raises TooManyTriesError; the future raises CodeRefusedError.
        """
        settle = self._limiter.admit(client, self._now_race_ns())
        code_sha256 = digest(_plain(code))

        def work(draft: Draft) -> Issued:
            found = draft.known.access.codes.get(code_sha256)
            if found is None or _is_over(found.expires_race_ns, draft.at_race_ns):
                message = "This code is wrong, used or too old; ask the organiser for a fresh one."
                raise CodeRefusedError(message)
            draft.delete_code(found)
            identity = Identity(found.principal, found.role, found.scope)
            return self._issue(draft, identity, kind)

        future = self._writer.submit(work)
        future.add_done_callback(lambda done: settle(done.exception() is None))
        future.add_done_callback(lambda _: self._forget_used_setup_code())
        return future

    def ensure_setup_code(self, draft: Draft) -> None:
        """Open a setup code where no organiser can come in, and forget what has expired.

        Whoever may write the data folder asks for one by an empty file in its place: the browser of
        the only organiser may be lost. Runs as a job of the start.
        """
        access = draft.known.access
        for credential in access.credentials.values():
            if _is_over(credential.expires_race_ns, draft.at_race_ns):
                draft.delete_credential(credential)
        for code in access.codes.values():
            if _is_over(code.expires_race_ns, draft.at_race_ns):
                draft.delete_code(code)
        credentials = draft.known.access.credentials.values()
        waiting = self._setup_file.read_setup_code()
        if waiting != "" and any(each.role == ORGANISER for each in credentials):
            return
        if waiting and digest(_plain(waiting)) in access.codes:
            return
        fresh = self._secrets.code()
        draft.put_code(_code_of(fresh, Identity(ORGANISER, ORGANISER), None))
        self._setup_file.write_setup_code(fresh)

    def open_setup_code(self) -> str | None:
        """Return the setup code that waits to be used, None where there is none."""
        waiting = self._setup_file.read_setup_code()
        return waiting if waiting and self._is_open(self._writer.known, waiting) else None

    def _forget_used_setup_code(self) -> None:
        waiting = self._setup_file.read_setup_code()
        if waiting is not None and not self._is_open(self._writer.known, waiting):
            self._setup_file.delete_setup_code()

    def _is_open(self, known: Known, code: str) -> bool:
        return digest(_plain(code)) in known.access.codes

    def _is_alive(self, expires_race_ns: int | None) -> bool:
        return not _is_over(expires_race_ns, self._now_race_ns())

    def _issue(self, draft: Draft, identity: Identity, kind: CredentialKind) -> Issued:
        token = self._secrets.token()
        credential = Credential(
            credential_id=self._new_id(),
            principal=identity.principal,
            role=identity.role,
            scope=identity.scope,
            kind=kind,
            token_sha256=digest(token),
            made_wall_utc=draft.wall_utc,
            expires_race_ns=_expiry(draft, SESSION_LIFE_S if kind == "session" else None),
        )
        draft.put_credential(credential)
        return Issued(credential, token)


def digest(secret: str) -> str:
    """Return the hash under which a token or a code is known here."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check_car(known: Known, identity: Identity) -> None:
    """Raise UnknownIdError for a car that nobody signed up: it would wait for ever."""
    if identity.role == CAR and identity.scope not in known.registry.cars:
        raise UnknownIdError("car", identity.scope or identity.principal)


def _plain(code: str) -> str:
    """Return a code as it is meant, however it was typed."""
    return "".join(char for char in code.upper() if char.isalnum())


def _code_of(code: str, identity: Identity, expires_race_ns: int | None) -> OneTimeCode:
    return OneTimeCode(
        code_sha256=digest(_plain(code)),
        principal=identity.principal,
        role=identity.role,
        scope=identity.scope,
        expires_race_ns=expires_race_ns,
    )


def _is_over(expires_race_ns: int | None, now_race_ns: int) -> bool:
    return expires_race_ns is not None and expires_race_ns <= now_race_ns


def _expiry(draft: Draft, life_s: int | None) -> int | None:
    return None if life_s is None else draft.at_race_ns + life_s * NS_PER_S
