"""The pure functions of the analysis page, run in the browser that will run them."""

import math
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import call

pytestmark = pytest.mark.e2e

ALONG = "analysis/charts/along.js"
SCALES = "analysis/charts/scales.js"
FITTING = "analysis/charts/fitting.js"
LAP = {
    "duration_us": 1_000,
    "reach": 1,
    "at_us": [100, 500],
    "place": [0.2, 0.6],
    "x_m": [0, 4],
    "y_m": [0, 2],
    "heading_rad": [0.1, 0.2],
    "reward": [None, 5],
}


def test_places_and_instants(page: Page) -> None:
    """It should lead from place to instant and back, through what is known and both ends."""
    for us, place in ((0, 0), (50, 0.1), (100, 0.2), (300, 0.4), (750, 0.8), (1_000, 1)):
        assert call(page, ALONG, "placeAt", LAP, us) == pytest.approx(place)
        assert call(page, ALONG, "usAt", LAP, place) == pytest.approx(us)
    assert call(page, ALONG, "placeAt", LAP, 5_000) == 1
    empty = LAP | {"at_us": [], "place": []}
    assert call(page, ALONG, "placeAt", empty, 250) == pytest.approx(0.25)


def test_positions(page: Page) -> None:
    """It should lie between two known ones, and nowhere where none is known."""
    told = call(page, ALONG, "positionAt", LAP, 200)
    assert (told["x"], told["y"]) == (pytest.approx(1), pytest.approx(0.5))
    assert call(page, ALONG, "positionAt", LAP, 0)["x"] == 0
    assert call(page, ALONG, "positionAt", LAP, 1_000)["x"] == 4
    assert call(page, ALONG, "positionAt", LAP | {"x_m": [None, None]}, 200) is None


def test_values_at_places(page: Page) -> None:
    """It should hold a value until the next, and say nothing beyond what was driven."""
    assert call(page, ALONG, "atPlaces", LAP, "y_m", 5) == [None, 0, 0, 2, 2, 2]
    half = LAP | {"reach": 0.6}
    assert call(page, ALONG, "atPlaces", half, "y_m", 5) == [None, 0, 0, 2, None, None]
    assert call(page, ALONG, "valueAt", LAP, "reward", 600) == 5
    assert call(page, ALONG, "says", LAP, "reward") is True
    assert call(page, ALONG, "says", LAP | {"reward": [None]}, "reward") is False


def test_steps_of_a_scale(page: Page) -> None:
    """It should part the range in seven, with a middle that is straight on for steering."""
    span = call(page, SCALES, "rangeOf", [2, None, 9], False)
    assert span == {"low": 2, "high": 9}
    assert [call(page, SCALES, "stepOf", value, span) for value in (2, 2.9, 3, 8.9, 9, 99)] == [
        *(0, 0, 1, 6),
        *(6, 6),
    ]
    sides = call(page, SCALES, "rangeOf", [-3, 1], True)
    assert sides == {"low": -3, "high": 3}
    assert call(page, SCALES, "stepOf", 0, sides) == 3
    assert call(page, SCALES, "rangeOf", [None], False) is None
    assert call(page, SCALES, "stepOf", 4, {"low": 4, "high": 4}) == 3
    assert call(page, SCALES, "pieces", [0, 0, 6, None], {"low": 0, "high": 6}) == [
        {"step": 0, "from": 0, "to": 2},
        {"step": 6, "from": 2, "to": 3},
        {"step": None, "from": 3, "to": 4},
    ]


def test_two_laps_in_step(page: Page) -> None:
    """It should show one place, by the course where both know it, or run both from one start."""
    step = "replay/in_step.js"

    def pick(duration_us: int, at_us: list[int] | None = None) -> dict[str, Any]:
        lap = {"duration_us": duration_us, "reach": 1, "basis": "distance"}
        lap |= {"at_us": at_us or [], "place": [0.5] if at_us else []}
        return {"trace": {"duration_us": duration_us}, "curves": lap if at_us else None}

    known = [pick(1_000, [800]), pick(600, [150])]
    assert call(page, step, "instantsOf", known, 0.8, False) == [800, 150]
    assert call(page, step, "instantsOf", [pick(1_000), pick(600)], 0.8, False) == [800, 480]
    assert call(page, step, "instantsOf", known, 0.8, True) == [800, 600]
    assert call(page, step, "instantsOf", [pick(600), pick(1_000)], 0.2, True) == [200, 200]
    nothing = {"trace": None, "curves": None}
    assert call(page, step, "instantsOf", [nothing, nothing], 0.5, False) == [0, 0]


def ring(radius_m: float, across_m: float = 0.0) -> list[list[float]]:
    turns = (2 * math.pi * at / 60 for at in range(60))
    return [[across_m + radius_m * math.cos(a), radius_m * math.sin(a)] for a in turns]


def test_the_track_that_a_path_fits(page: Page) -> None:
    """It should find the one whose road a path lies on all round, and none where it lies beside."""
    plans = [
        {"name": "elsewhere", "shape": {"inner": ring(3, 20), "outer": ring(4, 20)}},
        {"name": "round", "shape": {"inner": ring(3), "outer": ring(4)}},
        {"name": "large", "shape": {"inner": ring(2), "outer": ring(9)}},
    ]

    def driven(radius_m: float) -> dict[str, Any]:
        points = ring(radius_m)
        return {"x_m": [x for x, _ in points], "y_m": [y for _, y in points]}

    found = call(page, FITTING, "fittingPlan", driven(3.5), plans)
    assert (found["name"], found["share"]) == ("round", 1)
    assert call(page, FITTING, "fittingPlan", driven(1.0), plans) is None
    # A small track with a wide road is far narrower in its middle than outside.
    wide = [{"name": "wide", "shape": {"inner": ring(0.4), "outer": ring(1.35)}}]
    assert call(page, FITTING, "fittingPlan", driven(0.87), wide)["name"] == "wide"
    nowhere = {"x_m": [None], "y_m": [None]}
    assert call(page, FITTING, "fittingPlan", nowhere, plans) is None
