"""How a device comes in: it shows six digits, an organiser types them, it gets its own token."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from timing_server.contract.base import Colour, Message, Slug
from timing_server.contract.names import Name

DeviceRole = Literal["node", "car", "tracker", "worker"]
PairingStatus = Literal["waiting", "approved", "refused"]


class PairingRequest(Message):
    """``POST /pairings``: a device asks to be let in under its own name."""

    role: DeviceRole
    name: Slug


class PairingOpened(Message):
    """What the device shows (``code``), and the secret by which it collects its token."""

    pairing_id: str
    code: str
    secret: str
    life_s: int


class PairingCollect(Message):
    """``POST /pairings/{pairing_id}/collect``: the device asks how far it got."""

    secret: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class PairingState(Message):
    """How far a pairing got; ``token`` and the ``scope`` that it speaks for once approved."""

    status: PairingStatus
    token: str | None = None
    scope: str | None = None


class PairingView(Message):
    """``GET /pairings``: a device that waits; ``address`` is where it asks from."""

    pairing_id: str
    role: DeviceRole
    name: str
    address: str
    life_left_s: int
    tries_left: int


class NewCar(Message):
    """What a car is called that nobody signed up yet; ``colour`` null: one unlike the others."""

    name: Name
    colour: Colour | None = None


class PairingApproval(Message):
    """``POST …/approve``: the digits that the device shows; ``scope`` is which car it is.

    With ``new_car`` the car is signed up along with it, under ``scope`` or the device's own name.
    """

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=16)]
    scope: Slug | None = None
    new_car: NewCar | None = None
