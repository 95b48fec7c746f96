"""The lap that drives along in the virtual venue: when it sets off, and where it is."""

from math import pi

import pytest

from hardware.virtual.process.ghost import VenueGhost
from hardware.virtual.world.vehicle import DEEPRACER
from timing_server.contract.live.ghost import GhostLap, GhostReport

MIDDLE_M = DEEPRACER.wheelbase_m / 2
LAP = GhostLap(
    event_id="e",
    entry_id="1",
    heat_number=1,
    number=2,
    track_name="ring",
    duration_us=3_000_000,
    at_us=(0, 1_000_000, 2_000_000),
    x_m=(0.0, 2.0, 2.0),
    y_m=(0.0, 0.0, 1.0),
    heading_rad=(0.0, 0.0, pi),
)


def ghost() -> VenueGhost:
    subject = VenueGhost("ring")
    subject.take(GhostReport(lap=LAP))
    return subject


def test_it_sets_off_with_a_lap_and_stays_for_its_own() -> None:
    """It should be nowhere before a crossing and after its time."""
    subject = ghost()
    assert subject.bodies(0) == ()
    subject.set_off(5_000_000_000)
    assert subject.bodies(4_999_999_999) == ()
    assert len(subject.bodies(8_000_000_000)) == 1
    assert subject.bodies(8_000_001_000) == ()


def test_it_is_between_the_places_of_its_lap() -> None:
    """It should lie half a wheelbase behind where the car's middle was, and turn evenly."""
    subject = ghost()
    subject.set_off(0)
    (body,) = subject.bodies(500_000_000)
    assert (body.x_m, body.y_m, body.heading_rad) == pytest.approx((1.0 - MIDDLE_M, 0.0, 0.0))
    (body,) = subject.bodies(1_500_000_000)
    assert abs(body.heading_rad) == pytest.approx(pi / 2)
    (body,) = subject.bodies(2_500_000_000)
    assert (body.x_m, body.y_m) == pytest.approx((2.0 + MIDDLE_M, 1.0))


def test_another_lap_waits_for_the_next_crossing() -> None:
    """It should go on where it is told the same again, and go where it is told of none."""
    subject = ghost()
    subject.set_off(0)
    subject.take(GhostReport(lap=LAP))
    assert len(subject.bodies(1)) == 1
    subject.take(GhostReport(lap=LAP.model_copy(update={"number": 3})))
    assert subject.bodies(1) == ()
    subject.set_off(0)
    subject.take(GhostReport())
    assert subject.bodies(1) == ()


def test_a_lap_of_another_track_has_no_place() -> None:
    """It should be nowhere on a track that it wasn't driven on."""
    subject = VenueGhost("oval")
    subject.take(GhostReport(lap=LAP))
    subject.set_off(0)
    assert subject.bodies(1) == ()
