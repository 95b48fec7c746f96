"""Who may do what: roles, one-time codes, sessions of browsers and credentials of devices."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from timing_server.contract.base import Message, Slug

#: People's roles from least to most, then the devices', which stand beside that ladder.
Role = Literal[
    "public", "driver", "marshal", "organiser", "node", "car", "tracker", "worker", "pit"
]
GrantedRole = Literal["driver", "marshal", "organiser", "node", "car", "tracker", "worker"]
#: ``pit`` is a phone that drives one run; race control makes its code with the run.
HeldRole = Literal["driver", "marshal", "organiser", "node", "car", "tracker", "worker", "pit"]

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class CodeEntered(Message):
    """``POST /session`` and ``POST /pair``: a one-time code, with or without its dash."""

    code: Code


class SessionView(Message):
    """Who this browser is; ``public`` for everybody who isn't logged in."""

    role: Role
    principal: str | None = None
    scope: str | None = None


class Pairing(Message):
    """A device's own bearer token, told this once."""

    token: str
    role: HeldRole
    principal: str
    scope: str | None = None


class CodeRequest(Message):
    """``POST /codes``: let somebody in. ``scope`` is what a device speaks for, or itself."""

    role: GrantedRole
    principal: Slug
    scope: Slug | None = None
    life_s: Annotated[int, Field(ge=60, le=43_200)] = 3_600


class CodeMade(Message):
    """A one-time code, for example for the fragment of a QR address: ``/control#code=…``."""

    code: str
    expires_utc: str


class CredentialRequest(Message):
    """``POST /credentials``: make a token. ``scope`` is what a device speaks for, or itself."""

    principal: Slug
    role: GrantedRole
    scope: Slug | None = None


class CredentialMade(Message):
    """A bearer token, told this once; only its hash is kept."""

    credential_id: str
    token: str
    principal: str
    role: GrantedRole
    scope: str | None = None


class CredentialView(Message):
    """A credential that is good now; ``session`` ones are browsers that logged in."""

    credential_id: str
    principal: str
    role: HeldRole
    scope: str | None = None
    kind: Literal["token", "session"]
    made_utc: str
