"""Words a recording's report for people at a terminal."""

from collections.abc import Iterator
from itertools import pairwise

from hardware.recordings.report import PassReport

_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000

_REASONS = {
    "inside_dead_time": "within 2 s after a counted pass",
    "release_without_break": "a release whose break is not in the recording",
    "sensor_chatters": "the sensor chattered while another of its gate was sound",
}
_STATES = {
    "stuck": "stuck: broken for 2 s",
    "chatter": "chatters: more than 20 edges in a second",
    "silent": "silent: three passes in a row went unseen",
    "drift": "drifts: its pulses changed, or don't fit a car",
    "ok": "is sound again",
}


def report_lines(report: PassReport) -> Iterator[str]:
    """Yield the report line by line: passes with laps, what was ignored, the sensors' health."""
    yield f"{len(report.passes)} passes"
    laps = _laps_ns(report)
    for number, found in enumerate(report.passes):
        lap_ns = laps.get(number)
        pulse = (
            "still broken" if found.pulse_ns is None else f"{found.pulse_ns / _NS_PER_MS:.3f} ms"
        )
        lap = "" if lap_ns is None else f"  lap {seconds(lap_ns)} s"
        yield (
            f"  {seconds(found.mono_ns)} s  {found.gate:<12} pulse {pulse}, {found.edges} edges"
            f" ({', '.join(found.sensors)}){lap}"
        )
    if report.ignored:
        yield f"{len(report.ignored)} ignored"
    for each in report.ignored:
        yield f"  {seconds(each.mono_ns)} s  {_REASONS.get(each.reason, each.reason)}"
    if report.health:
        yield "sensors"
    for change in report.health:
        sensor = f"{change.gate}/{change.sensor}"
        yield f"  {seconds(change.mono_ns)} s  {sensor} {_STATES[change.state]}"


def seconds(duration_ns: int) -> str:
    """Return seconds with all nine decimals: nothing is rounded where times are checked."""
    return f"{duration_ns // _NS_PER_S}.{duration_ns % _NS_PER_S:09d}"


def _laps_ns(report: PassReport) -> dict[int, int]:
    """Return, by a pass's place in the report, the time since the pass before at its gate."""
    laps: dict[int, int] = {}
    for gate in {found.gate for found in report.passes}:
        own = [(n, found.mono_ns) for n, found in enumerate(report.passes) if found.gate == gate]
        laps |= {later[0]: later[1] - earlier[1] for earlier, later in pairwise(own)}
    return laps
