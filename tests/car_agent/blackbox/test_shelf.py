"""Records on the car's disk: bounded, the fetched ones given up first, the broken ones mended."""

import os
from pathlib import Path

from car_agent.blackbox.shelf import Shelf
from tests.timing_server.contract.blackbox.records import write_record

MB = 1_000_000


def put(folder: Path, name: str, size_bytes: int, age_s: int) -> Path:
    path = folder / f"{name}.mcap"
    path.write_bytes(bytes(size_bytes))
    os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
    return path


def test_gives_up_fetched_records_first(tmp_path: Path) -> None:
    """It should make room by the oldest that race control has, then by the oldest."""
    subject = Shelf(tmp_path, limit_mb=4, free_mb=0)
    for name, age_s in (("a", 30), ("b", 20), ("c", 10)):
        put(tmp_path, name, MB, age_s)
    subject.mark_fetched(tmp_path / "b.mcap")
    subject.make_room(MB)
    assert [each.path.stem for each in subject.records()] == ["a", "b", "c"]
    subject.make_room(2 * MB)
    assert [each.path.stem for each in subject.records()] == ["a", "c"]
    subject.make_room(3 * MB)
    assert [each.path.stem for each in subject.records()] == ["c"]


def test_refuses_below_the_room_that_must_be_left(tmp_path: Path) -> None:
    """It should give fetched records up, keep the others, and say that there is no room."""
    subject = Shelf(tmp_path, limit_mb=4, free_mb=10**9)
    put(tmp_path, "kept", MB, 20)
    put(tmp_path, "fetched", MB, 10)
    subject.mark_fetched(tmp_path / "fetched.mcap")
    assert not subject.has_room()
    assert [each.path.stem for each in subject.records()] == ["kept"]
    # A folder that isn't there yet lies on the disk of those above it.
    assert Shelf(tmp_path / "not" / "yet", limit_mb=4, free_mb=1).has_room()


def test_mends_what_a_power_cut_left(tmp_path: Path) -> None:
    """It should make a whole record of an open one, and let go of what holds nothing."""
    content = write_record()
    (tmp_path / "good.mcap.part").write_bytes(content[: len(content) // 2])
    (tmp_path / "empty.mcap.part").write_bytes(b"")
    subject = Shelf(tmp_path, limit_mb=4, free_mb=0)
    subject.mend(subject.open_records())
    assert [each.path.name for each in subject.records()] == ["good.mcap"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["good.mcap"]


def test_a_heat_id_is_no_path(tmp_path: Path) -> None:
    """It should make a plain name of whatever a heat is called."""
    subject = Shelf(tmp_path, limit_mb=4, free_mb=0)
    assert subject.new_path("../../x y", "1").parent == tmp_path
