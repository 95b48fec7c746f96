from dataclasses import replace
from math import radians
from pathlib import Path
from random import Random

import numpy as np
import pytest

from car_agent.matching.fit import Matcher, View
from car_agent.matching.views import latency_of
from car_agent.simulation.car import grid_m
from hardware.virtual.errors import MeasuredFileError
from hardware.virtual.measured import read_measured
from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.looks import PLAIN_LOOKS, random_looks
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from timing_server.contract.blackbox.rows import Wheels

TRACK = track_named("demo")
USUAL = CameraPose()
AS_DRAWN = ("border_width_m", "dash_width_m", "dash_m", "gap_m")


def view(pose: CameraPose, seed: int, place: tuple[float, float, float]) -> View:
    """What such a camera sees of another ground, from about the grid."""
    colours = random_looks(Random(seed))  # noqa: S311 - dynamics
    usual = {name: getattr(PLAIN_LOOKS, name) for name in AS_DRAWN}
    looks = replace(colours, **usual)
    camera = Renderer(paint(TRACK, looks).to_grey(), 160, 120, pose=pose)
    along_m, offset_m, turn_rad = place
    x_m, y_m, heading_rad = TRACK.at(grid_m(TRACK) + along_m, offset_m)
    picture = camera.render(x_m, y_m, heading_rad + turn_rad, Light(noise=2.0))
    return View(picture.astype(np.float32), grid_m(TRACK))


@pytest.mark.parametrize(
    ("seed", "pitch_deg", "height_m", "view_rad", "place"),
    [(1, 18.0, 0.145, 1.05, (0.02, -0.02, 0.02)), (3, 12.5, 0.118, 1.2, (-0.03, 0.02, -0.02))],
)
def test_a_mount_is_found_over_ground_of_any_colour(
    seed: int, pitch_deg: float, height_m: float, view_rad: float, place: tuple[float, float, float]
) -> None:
    """It should find mount and place, whatever carpet, tape, wear and lamps are like."""
    pose = CameraPose(view_rad, radians(pitch_deg), height_m)
    seen = view(pose, seed, place)
    matcher = Matcher(TRACK)
    found = matcher.first_guess(seen)
    assert found.pose.pitch_rad == pytest.approx(pose.pitch_rad, abs=radians(1))
    assert found.pose.height_m == pytest.approx(height_m, abs=0.008)
    assert found.pose.field_of_view_rad == pytest.approx(view_rad, rel=0.03)
    assert found.views[0].offset_m == pytest.approx(place[1], abs=0.02)
    assert found.off_levels < matcher.off_levels(USUAL, (seen,))


def test_a_picture_of_something_else_fits_nothing() -> None:
    """It should stay far off where the picture isn't one of this track, and not run away."""
    noise = np.random.default_rng(1).uniform(0, 255, (120, 160)).astype(np.float32)
    found = Matcher(TRACK).first_guess(View(noise, grid_m(TRACK)))
    assert found.off_levels > 9.0
    assert 0.0 < found.pose.height_m < 0.4


def wheels(*late_ms: float, lost: int = 0) -> list[Wheels]:
    """Commands at 15 Hz, each so late; of every ``lost`` pictures one has none."""
    rows = []
    for number, late in enumerate(late_ms):
        if lost and number % lost == lost - 1:
            continue
        capture_ns = 10**9 + number * 66_666_667
        done_ns = capture_ns + round(late * 1e6)
        rows.append(
            Wheels(
                capture_mono_ns=capture_ns,
                done_mono_ns=done_ns,
                latency_us=round(late * 1000),
            )
        )
    return rows


def test_latency_is_the_middle_its_spread_and_what_was_lost() -> None:
    """It should come out as it was put in, and be nothing where there are few commands."""
    chance = np.random.default_rng(1)
    told = latency_of(wheels(*chance.uniform(30, 60, 2000), lost=20))
    assert told is not None
    assert told.latency_s == pytest.approx(0.045, abs=0.001)
    assert told.jitter_s == pytest.approx(0.015, abs=0.001)
    assert told.loss_frac == pytest.approx(0.05, abs=0.002)
    assert latency_of(wheels(40.0, 41.0)) is None


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1}', '{"version": 2, "camera": {}}'])
def test_a_file_of_something_else_is_a_sentence(content: str, tmp_path: Path) -> None:
    """It should say that it is none, and what is wrong."""
    path = tmp_path / "car.json"
    path.write_text(content)
    with pytest.raises(MeasuredFileError, match=r"car.json is no file of 'paddock camera match'"):
        read_measured(path)
    with pytest.raises(MeasuredFileError, match="can't be read"):
        read_measured(tmp_path / "gone.json")
