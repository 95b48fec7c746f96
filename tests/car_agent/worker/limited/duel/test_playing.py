"""Races of two at real pace, in real processes: what is told of them, and a model that hangs."""

import os
import signal
import time

import psutil
import pytest

from car_agent.worker.limited.duel.playing import PAUSE_NS
from car_agent.worker.limited.duel.trial import DuelTrial
from car_agent.worker.limited.orders import DuelEnded, DuelSoFar, OnTheWay, Ready, Seen
from tests.car_agent.worker.hostile import good, no_number
from tests.car_agent.worker.limited.duel.test_trial import alone, driven, order_of

NS_PER_S = 1_000_000_000


class Hall:
    """Whoever looks on: lets the race go once both are ready, and keeps what is told."""

    def __init__(self, *models: bytes) -> None:
        order = order_of(*models).model_copy(update={"is_played": True})
        self.trial = DuelTrial(order, b"".join(models))
        self.told: list[OnTheWay] = []
        self.go_ns = 0

    def hear(self, line: OnTheWay) -> None:
        """Keep a line; a race begins half a second after it could."""
        self.told.append(line)
        if isinstance(line, Ready) and not self.go_ns:
            self.go_ns = time.monotonic_ns() + NS_PER_S // 2
            self.trial.go(self.go_ns)
        self.look(line)

    def look(self, line: OnTheWay) -> None:
        """Do something at what is told."""

    def race(self) -> DuelEnded:
        """Return how the race ended."""
        with self.trial as trial:
            ended = trial.listen(lambda _: None, 1.0, self.hear)
        assert isinstance(ended, DuelEnded), ended
        return ended


class HangingHall(Hall):
    """Stops the model on the left once it drives."""

    def look(self, line: OnTheWay) -> None:
        """Stop its process, which is the first that the race began."""
        is_moving = isinstance(line, Seen) and line.place.sim_ns > NS_PER_S
        hosts = psutil.Process(self.trial.pid).children() if is_moving else []
        if len(hosts) == 2 and hosts[0].status() != psutil.STATUS_STOPPED:
            os.kill(min(each.pid for each in hosts), signal.SIGSTOP)


def test_it_drives_at_real_pace_as_it_does_alone() -> None:
    """It should show both, no sooner than they are there, and give the very same race."""
    hall = Hall(good("fast"), good())
    ended = hall.race()
    over_ns = time.monotonic_ns()
    (ready,) = (each for each in hall.told if isinstance(each, Ready))
    assert [each.grid_place for each in ready.places] == [1, 2]
    plain = driven(good("fast"), good())
    assert [each.run for each in ended.sides] == [each.run for each in plain]
    assert ended.anew_ns == 0
    longest_ns = max(each.run.sim_ns for each in ended.sides if each.run is not None)
    assert over_ns - hall.go_ns >= longest_ns - NS_PER_S // 10
    seen = [each for each in hall.told if isinstance(each, Seen)]
    assert {each.place.grid_place for each in seen if each.pixels} == {1, 2}
    so_far = [each for each in hall.told if isinstance(each, DuelSoFar)]
    counts = [sum(len(side.run.passes_ns) for side in each.sides if side.run) for each in so_far]
    assert counts == sorted(counts)


def test_a_model_that_breaks_off_leaves_the_other_its_race() -> None:
    """It should tell why, and let the other begin anew after a moment."""
    ended = Hall(no_number(), good("fast")).race()
    hostile, fair = ended.sides
    assert hostile.sentence == "The model's answer is not a number."
    assert fair.run is not None
    assert fair.run.passes_ns == alone(2, "fast")
    assert ended.anew_ns >= PAUSE_NS


@pytest.mark.timeout(120)
def test_a_model_that_hangs_loses_and_the_other_begins_anew() -> None:
    """It should wait for it no longer than an audience does, and blame nobody else."""
    hall = HangingHall(good(), good("fast"))
    ended = hall.race()
    hanging, fair = ended.sides
    assert hanging.sentence == "The model's run gave no answer, and did nothing."
    assert fair.run is not None
    assert fair.run.passes_ns == alone(2, "fast")
    assert ended.anew_ns > NS_PER_S
    ready = [each for each in hall.told if isinstance(each, Ready)]
    assert [[place.grid_place for place in each.places] for each in ready] == [[1, 2], [2]]
    (anew,) = {each.anew_ns for each in hall.told if isinstance(each, DuelSoFar)} - {0}
    assert anew == ended.anew_ns
