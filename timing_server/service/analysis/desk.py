"""Where laps to analyse come from: runs of the race, and tables of them to take away."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

from timing_server.rules.scoring.scores import Lap
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Incident
from timing_server.rules.units import EntryId, HeatId
from timing_server.service.analysis.laps import LapTrace, Run
from timing_server.service.analysis.recorded import Driven, recorded_run
from timing_server.service.analysis.tables import Column, csv_of, table_of
from timing_server.service.errors import ServiceError, UnknownIdError
from timing_server.service.records.course import course_of
from timing_server.service.records.ports import RecordFolder
from timing_server.service.records.positions import HeatPositions, PositionFolder, Positions
from timing_server.service.records.records import Records, covering, driven_laps
from timing_server.service.records.trace import LapWindow, PlayedRecord
from timing_server.service.training_logs.logs import TrainingLogs
from timing_server.service.training_logs.ports import LogFolder

#: Runs that stay ready for those who look at them; each is a few megabytes.
OPEN_KEPT = 6

WriteTable = Callable[[Sequence[Column]], bytes]


class ParquetMissingError(ServiceError, RuntimeError):
    """This machine lacks what writes Parquet."""

    code = "parquet_missing"


class AnalysisDesk:
    """Reads files: not for the event loop.

    ``logs`` are those that people brought, ``positions`` what trackers saw.
    """

    def __init__(
        self,
        records: Records,
        positions: Positions,
        logs: TrainingLogs,
        write_parquet: WriteTable | None,
    ) -> None:
        self.logs = logs
        self.positions = positions
        self._records = records
        self._write_parquet = write_parquet
        self._open: OrderedDict[tuple[str, str, str], tuple[object, Run]] = OrderedDict()
        self._lock = Lock()

    @property
    def has_parquet(self) -> bool:
        """Whether this machine writes Parquet."""
        return self._write_parquet is not None

    def run(self, state: EventState, event_id: str, heat_id: str, entry_id: str) -> Run:
        """Return a run's laps with what its cars recorded of them.

        Raises UnknownIdError, RecordUnreadableError or StorageFailedError.
        """
        heat = state.heats.get(HeatId(heat_id))
        if heat is None or EntryId(entry_id) not in heat.runs:
            raise UnknownIdError("run", f"{heat_id}/{entry_id}")
        records = self._records.of_run(event_id, heat_id, entry_id)
        laps = driven_laps(state, HeatId(heat_id), EntryId(entry_id))
        found = [(lap, window, covering(records, window)) for lap, window in laps]
        incidents = [each for each in heat.rulings.incidents if each.entry_id == entry_id]
        stage = state.stages.get(heat.stage_id)
        track = None if stage is None else stage.track
        key = (event_id, heat_id, entry_id)
        with self._lock:
            known = self._open.get(key)
            if known is None or known[0] != (found, incidents, track):
                seen = self.positions.of_heat(event_id, heat_id)
                run = replace(_run_of(found, incidents, seen), raced_on=track)
                known = (found, incidents, track), run
                self._open[key] = known
            self._open.move_to_end(key)
            while len(self._open) > OPEN_KEPT:
                self._open.popitem(last=False)
            return known[1]

    def csv(self, run: Run) -> bytes:
        """Return a run's decisions as CSV."""
        return csv_of(table_of(run))

    def parquet(self, run: Run) -> bytes:
        """Return a run's decisions as Parquet. Raises ParquetMissingError."""
        if self._write_parquet is None:
            message = (
                "This server can't write Parquet: on its machine, type "
                "pip install 'paddock[notebook]'. The CSV file has the same table."
            )
            raise ParquetMissingError(message)
        return self._write_parquet(table_of(run))


def open_records(
    record_folder: RecordFolder,
    position_folder: PositionFolder,
    log_folder: LogFolder,
    write_parquet: WriteTable | None,
) -> tuple[Records, AnalysisDesk]:
    """Return what takes cars' records, and what analyses them."""
    records = Records(record_folder)
    positions, logs = Positions(position_folder), TrainingLogs(log_folder)
    return records, AnalysisDesk(records, positions, logs, write_parquet)


def _run_of(
    found: Sequence[tuple[Lap, LapWindow, PlayedRecord | None]],
    incidents: Sequence[Incident],
    seen: HeatPositions,
) -> Run:
    course = None if seen.track is None else course_of(seen.track)
    driven = [
        Driven(lap, window, record, seen.cars.get(lap.car_id or "", ()), course)
        for lap, window, record in found
    ]
    return recorded_run(driven, incidents, seen.track)


def lap_of(run: Run, number: int) -> LapTrace:
    """Return a lap. Raises UnknownIdError."""
    found = run.lap(number)
    if found is None:
        raise UnknownIdError("lap", str(number))
    return found
