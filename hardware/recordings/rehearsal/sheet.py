"""The pass/fail sheet of a rehearsal: what was done to the recording, and what came of it."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hardware.gates.edges import Edge
from hardware.recordings.errors import RecordingError
from hardware.recordings.recording import in_order
from hardware.recordings.rehearsal.faults import (
    CHATTER_GATE,
    excerpt,
    with_chatter,
    with_double_fires,
)
from hardware.recordings.rehearsal.sink import Sink
from hardware.recordings.rehearsal.trial import Trial
from hardware.recordings.report import report_on

CROSSINGS = 10

Instants = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the sheet; ``sentence`` says what was found, whichever way it went."""

    name: str
    is_passed: bool
    sentence: str


def rehearse(edges: Sequence[Edge], name: str, crossings: int = CROSSINGS) -> Iterator[Check]:
    """Yield the sheet line by line, as it comes to be known.

    Double fires and chatter go through detection over the whole recording; contact and power are
    taken from real node processes, which live through its first ``crossings`` in real time.
    Raises RecordingError where nothing passes in the recording.
    """
    ordered = in_order(edges)
    if not report_on(ordered).passes:
        raise RecordingError(f"Nothing passes a gate in {name}; there is nothing to rehearse with.")
    yield check_double_fires(ordered)
    yield check_chatter(ordered)
    short = excerpt(ordered, crossings)
    for check in (check_all_is_well, check_lost_contact, check_power_cut):
        yield check(short)


def check_double_fires(edges: Sequence[Edge]) -> Check:
    """Every sensor fires twice."""
    doubled, count = with_double_fires(edges)
    before, after = _instants(edges), _instants(doubled)
    return Check(
        "double fires",
        before == after,
        f"{count} second pulses came in; {_compared(before, after)}",
    )


def check_chatter(edges: Sequence[Edge]) -> Check:
    """A loose wire beside the gates."""
    chattering = with_chatter(edges)
    before = _instants(edges)
    after = [each for each in _instants(chattering) if each[0] != CHATTER_GATE]
    is_named = any(
        change.gate == CHATTER_GATE and change.state == "chatter"
        for change in report_on(chattering).health
    )
    named = "named" if is_named else "NOT named"
    return Check(
        "chatter",
        before == after and is_named,
        f"a gate with a loose wire was {named}; {_compared(before, after)}",
    )


def check_all_is_well(edges: Sequence[Edge]) -> Check:
    """A node with nothing in its way: edges of all sorts, from the pins to the server."""
    return _check_node("from pin to server", edges, Trial.run)


def check_lost_contact(edges: Sequence[Edge]) -> Check:
    """The server is out of reach for most of the time."""
    return _check_node("lost Wi-Fi", edges, Trial.run_with_lost_contact)


def check_power_cut(edges: Sequence[Edge]) -> Check:
    """The node is killed half way and comes back."""
    return _check_node("power cut", edges, Trial.run_with_power_cut)


def _check_node(
    name: str, edges: Sequence[Edge], live: Callable[[Trial, Sequence[Edge]], bool]
) -> Check:
    with _sink() as sink, tempfile.TemporaryDirectory(prefix="paddock-rehearsal-") as folder:
        trial = Trial(Path(folder) / "node", sink)
        is_ended_well = live(trial, edges)
        journaled = trial.edges()
        made = Counter(_instants(journaled))
        kept = Counter(trial.passes())
        arrived = Counter((found.gate, found.mono_ns) for found in sink.passes())
        conflicts = sink.conflicts
    faults = [
        (not is_ended_well, "the node broke down"),
        (len(journaled) != len(edges), f"{len(edges) - len(journaled)} edges are missing"),
        (not made, "nothing passed"),
        (bool(made - kept), f"{(made - kept).total()} passes are missing in the journal"),
        (bool(kept - made), f"{(kept - made).total()} passes were doubled or made up"),
        (bool(kept - arrived), f"{(kept - arrived).total()} passes never reached the server"),
        (bool(arrived - kept), f"{(arrived - kept).total()} passes reached the server twice"),
        (conflicts > 0, f"{conflicts} records came twice with other content"),
    ]
    found = [sentence for is_so, sentence in faults if is_so]
    good = f"{made.total()} passes of {len(edges)} edges arrived, each once"
    return Check(name, not found, "; ".join(found) or good)


@contextmanager
def _sink() -> Iterator[Sink]:
    sink = Sink()
    try:
        yield sink
    finally:
        sink.close()


def _instants(edges: Sequence[Edge]) -> Instants:
    """Return gate and instant of every pass, before the race's dead time."""
    return [(found.gate, found.mono_ns) for found in report_on(edges, dead_time_ns=0).passes]


def _compared(before: Instants, after: Instants) -> str:
    if before == after:
        return f"all {len(before)} passes kept their time"
    lost, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return f"{lost.total()} passes were lost and {new.total()} made up"
