"""Asks a reward function at many poses; one that hangs or ends is started again for the next."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from car_agent.training.lab.ground import Ground, Pose
from car_agent.training.rewards.errors import RewardError
from car_agent.training.rewards.process import Limits, RewardFile, RewardProcess

#: Somebody waits: less patience than in training, whose calls nobody looks at.
LAB_LIMITS = Limits(load_s=8.0, call_s=2.0, grace_s=1.0, memory_bytes=512 * 2**20, cpu_s=3600)
#: What a pipe takes at once, with room to spare.
_BATCH = 40
#: After so many that had to be started again nothing else is to be learnt.
_MOST_ENDS = 3

Kind = Literal[
    "exception", "nan", "infinite", "huge", "no_number", "hang", "ended", "unreadable", "memory"
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a reward function did at a pose instead of giving a reward.

    ``sentence`` names file, line and parameters; ``words`` say it without them.
    """

    kind: Kind
    sentence: str
    words: str
    line: int | None
    pose: Pose


Answer = float | Fault


class Asker:
    """A reward function on a track, to be closed. What raises are RewardError where the file is no
    reward function at all, and SandboxMissingError.
    """

    def __init__(
        self,
        file: RewardFile,
        ground: Ground,
        *,
        is_trusted: bool = False,
        limits: Limits = LAB_LIMITS,
    ) -> None:
        self.ground = ground
        self.file = file
        self._is_trusted, self._limits = is_trusted, limits
        self._process = self._start()

    def ask(self, pose: Pose) -> Answer:
        """Return what the function says of one pose."""
        return next(self.answers([pose]))

    def answers(self, poses: Sequence[Pose], within_s: float = 60.0) -> Iterator[Answer]:
        """Yield an answer for each pose in order; fewer where the time, or our patience, is up."""
        until_s = time.monotonic() + within_s
        done = ends = 0
        while done < len(poses) and time.monotonic() < until_s and ends < _MOST_ENDS:
            if self._process.has_ended:
                self._process = self._start()
            batch = poses[done : done + _BATCH]
            told = [self.ground.parameters(pose) for pose in batch]
            for pose, given in zip(batch, self._process.ask_all(told), strict=False):
                done += 1
                yield _fault(given, pose) if isinstance(given, RewardError) else given
            ends += self._process.has_ended

    def close(self) -> None:
        """End the function's process."""
        self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> RewardProcess:
        return RewardProcess(
            self.file,
            self.ground.lasting,
            is_trusted=self._is_trusted,
            goes_on=True,
            limits=self._limits,
        )


def _fault(error: RewardError, pose: Pose) -> Fault:
    return Fault(_kind(error.words), str(error), error.words, error.line, pose)


#: How the words of a fault begin, and of which kind it is; the first that fits.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("raised", "exception"),
    ("returned NaN", "nan"),
    ("returned inf", "infinite"),
    ("returned -inf", "infinite"),
    ("returned nothing", "no_number"),
    ("returned a number that is too large", "huge"),
    ("returned a ", "no_number"),
    ("returned", "huge"),
    ("did not return", "hang"),
    ("asked for more memory", "memory"),
    ("gave an answer", "unreadable"),
)


def _kind(words: str) -> Kind:
    return next((kind for begin, kind in _KINDS if words.startswith(begin)), "ended")
