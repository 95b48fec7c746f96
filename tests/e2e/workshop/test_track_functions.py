"""The pure functions of the track editor, run in the browser that will run them."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import call

pytestmark = pytest.mark.e2e

SQUARE = [[0, 0], [2, 0], [2, 2], [0, 2]]
POINTS = "tracks/editor/points.js"
WINDOW = "tracks/editor/view_window.js"
SIZE = {"width": 400, "height": 200}


def test_a_new_point_belongs_between_its_neighbours(page: Page) -> None:
    """It should go where the line comes nearest, behind the last point too."""

    def place_for(place: list[float], line: Any = ()) -> int:
        return int(call(page, POINTS, "placeFor", SQUARE, place, list(line)))

    assert place_for([1, -0.3]) == 1
    assert place_for([2.2, 1]) == 2
    assert place_for([-0.5, 1]) == 4
    # A line that bulges: the same place is nearer to its lower side than the straight ones are.
    line = [[0, 0], [1, 0.9], [2, 0], [2.1, 1], [2, 2], [1, 2], [0, 2], [-0.1, 1]]
    assert place_for([1, 1.2], line) == 1


def test_points_are_turned_and_started_elsewhere(page: Page) -> None:
    """It should keep the finish line where it is when the direction turns."""
    assert call(page, POINTS, "turnedRound", SQUARE) == [[0, 0], [0, 2], [2, 2], [2, 0]]
    assert call(page, POINTS, "startingAt", SQUARE, 2) == [[2, 2], [0, 2], [0, 0], [2, 0]]
    assert call(page, POINTS, "snapped", [1.234, -0.151], 0.1) == [1.2, -0.2]
    assert call(page, POINTS, "nearest", SQUARE, [1.9, 0.1], 0.3) == 1
    assert call(page, POINTS, "nearest", SQUARE, [1, 1], 0.3) == -1


def test_what_is_zoomed_at_stays_where_it_is(page: Page) -> None:
    """It should fit what there is, and keep the place under the pointer under it."""
    view = call(page, WINDOW, "fitted", SQUARE, SIZE, 0.5)
    assert view == {"x": 1, "y": 1, "perPx": 3 / 200}
    for pixel in ([0, 0], [250, 40]):
        before = call(page, WINDOW, "metresAt", view, SIZE, pixel)
        closer = call(page, WINDOW, "zoomed", view, SIZE, 1.7, pixel)
        assert closer["perPx"] == pytest.approx(view["perPx"] / 1.7)
        assert call(page, WINDOW, "metresAt", closer, SIZE, pixel) == pytest.approx(before)
    far = call(page, WINDOW, "zoomed", view, SIZE, 1e-6)
    assert far["perPx"] * 400 == pytest.approx(150)


def test_corners_are_numbered_clockwise_from_the_first(page: Page) -> None:
    """It should mend two that were crossed, and leave the first the first."""
    crossed = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
    ordered = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    assert call(page, "tracks/photo/rectangle.js", "inOrder", crossed) == ordered
    turned = [ordered[2], ordered[3], ordered[0], ordered[1]]
    assert call(page, "tracks/photo/rectangle.js", "inOrder", turned) == turned


def test_keys_mean_what_the_page_says(page: Page) -> None:
    """It should move by ten centimetres or one, and leave other keys to the browser."""

    def meaning(key: str, **held: bool) -> Any:
        pressed = {"shiftKey": False, "ctrlKey": False, "metaKey": False, "altKey": False}
        return call(page, "tracks/editor/keys.js", "meaningOf", {"key": key} | pressed | held)

    assert meaning("ArrowUp") == {"does": "move", "by": [0, 0.1]}
    assert meaning("ArrowLeft", shiftKey=True) == {"does": "move", "by": [-0.01, 0]}
    assert meaning("z", ctrlKey=True) == {"does": "undo"}
    assert meaning("Z", ctrlKey=True, shiftKey=True) == {"does": "redo"}
    assert meaning("Delete") == {"does": "remove"}
    assert meaning("Tab") is None
    assert meaning("s", ctrlKey=True) is None
