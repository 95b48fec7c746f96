"""Documents about results that leave the server: an event's bundle, and the report made of it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from timing_server.contract.base import Colour, Message, Seq, Sha256, Slug
from timing_server.contract.names import Name, Reason, clean_text

#: What a report tells of each row of the results, whoever writes it.
REPORTED = ("rank", "driver", "car", "model_sha256", "best_lap_us", "laps")

MAX_SHOWN_LENGTH = 200


def _shown(text: str) -> str:
    shown = clean_text(text, MAX_SHOWN_LENGTH)
    if not shown.strip():
        raise ValueError("must contain something that can be seen")
    return shown


#: A display name: what a name is made of, and as long as those of a team's drivers joined.
ShownName = Annotated[str, AfterValidator(_shown)]
PublicKeyHex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class BundleManifest(Message):
    """``manifest.json`` of a bundle: what the venue signs.

    ``head_hash`` is the hash of the last fact, with which the chain vouches for all before it;
    ``members`` holds the SHA-256 of each other file but the log, whose head says it all: also of
    ``models/{sha256}.onnx`` and ``tracks/{sha256}.track``, where virtual runs have such files here.
    ``venue_key`` is the public Ed25519 key, in hex, under which signature and seals verify.
    """

    format: Literal["paddock-bundle"] = "paddock-bundle"
    version: Literal[1] = 1
    paddock_version: str
    event_id: Slug
    facts: Seq
    head_hash: Sha256
    venue_key: PublicKeyHex
    exported_utc: str
    members: dict[str, Sha256]


class NamedThing(Message):
    """A driver, a team or a car as it is shown: the name that the person chose, and a colour."""

    name: ShownName
    colour: Colour


class OwnAward(Message):
    """An award of the organiser's own as people worded it, and the entry that it was given to."""

    award_id: Slug
    entry_id: str
    title: Name
    reason: Reason = ""


class BundleNames(Message):
    """``names.json`` of a bundle: display names and nothing else of the registry, by id.

    ``awards`` are the organiser's own, which stand beside the log; older bundles have none.
    """

    event_name: ShownName
    drivers: dict[str, NamedThing]
    teams: dict[str, NamedThing]
    cars: dict[str, NamedThing]
    awards: tuple[OwnAward, ...] = ()
