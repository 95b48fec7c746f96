"""Tells a training to another program: one JSON object a line on standard output."""

from typing import Literal

import typer

from car_agent.simulation.league import NS_PER_US
from car_agent.training.reinforcement.telling.show import Outcome, Place, Reason, Standing
from car_agent.training.rewards.errors import RewardError
from hardware.cameras.frames import Pixels
from timing_server.contract.base import Message


class SaidLine(Message):
    """A sentence for people."""

    kind: Literal["said"] = "said"
    words: str


class PlaceLine(Message):
    """Where cars drive, told where a cluster was asked for: on so many of its ``processors``.

    Null: on this machine instead, for there is a ``problem`` with the cluster.
    """

    kind: Literal["place"] = "place"
    processors: int | None
    problem: str | None


class RoundLine(Message):
    """How far a training is after a round; the first one, of the warm start, has no reward.

    ``progress`` in percent, ``entropy`` in nats, lap times in microseconds; what isn't known is
    null. Laps are those of the exam.
    """

    kind: Literal["round"] = "round"
    steps: int
    reward_per_step: float | None
    progress: float | None
    entropy: float | None
    clean_laps: int
    laps: int
    mean_lap_us: int | None
    spent_s: float


class OutcomeLine(Message):
    """How a training ended: the exam of the model that was kept, and its hash."""

    kind: Literal["outcome"] = "outcome"
    reason: Reason
    steps: int
    clean_laps: int
    laps: int
    best_us: int | None
    sha256: str
    spent_s: float


class FaultLine(Message):
    """What is wrong with the reward function, and in which of its lines where that is known."""

    kind: Literal["fault"] = "fault"
    sentence: str
    line: int | None


class JsonLines:
    """Implements ``Show``."""

    def place(self, place: Place, /) -> None:
        """Print a ``PlaceLine``."""
        _print(PlaceLine(processors=place.processors, problem=place.problem))

    def say(self, words: str, /) -> None:
        """Print a ``SaidLine``."""
        _print(SaidLine(words=words))

    def see(self, picture: Pixels, /) -> None:
        """Print nothing: pictures go into files."""

    def move(self, steps: int, of: int, /) -> None:
        """Print nothing: a round takes some seconds."""

    def tell(self, standing: Standing, /) -> None:
        """Print a ``RoundLine``."""
        round_, times_ns = standing.round, standing.exam.times_ns
        _print(
            RoundLine(
                steps=standing.steps,
                reward_per_step=round_.reward_per_step if round_ else None,
                progress=round_.progress if round_ else None,
                entropy=round_.entropy if round_ else None,
                clean_laps=standing.exam.clean_laps,
                laps=len(standing.exam.laps),
                mean_lap_us=sum(times_ns) // len(times_ns) // NS_PER_US if times_ns else None,
                spent_s=round(standing.spent_s, 3),
            )
        )

    def end(self, outcome: Outcome, /) -> None:
        """Print an ``OutcomeLine``."""
        best_ns = min(outcome.exam.times_ns, default=None)
        _print(
            OutcomeLine(
                reason=outcome.reason,
                steps=outcome.steps,
                clean_laps=outcome.exam.clean_laps,
                laps=len(outcome.exam.laps),
                best_us=None if best_ns is None else best_ns // NS_PER_US,
                sha256=outcome.sha256,
                spent_s=round(outcome.spent_s, 3),
            )
        )

    def fault(self, error: RewardError) -> None:
        """Print a ``FaultLine``."""
        _print(FaultLine(sentence=str(error), line=error.line))


def _print(line: Message) -> None:
    # Flushed by typer: whoever reads wants to know now.
    typer.echo(line.model_dump_json())
