"""A run's laps for the analysis, out of what its cars' black boxes recorded."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot, pi
from typing import Any

from timing_server.contract.machines.devices import TrackMap
from timing_server.rules.scoring.scores import Lap
from timing_server.rules.state.heat import Incident
from timing_server.service.analysis.actions import doubt_bits
from timing_server.service.analysis.laps import Exit, LapTrace, Position, Run, Sample
from timing_server.service.analysis.places import (
    Knot,
    equal_parts,
    knots_of,
    knots_of_lines,
    knots_of_progress,
    knots_of_time,
    place_at,
    since_the_line,
)
from timing_server.service.records.course import Course, shares_of
from timing_server.service.records.positions import Seen
from timing_server.service.records.trace import Cut, LapWindow, PlayedRecord

#: A lap without sector gates is told in so many equal parts of its course, where that is known.
EQUAL_PARTS = 3
#: A pose further from a decision than this says nothing of it: ten a second come from a tracker.
NEAR_US = 150_000
#: A tracker's clock is joined less exactly than the line's: beside it the line alone is believed.
EDGE_NS = 100_000_000
#: A speed holds until the guard tells another; it tells none that is older than this.
SPEED_HOLDS_NS = 10_000_000_000
#: Faster than this nothing drives here: it was put somewhere else by hand.
CARRIED_MPS = 15.0
_NS_PER_US = 1_000
_US_PER_S = 1_000_000


@dataclass(frozen=True, slots=True)
class Driven:
    """A lap of the race with where it lies on the race clock, and the record that has it.

    ``seen`` is where a tracker saw the car in it, on ``course`` where that is known.
    """

    lap: Lap
    window: LapWindow
    record: PlayedRecord | None
    seen: Sequence[Seen] = ()
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class _Pose:
    """Where the car was at an instant of the lap, as its record or a tracker tells."""

    at_us: int
    position: Position
    speed_mps: float | None
    progress: float | None
    is_off: bool
    reward: float | None


def recorded_run(
    driven: Sequence[Driven], incidents: Iterable[Incident], track: TrackMap | None = None
) -> Run:
    """Return a run's laps; what no record has keeps its time and its sectors."""
    gates_n = max((s.to_gate for each in driven for s in each.lap.sectors), default=0)
    marks = sorted(each.race_ns for each in incidents if each.kind == "off_track")
    laps = tuple(_lap(each, gates_n, marks) for each in driven)
    actions = next((each.record.actions for each in driven if each.record), ())
    run = Run(
        laps,
        "share",
        "share",
        gates_n,
        actions=tuple((each.steering_deg, each.speed_mps) for each in actions),
        track=track if any(each.seen for each in driven) else None,
    )
    return run if gates_n else in_equal_parts(run)


def in_equal_parts(run: Run) -> Run:
    """Return a run without sector gates in equal shares of its course, where that is known."""
    if not any(lap.basis == "distance" for lap in run.laps):
        return run
    laps = tuple(
        replace(lap, sectors=equal_parts(knots_of(lap, 0), EQUAL_PARTS))
        if lap.basis == "distance" and lap.reach == 1
        else lap
        for lap in run.laps
    )
    return replace(run, laps=laps, gates_n=EQUAL_PARTS - 1, has_real_gates=False)


def _lap(driven: Driven, gates_n: int, marks: Sequence[int]) -> LapTrace:
    lap, window, record = driven.lap, driven.window, driven.record
    duration_us = lap.duration_ns // _NS_PER_US
    cut = None if record is None else record.cut(window)
    told = LapTrace(
        number=lap.number,
        duration_us=duration_us,
        invalid=lap.invalid,
        basis="lines" if len(lap.sectors) > 1 else "time",
        samples=(),
        sectors=lap.sectors,
        resets=lap.resets,
        penalty_us=lap.penalty_ns // _NS_PER_US,
        bound_us=None if cut is None else cut.bound_us,
    )
    knots: Sequence[Knot] = (
        knots_of_lines(lap.sectors, gates_n, duration_us)
        if told.basis == "lines"
        else knots_of_time(duration_us)
    )
    if record is not None and cut is not None and cut.bound_us is not None:
        poses = _recorded_poses(record, cut) or _seen_poses(driven)
        told, knots = _with_record(told, knots, record, cut, poses)
    exits = [*told.exits, *_marked(marks, window, knots)]
    return replace(told, exits=tuple(exits))


def _with_record(
    told: LapTrace,
    knots: Sequence[Knot],
    record: PlayedRecord,
    cut: Cut,
    poses: Sequence[_Pose],
) -> tuple[LapTrace, Sequence[Knot]]:
    progress = [(each.at_us, each.progress) for each in poses if each.progress is not None]
    if progress:
        told = replace(told, basis="distance")
        knots = knots_of_progress(since_the_line(progress), told.duration_us)
    samples = _samples(record, cut, poses, knots)
    pictures = tuple(cut.since_us(each[0]) for _, each in record.within("pictures", cut))
    told = replace(
        told,
        samples=samples,
        frames_at_us=pictures,
        exits=exits_of(samples),
        is_cut=cut.is_short,
    )
    return told, knots


def _recorded_poses(record: PlayedRecord, cut: Cut) -> list[_Pose]:
    return [
        _Pose(cut.since_us(mono_ns), Position(x_m, y_m, heading), speed, progress, is_off, reward)
        for _, (mono_ns, x_m, y_m, heading, speed, progress, is_off, reward) in record.within(
            "poses", cut
        )
    ]


def _seen_poses(driven: Driven) -> list[_Pose]:
    begin_ns, end_ns = driven.window.begin_race_ns, driven.window.end_race_ns
    seen = [each for each in driven.seen if begin_ns <= each.race_ns <= end_ns]
    shares: Sequence[float | None] = [None] * len(seen)
    if driven.course is not None:
        shares = shares_of(driven.course, [(each.x_m, each.y_m) for each in seen])
    return [
        _Pose(
            (each.race_ns - begin_ns) // _NS_PER_US,
            Position(each.x_m, each.y_m, each.heading_rad),
            each.speed_mps,
            share if begin_ns + EDGE_NS <= each.race_ns <= end_ns - EDGE_NS else None,
            each.is_off,
            None,
        )
        for each, share in zip(seen, shares, strict=True)
    ]


def _samples(
    record: PlayedRecord, cut: Cut, poses: Sequence[_Pose], knots: Sequence[Knot]
) -> tuple[Sample, ...]:
    earlier = replace(cut, begin_ns=cut.begin_ns - SPEED_HOLDS_NS)
    speeds = [each for _, each in record.within("speeds", earlier)]
    found = []
    for _, step in record.within("steps", cut):
        at_us = max(0, cut.since_us(step[0]))
        pose = _pose_at(poses, at_us)
        measured = _newest(speeds, step[0])
        sample = Sample(
            at_us=at_us,
            place=place_at(knots, at_us),
            steering=step[4],
            throttle=step[5],
            is_taken=step[6],
            action=step[7],
            latency_us=step[3],
            doubt_bits=doubt_bits(step[8]) if step[8] else None,
            speed_mps=measured if pose is None or pose.speed_mps is None else pose.speed_mps,
            position=None if pose is None else pose.position,
            reward=None if pose is None else pose.reward,
            is_off=pose is not None and pose.is_off,
        )
        found.append(sample)
    return with_speeds(found)


def _pose_at(poses: Sequence[_Pose], at_us: int) -> _Pose | None:
    """Return where the car was at an instant: between two poses on the straight line."""
    at = bisect_right(poses, at_us, key=lambda pose: pose.at_us)
    near = [each for each in poses[max(0, at - 1) : at + 1] if abs(each.at_us - at_us) <= NEAR_US]
    if len(near) < 2 or near[0].at_us == near[1].at_us:
        return near[0] if near else None
    one, other = near
    share = (at_us - one.at_us) / (other.at_us - one.at_us)
    a, b = one.position, other.position
    turn_rad = (b.heading_rad - a.heading_rad + pi) % (2 * pi) - pi
    position = Position(
        a.x_m + share * (b.x_m - a.x_m),
        a.y_m + share * (b.y_m - a.y_m),
        a.heading_rad + share * turn_rad,
    )
    return replace(one, at_us=at_us, position=position)


def _newest(speeds: Sequence[Sequence[Any]], mono_ns: int) -> float | None:
    at = bisect_right(speeds, mono_ns, key=lambda each: each[0])
    speed: float | None = speeds[at - 1][1] if at else None
    return speed


def with_speeds(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Return samples with the speed at which their positions moved, where none was measured."""
    made = list(samples)
    for at, (before, each) in enumerate(pairwise(samples), 1):
        if each.speed_mps is None and before.position and each.position:
            way_m = hypot(
                each.position.x_m - before.position.x_m, each.position.y_m - before.position.y_m
            )
            speed = way_m * _US_PER_S / max(1, each.at_us - before.at_us)
            if speed <= CARRIED_MPS:
                made[at] = replace(each, speed_mps=speed)
    return tuple(made)


def exits_of(samples: Sequence[Sample]) -> tuple[Exit, ...]:
    """Return where the car left the track: the first decision off it, each time."""
    was_off = False
    found = []
    for each in samples:
        if each.is_off and not was_off:
            found.append(Exit(each.at_us, each.place, each.position))
        was_off = each.is_off
    return tuple(found)


def _marked(marks: Sequence[int], window: LapWindow, knots: Sequence[Knot]) -> Iterable[Exit]:
    for race_ns in marks:
        if window.begin_race_ns <= race_ns < window.end_race_ns:
            at_us = (race_ns - window.begin_race_ns) // _NS_PER_US
            yield Exit(at_us, place_at(knots, at_us), is_marked=True)
