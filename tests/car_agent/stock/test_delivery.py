"""A model's way onto a stock car, and what isn't sent at all."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from car_agent.errors import ModelError, ModelFileError
from car_agent.models.intake import archive as intake
from car_agent.stock.delivery import check_archive, deliver, folder_of
from car_agent.stock.errors import ConsoleError, ConsoleRefusedError
from tests.car_agent.models.intake.archives import packed


@dataclass
class Models:
    """A console that unpacks by the second look, and then says what the test wants."""

    states: list[str]
    looks: int = 0
    uploaded: dict[str, bytes] = field(default_factory=dict)
    loads: list[tuple[str, str]] = field(default_factory=list)

    def upload(self, name: str, archive: IO[bytes]) -> None:
        self.uploaded[name] = archive.read()

    def model_in(self, folder: str) -> str | None:
        self.looks += 1
        return "model" if self.looks > 1 and folder in self.uploaded else None

    def load(self, folder: str, model: str) -> None:
        self.loads.append((folder, model))

    def loading_state(self) -> str:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    file = tmp_path / "lap.tar.gz"
    file.write_bytes(packed({"./agent/model.pb": b"graph", "model_metadata.json": "{}"}))
    return file


def test_a_model_is_uploaded_and_loaded(archive: Path) -> None:
    """It should wait until the car has unpacked it, load it once, and wait until it is loaded."""
    console = Models(["loading", "loading", "loaded"])
    waits: list[float] = []
    assert deliver(console, archive, "lap", waits.append)
    assert console.uploaded["lap"] == archive.read_bytes()
    assert console.loads == [("lap", "model")]
    assert len(waits) == 4


def test_a_model_that_the_car_cant_load_is_told(archive: Path) -> None:
    """It should say so, and give up in the end."""
    with pytest.raises(ConsoleRefusedError, match="couldn't load lap"):
        deliver(Models(["error"]), archive, "lap", lambda _: None)
    with pytest.raises(ConsoleError, match="within 120 s"):
        deliver(Models(["loading"]), archive, "lap", lambda _: None)
    assert not deliver(Models(["loading"]), archive, "lap", lambda _: None, lambda: True)


def test_what_no_stock_car_drives_with_is_not_sent(tmp_path: Path) -> None:
    """It should say that such a car takes frozen graphs alone."""
    file = tmp_path / "lap.tar.gz"
    file.write_bytes(packed({"agent/agent.onnx": b"graph"}))
    with pytest.raises(ModelFileError, match="not with ONNX"):
        check_archive(file)
    file.write_bytes(b"nothing like it")
    with pytest.raises(ModelError, match="can't be unpacked"):
        check_archive(file)
    with pytest.raises(ModelFileError, match="can be read"):
        check_archive(tmp_path / "none.tar.gz")


def test_an_archive_is_looked_at_within_bounds(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should unpack no more than a model can need, cut off or not."""
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-20])
    with pytest.raises(ModelError, match="broken or cut off"):
        check_archive(archive)
    archive.write_bytes(whole)
    monkeypatch.setattr(intake, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(ModelError, match="unpacks to more"):
        check_archive(archive)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("lap.tar.gz", "lap"),
        ("../../etc/passwd.tar.gz", "etc-passwd"),
        ("ñ.tar.gz", "model"),
        ("a b/c.tar.gz", "a-b-c"),
    ],
)
def test_a_folder_is_a_plain_name(name: str, folder: str) -> None:
    """It should leave nothing that a path could be made of: the car joins it unseen."""
    assert folder_of(name) == folder
