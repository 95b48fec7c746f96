"""The camera gate from the pixels to the marshal: real processes, real Chromium."""

from collections.abc import Iterator

import pytest

from tests.e2e.camera_race import CARS, CameraRace, camera_race

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraRace]:
    with camera_race(tmp_path_factory.mktemp("camera")) as raced:
        yield raced


def test_each_mark_has_its_pass(race: CameraRace) -> None:
    """It should give each pass to the run whose car wears the mark, with pictures around it."""
    for each, name, entry_id in zip(race.passes, CARS, race.entries, strict=False):
        (word,) = race.words(each["pass_ref"])
        assert (word["outcome"], word["marks"][0]["car_name"]) == ("identified", name)
        sheet = race.organiser.get(f"{race.path}/heats/{race.heat_id}/sheet")
        owners = {row["pass_ref"]: row["entry_id"] for row in sheet["passes"]}
        assert owners[each["pass_ref"]] == entry_id


def test_a_bare_roof_waits_in_the_tray(race: CameraRace) -> None:
    """It should leave a pass without a mark to the marshal, with the camera's word beside it."""
    (waiting,) = race.organiser.get(f"{race.path}/tray")
    assert waiting["pass_ref"] == race.passes[2]["pass_ref"]
    (word,) = race.words(waiting["pass_ref"])
    assert (word["outcome"], word["marks"]) == ("missing", [])


def test_frames_are_shown(race: CameraRace) -> None:
    """It should show each pass's pictures, before and after the beam's instant."""
    for each in race.passes:
        frames = race.frames(each["pass_ref"])
        assert frames[4]["offset_us"] <= 0 < frames[5]["offset_us"]
