"""Races of two in real processes: one that drives, and one for each model, with its own limits."""

import base64
import os
import signal
import subprocess
import threading
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from car_agent.models.load import load_model
from car_agent.simulation.duel.race import Contender, race
from car_agent.simulation.evaluation import decider, setting_on
from car_agent.worker.errors import LeaseGoneError
from car_agent.worker.limited.driving import league_rules
from car_agent.worker.limited.duel.hosted import BrokeOffError, Hosted
from car_agent.worker.limited.duel.orders import DuelCar, DuelOrder, HostOrder
from car_agent.worker.limited.duel.trial import DuelTrial
from car_agent.worker.limited.orders import STEPS_MAX, DuelEnded, DuelSideTold, Failed, TraceTold
from car_agent.worker.limited.trace import rows_of
from car_agent.worker.limited.trial import LimitedProcess, memory_bytes
from car_agent.worker.simulator import versions
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.world.designs import track_named
from tests.car_agent.worker.hostile import LIBRARY, good, no_number, slow
from tests.car_agent.worker.limited.rules import RULES as RUN_RULES
from timing_server.contract.machines.workers import DrivenRun

OVAL = track_named("oval")
RULES = RUN_RULES.model_copy(update={"resets_max": 20})


def host_order(model: bytes, **changes: Any) -> HostOrder:
    whole = {
        "model_sha256": sha256(model).hexdigest(),
        "model_bytes": len(model),
        "memory_bytes": memory_bytes(len(model)),
        "cpu_s": 240,
    }
    return HostOrder.model_validate({**whole, **changes})


def order_of(*models: bytes, **changes: Any) -> DuelOrder:
    cars = tuple(
        DuelCar(place=place, host=host_order(model, **changes))
        for place, model in enumerate(models, 1)
    )
    return DuelOrder(
        cars=cars,
        track_sha256=track_sha256(OVAL),
        design="oval",
        seed=3,
        rules=RULES,
        cpu_s=480,
        is_traced=True,
    )


def driven(*models: bytes, **changes: Any) -> tuple[DuelSideTold, ...]:
    with DuelTrial(order_of(*models, **changes), b"".join(models)) as trial:
        ended = trial.listen(lambda _: None, 5.0)
    assert isinstance(ended, DuelEnded), ended
    return ended.sides


@cache
def alone(place: int, name: str) -> tuple[int, ...]:
    """Return the passes of a model that drives alone from a place, in this process."""
    model = load_model(LIBRARY / f"{name}.onnx")
    contender = Contender(place, model.card, decider(model))
    (run,) = race([contender], setting_on(OVAL), league_rules(RULES), 3)
    return run.run.instants.crossings_ns


def test_it_races_as_everybody_does() -> None:
    """It should give the very passes and contacts that the two have in one process."""
    sides = driven(good("fast"), good())
    models = [load_model(LIBRARY / f"{name}.onnx") for name in ("fast", "cautious")]
    grid = [Contender(n, model.card, decider(model)) for n, model in enumerate(models, 1)]
    runs = race(grid, setting_on(OVAL), league_rules(RULES), 3)
    for side, each in zip(sides, runs, strict=True):
        assert side.run is not None
        instants = each.run.instants
        assert side.run.passes_ns == instants.crossings_ns
        assert side.run.collisions_ns == instants.collisions_ns
        assert side.run.resets_ns == instants.resets_ns
        assert side.run.sim_ns == each.run.sim_ns
        assert side.trace is not None
        assert len(list(rows_of(side.trace))) > 100


def test_a_model_that_answers_with_no_number_is_left_out() -> None:
    """It should tell why, and let the other drive as if nobody had stood beside it."""
    hostile, fair = driven(no_number(), good("fast"))
    assert (hostile.run, hostile.sentence) == (None, "The model's answer is not a number.")
    assert fair.run is not None
    assert fair.sentence is None
    assert fair.run.passes_ns == alone(2, "fast")


def test_a_slow_model_is_counted_alone() -> None:
    """It should end the one that takes too much processor time, and not the other."""
    fair, hostile = driven(good("fast"), slow(), grace_s=1.0)
    assert hostile.sentence is not None
    assert "thinks for longer than a picture lasts" in hostile.sentence
    assert fair.run is not None
    assert fair.run.passes_ns == alone(1, "fast")


def test_a_greedy_model_gets_no_more_memory() -> None:
    """It should end by its own limit."""
    one, other = driven(good("fast"), good(), memory_bytes=1024 * 1024)
    assert one.run is None
    assert other.run is None
    assert "memory" in (one.sentence or "")


def test_two_that_break_off_are_both_told() -> None:
    """It should have no run, and two sentences."""
    sides = driven(no_number(), no_number())
    assert [each.sentence for each in sides] == ["The model's answer is not a number."] * 2


def test_a_hanging_process_breaks_off() -> None:
    """It should wait for one that works, and not for one that does nothing."""
    model = good()
    with Hosted(2, host_order(model), model, patience_s=0.3) as host:
        host.see()
        os.kill(host.pid, signal.SIGSTOP)
        with pytest.raises(BrokeOffError, match="did nothing") as caught:
            host.decide(0, np.zeros((240, 320), dtype=np.uint8))
        assert caught.value.place == 2


def test_a_model_that_loads_slowly_is_waited_for() -> None:
    """It should blame no model for a busy machine or a slow disk, however short patience is."""
    model = good()
    with Hosted(1, host_order(model), model, patience_s=0.3) as host:
        os.kill(host.pid, signal.SIGSTOP)
        wakes = threading.Timer(2.0, os.kill, (host.pid, signal.SIGCONT))
        wakes.start()
        assert host.see().sentence is None
        wakes.join()


def test_whoever_ends_the_race_ends_its_models() -> None:
    """It should leave no process behind where its worker loses the lease, and hold all of them."""

    def lost(_: int) -> None:
        raise LeaseGoneError("gone")

    model = good()
    with DuelTrial(order_of(model, model), model * 2) as trial:
        trial.hold(is_held=True)
        trial.hold(is_held=False)
        with pytest.raises(LeaseGoneError):
            trial.listen(lost, 0.0)
        pid = trial.pid
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)


def test_what_ends_the_driving_process_is_no_models_fault() -> None:
    """It should say that the race broke off."""
    model = good()
    with DuelTrial(order_of(model, model), model * 2) as trial:
        os.kill(trial.pid, signal.SIGKILL)
        ended = trial.listen(lambda _: None, 5.0)
    assert isinstance(ended, Failed)
    assert ended.whose == "stage"
    assert ended.sentence.startswith("The race broke off.")


def test_the_longest_race_is_heard_whole(tmp_path: Path) -> None:
    """It should have room for both traces at their longest, and some thousand resets of each."""
    models = good(), good()
    run = DrivenRun(
        model_sha256=sha256(models[0]).hexdigest(),
        track_sha256=track_sha256(OVAL),
        seed=3,
        laps_tried=100,
        passes_ns=tuple(range(10**12, 10**12 + 101)),
        resets_ns=tuple(range(10**12, 10**12 + 4_000)),
        beginnings_ns=(),
        sim_ns=2 * 10**12,
    )
    trace = TraceTold(steps=base64.b64encode(bytes(STEPS_MAX * 45)).decode())
    sides = tuple(DuelSideTold(place=place, run=run, trace=trace) for place in (1, 2))
    told = DuelEnded(sides=sides, simulator=versions())
    assert len(list(rows_of(trace))) == 2 * STEPS_MAX
    path = tmp_path / "told"
    path.write_bytes(told.model_dump_json().encode() + b"\n")
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        ["cat", str(path)], stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )
    with LimitedProcess(order_of(*models), b"", process) as subject:
        assert subject.hear(lambda _: None, 1.0) == told
