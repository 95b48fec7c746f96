"""Runs whose processes are forked off one that is kept: the same runs, and nothing left behind."""

import os
import signal
from pathlib import Path

import pytest

from car_agent.worker.errors import LeaseGoneError, RunLostError, WorkerUnfitError
from car_agent.worker.limited.nursery import Nursery
from car_agent.worker.limited.orders import Ended, Failed
from car_agent.worker.limited.trial import Trial
from tests.car_agent.worker.hostile import good, no_number, slow
from tests.car_agent.worker.limited.test_trial import driven, order_of
from tests.faults.virtual.workers import is_gone, until


def ended(nursery: Nursery, model: bytes, **changes: object) -> Ended | Failed:
    with Trial(order_of(model, **changes), model, nursery) as trial:
        return trial.listen(lambda _: None, 5.0)


def test_runs_are_those_of_fresh_processes() -> None:
    """It should give what a process started for one run gives, hostile ones between or not."""
    with Nursery() as nursery:
        told = [
            ended(nursery, good(), is_traced=True),
            ended(nursery, no_number()),
            ended(nursery, slow(), cpu_s=1),
            ended(nursery, b"no model at all"),
            ended(nursery, good(), is_traced=True),
        ]
    assert told[0] == told[4] == driven(good(), is_traced=True)
    sentences = [each.sentence for each in told if isinstance(each, Failed)]
    assert sentences[:2] == [
        "The model's answer is not a number.",
        "The model's run took more than 1 s of processor time.",
    ]
    assert len(sentences) == 3


def test_a_run_has_no_descriptor_of_another() -> None:
    """It should have pipes and files of its own alone, no way back to whoever forked it."""
    with Nursery() as nursery, Trial(order_of(slow()), slow(), nursery) as trial:
        until(lambda: is_limited(trial.pid), "the model")
        opened = [str(each.readlink()) for each in Path(f"/proc/{trial.pid}/fd").iterdir()]
    assert len([each for each in opened if each.startswith("pipe:")]) >= 3
    assert not [each for each in opened if each.startswith("socket:")]


def is_limited(pid: int) -> bool:
    """Whether a process has given up what a model may not use."""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    (line,) = [each for each in limits.splitlines() if each.startswith("Max file size")]
    return line.split()[3] == "0"


def test_a_lost_lease_ends_the_process() -> None:
    """It should leave no process behind, held or not, when whoever listens gives up."""

    def lost(_: int) -> None:
        raise LeaseGoneError("Gone.")

    with Nursery() as nursery:
        for is_held in (False, True):
            with Trial(order_of(slow()), slow(), nursery) as trial:
                trial.hold(is_held=is_held)
                with pytest.raises(LeaseGoneError):
                    trial.listen(lost, 0.0)
            assert not Path(f"/proc/{trial.pid}").exists()


def test_what_begins_runs_takes_them_with_it() -> None:
    """It should be no model's fault, and leave nothing that drives on."""
    with Nursery() as nursery, Trial(order_of(slow()), slow(), nursery) as trial:

        def kill(_: int) -> None:
            os.kill(nursery.pid, signal.SIGKILL)

        with pytest.raises(RunLostError):
            trial.listen(kill, 600.0)
        until(lambda: is_gone(trial.pid), "the end of a run without a parent")
    with pytest.raises(WorkerUnfitError, match="can't be begun"):
        nursery.begin()
