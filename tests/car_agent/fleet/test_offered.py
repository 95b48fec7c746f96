"""What models lie on a car."""

import os
from pathlib import Path

from car_agent.fleet.offered import OfferedModels as subject  # noqa: N813 - the thing under test

SHA256 = "ab" * 32


def test_lists_the_cars_own_first(tmp_path: Path) -> None:
    """It should list what can be a model: the one it was started with, then the newest first."""
    own = tmp_path / "own.onnx"
    for number, path in enumerate(
        (
            own,
            tmp_path / "mine" / "old.tar.gz",
            tmp_path / "mine" / "notes.txt",
            tmp_path / "sent" / f"{SHA256}.onnx",
            tmp_path / "sent" / f"{SHA256}.part",
        )
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * number)
        os.utime(path, (number, number))
    offered = subject(own, tmp_path / "mine", tmp_path / "sent")
    assert [(each.key, each.size_bytes) for each in offered.list()] == [
        ("started", 0),
        (f"sent/{SHA256}", 3),
        ("folder/old.tar.gz", 1),
    ]
    assert offered.find("started") == own
    assert offered.find(f"sent/{SHA256}") == tmp_path / "sent" / f"{SHA256}.onnx"
    assert offered.find("folder/notes.txt") is None
    assert offered.key_of(own) == "started"
    assert offered.key_of(tmp_path / "elsewhere.onnx") is None


def test_nothing_there(tmp_path: Path) -> None:
    """It should offer nothing where there is no folder, and no file that is gone."""
    assert subject(tmp_path / "gone.onnx", tmp_path / "a", tmp_path / "b").list() == []
