from pathlib import Path
from types import SimpleNamespace
from typing import cast

from car_agent.driving.supervisor import Pilot
from car_agent.errors import ModelError
from car_agent.fleet.garage import Garage

OLD, NEW, BAD = "0" * 64, "a" * 64, "b" * 64


class Yard:
    """A car whose models are all on the disk; it stands until it is let off."""

    def __init__(self) -> None:
        self.is_allowed = False
        self.opened: list[str] = []
        self.subject = Garage(
            (OLD, Path(f"/models/{OLD}.onnx")), self.open, lambda: self.is_allowed
        )

    def open(self, path: Path) -> Pilot:
        self.opened.append(path.stem)
        if path.stem == BAD:
            raise ModelError("It answers with no numbers.")
        return cast("Pilot", SimpleNamespace(model=SimpleNamespace(sha256=path.stem)))

    def load(self, sha256: str | None) -> None:
        self.subject.load(sha256, lambda name: Path(f"/models/{name}.onnx"))


def test_the_next_model_takes_over_once() -> None:
    """It should be loaded once, handed over once, and be what is loaded from then on."""
    yard = Yard()
    assert yard.subject.next_pilot() is None
    yard.load(NEW)
    yard.load(NEW)
    assert yard.opened == [NEW]
    assert yard.subject.loaded_sha256 == OLD
    pilot = yard.subject.next_pilot()
    assert pilot is not None
    assert pilot.model.sha256 == yard.subject.loaded_sha256 == NEW
    assert yard.subject.next_pilot() is None
    yard.load(NEW)
    assert yard.opened == [NEW]


def test_nothing_is_loaded_while_the_car_may_drive() -> None:
    """It should wait until the car stands: loading takes a core for seconds."""
    yard = Yard()
    yard.is_allowed = True
    yard.load(NEW)
    assert yard.opened == []
    yard.is_allowed = False
    yard.load(NEW)
    assert yard.opened == [NEW]


def test_what_is_not_wanted_any_more_does_not_take_over() -> None:
    """It should drop a model that was made ready for another run than the next."""
    yard = Yard()
    yard.load(NEW)
    yard.load(None)
    assert yard.subject.next_pilot() is None
    yard.load(NEW)
    yard.load(OLD)
    assert yard.subject.next_pilot() is None


def test_a_model_that_is_not_here_yet_is_waited_for() -> None:
    """It should open nothing."""
    yard = Yard()
    yard.subject.load(NEW, lambda _name: None)
    assert yard.opened == []


def test_a_model_that_cannot_drive_is_said_and_not_tried_for_ever() -> None:
    """It should give the reason, and try again once another model was wanted meanwhile."""
    yard = Yard()
    yard.load(BAD)
    yard.load(BAD)
    assert yard.opened == [BAD]
    assert "It answers with no numbers" in yard.subject.trouble
    assert yard.subject.next_pilot() is None
    yard.load(None)
    assert yard.subject.trouble == ""
    yard.load(BAD)
    assert yard.opened == [BAD, BAD]


def test_a_file_with_another_hash_never_drives() -> None:
    """It should hold the loaded model against the hash that was wanted."""
    yard = Yard()
    yard.subject.load(NEW, lambda _name: Path(f"/models/{'c' * 64}.onnx"))
    assert yard.subject.next_pilot() is None
    assert "another hash" in yard.subject.trouble


def test_a_person_beside_the_car_loads_another() -> None:
    """It should load the file that a person asked for once the car stands, and say that it did."""
    yard = Yard()
    yard.is_allowed = True
    path = Path(f"/models/{NEW}.onnx")
    yard.subject.ask(path)
    yard.load(None)
    assert yard.opened == []
    yard.is_allowed = False
    yard.load(None)
    yard.load(None)
    assert yard.opened == [NEW]
    assert yard.subject.asked_path == path
    assert yard.subject.next_pilot() is not None
    assert (yard.subject.loaded_sha256, yard.subject.loaded_path) == (NEW, path)
    assert yard.subject.asked_path is None
    yard.load(None)
    assert yard.opened == [NEW]


def test_what_a_person_asked_for_cannot_drive() -> None:
    """It should say why, keep the old one, and not try again."""
    yard = Yard()
    yard.subject.ask(Path(f"/models/{BAD}.onnx"))
    yard.load(None)
    yard.load(None)
    assert yard.opened == [BAD]
    assert yard.subject.asked_trouble == "It answers with no numbers."
    assert yard.subject.asked_path is None
    assert yard.subject.next_pilot() is None
    assert yard.subject.loaded_sha256 == OLD


def test_race_control_overrules_a_person() -> None:
    """It should forget what a person asked for once race control wants a model."""
    yard = Yard()
    yard.subject.ask(Path(f"/models/{NEW}.onnx"))
    yard.load(None)
    yard.load(OLD)
    assert yard.subject.is_ordered
    assert yard.subject.next_pilot() is None
    assert yard.subject.asked_path is None
    yard.load(None)
    assert not yard.subject.is_ordered


def test_a_car_without_a_model_gets_its_first() -> None:
    """It should begin with none, and take race control's."""
    yard = Yard()
    garage = Garage(None, yard.open, lambda: False)
    assert (garage.loaded_sha256, garage.loaded_path) == (None, None)
    garage.load(NEW, lambda name: Path(f"/models/{name}.onnx"))
    assert garage.next_pilot() is not None
    assert garage.loaded_sha256 == NEW
