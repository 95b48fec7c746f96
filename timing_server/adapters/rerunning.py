"""Drives a virtual run again by the worker's limited process, which alone opens the model."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from timing_server.contract.machines.workers import DrivenRun, SimulatorVersions
from timing_server.contract.server.tracks import TrackDocument
from timing_server.service.virtual.proving import SimulatedRun
from timing_server.service.virtual.verdicts import Rerun, Watch

_CHILD = (sys.executable, "-P", "-m", "car_agent.worker.limited.child")
_LENGTH_BYTES = 8
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
#: As the worker gives a model: libraries take some, and ten times its size.
_MEMORY_BYTES, _PER_BYTE = 384 * 1024 * 1024, 10
_SPARE_S = 60
_LOOK_S = 0.5


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    run: DrivenRun | None = None
    simulator: SimulatorVersions | None = None
    sentence: str = ""
    whose: str = ""


def rerun(
    run: SimulatedRun,
    model: bytes,
    document: str | None,
    watch: Watch = lambda: "go",
    command: Sequence[str] = _CHILD,
) -> Rerun:
    """Drive a run again; ``document`` is the file of a track that is no design.

    ``watch`` is asked again and again: whether to go on, to stand still for a while, or to end.
    """
    if document is not None and not _is_track(document):
        return Rerun(None, None, "The track's file holds no track.", "worker")
    order = _order(run, model, document)
    text = _json(order)
    try:
        with tempfile.TemporaryFile() as given:
            given.write(len(text).to_bytes(_LENGTH_BYTES, "big") + text + model)
            given.seek(0)
            with subprocess.Popen(  # noqa: S603 - our own module, no name of a stranger
                list(command),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                cwd="/",
            ) as child:
                told = _listen(child, 3 * order["cpu_s"], watch)
    except OSError as error:
        return Rerun(None, None, f"It couldn't be started ({error.strerror}).")
    return Rerun(None, None, "It took too long.") if told is None else _understood(*told)


def _listen(
    child: "subprocess.Popen[bytes]", patience_s: float, watch: Watch
) -> tuple[bytes, bytes] | None:
    """Return what it told and cried; None where it was ended. Standing still costs no patience."""
    is_held = False
    while True:
        try:
            return child.communicate(timeout=_LOOK_S)
        except subprocess.TimeoutExpired:
            wish = watch()
        patience_s -= 0 if is_held else _LOOK_S
        if wish == "end" or patience_s <= 0:
            child.kill()
            return None
        if (wish == "hold") != is_held:
            is_held = not is_held
            child.send_signal(signal.SIGSTOP if is_held else signal.SIGCONT)


def _order(run: SimulatedRun, model: bytes, document: str | None) -> dict[str, Any]:
    rules = run.driven_by
    return {
        "model_sha256": run.proof.model_sha256,
        "track_sha256": run.proof.track_sha256,
        "design": run.rules.track,
        "document": document,
        "seed": run.proof.seed,
        "rules": rules,
        "memory_bytes": _MEMORY_BYTES + _PER_BYTE * len(model),
        "cpu_s": _SPARE_S + rules.laps * rules.lap_limit_ns // 1_000_000_000,
    }


def _json(order: Mapping[str, Any]) -> bytes:
    plain = {**order, "rules": order["rules"].model_dump()}
    if order["document"] is not None:
        plain["document"] = json.loads(order["document"])
    return json.dumps(plain).encode()


def _is_track(document: str) -> bool:
    try:
        TrackDocument.model_validate_json(document)
    except ValidationError:
        return False
    return True


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    paths = os.pathsep.join(filter(None, sys.path))
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return {**kept, **one_thread, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


def _understood(out: bytes, said: bytes) -> Rerun:
    for line in reversed(out.splitlines()):
        try:
            told = _Line.model_validate_json(line)
        except ValidationError:
            break
        if told.run is not None and told.simulator is not None:
            return Rerun(told.run, told.simulator)
        return Rerun(None, None, told.sentence or "It ended without an answer.", told.whose)
    last = said.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
    return Rerun(None, None, last or "It ended without an answer.")
