"""The models that a person beside the car can choose from: what lies on its disk, by stat alone."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from car_agent.settings import CarSettings

#: ``started``: named when the car was started; ``folder``: put on the car by somebody; ``sent``:
#: by race control.
Origin = Literal["started", "folder", "sent"]

_SUFFIXES = (".onnx", ".tar.gz", ".pb")
_MOST = 200
_NS_PER_US = 1000


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that may be loaded. ``key`` names it to the agent; ``changed_us`` is wall time."""

    key: str
    name: str
    origin: Origin
    size_bytes: int
    changed_us: int


class OfferedModels:
    """Looks anew each time. Any thread may call."""

    def __init__(self, started_with: Path | None, folder: Path, sent_folder: Path) -> None:
        """``folder`` is people's, ``sent_folder`` race control's: each file called by its hash."""
        self._started_with = started_with
        self.folder = folder
        self._sent_folder = sent_folder

    def list(self) -> list[Offer]:
        """Return what there is: the car's own first, else the newest first."""
        found = []
        for key, origin, path in self._paths():
            with suppress(OSError):
                status = path.stat()
                changed_us = status.st_mtime_ns // _NS_PER_US
                found.append(Offer(key, path.name, origin, status.st_size, changed_us))
        found.sort(key=lambda each: (each.origin != "started", -each.changed_us))
        return found[:_MOST]

    def find(self, key: str) -> Path | None:
        """Return the file of a key that is offered; None for any other."""
        return next((path for each, _, path in self._paths() if each == key), None)

    def key_of(self, wanted: Path) -> str | None:
        """Return the key of a file; None where it isn't offered (any more)."""
        return next((key for key, _, path in self._paths() if path == wanted), None)

    def _paths(self) -> Iterator[tuple[str, Origin, Path]]:
        own = self._started_with
        if own is not None and own.is_file():
            yield "started", "started", own
        for path in _files(self.folder):
            if is_model_name(path.name) and path != own:
                yield f"folder/{path.name}", "folder", path
        for path in _files(self._sent_folder):
            if path.suffix == ".onnx" and path != own:
                yield f"sent/{path.stem}", "sent", path


def is_model_name(name: str) -> bool:
    """Say whether a file of that name is offered as a model."""
    return not name.startswith(".") and name.endswith(_SUFFIXES)


def offered_by(settings: CarSettings) -> OfferedModels:
    """Return the models that lie on the car, for its agent and its console alike."""
    return OfferedModels(settings.model, settings.model_folder_path, settings.sent_models_path)


def _files(folder: Path) -> Iterator[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError:  # there is no such folder yet, or it isn't ours to read
        return
    yield from (path for path in found if path.is_file())
