from dataclasses import replace

import numpy as np
import pytest

from hardware.camera_gate.judging import watch as subject
from hardware.camera_gate.judging.matching import Lookout
from hardware.camera_gate.line import Line
from hardware.camera_gate.reading.dictionaries import MARK_SETS, mark_set
from hardware.camera_gate.reading.reader import MarkReader
from hardware.cameras.frames import Frame
from hardware.virtual.world.gate_camera import GateCamera, GateCar, GateLight, GateView
from tests.hardware.camera_gate.scenes import CAR_WIDTH_MM, KINDS, MARKS, NS, play, scenes

VIEW = GateView()


def watched(*cars: GateCar) -> subject.GateWatch:
    """A watch that has seen the cars cross at about second five."""
    watch = subject.GateWatch(VIEW.line, MARKS, Lookout(), CAR_WIDTH_MM)
    camera = GateCamera(VIEW, MARKS, GateLight(), seed=1)
    for frame in camera.frames(cars, 5 * NS - NS // 3, 5 * NS + NS // 3):
        watch.take(frame)
    return watch


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_named_wrongly(kind: str) -> None:
    """It should name the car that broke the beam or nobody, in every kind of scene."""
    for scene in scenes(kind, 1, seed=7):
        verdicts = list(play(scene))
        assert len(verdicts) == len(scene.passes)
        assert not any(verdict.is_wrong for verdict in verdicts)


def test_a_lone_car_is_named() -> None:
    """It should name a car in good light, and keep the pictures around its pass."""
    watch = watched(GateCar(3, 5 * NS, 500, 2.5))
    assert watch.judge(5 * NS).outcome == "identified"
    around = watch.around(5 * NS, 5, 5)
    offsets = [seen.frame.capture_mono_ns - 5 * NS for seen in around]
    assert len(offsets) == 10
    assert max(offsets[:5]) <= 0 < min(offsets[5:])


def test_a_bare_roof_is_missing() -> None:
    """It should say that a car without a mark had none."""
    judged = watched(GateCar(None, 5 * NS, 500, 2.5)).judge(5 * NS)
    assert (judged.outcome, judged.marks, judged.has_stranger) == ("missing", (), True)


def test_a_bare_roof_abreast_is_double() -> None:
    """It should not give the pass to the marked one of two cars side by side."""
    both = (GateCar(3, 5 * NS + 5_000_000, 300, 2.5), GateCar(None, 5 * NS, 800, 2.5))
    judged = watched(*both).judge(5 * NS)
    assert (judged.outcome, judged.has_stranger) == ("double", True)


@pytest.mark.parametrize("speed_mps", [1.0, 3.0])
def test_a_bare_roof_bumper_to_bumper_is_double(speed_mps: float) -> None:
    """It should not give the pass to the car behind a short one without a mark."""
    behind_ns = int(125 / 1000 / speed_mps * NS)
    front = GateCar(None, 5 * NS, 500, speed_mps, length_mm=120)
    judged = watched(front, GateCar(3, 5 * NS + behind_ns, 500, speed_mps)).judge(5 * NS)
    assert judged.outcome != "identified"
    assert judged.has_stranger


@pytest.mark.parametrize("width_mm", [120, 150])
def test_small_bare_roofs_abreast_are_double(width_mm: float) -> None:
    """It should see two small cars that touch as two, though one of the declared width is wider."""
    small = replace(
        GateCar(3, 5 * NS + 9_000_000, 400 + width_mm, 2.0, width_mm=width_mm, length_mm=200),
        lead_mm=80.0,
        mark_mm=70.0,
    )
    bare = replace(small, mark=None, nose_ns=5 * NS, along_mm=400.0)
    assert watched(small, bare).judge(5 * NS).outcome == "double"


def test_no_picture_of_the_moment_names_nobody() -> None:
    """It should name nobody where somebody else could have come and gone between two pictures."""
    camera = GateCamera(VIEW, MARKS, GateLight(), seed=1)
    watch = subject.GateWatch(VIEW.line, MARKS, Lookout(), CAR_WIDTH_MM)
    cars = (GateCar(3, 5 * NS, 500, 1.5),)
    for frame in camera.frames(cars, 5 * NS - NS // 3, 5 * NS + NS // 3):
        if abs(frame.capture_mono_ns - 5 * NS) > 70_000_000:
            watch.take(frame)
    assert watch.judge(5 * NS).outcome == "missing"


def test_two_cars_with_one_mark_contradict() -> None:
    """It should say so where one picture shows a mark twice."""
    both = (GateCar(3, 5 * NS, 300, 2.5), GateCar(3, 5 * NS, 800, 2.5))
    assert watched(*both).judge(5 * NS).outcome == "contradictory"


def test_a_crossing_without_a_beam_is_told_once() -> None:
    """It should tell of a mark that crossed, unless a pass was timed."""
    watch = watched(GateCar(3, 5 * NS, 500, 2.5))
    assert watch.crossings_without([5 * NS], 6 * NS) == []
    ((mark, mono_ns),) = watch.crossings_without([], 6 * NS)
    assert mark == 3
    assert abs(mono_ns - 5 * NS) < 60_000_000
    assert watch.crossings_without([], 6 * NS) == []


def test_memory_is_bounded() -> None:
    """It should keep the last two seconds, and begin anew where stamps run backwards."""
    watch = subject.GateWatch(VIEW.line, MARKS, Lookout(), CAR_WIDTH_MM)
    grey = np.full((120, 160), 100, np.uint8)
    for seq in range(200):
        watch.take(Frame(grey, seq * 50_000_000, seq))
    assert len(watch.around(10 * NS, 1000, 1000)) <= 41
    watch.take(Frame(grey, 5, 201))
    assert len(watch.around(10 * NS, 1000, 1000)) == 1


@pytest.mark.parametrize("name", MARK_SETS)
def test_noise_reads_as_no_mark(name: str) -> None:
    """It should find no mark in noise, and every corner of one that is there."""
    chance = np.random.default_rng(3)
    reader = MarkReader(mark_set(name))
    for _ in range(5):
        assert reader.read(chance.integers(0, 256, (240, 320)).astype(np.uint8)) == []
    camera = GateCamera(VIEW, mark_set(name), GateLight(noise=0.0), seed=1)
    picture = camera.picture([GateCar(9, 0, 600, 1.0)], 0)
    (sighting,) = reader.read(picture)
    assert sighting.mark == 9
    assert sighting.side_px == pytest.approx(90 * VIEW.px_per_mm, abs=3)
    ahead_mm, along_mm = VIEW.line.place(sighting.middle_px)
    assert along_mm == pytest.approx(600, abs=5)
    assert -130 < ahead_mm < -70


def test_a_line_needs_length() -> None:
    """It should refuse two points that lie together, and say how far apart they must be."""
    with pytest.raises(ValueError, match="at least 40 px"):
        Line((10, 10), (12, 10), 1000)
