"""Drives a virtual run again by the worker's limited process, which alone opens the model."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from timing_server.contract.machines.duels import DuelSidePosted
from timing_server.contract.machines.workers import DrivenRun, SimulatorVersions
from timing_server.contract.server.tracks import TrackDocument
from timing_server.service.virtual.head_to_head.proving import SimulatedDuel
from timing_server.service.virtual.head_to_head.verdicts import DuelRerun
from timing_server.service.virtual.proofs import Reruns
from timing_server.service.virtual.proving import SimulatedRun
from timing_server.service.virtual.verdicts import Rerun, Watch

_CHILD = (sys.executable, "-P", "-m", "car_agent.worker.limited.child")
_DUEL_CHILD = (sys.executable, "-P", "-m", "car_agent.worker.limited.duel.child")
_NO_TRACK = "The track's file holds no track."
_LENGTH_BYTES = 8
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
#: As the worker gives a model: libraries take some, and ten times its size.
_MEMORY_BYTES, _PER_BYTE = 384 * 1024 * 1024, 10
_SPARE_S = 60
_LOOK_S = 0.5
#: More than any run has to tell; of what it cries the last part is kept.
_MAX_TOLD_BYTES, _MAX_SAID_BYTES = 4_000_000, 64 * 1024
_TOO_LONG, _TOO_MUCH = "It took too long.", "It told more than a run has to tell."


class _SideTold(DuelSidePosted):
    """A side as the process tells it: also with a trace, which nobody asked for."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    run: DrivenRun | None = None
    sides: tuple[_SideTold, ...] | None = None
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
        return Rerun(None, None, _NO_TRACK, "worker")
    order = _order(run, model, document)
    told = _asked(_json(order), model, 3 * order["cpu_s"], watch, command)
    return Rerun(None, None, told) if isinstance(told, str) else _understood(*told)


def rerun_duel(
    duel: SimulatedDuel,
    models: Sequence[bytes],
    document: str | None,
    watch: Watch = lambda: "go",
) -> DuelRerun:
    """Drive a race of two again, as ``rerun`` does a run."""
    if document is not None and not _is_track(document):
        return DuelRerun((), None, _NO_TRACK, "worker")
    order = _duel_order(duel, models, document)
    patience_s = 3 * order["cpu_s"]
    told = _asked(_json(order), b"".join(models), patience_s, watch, _DUEL_CHILD)
    if isinstance(told, str):
        return DuelRerun((), None, told)
    line = _last_line(*told)
    if line.sides is None or line.simulator is None:
        return DuelRerun((), None, line.sentence, line.whose)
    return DuelRerun(line.sides, line.simulator)


RERUNS = Reruns(rerun, rerun_duel)


def _asked(
    text: bytes, content: bytes, patience_s: float, watch: Watch, command: Sequence[str]
) -> tuple[bytes, bytes] | str:
    """Return what a process told and cried that was given an order, or why there is nothing."""
    try:
        with tempfile.TemporaryFile() as given:
            given.write(len(text).to_bytes(_LENGTH_BYTES, "big") + text + content)
            given.seek(0)
            with subprocess.Popen(  # noqa: S603 - our own module, no name of a stranger
                list(command),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                cwd="/",
            ) as child:
                return _listen(child, patience_s, watch)
    except OSError as error:
        return f"It couldn't be started ({error.strerror})."


def _listen(
    child: "subprocess.Popen[bytes]", patience_s: float, watch: Watch
) -> tuple[bytes, bytes] | str:
    """Return what it told and cried, or why it was ended. Standing still costs no patience."""
    out, said, is_held = bytearray(), bytearray(), False
    with selectors.DefaultSelector() as ends:
        for stream, kept in ((child.stdout, out), (child.stderr, said)):
            if stream is not None:
                ends.register(stream, selectors.EVENT_READ, kept)
        looked_s = time.monotonic()
        while ends.get_map():
            _take(ends)
            del said[:-_MAX_SAID_BYTES]
            if len(out) > _MAX_TOLD_BYTES:
                child.kill()
                return _TOO_MUCH
            if (passed_s := time.monotonic() - looked_s) < _LOOK_S:
                continue
            looked_s += passed_s
            wish = watch()
            patience_s -= 0 if is_held else min(passed_s, 2 * _LOOK_S)
            if wish == "end" or patience_s <= 0:
                child.kill()
                return _TOO_LONG
            if (wish == "hold") != is_held:
                is_held = not is_held
                child.send_signal(signal.SIGSTOP if is_held else signal.SIGCONT)
    # It has told all; one that goes on in silence would be waited for.
    child.kill()
    return bytes(out), bytes(said)


def _take(ends: selectors.BaseSelector) -> None:
    """Keep what came by now, or wait a moment for it; an end that is closed is left out."""
    for key, _ in ends.select(_LOOK_S):
        part = os.read(key.fd, _MAX_SAID_BYTES)
        if part:
            key.data.extend(part)
        else:
            ends.unregister(key.fileobj)


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


def _duel_order(
    duel: SimulatedDuel, models: Sequence[bytes], document: str | None
) -> dict[str, Any]:
    rules = duel.driven_by
    cpu_s = 2 * (_SPARE_S + rules.laps * rules.lap_limit_ns // 1_000_000_000)
    hosts = [
        {
            "model_sha256": proof.model_sha256,
            "model_bytes": len(model),
            "memory_bytes": _MEMORY_BYTES + _PER_BYTE * len(model),
            "cpu_s": cpu_s,
        }
        for (_, proof), model in zip(duel.proofs, models, strict=True)
    ]
    places = [proof.grid_place for _, proof in duel.proofs]
    cars = [{"place": place, "host": host} for place, host in zip(places, hosts, strict=True)]
    return {
        "cars": cars,
        "track_sha256": duel.proof.track_sha256,
        "design": duel.rules.track,
        "document": document,
        "seed": duel.proof.seed,
        "rules": rules,
        "cpu_s": cpu_s,
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
    line = _last_line(out, said)
    if line.run is not None and line.simulator is not None:
        return Rerun(line.run, line.simulator)
    return Rerun(None, None, line.sentence, line.whose)


def _last_line(out: bytes, said: bytes) -> _Line:
    """Return how a process ended, with a sentence where it told of none."""
    for line in reversed(out.splitlines()):
        try:
            told = _Line.model_validate_json(line)
        except ValidationError:
            break
        is_whole = told.simulator is not None
        sentence = told.sentence or ("" if is_whole else "It ended without an answer.")
        return told.model_copy(update={"sentence": sentence})
    last = said.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
    return _Line(kind="failed", sentence=last or "It ended without an answer.")
