"""Measurements of cars on the disk: a folder each, under the car's id, or its own until kept."""

import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from timing_server.contract.machines.measured import MeasuredFigures
from timing_server.contract.measured_cars import MeasuredAbout
from timing_server.service.errors import StorageFailedError
from timing_server.service.measured.ports import ABOUT_FILE, CAR_FILE, Measured

_CAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_UNKEPT = re.compile(r"[0-9a-f]{32}")
_FILES = frozenset({CAR_FILE, "real.png", "drawn.png", "measured.png"})
#: Measurements that nobody has kept yet; the oldest is given up.
UNKEPT_MOST = 10


class KeptMeasured:
    """Implements ``service.measured.ports.MeasuredFolder``."""

    def __init__(self, path: Path) -> None:
        self._cars = path / "cars"
        self._unkept = path / "matches"

    def cars(self) -> Sequence[Measured]:
        """Return those that are kept, by car."""
        names = sorted(each.name for each in self._cars.glob("*") if each.is_dir())
        found = (_read(self._cars / name, name) for name in names if _CAR.fullmatch(name))
        return [each for each in found if each is not None]

    def find(self, measured_id: str) -> Measured | None:
        """Return one, kept or not."""
        folder = self._folder(measured_id)
        return None if folder is None else _read(folder, measured_id)

    def place(self, measured_id: str) -> Path:
        """Return the folder that a match is to fill, empty; the oldest unkept ones go."""
        if not _UNKEPT.fullmatch(measured_id):
            raise StorageFailedError("A measurement's id is 32 digits of base 16.")
        folder = self._unkept / measured_id
        try:
            folder.mkdir(parents=True, mode=0o700)
            by_age = sorted(self._unkept.iterdir(), key=lambda each: each.stat().st_mtime_ns)
        except OSError as error:
            raise _not_kept(error) from error
        for old in by_age[:-UNKEPT_MOST]:
            shutil.rmtree(old, ignore_errors=True)
        return folder

    def finish(self, measured_id: str, about: MeasuredAbout) -> Measured:
        """Note what a match is of, once its folder is filled."""
        folder = self._unkept / measured_id
        try:
            (folder / ABOUT_FILE).write_text(about.model_dump_json(), encoding="utf-8")
        except OSError as error:
            raise _not_kept(error) from error
        found = _read(folder, measured_id)
        if found is None:
            raise StorageFailedError("What was measured can't be read.")
        return found

    def keep(self, measured_id: str, car_id: str) -> None:
        """Make a measurement the car's own, instead of the one that it had."""
        if not _CAR.fullmatch(car_id):
            raise StorageFailedError("No car is called so.")
        try:
            self._cars.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.rmtree(self._cars / car_id, ignore_errors=True)
            (self._unkept / measured_id).replace(self._cars / car_id)
        except OSError as error:
            raise _not_kept(error) from error

    def delete(self, car_id: str) -> bool:
        """Forget a car's; say whether there was one."""
        folder = self._cars / car_id
        if not _CAR.fullmatch(car_id) or not folder.is_dir():
            return False
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise _not_kept(error) from error
        return True

    def file(self, measured_id: str, name: str) -> Path | None:
        """Return where a file of one is."""
        folder = self._folder(measured_id)
        if folder is None or name not in _FILES:
            return None
        found = folder / name
        return found if found.is_file() else None

    def _folder(self, measured_id: str) -> Path | None:
        if _UNKEPT.fullmatch(measured_id) and (self._unkept / measured_id).is_dir():
            return self._unkept / measured_id
        return self._cars / measured_id if _CAR.fullmatch(measured_id) else None


def _read(folder: Path, measured_id: str) -> Measured | None:
    """Return a measurement; None where it is damaged, or only half there."""
    with suppress(OSError, ValidationError):
        about = MeasuredAbout.model_validate_json((folder / ABOUT_FILE).read_bytes())
        figures = MeasuredFigures.model_validate_json((folder / CAR_FILE).read_bytes())
        return Measured(measured_id, about, figures)
    return None


def _not_kept(error: OSError) -> StorageFailedError:
    return StorageFailedError(f"What was measured can't be kept ({error.strerror}).")
