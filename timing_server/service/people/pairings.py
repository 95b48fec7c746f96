"""Devices that ask to be let in: each shows six digits, the organiser types them, it gets a token.

What waits lives in memory alone, for five minutes: after a restart a device simply asks again. An
organiser picks the device in a list and types the digits that it shows, which proves that the one
in the list is the one on the table. The token is told to whoever opened the pairing and knows its
secret, for as long as the pairing lives, so that a lost answer loses nothing.
"""

import hmac
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from timing_server.contract.people.proof import ProofRequest, name_of, proof_of
from timing_server.rules.units import NS_PER_S
from timing_server.service.access import CAR, Access, Identity, Issued, Secrets, digest
from timing_server.service.entities import Car
from timing_server.service.errors import CodeRefusedError, UnknownIdError
from timing_server.service.people.errors import TooManyRequestsError, TooManyWaitingError
from timing_server.service.people.tries import TryLimiter
from timing_server.service.ports import NewId

PAIRING_LIFE_S = 300
TRIES = 5
MAX_WAITING = 50
#: So that one address alone can't shut all others out.
MAX_FROM_ONE_ADDRESS = 10
OPENED_A_MINUTE = 10

PairingStatus = Literal["waiting", "granting", "approved", "refused"]


@dataclass(slots=True)
class WaitingDevice:
    """A device that asks to be let in as ``name``, and how far that got."""

    pairing_id: str
    role: str
    name: str
    client: str
    expires_race_ns: int
    code_sha256: str
    secret_sha256: str
    tries_left: int = TRIES
    status: PairingStatus = "waiting"
    token: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class CarWish:
    """What a new car is to be called; ``colour`` empty: one unlike the others."""

    name: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the device hears: its digits to show, and the secret by which it collects its token."""

    pairing_id: str
    code: str
    secret: str


class Pairings:
    """Lives in the event loop, as do those who call it."""

    def __init__(
        self, access: Access, now_race_ns: Callable[[], int], secrets: Secrets, new_id: NewId
    ) -> None:
        self._access = access
        self._now_race_ns = now_race_ns
        self._secrets = secrets
        self._new_id = new_id
        self._devices: dict[str, WaitingDevice] = {}
        self._limiter = TryLimiter(OPENED_A_MINUTE, too_many_requests)

    def open(self, role: str, name: str, client: str) -> Opened:
        """Let a device ask. Raises TooManyRequestsError or TooManyWaitingError."""
        self._limiter.admit(client, self._now_race_ns())
        self._forget_old()
        from_there = sum(each.client == client for each in self._devices.values())
        if len(self._devices) >= MAX_WAITING or from_there >= MAX_FROM_ONE_ADDRESS:
            message = "Too many devices wait to be paired; try again in five minutes."
            raise TooManyWaitingError(message)
        opened = Opened(self._new_id(), self._secrets.digits(), self._secrets.token())
        self._devices[opened.pairing_id] = WaitingDevice(
            pairing_id=opened.pairing_id,
            role=role,
            name=name,
            client=client,
            expires_race_ns=self._now_race_ns() + PAIRING_LIFE_S * NS_PER_S,
            code_sha256=digest(opened.code),
            secret_sha256=digest(opened.secret),
        )
        return opened

    def waiting(self) -> list[WaitingDevice]:
        """Return the devices that wait for an organiser, the one that asked first in front."""
        self._forget_old()
        return [each for each in self._devices.values() if each.status == "waiting"]

    def life_left_s(self, device: WaitingDevice) -> int:
        """Return for how many seconds the device's digits are good."""
        return max(0, (device.expires_race_ns - self._now_race_ns()) // NS_PER_S)

    def approve(
        self, pairing_id: str, code: str, scope: str | None, new_car: CarWish | None = None
    ) -> "Future[Issued]":
        """Let a device in that shows this code; ``scope`` None: it speaks for its own name.

        ``new_car`` is signed up along with it. Raises UnknownIdError or CodeRefusedError; the
        future raises UnknownIdError for a car that nobody signed up, TakenError for a new one that
        is there already. The fifth wrong code ends the pairing.
        """
        device = self._waiting_device(pairing_id)
        shown = "".join(char for char in code if char.isalnum())
        if not hmac.compare_digest(digest(shown), device.code_sha256):
            self._count_wrong(device)
        device.status = "granting"
        device.scope = scope or device.name
        car = None if new_car is None else Car(device.scope, new_car.name, new_car.colour)
        future = self._access.issue(
            Identity(device.name, device.role, device.scope), car if device.role == CAR else None
        )
        future.add_done_callback(lambda done: _grant(device, done))
        return future

    def refuse(self, pairing_id: str) -> None:
        """Turn a device away. Raises UnknownIdError."""
        self._waiting_device(pairing_id).status = "refused"

    def collect(self, pairing_id: str, secret: str) -> WaitingDevice:
        """Return how far a pairing got, to the device that opened it. Raises UnknownIdError.

        A wrong secret hears the same as a pairing that isn't there.
        """
        self._forget_old()
        device = self._devices.get(pairing_id)
        if device is None or not hmac.compare_digest(digest(secret), device.secret_sha256):
            raise UnknownIdError("pairing", pairing_id)
        return device

    def prove(self, asked: ProofRequest, address: str) -> str:
        """Return the proof that this server gave a device its token, for the address it called.

        Raises UnknownIdError for a token that isn't good here.
        """
        for each in self._access.all():
            is_meant = hmac.compare_digest(name_of(each.token_sha256), asked.token_name)
            if is_meant and each.kind == "token":
                return proof_of(each.token_sha256, asked.nonce, address)
        raise UnknownIdError("credential", asked.token_name[:12])

    def _waiting_device(self, pairing_id: str) -> WaitingDevice:
        self._forget_old()
        device = self._devices.get(pairing_id)
        if device is None or device.status != "waiting":
            raise UnknownIdError("pairing", pairing_id)
        return device

    def _count_wrong(self, device: WaitingDevice) -> None:
        device.tries_left -= 1
        if device.tries_left == 0:
            device.status = "refused"
            message = "That was the fifth wrong code: the device must ask anew."
            raise CodeRefusedError(message)
        message = f"The device shows another code; {device.tries_left} tries are left."
        raise CodeRefusedError(message)

    def _forget_old(self) -> None:
        now_ns = self._now_race_ns()
        old = [key for key, each in self._devices.items() if each.expires_race_ns <= now_ns]
        for key in old:
            del self._devices[key]


def too_many_requests(wait_s: int) -> TooManyRequestsError:
    """Return the refusal of an address that asks too often."""
    message = f"That was asked too often from here; wait {wait_s} s and try again."
    return TooManyRequestsError(message, wait_s=wait_s)


def _grant(device: WaitingDevice, done: "Future[Issued]") -> None:
    if done.cancelled() or done.exception() is not None:
        device.status = "waiting"
        return
    device.token = done.result().token
    device.status = "approved"
