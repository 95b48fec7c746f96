"""Facts as bytes: canonical JSON, chained by hashes, read back strictly and in any old version.

A stored fact is one JSON object in UTF-8 with sorted keys and no spaces:

    {"actor", "body", "prev_hash", "race_ns", "retry_key", "seq", "stream", "type", "version",
     "wall_utc"}

``body`` holds the fact's own fields; ``prev_hash`` is the SHA-256, in hex, of the bytes of the
fact before it in the same stream (64 zeros before the first). Stored bytes are never rewritten:
an old version is lifted to the present one when it is read, and hashes cover the old bytes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any, get_args

from timing_server.rules.errors import BrokenChainError, MalformedFactError, UnknownFactError
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.stored.fact_fields import Shape
from timing_server.rules.stored.upcasters import UPCASTERS, Upcaster

GENESIS_HASH = "0" * 64

#: The version in which each fact is written now. Raise it together with an upcaster from the old.
VERSIONS: Mapping[str, int] = {
    **{kind.__name__: 1 for kind in get_args(Fact)},
    "StagePlanned": 4,
    "StageChanged": 2,
    "EmergencyStopped": 2,
    "EntryAdded": 2,
    "HeatPlanned": 2,
    "ModelBound": 2,
    "HeatStarted": 2,
    "GateBound": 3,
    "PassInserted": 3,
    "PassDetected": 2,
    "RunSimulated": 2,
    "VirtualStagePlanned": 2,
}

_SHAPES: Mapping[str, Shape] = {kind.__name__: Shape(kind) for kind in get_args(Fact)}
_SHAPES_BY_TYPE: Mapping[type, Shape] = {shape.kind: shape for shape in _SHAPES.values()}

_ENVELOPE = (
    *("stream", "seq", "race_ns", "wall_utc", "actor", "retry_key"),
    *("body", "type", "version", "prev_hash"),
)
_pick_envelope = itemgetter(*_ENVELOPE)
_ENVELOPE_TYPES = (str, int, int, str, str, str, dict, str, int, str)
_ENVELOPE_SIGNATURES = frozenset(
    {_ENVELOPE_TYPES, tuple(type(None) if at == 5 else t for at, t in enumerate(_ENVELOPE_TYPES))}
)

#: Integers are those that every reader and every store can hold, a signed 64-bit number.
_WHOLE_RANGE = range(-(2**63), 2**63)
#: What may be a longer one; only such bytes, which are rare, have each of their numbers checked.
_MANY_DIGITS = re.compile(rb"[0-9]{19}")


def encode(recorded: Recorded, prev_hash: str) -> bytes:
    """Return the bytes to store for a fact that follows the one with that hash.

    Raises MalformedFactError where a field isn't of its type, or an integer is beyond a signed
    64-bit one, so that what was written can be read, and UnknownFactError for a fact that has no
    version.
    """
    fact = recorded.fact
    shape = _SHAPES_BY_TYPE.get(type(fact))
    if shape is None:
        raise UnknownFactError(f"{type(fact).__name__} isn't a fact of this release.")
    stored = {
        "actor": recorded.actor,
        "body": shape.take_apart(fact),
        "prev_hash": prev_hash,
        "race_ns": recorded.race_ns,
        "retry_key": recorded.retry_key,
        "seq": recorded.seq,
        "stream": recorded.stream,
        "type": shape.name,
        "version": VERSIONS[shape.name],
        "wall_utc": recorded.wall_utc,
    }
    _check_envelope(_pick_envelope(stored))
    try:
        text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        written = text.encode()
    except UnicodeEncodeError as error:
        raise MalformedFactError(f"{shape.name} holds text that isn't Unicode.") from error
    except ValueError as error:  # an integer of thousands of digits isn't written at all
        raise MalformedFactError(f"{shape.name} holds an integer beyond 64 bits.") from error
    _check_integers(written)
    return written


def decode(
    stored: bytes, *, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS
) -> tuple[Recorded, str]:
    """Return the fact that the bytes hold, in its present version, and its prev_hash.

    Raises UnknownFactError for a type or version that this release can't read, and
    MalformedFactError for anything that ``encode`` wouldn't have written.
    """
    values = _open(stored)
    return _recorded(values, upcasters), values[9]


def chain_hash(stored: bytes) -> str:
    """Return the hash by which the next fact of the stream names these bytes."""
    return sha256(stored).hexdigest()


def verify(chain: Iterable[bytes], *, head_hash: str | None = None) -> str:
    """Check that a whole stream is as it was written, and return the hash of its last fact.

    ``head_hash``, where the caller knows it, vouches for the last fact, which no other one
    names. Raises BrokenChainError naming the seq of the fact that was changed, or is missing.
    """
    last = GENESIS_HASH
    for link in _linked(chain, head_hash):
        last = link.own_hash
    return last


def decode_chain(
    chain: Iterable[bytes],
    *,
    head_hash: str | None = None,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> Iterator[Recorded]:
    """Yield the facts of a whole stream, checking the chain on the way as ``verify`` does.

    A fact is yielded once the next one vouches for its bytes. Raises what ``decode`` and
    ``verify`` raise.
    """
    for link in _linked(chain, head_hash):
        yield _recorded(link.values, upcasters)


# --- one fact ----------------------------------------------------------------------------------

_Values = tuple[Any, ...]


def _open(stored: bytes) -> _Values:
    """Return the envelope's values in the order of ``_ENVELOPE``."""
    try:
        _check_integers(stored)
        opened = json.loads(stored.decode())
    except MalformedFactError:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedFactError("A stored fact isn't JSON in UTF-8.") from error
    if type(opened) is not dict or len(opened) != len(_ENVELOPE):
        raise MalformedFactError("A stored fact doesn't have the fields of one.")
    try:
        values: _Values = _pick_envelope(opened)
    except KeyError as error:
        raise MalformedFactError(f"A stored fact has no field {error}.") from error
    _check_envelope(values)
    return values


def _check_integers(stored: bytes) -> None:
    """Raise MalformedFactError where JSON holds an integer that isn't a signed 64-bit one."""
    if _MANY_DIGITS.search(stored):
        json.loads(stored.decode(), parse_int=_whole)


def _whole(digits: str) -> int:
    if len(digits) > 20 or int(digits) not in _WHOLE_RANGE:
        raise MalformedFactError("A fact holds an integer beyond 64 bits.")
    return int(digits)


def _check_envelope(values: _Values) -> None:
    if tuple(map(type, values)) not in _ENVELOPE_SIGNATURES:
        for name, value, wanted in zip(_ENVELOPE, values, _ENVELOPE_TYPES, strict=True):
            if type(value) is not wanted and not (name == "retry_key" and value is None):
                raise MalformedFactError(
                    f"The field '{name}' of a fact must be {wanted.__name__}, "
                    f"not {type(value).__name__}."
                )


def _recorded(values: _Values, upcasters: Mapping[tuple[str, int], Upcaster]) -> Recorded:
    body, name, version = values[6:9]
    shape = _SHAPES.get(name)
    if shape is None:
        raise UnknownFactError(f"'{name}' isn't a fact that this release knows; update Paddock.")
    if version != VERSIONS[name]:
        body = _lift(name, version, body, upcasters)
    stream, seq, race_ns, wall_utc, actor, retry_key = values[:6]
    return Recorded(stream, seq, race_ns, wall_utc, actor, retry_key, shape.build(body))


def _lift(
    name: str, version: int, body: dict[str, Any], upcasters: Mapping[tuple[str, int], Upcaster]
) -> dict[str, Any]:
    """Read the body of an old version as the present one, a version at a time."""
    present = VERSIONS[name]
    for step in range(version, present):
        upcaster = upcasters.get((name, step))
        if upcaster is None:
            raise UnknownFactError(f"Version {step} of {name} can't be read any more.")
        body = upcaster(body)
    if version > present:
        raise UnknownFactError(
            f"Version {version} of {name} is newer than this release; update Paddock."
        )
    return body


# --- the chain ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Link:
    """A stored fact, opened, with the hash of its bytes."""

    values: _Values
    own_hash: str


def _linked(chain: Iterable[bytes], head_hash: str | None) -> Iterator[_Link]:
    """Yield each fact once the next one, or ``head_hash``, vouches for its bytes."""
    links = _opened(chain)
    before: _Link | None = None
    for link in links:
        expected = GENESIS_HASH if before is None else before.own_hash
        if link.values[9] != expected:
            raise _break_between(before, link, next(links, None), head_hash)
        if before is not None:
            if link.values[0] != before.values[0]:
                seq = link.values[1]
                raise BrokenChainError(seq, f"Fact {seq} belongs to another stream.")
            yield before
        before = link
    if before is None:
        return
    if head_hash is not None and before.own_hash != head_hash:
        seq = before.values[1]
        raise BrokenChainError(seq, f"Fact {seq} was changed, or the facts after it are missing.")
    yield before


def _opened(chain: Iterable[bytes]) -> Iterator[_Link]:
    """Open one fact after the other; their numbers are gapless from 1."""
    for expected_seq, stored in enumerate(chain, 1):
        try:
            values = _open(stored)
        except MalformedFactError as error:
            raise BrokenChainError(
                expected_seq, f"Fact {expected_seq} was changed: {error}"
            ) from error
        if values[1] != expected_seq:
            raise BrokenChainError(
                expected_seq, f"Fact {expected_seq} is missing; {values[1]} stands in its place."
            )
        yield _Link(values, chain_hash(stored))


def _break_between(
    before: _Link | None, link: _Link, after: _Link | None, head_hash: str | None
) -> BrokenChainError:
    """Say which of two facts was changed: the later one, where its own hash isn't vouched for."""
    voucher = head_hash if after is None else after.values[9]
    is_later_one_intact = voucher is None or voucher == link.own_hash
    changed = before if before is not None and is_later_one_intact else link
    seq = changed.values[1]
    return BrokenChainError(seq, f"Fact {seq} was changed: the hashes around it don't agree.")
