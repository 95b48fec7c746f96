"""What a training tells while it runs, and to whom: a terminal, another program, a picture file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from car_agent.simulation.league import LeagueRun
from car_agent.training.reinforcement.rounds import Round
from hardware.cameras.frames import Pixels

Reason = Literal["laps", "steps", "time", "stopped"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a training is; ``round`` None before the first one, ``exam`` of the latest model."""

    steps: int
    round: Round | None
    exam: LeagueRun
    spent_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended: ``exam`` of the model that was kept, which lies in ``out``."""

    reason: Reason
    steps: int
    exam: LeagueRun
    sha256: str
    spent_s: float
    out: Path
    track: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where so many cars drive: on ``processors`` of the ``cluster`` of that address.

    Both None: where the network learns, since the cluster that was asked for has a ``problem``.
    """

    cars: int
    cluster: str | None = None
    processors: int | None = None
    problem: str | None = None


class Show(Protocol):
    """Whoever is told how it goes."""

    def place(self, place: Place, /) -> None:
        """Show where cars drive, where a cluster was asked for."""

    def say(self, words: str, /) -> None:
        """Show a line."""

    def see(self, picture: Pixels, /) -> None:
        """Show what a practising car sees, height × width luma; comes many times a second."""

    def move(self, steps: int, of: int, /) -> None:
        """Show how many steps of a round are driven; comes many times a second."""

    def tell(self, standing: Standing, /) -> None:
        """Show how far it is after a round."""

    def end(self, outcome: Outcome, /) -> None:
        """Show what it came to."""


class Together:
    """Several that are told the same, in their order."""

    def __init__(self, *shows: Show) -> None:
        self._shows = shows

    def place(self, place: Place, /) -> None:
        """See ``Show``."""
        for show in self._shows:
            show.place(place)

    def say(self, words: str, /) -> None:
        """See ``Show``."""
        for show in self._shows:
            show.say(words)

    def see(self, picture: Pixels, /) -> None:
        """See ``Show``."""
        for show in self._shows:
            show.see(picture)

    def move(self, steps: int, of: int, /) -> None:
        """See ``Show``."""
        for show in self._shows:
            show.move(steps, of)

    def tell(self, standing: Standing, /) -> None:
        """See ``Show``."""
        for show in self._shows:
            show.tell(standing)

    def end(self, outcome: Outcome, /) -> None:
        """See ``Show``."""
        for show in self._shows:
            show.end(outcome)
