"""What the demo's marshal sees in the live view."""

from typing import Any

import pytest

from timing_server.launcher.cast import CAST
from timing_server.launcher.round import PlannedHeat
from timing_server.launcher.round import is_lost as subject


def view(heat_id: str = "h1", **run: Any) -> dict[str, Any]:
    return {"heat": {"heat_id": heat_id, "runs": {"e1": run}}}


@pytest.mark.parametrize(
    ("shown", "is_lost"),
    [
        (view(held="contact_lost"), True),
        (view(held="stop"), False),
        (view(), False),
        (view("h2", held="contact_lost"), False),
        ({"heat": None}, False),
        ({}, False),
    ],
)
def test_sees_which_car_waits_for_its_go(shown: dict[str, Any], is_lost: bool) -> None:
    """It should be the heat's own car, held for that alone."""
    assert subject(shown, PlannedHeat("h1", "e1", CAST[0])) is is_lost
