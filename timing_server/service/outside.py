"""What the service is given from outside: its store, clocks, folders and tools."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from timing_server.service.access import Secrets, SetupCodeFile
from timing_server.service.analysis.desk import WriteTable
from timing_server.service.backups import Snapshots
from timing_server.service.devices.frames import FrameStore
from timing_server.service.exports.wording import Catalogues
from timing_server.service.lab.ports import LabBenches
from timing_server.service.measured.ports import MatchTools
from timing_server.service.models.ports import ModelFolder, ModelTrial
from timing_server.service.ports import NewId, Store, SystemClock
from timing_server.service.records.ports import RecordFolder
from timing_server.service.records.positions import PositionFolder
from timing_server.service.results.seals import VenueKey
from timing_server.service.speech import Speech
from timing_server.service.tracks.ports import TrackTools
from timing_server.service.training_logs.ports import LogFolder
from timing_server.service.upkeep.machine import Machine
from timing_server.service.upkeep.wifi import Wifi
from timing_server.service.virtual.proofs import Reruns
from timing_server.service.workshop.workshop import Tools


@dataclass(frozen=True, slots=True)
class Outside:
    """What the service is given by its composition root."""

    store: Store
    system: SystemClock
    secrets: Secrets
    setup_file: SetupCodeFile
    snapshots: Snapshots
    frames: FrameStore
    model_folder: ModelFolder
    record_folder: RecordFolder
    log_folder: LogFolder
    tracks: TrackTools
    matching: MatchTools
    position_folder: PositionFolder
    model_trial: ModelTrial
    workshop: Tools
    lab_benches: LabBenches
    venue_key: VenueKey
    catalogues: Catalogues
    new_id: NewId
    version: str
    machine: Machine
    wifi: Wifi
    #: Drives a virtual run again; None where this machine can't.
    drive_again: Reruns | None = None
    #: Draws marks of those numbers on paper, as a PDF; None where this machine can't.
    print_marks: Callable[[Sequence[int]], bytes] | None = None
    #: Turns a sentence into sound; None where this machine can't.
    speech: Speech | None = None
    #: Writes a table as Parquet; None where this machine can't.
    write_parquet: WriteTable | None = None
