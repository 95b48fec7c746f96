"""What measuring cars needs from outside: a folder, and who matches cameras."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from timing_server.contract.machines.measured import MeasuredFigures
from timing_server.contract.measured_cars import MeasuredAbout


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement as it is kept."""

    measured_id: str
    about: MeasuredAbout
    figures: MeasuredFigures


class MeasuredFolder(Protocol):
    """Where measurements are: those of cars by the car's id, those not kept yet by one of theirs.

    Any thread may call. Errors are StorageFailedError.
    """

    def cars(self) -> Sequence[Measured]:
        """Return those that are kept, by car."""

    def find(self, measured_id: str) -> Measured | None:
        """Return one, kept or not."""

    def place(self, measured_id: str) -> Path:
        """Return the folder that a match is to fill, empty; the oldest unkept ones go."""

    def finish(self, measured_id: str, about: MeasuredAbout) -> Measured:
        """Note what a match is of, once its folder is filled."""

    def keep(self, measured_id: str, car_id: str) -> None:
        """Make a measurement the car's own, instead of the one that it had."""

    def delete(self, car_id: str) -> bool:
        """Forget a car's; say whether there was one."""

    def file(self, measured_id: str, name: str) -> Path | None:
        """Return where a file of one is."""


class CameraMatcher(Protocol):
    """Matches cameras in a process of its own."""

    def lacks(self) -> bool:
        """Whether this machine lacks what it takes."""

    def match(self, record: Path, track: str, folder: Path) -> None:
        """Fill a folder with what a record tells of its car, and with pictures; takes seconds.

        ``track`` is a design's name or the path of a file. Raises MatchRefusedError.
        """


@dataclass(frozen=True, slots=True)
class MatchTools:
    """What the composition root gives."""

    folder: MeasuredFolder
    matcher: CameraMatcher


#: The files of a measurement; the pictures are ``real.png``, ``drawn.png``, ``measured.png``.
CAR_FILE, ABOUT_FILE = "car.json", "about.json"
