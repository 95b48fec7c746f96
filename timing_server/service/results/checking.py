"""Reads a bundle back: what was changed in it, whose word it is, and the event that it tells of.

What is found out, from the bundle alone and offline:

- A fact that was changed, added or left out, and the chain not mended: the chain names it.
- The same with the chain computed anew to the end: the venue's seals verify up to the fact before
  the changed one, and nobody without the venue's private key can make the ones behind.
- Facts cut off at the end, names or plan edited: the signed manifest disagrees.

What can't be found out from the bundle alone: that somebody changed it and signed all of it anew
with a key of their own. Then the bundle is whole and of *another venue*. The venue's fingerprint,
which stands on its results pages and exports, tells the two apart: who gives it, or has seen the
event before, gets StrangeVenueError. An older bundle of the same event is a true one, too; its
manifest says how many facts it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from timing_server.contract.race.results import BundleManifest, BundleNames, OwnAward
from timing_server.contract.race.sheets import Award
from timing_server.rules.errors import BrokenChainError, MalformedFactError, UnknownFactError
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.reduce import reduce_all
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.stored.codec import chain_hash, decode_chain, verify
from timing_server.rules.units import EntryId, StreamId
from timing_server.service.entities import Car, Driver, RegistryRows, Team
from timing_server.service.results.archive import MANIFEST, NAMES, PLAN, SEALS, Bundle
from timing_server.service.results.errors import (
    BundleChangedError,
    BundleError,
    StrangeVenueError,
)
from timing_server.service.results.files import is_model, model_member
from timing_server.service.results.seals import (
    SEAL_BYTES,
    fingerprint,
    is_sealed,
    is_signed,
    plain_fingerprint,
)

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CheckedBundle:
    """A bundle that is as the holder of ``venue_key`` (a fingerprint) signed it."""

    manifest: BundleManifest
    venue_key: str
    facts: tuple[Recorded, ...]
    state: EventState
    registry: RegistryRows
    lines: tuple[bytes, ...]
    own_awards: tuple[Award, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def check_bundle(bundle: Bundle, trusted_key: str | None = None) -> CheckedBundle:
    """Return what a bundle says, once everything in it agrees.

    ``trusted_key`` is the fingerprint of the venue whose word counts; None takes the bundle's own.
    Raises BundleChangedError naming what was changed, StrangeVenueError where another venue
    signed, BundleError where this release can't read it.
    """
    manifest = _read(BundleManifest, bundle.manifest, MANIFEST)
    public_key = bytes.fromhex(manifest.venue_key)
    _check_chain(bundle, manifest)
    _check_venue(public_key, trusted_key)
    _check_seals(bundle, manifest, public_key)
    _check_manifest(bundle, manifest, public_key)
    try:
        facts = tuple(decode_chain(bundle.lines))
    except (UnknownFactError, MalformedFactError) as error:
        raise BundleError(f"The bundle's log can't be read: {error}") from error
    names = _read(BundleNames, bundle.names, NAMES)
    state = reduce_all(empty_state(StreamId(manifest.event_id)), facts)
    return CheckedBundle(
        manifest=manifest,
        venue_key=fingerprint(public_key),
        facts=facts,
        state=state,
        registry=registry_of(manifest.event_id, names),
        lines=bundle.lines,
        own_awards=_own_awards(state, names.awards),
        files=bundle.files,
    )


def event_of(bundle: Bundle) -> str:
    """Return the id of the event that a bundle says it is about. Raises BundleError."""
    return _read(BundleManifest, bundle.manifest, MANIFEST).event_id


def registry_of(event_id: str, names: BundleNames) -> RegistryRows:
    """Return a bundle's names as the registry holds them."""
    return RegistryRows(
        drivers={key: Driver(key, each.name, each.colour) for key, each in names.drivers.items()},
        teams={key: Team(key, each.name, each.colour) for key, each in names.teams.items()},
        cars={key: Car(key, each.name, each.colour) for key, each in names.cars.items()},
        event_names={event_id: names.event_name},
    )


def _own_awards(state: EventState, awards: tuple[OwnAward, ...]) -> tuple[Award, ...]:
    """Return a bundle's own awards as they are kept. Raises BundleError for an entry unheard of."""
    for each in awards:
        if EntryId(each.entry_id) not in state.entries:
            raise BundleError(f"{NAMES} of the bundle gives an award to no entry of its log.")
    return tuple(
        Award(
            **each.model_dump(),
            kind="own",
            number=state.entries[EntryId(each.entry_id)].number,
            driver="",
        )
        for each in awards
    )


def _check_chain(bundle: Bundle, manifest: BundleManifest) -> None:
    """Raise BundleChangedError for a fact that doesn't follow from the one before it."""
    try:
        verify(bundle.lines)
    except BrokenChainError as error:
        raise BundleChangedError(f"The bundle was changed. {error}", error.seq) from error
    if len(bundle.lines) < manifest.facts:
        first = len(bundle.lines) + 1
        sentence = f"The bundle was changed. Facts {first} to {manifest.facts} are missing."
        raise BundleChangedError(sentence, first)


def _check_venue(public_key: bytes, trusted_key: str | None) -> None:
    found = fingerprint(public_key)
    if trusted_key is None or plain_fingerprint(found) == plain_fingerprint(trusted_key):
        return
    raise StrangeVenueError(
        f"The bundle is signed with the venue key {found}, not with {trusted_key}: it isn't that "
        "venue's, or somebody changed it and signed all of it anew.",
        found=found,
        trusted=trusted_key,
    )


def _check_seals(bundle: Bundle, manifest: BundleManifest, public_key: bytes) -> None:
    """Raise BundleChangedError for the first fact that the venue didn't seal.

    The chain holds already, so the last seal that verifies vouches for all facts up to its own.
    """
    hashes = [chain_hash(line) for line in bundle.lines]
    for seq in range(len(hashes), 0, -1):
        seal = bundle.seals[(seq - 1) * SEAL_BYTES : seq * SEAL_BYTES]
        if is_sealed(public_key, seal, manifest.event_id, seq, hashes[seq - 1]):
            break
    else:
        seq = 0
    if seq < len(hashes):
        changed = seq + 1
        raise BundleChangedError(
            f"The bundle was changed and its chain computed anew. Fact {changed} isn't the one "
            "that the venue sealed.",
            changed,
        )


def _check_manifest(bundle: Bundle, manifest: BundleManifest, public_key: bytes) -> None:
    head_hash = chain_hash(bundle.lines[-1])
    if not is_signed(public_key, bundle.signature, bundle.manifest):
        raise BundleChangedError(
            "The bundle's manifest was changed: its signature isn't the venue's. "
            "The facts of the log are as the venue sealed them."
        )
    if (manifest.facts, manifest.head_hash) != (len(bundle.lines), head_hash):
        raise BundleChangedError(
            f"The bundle was put together of two: its manifest is about {manifest.facts} facts, "
            f"its log has {len(bundle.lines)}."
        )
    contents = {SEALS: bundle.seals, NAMES: bundle.names, PLAN: bundle.plan, **bundle.files}
    for name, content in contents.items():
        found = sha256(content).hexdigest()
        if manifest.members.get(name) != found:
            raise BundleChangedError(f"{name} of the bundle was changed after the venue signed it.")
        if is_model(name) and name != model_member(found):
            raise BundleChangedError(f"{name} of the bundle isn't the model of that hash.")
    missing = sorted(manifest.members.keys() - contents.keys())
    if missing:
        raise BundleChangedError(f"{missing[0]} of the bundle was taken out of it.")


def _read(kind: type[Model], content: bytes, name: str) -> Model:
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"]) or "it"
        sentence = f"{name} of the bundle can't be read ({where}: {problem['msg']})."
        raise BundleError(sentence) from error
