"""One training as it is kept: what was ordered, how far it is, and what it has told so far."""

import time
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from timing_server.contract.base import Message
from timing_server.contract.names import shown_text
from timing_server.contract.workshop import (
    Ending,
    FaultLine,
    OutcomeLine,
    PlaceLine,
    ProgressLine,
    RoundLine,
    SaidLine,
    TrainingOrder,
    TrainingState,
)

MAX_WORDS_CHARS = 500
#: A training of hours tells some hundred rounds; a child that babbles tells no more than this.
MAX_LINES = 5000

ToldLine = SaidLine | PlaceLine | RoundLine | OutcomeLine | FaultLine
_TOLD: TypeAdapter[ToldLine] = TypeAdapter(ToldLine)
_KEPT: TypeAdapter[ProgressLine] = TypeAdapter(ProgressLine)


class Sheet(Message):
    """What was ordered, by whom and when; ``asked`` is the caller and the key of the request.

    ``owner`` is a driver's id, or empty for the venue.
    """

    training_id: str
    owner: str
    made_utc: str
    order: TrainingOrder
    asked: tuple[str, str] | None = None


class Course(Message):
    """How far a training is: replaced as a whole with each change, and written to the disk.

    ``number`` is its place among all that wait: the lowest is the next. ``kills`` counts how often
    its process died since anybody ordered it to go on. What the exam of the model that was kept
    came to is there once it is over. ``cluster_problem`` is why its cars drive on this machine
    although there is a cluster, of which they have ``cluster_processors`` otherwise.
    """

    state: TrainingState = "waiting"
    number: int
    budget_s: float
    is_paused: bool = False
    kills: int = 0
    ending: Ending | None = None
    sentence: str | None = None
    line: int | None = None
    steps: int | None = None
    clean_laps: int | None = None
    laps: int | None = None
    best_us: int | None = None
    model_sha256: str | None = None
    model_problem: str | None = None
    cluster_processors: int | None = None
    cluster_problem: str | None = None

    def changed(self, **changes: object) -> "Course":
        """Return it with other fields."""
        return self.model_copy(update=changes)


class RoundClock:
    """Counts the seconds since a training's latest round in which its process ran."""

    def __init__(self) -> None:
        self._counted_s = 0.0
        self._since_s: float | None = None

    def now_s(self) -> float:
        """Return the seconds so far."""
        since_s = self._since_s
        return self._counted_s + (0.0 if since_s is None else time.monotonic() - since_s)

    def begin(self, *, is_running: bool) -> None:
        """Count from zero."""
        self._counted_s = 0.0
        self._since_s = time.monotonic() if is_running else None

    def hold(self, *, is_held: bool) -> None:
        """Stop counting, or go on with it."""
        self._counted_s = self.now_s()
        self._since_s = None if is_held else time.monotonic()


@dataclass(slots=True)
class Job:
    """A training in memory; its ``course`` and ``lines`` are only ever replaced or appended to."""

    sheet: Sheet
    course: Course
    lines: list[ProgressLine] = field(default_factory=list)
    clock: RoundClock = field(default_factory=RoundClock)

    @property
    def training_id(self) -> str:
        """Its id."""
        return self.sheet.training_id

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.course.state in {"done", "stopped", "failed"}

    @property
    def is_due(self) -> bool:
        """Whether it waits for its turn, and nobody paused it."""
        return self.course.state == "waiting" and not self.course.is_paused

    @property
    def rounds(self) -> list[RoundLine]:
        """The rounds so far."""
        return [each for each in self.lines if isinstance(each, RoundLine)]

    @property
    def latest(self) -> RoundLine | None:
        """The latest round, None before the first."""
        return next((each for each in reversed(self.lines) if isinstance(each, RoundLine)), None)

    @property
    def told_s(self) -> float:
        """How long it had practised at its latest round, over all its processes."""
        return 0.0 if self.latest is None else self.latest.spent_s

    @property
    def spent_s(self) -> float:
        """How long it has practised by now."""
        return round(self.told_s + self.clock.now_s(), 3)

    @property
    def left_s(self) -> float:
        """How long it may practise yet, at the most."""
        return max(0.0, self.course.budget_s - self.told_s)


def understood(text: str, spent_before_s: float) -> ToldLine | None:
    """Return what a line of a training's process says, None for what isn't known here.

    ``spent_before_s`` is what earlier processes of the same training took.
    """
    try:
        told = _TOLD.validate_json(text)
    except ValidationError:
        return None
    if isinstance(told, SaidLine):
        return SaidLine(words=shown_text(told.words, MAX_WORDS_CHARS))
    if isinstance(told, PlaceLine):
        problem = told.problem and shown_text(told.problem, MAX_WORDS_CHARS)
        return told.model_copy(update={"problem": problem})
    if isinstance(told, FaultLine):
        return told.model_copy(update={"sentence": shown_text(told.sentence, 2 * MAX_WORDS_CHARS)})
    return told.model_copy(update={"spent_s": round(spent_before_s + told.spent_s, 3)})


def read_line(text: str) -> ProgressLine | None:
    """Return a line of progress that was kept; None for one that was cut off by a power cut."""
    try:
        return _KEPT.validate_json(text)
    except ValidationError:
        return None


def best_exam(rounds: list[RoundLine]) -> RoundLine | None:
    """Return the round whose model lies in the file: the latest of those with most clean laps."""
    return max(reversed(rounds), key=lambda each: each.clean_laps, default=None)
