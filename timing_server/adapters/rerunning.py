"""Drives a virtual run again by the worker's limited process, which alone opens the model."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from timing_server.contract.machines.workers import DrivenRun, SimulatorVersions
from timing_server.service.virtual.proving import SimulatedRun

_CHILD = (sys.executable, "-P", "-m", "car_agent.worker.limited.child")
_LENGTH_BYTES = 8
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
#: As the worker gives a model: libraries take some, and ten times its size.
_MEMORY_BYTES, _PER_BYTE = 384 * 1024 * 1024, 10
_SPARE_S = 60


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    run: DrivenRun | None = None
    simulator: SimulatorVersions | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Rerun:
    """What was driven, and with what; or the sentence that says why nothing was."""

    driven: DrivenRun | None
    simulator: SimulatorVersions | None
    sentence: str = ""


def rerun(
    run: SimulatedRun, model: bytes, document: str | None, command: Sequence[str] = _CHILD
) -> Rerun:
    """Drive a run again; ``document`` is the file of a track that is no design."""
    order = _order(run, model, document)
    text = _json(order)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no name of a stranger
            list(command),
            input=len(text).to_bytes(_LENGTH_BYTES, "big") + text + model,
            capture_output=True,
            timeout=3 * order["cpu_s"],
            env=_environment(),
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Rerun(None, None, "It took too long.")
    except OSError as error:
        return Rerun(None, None, f"It couldn't be started ({error.strerror}).")
    return _understood(done.stdout, done.stderr)


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
        return Rerun(None, None, told.sentence or "It ended without an answer.")
    last = said.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
    return Rerun(None, None, last or "It ended without an answer.")
