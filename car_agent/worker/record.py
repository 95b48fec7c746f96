"""Makes a virtual run's trace a black box's record, as a real car's agent writes one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from car_agent.blackbox.tape import Tape
from car_agent.worker.limited.orders import TraceTold
from car_agent.worker.limited.trace import rows_of
from timing_server.contract.blackbox.rows import (
    ClockRelation,
    Loss,
    RecordAbout,
    RunFigures,
)
from timing_server.contract.machines.workers import RunRecorded, VirtualJob

#: The car that drives on virtual tracks, as the server calls it.
CAR_ID = "virtual"
_ROWS_OF_A_STEP = 2


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """Which run a record is of: the boot that it was, the car and the model that drove it."""

    event_id: str
    boot_id: str
    model_sha256: str
    made: RunRecorded
    car_id: str = CAR_ID


def run_of(job: VirtualJob, made: RunRecorded) -> RecordedRun:
    """Return the run that came of a job."""
    return RecordedRun(job.event_id, job.lease_id, job.model_sha256, made)


def record_of(run: RecordedRun, trace: TraceTold) -> bytes:
    """Return the MCAP file of a run; its clock lies to the race clock exactly as the run's does.

    Raises RecordTroubleError or OSError where it can't be written, ValueError where the trace
    can't be true.
    """
    made = run.made
    about = RecordAbout(
        event_id=run.event_id,
        heat_id=made.heat_id,
        entry_id=made.entry_id,
        car_id=run.car_id,
        boot_id=run.boot_id,
        began_mono_ns=0,
        wall_utc=datetime.now(UTC).isoformat(),
        release=version("paddock"),
        model_name=made.model_name,
        model_sha256=run.model_sha256,
    )
    with TemporaryDirectory(prefix="paddock-record-") as folder:
        path = Path(folder) / "run.mcap"
        tape = Tape(path, about)
        try:
            _write(tape, made, trace)
        finally:
            tape.close()
        return path.read_bytes()


def _write(tape: Tape, made: RunRecorded, trace: TraceTold) -> None:
    tape.add_row(ClockRelation(race_offset_ns=made.race_offset_ns, bound_ns=0), 0)
    rows, newest_ns = 0, 0
    for newest_ns, row in rows_of(trace):
        tape.add_row(row, newest_ns)
        rows += 1
    lost = trace.lost_steps * _ROWS_OF_A_STEP
    if lost:
        tape.add_row(Loss(rows=lost, reason="The run was longer than a record."), newest_ns)
    steps = rows // _ROWS_OF_A_STEP
    figures = RunFigures(
        heat_id=made.heat_id, commands=steps, frames=steps, lost_rows=lost, is_over=True
    )
    tape.finish(figures)
