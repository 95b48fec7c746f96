"""What all messages share: frozen, strict about unknown keys, bounded in length."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

#: Nanoseconds fit a signed 64-bit integer, which is what SQLite stores.
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
#: A machine's own clock, 73 years at most: as race time, and in microseconds, it fits a browser.
MonoNs = Annotated[int, Field(ge=0, lt=2**61)]
#: What a machine's own clock and the race clock differ by.
OffsetNs = Annotated[int, Field(ge=-(2**61), lt=2**61)]
#: How far off an instant may be, 104 days at most.
BoundNs = Annotated[int, Field(ge=0, lt=2**53)]
Us = Annotated[int, Field(ge=-(2**53), lt=2**53)]
Seq = Annotated[int, Field(ge=1, lt=2**53)]

#: An identifier that travels in paths and keys: letters, digits, dot, underscore, dash.
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Uuid = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]

__all__ = [
    "AwareDatetime",
    "BoundNs",
    "Colour",
    "Int64",
    "Message",
    "MonoNs",
    "OffsetNs",
    "Seq",
    "Sha256",
    "Slug",
    "Us",
    "Uuid",
]


class Message(BaseModel):
    """Base of all messages between processes: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
