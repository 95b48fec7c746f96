"""The golden race as a bundle, and what somebody may do to one."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce as fold
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.golden.record_first_race import LOG_PATH
from timing_server.adapters.folder.venue_key import FileVenueKey
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import empty_state
from timing_server.rules.stored.codec import GENESIS_HASH, chain_hash, decode_chain
from timing_server.rules.units import StreamId
from timing_server.service.entities import Car, Driver, RegistryRows, StoredFact
from timing_server.service.results.archive import Bundle, read_bundle, write_bundle
from timing_server.service.results.bundle import Export, make_bundle
from timing_server.service.results.seals import Sealer, sign_manifest

EVENT = StreamId("event-1")
#: Keys for tests, from seeds that everybody can read.
VENUE = FileVenueKey(Ed25519PrivateKey.from_private_bytes(b"venue".ljust(32, b".")))
IMPOSTOR = FileVenueKey(Ed25519PrivateKey.from_private_bytes(b"impostor".ljust(32, b".")))


def golden_export(lines: Sequence[bytes] | None = None) -> Export:
    """Return the golden race as it is read from a store."""
    lines = LOG_PATH.read_bytes().splitlines() if lines is None else lines
    facts = list(decode_chain(lines))
    state = fold(reduce, facts, empty_state(EVENT))
    drivers = [each for entry in state.entries.values() for each in entry.driver_ids]
    runs = [run for heat in state.heats.values() for run in heat.runs.values()]
    cars = {each.car_id for run in runs for each in run.equipment}
    registry = RegistryRows(
        drivers={each: Driver(each, each.replace("-", " ").title(), "#112233") for each in drivers},
        cars={each: Car(each, f"The {each}", "#445566") for each in cars},
        event_names={EVENT: "Friday league"},
    )
    stored = [
        StoredFact(EVENT, fact.seq, type(fact.fact).__name__, chain_hash(line), line)
        for fact, line in zip(facts, lines, strict=True)
    ]
    return Export(state, stored, registry, "2026-11-21T18:00:00+00:00", "0.1.0")


def golden_bundle() -> Bundle:
    """Return the golden race's bundle, signed by the venue."""
    return make_bundle(golden_export(), Sealer(VENUE))


def edited(line: bytes, edit: Callable[[dict[str, Any]], Any]) -> bytes:
    """Return a stored fact with its opened form changed by ``edit``."""
    opened = json.loads(line)
    edit(opened)
    return canonical(opened)


def canonical(opened: dict[str, Any]) -> bytes:
    """Return a fact as it is stored."""
    text = json.dumps(opened, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def rechained(lines: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the lines with every number and every hash computed anew, as a forger would."""
    anew: list[bytes] = []
    for seq, line in enumerate(lines, 1):
        opened = json.loads(line)
        opened["seq"] = seq
        opened["prev_hash"] = chain_hash(anew[-1]) if anew else GENESIS_HASH
        anew.append(canonical(opened))
    return tuple(anew)


def with_lines(bundle: Bundle, lines: Sequence[bytes]) -> Bundle:
    """Return a bundle with another log, its manifest telling that log's length and head."""
    manifest = json.loads(bundle.manifest)
    manifest |= {"facts": len(lines), "head_hash": chain_hash(lines[-1])}
    return replace(bundle, lines=tuple(lines), manifest=json.dumps(manifest).encode())


def resigned(bundle: Bundle) -> Bundle:
    """Return a bundle as the venue itself would have signed it."""
    hashes = [chain_hash(line) for line in bundle.lines]
    seals = Sealer(VENUE).seals(EVENT, hashes)
    manifest = json.loads(bundle.manifest)
    manifest["members"] = {
        "names.json": sha256(bundle.names).hexdigest(),
        "plan.json": sha256(bundle.plan).hexdigest(),
        "seals.bin": sha256(seals).hexdigest(),
    }
    text = json.dumps(manifest).encode()
    signature = sign_manifest(VENUE, text)
    return replace(bundle, seals=seals, manifest=text, signature=signature)


def carried(bundle: Bundle) -> Bundle:
    """Return the bundle as it is after a way through a file."""
    file = io.BytesIO()
    write_bundle(bundle, file)
    return read_bundle(file)
