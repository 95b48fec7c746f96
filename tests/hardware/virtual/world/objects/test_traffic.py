from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.errors import TrackShapeError
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.objects.bodies import BOX, CAR, Body
from hardware.virtual.world.objects.traffic import Plan, Spot, Traffic

TRACKS = {name: track_named(name) for name in DESIGNS}
OVAL = TRACKS["oval"]


def traffic(plan: Plan, seed: int = 1, name: str = "oval") -> Traffic:
    return Traffic(TRACKS[name], plan, Random(seed))  # noqa: S311 - dynamics


@given(
    name=st.sampled_from(sorted(TRACKS)),
    objects=st.integers(0, 4),
    bots=st.integers(0, 3),
    seed=st.integers(0, 10_000),
)
def test_all_stand_on_the_road_apart_and_off_the_line(
    name: str, objects: int, bots: int, seed: int
) -> None:
    """It should leave a way past each, and room for a start, on any track by any seed."""
    track = TRACKS[name]
    subject = traffic(Plan(objects, bots), seed, name)
    assert [body.kind for body in subject.bodies] == [BOX] * objects + [CAR] * bots
    for body, spot in zip(subject.bodies, subject.spots, strict=True):
        assert all(track.is_on_road(*corner) for corner in body.corners)
        here = track.project(body.x_m, body.y_m)
        assert abs(track.ahead_m(here.along_m, spot.along_m)) < 0.05
        assert here.offset_m * spot.offset_m > 0
        # A car's width and a hand's breadth to spare on the other side.
        assert track.width_m / 2 + abs(spot.offset_m) - BOX.half_width_m > 0.3
        assert min(spot.along_m, track.length_m - spot.along_m) > 1.0
    along_m = sorted(spot.along_m for spot in subject.spots)
    assert all(after - before > 1.0 for before, after in pairwise(along_m))
    for one in subject.bodies:
        assert sum(one.touches(other) for other in subject.bodies) == 1


def test_the_seed_alone_says_where() -> None:
    """It should place and drive alike by the same seed, and otherwise by another."""

    def places(seed: int) -> list[Spot]:
        subject = traffic(Plan(2, 2, changes_lanes=True), seed)
        for _ in range(400):
            subject.advance(0.02)
        return list(subject.spots)

    assert places(4) == places(4)
    assert places(4) != places(5)


def test_a_full_track_is_a_sentence() -> None:
    """It should say how many fit."""
    with pytest.raises(TrackShapeError, match="'oval' has room for 7 objects and bots together"):
        traffic(Plan(objects=9))


def test_bots_drive_along_their_lane() -> None:
    """It should go as fast as planned, along the road, and stay on its side."""
    subject = traffic(Plan(bots=1))
    (before,) = subject.spots
    for _ in range(500):
        subject.advance(0.02)
    (after,) = subject.spots
    assert OVAL.ahead_m(before.along_m, after.along_m) == pytest.approx(2.0, abs=0.01)
    assert after.offset_m == before.offset_m
    assert subject.bodies[0].speed_mps == 0.2


def test_bots_may_change_lanes() -> None:
    """It should be on both lanes within some seconds, and between them for one second."""
    subject = traffic(Plan(bots=1, changes_lanes=True))
    offsets = []
    for _ in range(1000):
        subject.advance(0.02)
        offsets.append(subject.spots[0].offset_m / OVAL.width_m)
    assert (min(offsets), max(offsets)) == (-0.25, 0.25)
    assert max(abs(after - before) for before, after in pairwise(offsets)) < 0.011


@pytest.mark.parametrize("changes_lanes", [False, True])
def test_bots_run_into_nothing(changes_lanes: bool) -> None:
    """It should wait for boxes and each other, or go round them where it may."""
    for seed in range(6):
        subject = traffic(Plan(3, 3, changes_lanes=changes_lanes), seed)
        for _ in range(2000):
            subject.advance(0.02)
            for bot in subject.bodies[3:]:
                assert sum(bot.touches(other) for other in subject.bodies) == 1


def test_a_bot_heeds_who_drives_there() -> None:
    """It should go round the car that is being watched, where that stands ahead on its lane."""
    subject = traffic(Plan(bots=1))
    (bot,) = subject.spots
    own = Spot(bot.along_m + 0.6, bot.offset_m)
    for _ in range(500):
        subject.advance(0.02, own)
        assert not subject.bodies[0].touches(Body(CAR, *OVAL.at(own.along_m, own.offset_m)))
    assert subject.spots[0].along_m > own.along_m
