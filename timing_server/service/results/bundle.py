"""Makes an event's bundle: its log as it is stored, its plan, its names, and the venue's word."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from timing_server.contract.race.results import BundleManifest, BundleNames, NamedThing, OwnAward
from timing_server.contract.race.sheets import Award
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId
from timing_server.service.entities import RegistryRows, StoredFact
from timing_server.service.live.projection import entry_name
from timing_server.service.results.archive import NAMES, PLAN, SEALS, Bundle
from timing_server.service.results.seals import Sealer, sign_manifest


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: an event with the lines of its stream, the names and own awards of now.

    ``files`` are the models and tracks that go along, by their names in the bundle.
    """

    state: EventState
    lines: Sequence[StoredFact]
    registry: RegistryRows
    exported_utc: str
    paddock_version: str
    own_awards: tuple[Award, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def make_bundle(export: Export, sealer: Sealer) -> Bundle:
    """Return the event's bundle as of the last of its lines, of which there must be one."""
    stream = export.lines[0].stream
    hashes = [line.hash_hex for line in export.lines]
    names = names_of(export).model_dump_json(indent=1).encode()
    plan = _to_json(_plan(export.state, export.registry))
    seals = sealer.seals(stream, hashes)
    manifest = BundleManifest(
        paddock_version=export.paddock_version,
        event_id=stream,
        facts=len(hashes),
        head_hash=hashes[-1],
        venue_key=sealer.key.public_key.hex(),
        exported_utc=export.exported_utc,
        members={
            SEALS: sha256(seals).hexdigest(),
            NAMES: sha256(names).hexdigest(),
            PLAN: sha256(plan).hexdigest(),
            **{name: sha256(content).hexdigest() for name, content in export.files.items()},
        },
    )
    manifest_json = manifest.model_dump_json(indent=1).encode()
    return Bundle(
        manifest=manifest_json,
        signature=sign_manifest(sealer.key, manifest_json),
        lines=tuple(line.stored for line in export.lines),
        seals=seals,
        names=names,
        plan=plan,
        files=export.files,
    )


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The ids of everybody and everything that an event's log goes by, in its order."""

    drivers: tuple[str, ...]
    teams: tuple[str, ...]
    cars: tuple[str, ...]


def mentioned_in(state: EventState) -> Mentioned:
    """Return whom and what an event mentions: its entries' drivers and teams, its runs' cars."""
    entries = state.entries.values()
    runs = (run for heat in state.heats.values() for run in heat.runs.values())
    drivers = (each for entry in entries for each in (*entry.driver_ids, *entry.former_driver_ids))
    return Mentioned(
        drivers=tuple(dict.fromkeys(drivers)),
        teams=tuple(dict.fromkeys(each.team_id for each in entries if each.team_id)),
        cars=tuple(dict.fromkeys(each.car_id for run in runs for each in run.equipment)),
    )


def names_of(export: Export) -> BundleNames:
    """Return the display names of everybody and everything that the event mentions, and its awards.

    Who was forgotten has none here either.
    """
    state, registry = export.state, export.registry
    mentioned = mentioned_in(state)
    event_id = state.event_id or state.stream
    return BundleNames(
        event_name=registry.event_names.get(event_id, event_id),
        drivers={
            each.driver_id: NamedThing(name=each.shown_name, colour=each.colour)
            for each in map(registry.drivers.get, mentioned.drivers)
            if each is not None
        },
        teams={
            each.team_id: NamedThing(name=each.name, colour=each.colour)
            for each in map(registry.teams.get, mentioned.teams)
            if each is not None
        },
        cars={
            each.car_id: NamedThing(name=each.name, colour=each.colour)
            for each in map(registry.cars.get, mentioned.cars)
            if each is not None
        },
        awards=tuple(
            OwnAward(
                award_id=each.award_id,
                entry_id=each.entry_id,
                title=each.title,
                reason=each.reason,
            )
            for each in export.own_awards
            if EntryId(each.entry_id) in state.entries
        ),
    )


def _plan(state: EventState, registry: RegistryRows) -> object:
    """Return who was to race what, under which rules, as the log leaves it."""
    return {
        "stages": [asdict(each) for each in state.stages.values()],
        "entries": [
            {**asdict(each), "name": entry_name(each, registry.drivers)}
            for each in state.entries.values()
        ],
        "heats": [
            {
                "heat_id": each.heat_id,
                "number": each.number,
                "stage_id": each.stage_id,
                "round_number": each.round_number,
                "entry_ids": each.entry_ids,
                "phase": each.phase,
            }
            for each in state.heats.values()
        ],
    }


def _to_json(document: object) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
