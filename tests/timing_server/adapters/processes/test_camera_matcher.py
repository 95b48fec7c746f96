"""Cameras are matched by the real command, in a process of its own."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.timing_server.contract.blackbox.records import write_file, write_record
from timing_server.adapters.processes import camera_matcher as subject
from timing_server.service.measured.errors import MatchRefusedError


def noise(seq: int) -> bytes:
    """Return a picture of nothing."""
    chance = np.random.default_rng(seq)
    picture = chance.integers(0, 255, (120, 160), dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", picture)[1].tobytes())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (write_record(frames=4, jpeg=noise), "fit no camera on 'demo'"),
        (write_record(frames=4), "^The record holds no picture of a car that stands on the grid"),
        (b"no record at all", "."),
    ],
)
def test_what_tells_nothing_is_refused_with_the_commands_sentence(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    """It should say why nothing can be measured, and leave no file."""
    record = write_file(tmp_path / "r.mcap", content)
    place = tmp_path / "match"
    place.mkdir()
    with pytest.raises(MatchRefusedError, match=sentence):
        subject.CommandMatcher().match(record, "demo", place)
    assert list(place.iterdir()) == []


def test_a_command_that_hangs_is_ended(tmp_path: Path) -> None:
    """It should say that it took too long."""
    hanging = (sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(MatchRefusedError, match="took too long"):
        subject.CommandMatcher(hanging, 0.5).match(tmp_path, "demo", tmp_path)
