"""Copies what can be read of a record into a whole file, which any viewer of MCAP opens."""

from pathlib import Path

from car_agent.blackbox.figures import Counts, RunTally
from car_agent.blackbox.tape import Tape
from timing_server.contract.blackbox.reading import Picture, Told, open_record
from timing_server.contract.blackbox.rows import Machine, RunFigures, Wheels


def salvage(broken: Path, out: Path) -> int:
    """Write the rows of a record that may end anywhere into a new file; return how many.

    Raises RecordDamagedError where it is no record, RecordTroubleError or OSError where the new
    file can't be written.
    """
    rows = 0
    with broken.open("rb") as file:
        reading, found = open_record(file)
        tape = Tape(out, reading.about)
        counted = Recount(reading.about.heat_id)
        try:
            for each in found:
                if isinstance(each, Picture):
                    tape.add_picture(each.jpeg, each.seq, each.mono_ns)
                else:
                    tape.add_row(each.row, each.mono_ns)
                    counted.add(each)
                rows += 1
            tape.finish(reading.end or counted.figures())
        except BaseException:
            tape.close()
            out.unlink(missing_ok=True)
            raise
    return rows


class Recount:
    """The figures of a run whose end the record doesn't tell, from its rows."""

    def __init__(self, heat_id: str) -> None:
        self._heat_id = heat_id
        self._tally: RunTally | None = None
        self._newest = Counts()

    def add(self, told: Told) -> None:
        """Count a row."""
        row = told.row
        if isinstance(row, Machine):
            self._newest = Counts(row.frames, row.dropped_frames, row.stale_commands)
        self._tally = self._tally or RunTally(self._heat_id, self._newest)
        if isinstance(row, Machine):
            self._tally.note_machine(row.is_throttled, row.is_undervolted)
        if isinstance(row, Wheels):
            self._tally.add_latency(row.done_mono_ns - row.capture_mono_ns)

    def figures(self) -> RunFigures:
        """Return what was counted."""
        tally = self._tally or RunTally(self._heat_id, self._newest)
        return tally.figures(self._newest, is_over=True)
