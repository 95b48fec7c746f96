"""``paddock track photo`` and ``track import`` as processes: what comes out, what is refused."""

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from hardware.virtual.tracks.ground import write_ground
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.track_files import open_track
from tests.hardware.virtual.tracks.photo.taken import photo_of


def track(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "timing_server", "track", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)


def huge_png() -> bytes:
    """A picture of 40,000 × 40,000 black pixels in some thousand bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 40_001 * 2000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


CORNERS = (
    "--corner",
    "0.1,0.1",
    "--corner",
    "0.9,0.1",
    "--corner",
    "0.9,0.9",
    "--corner",
    "0.1,0.9",
)
SIZE = ("--width-m", "4", "--height-m", "3")


def test_a_photo_becomes_a_track_that_can_be_driven(tmp_path: Path) -> None:
    """It should write a file with the road that it saw, over its ground, and say what it saw."""
    photo = photo_of(track_named("demo"))
    picture, out = tmp_path / "mat.jpg", tmp_path / "mat.track"
    picture.write_bytes(photo.jpeg())
    corners = [word for x, y in photo.taps.corners for word in ("--corner", f"{x},{y}")]
    sides = ("--width-m", str(photo.taps.width_m), "--height-m", str(photo.taps.height_m))
    ended = track("photo", str(picture), *corners, *sides, "--out", str(out), "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["notes"] == ["road_found", "line_found", "direction"]
    made = open_track(str(out))
    assert made.ground is not None
    assert made.length_m == pytest.approx(track_named("demo").length_m, abs=0.1)
    assert track("check", str(out)).returncode == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 no", b"MZ" * 400, huge_png()])
def test_a_hostile_photo_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """It should write no file and give no traceback, however large it says that it is."""
    picture, out = tmp_path / "mat.jpg", tmp_path / "mat.track"
    picture.write_bytes(content)
    ended = track("photo", str(picture), *CORNERS, *SIZE, "--out", str(out))
    assert ended.returncode == 2
    assert "photo" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not out.exists()


def test_an_array_becomes_points_to_change(tmp_path: Path) -> None:
    """It should keep a community file's line within a few centimetres, and its width."""
    esses, file, out = track_named("esses"), tmp_path / "esses.npy", tmp_path / "esses.track"
    np.save(file, esses.rows())
    ended = track("import", str(file), "--out", str(out), "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["farthest_m"] < 0.03
    made = open_track(str(out))
    assert (made.name, round(made.width_m, 3)) == ("esses", 0.76)
    assert made.length_m == pytest.approx(esses.length_m, abs=0.05)


def test_a_track_file_is_written_anew(tmp_path: Path) -> None:
    """It should keep points and ground, and nothing of whose it was."""
    ground = write_ground(np.full((80, 120, 3), 99, np.uint8), -1, 3, 5, 4).model_dump()
    points = [[0, 0], [3, 0], [3, 2], [0, 2]]
    document = {"name": "Club night", "points": points, "width_m": 0.7, "owner": "driver-1"}
    file, out = tmp_path / "theirs.track", tmp_path / "ours.track"
    file.write_text(json.dumps(document | {"ground": ground}))
    assert track("import", str(file), "--out", str(out)).returncode == 0
    kept = json.loads(out.read_text())
    assert (kept["name"], kept["ground"]["width_m"], "owner" in kept) == ("Club night", 5, False)
    file.write_text(json.dumps(document | {"ground": ground | {"jpeg": "AAAA"}}))
    assert "can't be read" in track("import", str(file), "--out", str(out)).stderr


def bomb() -> bytes:
    """An array that says it is a hundred gigabytes."""
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 6), }"
    padded = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(padded)) + padded.encode()


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"\x80\x04cos\nsystem\n", bomb()])
def test_a_hostile_array_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """It should never unpickle, and never take what a header claims for granted."""
    file, out = tmp_path / "evil.npy", tmp_path / "evil.track"
    file.write_bytes(content)
    ended = track("import", str(file), "--out", str(out))
    assert ended.returncode == 2
    assert "evil.npy" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not out.exists()
