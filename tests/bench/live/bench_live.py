"""From a pass on the disk to the event at a screen, against a bare stream of the same bytes."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.live.hall import Hall, Screens, line_of, process
from tests.bench.table import BenchRow, BenchTable

CLIENT_COUNTS = (1, 200)
REPETITIONS = 150
WARM_UP = 10


def measure() -> BenchTable:
    """Measure with one screen and with a hall full of them, in turn with the bare stream."""
    rows = []
    for count in CLIENT_COUNTS:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ours = Hall(stack, folder, count)
            bare = stack.enter_context(process("tests.bench.live.bare_feed"))
            bare_screens = Screens(int(line_of(bare)), "/", count)
            stack.callback(bare_screens.close)
            bare_us, ours_us = [], []
            for repetition in range(REPETITIONS + WARM_UP):
                taken_us = ours.take()
                assert bare.stdin is not None
                bare.stdin.write(f"{ours.screens.last_size}\n")
                bare.stdin.flush()
                arrived_ns = bare_screens.wait_for(b"x")
                began_ns = int(line_of(bare))
                if repetition >= WARM_UP:
                    ours_us.append(taken_us)
                    bare_us.append((arrived_ns - began_ns) / 1000)
            name = f"pass on disk → event at the last of {count} screens"
            rows.append(BenchRow(name, "bare event stream, same bytes", bare_us, ours_us))
    return BenchTable("Pass to screen", tuple(rows))
