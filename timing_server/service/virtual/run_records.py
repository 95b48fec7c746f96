"""The records of virtual runs: bound to heat and entry by the boot that the run is."""

from dataclasses import dataclass
from hashlib import sha256

from timing_server.contract.machines.records import RecordOffer
from timing_server.contract.machines.workers import RunRecorded
from timing_server.rules.answers.virtual.runs import VIRTUAL_CAR
from timing_server.rules.state.event import EventState
from timing_server.rules.state.virtual import BoundRun
from timing_server.rules.units import BootId, EntryId, HeatId, NodeId, StreamId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.records.errors import RecordUnwantedError
from timing_server.service.records.records import Records
from timing_server.service.virtual.gaps import model_name

_SHORT_HASH = 12
_NAME_MAX_CHARS = 80


@dataclass(frozen=True, slots=True)
class VirtualRun:
    """Of which run a record is; ``wall_utc`` is when it came."""

    event_id: str
    heat_id: HeatId
    entry_id: EntryId
    model_name: str
    wall_utc: str


def bound_run(state: EventState, worker_id: str, lease_id: str) -> BoundRun:
    """Return the run that a worker's claim became. Raises UnknownIdError."""
    found = state.boots.get((NodeId(worker_id), BootId(lease_id)))
    if found is None:
        raise UnknownIdError("run", lease_id)
    return found


def told(draft: Draft, stream: StreamId, worker_id: str, lease_id: str) -> RunRecorded:
    """Return what a worker needs to know of a run that was recorded."""
    state = draft.head(stream).state
    bound = bound_run(state, worker_id, lease_id)
    relations = state.relations[NodeId(worker_id), BootId(lease_id)]
    ((relation,),) = relations.values()
    return RunRecorded(
        heat_id=bound.heat_id,
        entry_id=bound.entry_id,
        race_offset_ns=relation.race_offset_ns,
        model_name=called(draft.known.registry, state, bound),
    )


def called(registry: RegistryRows, state: EventState, bound: BoundRun) -> str:
    """Return what people call the model of a run, else how its hash begins."""
    run = state.heats[bound.heat_id].runs[bound.entry_id]
    model = next((each.model_sha256 for each in run.equipment if each.model_sha256), "")
    name = model_name(registry, model, state.entries[bound.entry_id])
    return (name or model[:_SHORT_HASH])[:_NAME_MAX_CHARS]


def keep_record(records: Records, state: EventState, run: VirtualRun, content: bytes) -> None:
    """Keep a run's record; the same again changes nothing. It writes files.

    Raises RecordUnwantedError where another is here, RecordsFullError, StorageFailedError.
    """
    record_id = sha256(content).hexdigest()
    heat = state.heats[run.heat_id]
    equipment = heat.runs[run.entry_id].equipment
    car_id = equipment[-1].car_id if equipment else VIRTUAL_CAR
    for known in records.of_heat(run.event_id, run.heat_id):
        if known.entry_id == run.entry_id and known.record_id != record_id:
            message = "This run has a record already."
            raise RecordUnwantedError(message, heat_id=run.heat_id)
    offer = RecordOffer(
        event_id=run.event_id,
        heat_id=run.heat_id,
        entry_id=run.entry_id,
        sha256=record_id,
        size_bytes=len(content),
        model_name=run.model_name,
        wall_utc=run.wall_utc,
    )
    place = records.take_offer(state, car_id, offer)
    if not place.is_kept:
        rest = content[place.received_bytes :]
        records.take_piece(car_id, record_id, place.received_bytes, rest)
