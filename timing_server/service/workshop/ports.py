"""What the workshop needs from outside: folders for rewards and trainings, and who trains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from timing_server.contract.workshop import Algorithm, Lacking, Network


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward function that somebody wrote; ``owner`` is a driver's id, or empty for the venue."""

    reward_id: str
    owner: str
    name: str
    source: str
    changed_utc: str


@dataclass(frozen=True, slots=True)
class Example:
    """A reward function that Paddock brings along, by its file's name."""

    name: str
    source: str


class RewardFolder(Protocol):
    """Where rewards are. Any thread may call; errors are StorageFailedError."""

    def all(self) -> Sequence[Reward]:
        """Return every reward, the newest first."""

    def find(self, reward_id: str) -> Reward | None:
        """Return a reward, None where it isn't here."""

    def put(self, reward: Reward) -> None:
        """Keep a reward, in the place of an earlier one of its id."""

    def delete(self, reward_id: str) -> None:
        """Forget a reward, where it is here."""

    def examples(self) -> Sequence[Example]:
        """Return what newcomers begin with."""


@dataclass(frozen=True, slots=True)
class TrainingFiles:
    """Where the files of one training lie, all in a folder of its own."""

    folder: Path

    @property
    def reward(self) -> Path:
        """The reward function."""
        return self.folder / "reward.py"

    @property
    def metadata(self) -> Path:
        """DeepRacer's model_metadata.json, where the action space isn't the usual one."""
        return self.folder / "model_metadata.json"

    @property
    def parent(self) -> Path:
        """The model whose weights it begins with, where it begins with any."""
        return self.folder / "parent.onnx"

    @property
    def model(self) -> Path:
        """The best model so far; the checkpoint lies beside it."""
        return self.folder / "model.onnx"

    @property
    def view(self) -> Path:
        """What a practising car sees, a JPEG."""
        return self.folder / "view.jpg"


@dataclass(frozen=True, slots=True)
class StoredTraining:
    """A training as it was written: JSON of what was ordered and how far it is, lines of JSON."""

    sheet: bytes
    course: bytes
    lines: tuple[str, ...]


class TrainingFolder(Protocol):
    """Where trainings are. Any thread may call; errors are StorageFailedError."""

    def stored(self) -> Sequence[StoredTraining]:
        """Return every training that can be read."""

    def create(
        self,
        training_id: str,
        sheet: bytes,
        reward: str,
        metadata: str | None,
        parent: Path | None = None,
    ) -> None:
        """Make a training's folder with what it needs, a copy of its parent's file included."""

    def write_course(self, training_id: str, course: bytes) -> None:
        """Keep how far it is: whole, or not at all."""

    def append(self, training_id: str, line: str) -> None:
        """Add a line to what it told."""

    def files(self, training_id: str) -> TrainingFiles:
        """Return where its files lie."""

    def delete(self, training_id: str) -> None:
        """Delete a training with all its files."""

    def free_bytes(self) -> int:
        """Return how much room the disk has."""


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """What a process is to do: train by the files, for so many minutes at the most.

    ``track`` is a design's name or the path of a file; ``as_measured`` the file of a real car.
    """

    files: TrainingFiles
    track: str
    seed: int
    minutes: float
    network: Network
    algorithm: Algorithm
    cars: int
    as_measured: str | None = None


@dataclass(frozen=True, slots=True)
class RunEnded:
    """How a process ended: its status, negative for a signal, and its last words."""

    code: int
    said: str


class Training(Protocol):
    """A process that trains. All but ``lines`` and ``wait`` may be called from any thread."""

    def lines(self) -> Iterator[str]:
        """Yield what it tells, line by line, until it ends."""

    def wait(self) -> RunEnded:
        """Return how it ended, once it has."""

    def hold(self) -> None:
        """Stop it at once, wherever it is."""

    def let_go(self) -> None:
        """Let it go on where it was stopped."""

    def kill(self) -> None:
        """End it at once; what it had written stays."""


class Trainer(Protocol):
    """Starts processes that train."""

    @property
    def has_cluster(self) -> bool:
        """Whether cars drive on a cluster, where it can be used."""

    def lacks(self) -> tuple[Lacking, ...]:
        """Return what is missing on this machine."""

    def start(self, run: TrainingRun) -> Training:
        """Start a process, which ends with the calling thread. Raises StorageFailedError."""


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """What a process is to do: drive a model's file laps on a track, or the whole stress card.

    ``track`` is a design's name or the path of a file; ``as_measured`` the file of a real car.
    """

    model: Path
    track: str
    is_stress: bool
    laps: int
    seed: int
    as_measured: str | None = None


class Evaluator(Protocol):
    """Starts processes that drive models on virtual tracks."""

    def lacks(self) -> Literal["car"] | None:
        """Return what is missing on this machine."""

    def start(self, run: EvaluationRun) -> Training:
        """Start a process, which ends with the calling thread. Raises StorageFailedError."""
