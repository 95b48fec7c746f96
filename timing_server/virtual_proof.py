"""Drives a bundle's virtual runs again and tells whether they come out as recorded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from timing_server.adapters.database import open_database
from timing_server.adapters.folder.data_folder import DataFolder
from timing_server.adapters.rerunning import rerun
from timing_server.adapters.store import SqlStore
from timing_server.rules.facts.virtual import Simulator
from timing_server.service.errors import ServiceError
from timing_server.service.results.checking import CheckedBundle
from timing_server.service.virtual.proving import (
    SimulatedRun,
    difference,
    simulated_runs,
    simulators_apart,
)
from timing_server.service.virtual.stages import track_blob

Say = Callable[[str], None]


class RunChangedError(ServiceError, ValueError):
    """A run isn't what its model, track and seed give on the same simulator."""

    code = "run_changed"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where models and tracks of virtual runs are found."""

    model: Callable[[str], bytes | None]
    track: Callable[[str], str | None]


def prove_runs(checked: CheckedBundle, shelf: Shelf, say: Say) -> None:
    """Drive every virtual run again and say what came of it.

    Raises RunChangedError that names the first fact which isn't what the run gives.
    """
    same = apart = missing = 0
    changed: list[str] = []
    for run in simulated_runs(checked.facts):
        told = _proved(run, shelf)
        if told.is_changed:
            changed.append(told.sentence)
        same += told.is_same
        apart += told.is_apart
        missing += not (told.is_same or told.is_apart or told.is_changed)
        say(f"Heat {run.number}: {told.sentence}")
    if same + apart + missing + len(changed) == 0:
        return
    say(f"{same} virtual runs driven again: all bit-identical.")
    if apart:
        say(f"{apart} not comparable: they were computed with another simulator.")
    if missing:
        say(f"{missing} not driven again.")
    if changed:
        raise RunChangedError(changed[0])


@dataclass(frozen=True, slots=True)
class _Told:
    sentence: str
    is_same: bool = False
    is_apart: bool = False
    is_changed: bool = False


def _proved(run: SimulatedRun, shelf: Shelf) -> _Told:
    model = shelf.model(run.proof.model_sha256)
    if model is None:
        return _Told(f"model {run.proof.model_sha256[:12]} isn't here; see --models and --data.")
    again = rerun(run, model, shelf.track(run.proof.track_sha256))
    if again.driven is None or again.simulator is None:
        return _Told(f"couldn't be driven again: {again.sentence}")
    found = difference(run, again.driven)
    now = Simulator(**again.simulator.model_dump())
    apart = simulators_apart(run.proof.simulator, now)
    if apart:
        laps = "the laps are the same" if found is None else _words(found.seq, found.recorded)
        return _Told(f"not comparable ({'; '.join(apart)}); {laps}.", is_apart=True)
    if found is None:
        return _Told("bit-identical.", is_same=True)
    return _Told(
        f"fact {found.seq} isn't what this model, track and seed give: {found.recorded} was "
        f"recorded, {found.computed} is right.",
        is_changed=True,
    )


def _words(seq: int, recorded: str) -> str:
    return f"fact {seq} would be another one ({recorded})"


@contextmanager
def shelf_of(models: Path | None, folder: DataFolder) -> Iterator[Shelf]:
    """Look for files in a folder of models that was named, and in a server's data."""
    named = {} if models is None else {_hash(each): each for each in sorted(models.glob("*.onnx"))}
    is_there = folder.database_file.is_file()
    store = SqlStore(open_database(folder.database_file)) if is_there else None

    def model(model_sha256: str) -> bytes | None:
        kept = folder.model_folder / f"{model_sha256}.onnx"
        found = named.get(model_sha256) or kept
        return found.read_bytes() if found.is_file() else None

    def track(track_sha256: str) -> str | None:
        content = None if store is None else store.blob(track_blob(track_sha256))
        return None if content is None else content.decode()

    try:
        yield Shelf(model, track)
    finally:
        if store is not None:
            store.close()


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
