from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from hardware.camera_gate.judging import matching as subject
from hardware.camera_gate.judging.matching import Lookout, Scene
from hardware.camera_gate.judging.motion import Fix, Limits, noise_of, position_at

_NS = 1_000_000_000
LOOKOUT = Lookout()
LIMITS = LOOKOUT.limits


@dataclass(frozen=True)
class Drive:
    """A car's true motion: its nose reaches the line at ``nose_ns``."""

    nose_ns: int
    speed_mps: float
    acceleration_mps2: float
    lead_mm: float

    def mark_mm(self, mono_ns: int) -> float:
        gone_s = (mono_ns - self.nose_ns) / _NS
        moved_m = self.speed_mps * gone_s + self.acceleration_mps2 * gone_s**2 / 2
        return 1000 * moved_m - self.lead_mm


drives = st.builds(
    Drive,
    nose_ns=st.integers(0, _NS),
    speed_mps=st.floats(0.5, 3.5),
    acceleration_mps2=st.floats(-10, 10),
    lead_mm=st.floats(
        LOOKOUT.lead_mm - LOOKOUT.lead_bound_mm, LOOKOUT.lead_mm + LOOKOUT.lead_bound_mm
    ),
)
_share = st.floats(-1, 1)


@st.composite
def seen(draw: st.DrawFn, drive: Drive) -> list[Fix]:
    """The car's fixes with noise and late stamps inside the declared bounds, and pictures lost."""
    period_ns = draw(st.sampled_from([11_000_000, 16_700_000, 33_000_000]))
    first_ns = drive.nose_ns - draw(st.integers(0, 300_000_000))
    fixes = []
    for picture in range(draw(st.integers(1, 16))):
        stamp_ns = first_ns + picture * period_ns
        if draw(st.integers(0, 4)) == 0:
            continue
        light_ns = stamp_ns + int(draw(_share) * LIMITS.stamp_bound_ns)
        true = Fix(stamp_ns, drive.mark_mm(light_ns))
        if abs(true.ahead_mm) > 500:
            continue
        # The bound is a part of what is seen: keep well inside it.
        error_mm = draw(_share) * noise_of(true, LIMITS) / (1 + LIMITS.scale_error_frac)
        fixes.append(Fix(stamp_ns, true.ahead_mm + error_mm))
    return fixes


@given(st.data())
def test_the_truth_is_never_ruled_out(data: st.DataObject) -> None:
    """It should hold the mark's true position at every instant, whatever the noise."""
    drive = data.draw(drives)
    fixes = data.draw(seen(drive))
    if not fixes:
        return
    mono_ns = drive.nose_ns + data.draw(st.integers(-80_000_000, 80_000_000))
    where = position_at(fixes, mono_ns, LIMITS)
    assert where.low_mm - 1e-6 <= drive.mark_mm(mono_ns) <= where.high_mm + 1e-6


@given(st.data())
def test_no_identity_is_ever_wrong(data: st.DataObject) -> None:
    """It should name the car that broke the beam or nobody, with one to four cars around it."""
    cars = data.draw(st.lists(drives, min_size=1, max_size=4))
    tracks = {mark: data.draw(seen(car)) for mark, car in enumerate(cars)}
    for mark, car in enumerate(cars):
        if not any(abs(fix.mono_ns - car.nose_ns) <= subject.NEAR_NS for fix in tracks[mark]):
            continue  # a car that wasn't read near its pass is what strangers are watched for
        judged = subject.judge(car.nose_ns, Scene(tracks), LOOKOUT)
        assert judged.outcome in {"identified", "double", "missing"}
        if judged.outcome == "identified":
            assert judged.marks == (mark,)


def _steady(nose_ns: int, speed_mps: float = 2.0) -> list[Fix]:
    drive = Drive(nose_ns, speed_mps, 0.0, LOOKOUT.lead_mm)
    times = range(nose_ns - 150_000_000, nose_ns + 150_000_000, 16_000_000)
    return [Fix(mono_ns, drive.mark_mm(mono_ns)) for mono_ns in times]


def test_a_lone_car_is_identified() -> None:
    """It should name the mark whose car broke the beam, and how near it was to the expected."""
    judged = subject.judge(_NS, Scene({7: _steady(_NS)}), LOOKOUT)
    assert (judged.outcome, judged.marks) == ("identified", (7,))
    assert judged.offset_mm is not None
    assert abs(judged.offset_mm) < 40


def test_cars_that_follow_are_told_apart() -> None:
    """It should name the first of two cars that are half a metre apart."""
    scene = Scene({7: _steady(_NS), 8: _steady(_NS + 250_000_000)})
    judged = subject.judge(_NS, scene, LOOKOUT)
    assert (judged.outcome, judged.marks) == ("identified", (7,))


def test_cars_abreast_are_two() -> None:
    """It should name both of two cars that the uncertainty can't tell apart."""
    scene = Scene({7: _steady(_NS), 8: _steady(_NS + 5_000_000)})
    judged = subject.judge(_NS, scene, LOOKOUT)
    assert (judged.outcome, judged.marks) == ("double", (7, 8))


def test_a_stranger_makes_it_double() -> None:
    """It should not give the pass to the marked one of two cars."""
    judged = subject.judge(_NS, Scene({7: _steady(_NS)}, has_stranger=True), LOOKOUT)
    assert (judged.outcome, judged.marks, judged.has_stranger) == ("double", (7,), True)


def test_no_mark_is_missing() -> None:
    """It should say that no mark was seen."""
    assert subject.judge(_NS, Scene({}), LOOKOUT).outcome == "missing"


def test_one_sighting_far_away_is_a_hint() -> None:
    """It should not identify by a single picture from long before."""
    judged = subject.judge(_NS, Scene({7: [Fix(_NS - 90_000_000, -300.0)]}), LOOKOUT)
    assert (judged.outcome, judged.marks) == ("missing", (7,))


def test_one_mark_in_two_places_is_a_contradiction() -> None:
    """It should say so of a track that no car can drive, and of a mark that is there twice."""
    jump = [Fix(_NS - 40_000_000, -150.0), Fix(_NS - 10_000_000, 900.0), Fix(_NS, -140.0)]
    assert subject.judge(_NS, Scene({7: jump}), LOOKOUT).outcome == "contradictory"
    twin = Scene({7: _steady(_NS)}, twins=frozenset({7}))
    assert subject.judge(_NS, twin, LOOKOUT).outcome == "contradictory"


def test_a_crossing_is_certain_or_none() -> None:
    """It should tell between which pictures a mark crossed, and nothing of one that turned back."""
    track = _steady(_NS)
    span = subject.crossed_between(track, LOOKOUT)
    assert span is not None
    assert span[0] < _NS < span[1]
    halfway = [fix for fix in track if fix.mono_ns < _NS]
    back = [Fix(2 * _NS - fix.mono_ns, fix.ahead_mm) for fix in reversed(halfway)]
    assert subject.crossed_between(halfway + back, LOOKOUT) is None


def test_limits_decide() -> None:
    """It should widen with what is declared."""
    track = _steady(_NS)
    rough = Limits(noise_mm=60.0)
    narrow = position_at(track, _NS, LIMITS).half_width_mm
    assert position_at(track, _NS, rough).half_width_mm > narrow
