"""``paddock train``: a clone first, then PPO with the driver's own reward, and laps to judge by."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

from torch.optim.optimizer import register_optimizer_step_post_hook

from car_agent.cluster.errors import ClusterError
from car_agent.errors import CarSetupError, ModelError
from car_agent.models.card import ModelCard
from car_agent.models.files import write_whole
from car_agent.models.load import LoadedModel, ModelFile, load_model, read_content, start_model
from car_agent.models.papers import Papers
from car_agent.simulation.as_measured import setting_as
from car_agent.simulation.evaluation import evaluate, setting_on
from car_agent.simulation.league import LeagueRules, LeagueRun
from car_agent.simulation.practice import Practice
from car_agent.training.answers import card_for
from car_agent.training.classroom import Syllabus
from car_agent.training.clone import Effort, check_writable, taught, teacher_for
from car_agent.training.networks.beginning import begun_with
from car_agent.training.networks.export import to_onnx
from car_agent.training.networks.shapes import SMALL, NetworkShape
from car_agent.training.networks.student import Student, be_repeatable
from car_agent.training.reinforcement.actions import Output
from car_agent.training.reinforcement.checkpoint import (
    Checkpoint,
    fingerprint_of,
    path_beside,
    read_checkpoint,
    write_checkpoint,
)
from car_agent.training.reinforcement.learners.cars import Cars
from car_agent.training.reinforcement.learners.choice import learner_of, shape_for
from car_agent.training.reinforcement.learners.protocol import (
    ROUND_STEPS,
    USUAL_CARS,
    CarsWanted,
    Fleet,
    Hire,
)
from car_agent.training.reinforcement.rounds import History, Round
from car_agent.training.reinforcement.telling.show import Outcome, Reason, Show, Standing
from car_agent.training.rewards.process import RewardFile
from car_agent.training.room import Room
from hardware.cameras.frames import Pixels
from hardware.virtual.measured import MeasuredCar
from hardware.virtual.world.track import Track
from timing_server.contract.names import shown_text
from timing_server.contract.workshop import Algorithm

EXAM_LAPS = 10
#: Laps of the exam are driven in other noise and play than any that are learnt from.
_EXAM_SEED = 20_260
_EXAM = LeagueRules(laps=EXAM_LAPS, max_resets=0, limit_ns=40_000_000_000)
#: By then the driver's reward, not the expert, says how the car drives.
LEAST_STEPS = 6 * ROUND_STEPS
#: The warm start: enough to get round, and no more.
WARM_START = Effort(
    first_pictures=2500,
    first_epochs=3,
    rounds=2,
    round_pictures=800,
    round_epochs=1,
    last_epochs=3,
)
#: Others on the road are near in a third of the pictures only, and each looks different.
_AMONG_OTHERS = 3
TOO_EARLY = "Training was stopped before there was a model to keep."


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained; ``command`` is kept in the model as its origin.

    ``car``: as which one the exam is driven, None for the usual one. ``steps`` None: until it laps
    reliably. ``max_s`` counts from the start, the clone included. ``begin_with``: whose weights
    to begin with instead of a clone's.
    """

    practice: Practice
    reward: RewardFile
    output: Output
    seed: int
    out: Path
    command: str
    max_s: float
    steps: int | None = None
    network: NetworkShape = SMALL
    algorithm: Algorithm = "ppo"
    cars: int = USUAL_CARS
    car: MeasuredCar | None = None
    begin_with: ModelFile | None = None
    is_trusted: bool = False
    warm_start: Effort = WARM_START
    round_steps: int = ROUND_STEPS

    @property
    def track(self) -> Track:
        """Where it learns to drive."""
        return self.practice.track

    @property
    def fingerprint(self) -> str:
        """What a checkpoint must have been made by to go on with."""
        begun = {} if self.begin_with is None else {"begin_with": self.begin_with.sha256}
        return fingerprint_of(
            **begun,
            reward=self.reward.sha256,
            track=hashlib.sha256(self.track.rows().tobytes()).hexdigest(),
            plan=asdict(self.practice.plan),
            car=None if self.car is None else self.car.model_dump(mode="json"),
            output=self.output.model_dump(mode="json"),
            seed=self.seed,
            network=self.network.name,
            algorithm=self.algorithm,
            cars=self.cars,
        )


def train(order: Order, show: Show, room: Room, hire: Hire = Cars) -> Outcome:
    """Train a model and keep the best one so far at ``order.out``; go on where one was broken off.

    ``hire`` says where cars drive; the model is the same wherever that is.

    Before it begins, while cars drive and while a network learns it waits until there is ``room``
    for it. Raises RewardError, SandboxMissingError, ModelFileError where the model can't be
    written, and CarSetupError for a checkpoint of another training, for weights that aren't those
    of this network, or where it is stopped before there is anything to keep.
    """
    check_writable(order.out)
    be_repeatable(order.seed)
    room.wait(show.say)
    shape = shape_for(order.algorithm, order.network, order.output)
    # Whoever teaches, the clone's teacher or the library, takes many steps before a car drives on.
    looking = register_optimizer_step_post_hook(lambda *_: room.wait(show.say))
    try:
        wanted = CarsWanted(
            *(order.practice, order.output, order.reward, shape, order.cars, order.is_trusted)
        )
        with hire(wanted) as cars:
            return _Course(order, shape, cars, show, room).run()
    finally:
        looking.remove()


class _Course:
    def __init__(
        self, order: Order, shape: NetworkShape, cars: Fleet, show: Show, room: Room
    ) -> None:
        self._order = order
        self._shape = shape
        self._cars = cars
        self._learner = learner_of(order.algorithm, cars, shape, order.seed, order.round_steps)
        self._show = show
        self._room = room
        plan = order.practice.plan
        self._setting = (
            setting_on(order.track, plan=plan)
            if order.car is None
            else setting_as(order.car, order.track, plan)
        )
        self._checkpoint = path_beside(order.out)
        #: The model in the file, once there is one: its exam and its hash.
        self._kept: tuple[LeagueRun, str] | None = None
        self._history = History()

    def run(self) -> Outcome:
        try:
            self._begin()
            reason = self._practise()
        except KeyboardInterrupt:
            reason = "stopped"
        except ClusterError as error:
            raise ClusterError(f"{str(error).rstrip('.')}; {self._way_on()}.") from error
        if self._kept is None:
            raise CarSetupError(TOO_EARLY)
        if reason in {"laps", "steps"}:
            self._checkpoint.unlink(missing_ok=True)
        exam, sha256 = self._kept
        outcome = Outcome(
            reason,
            self._learner.steps,
            exam,
            sha256,
            self._room.spent_s(),
            self._order.out,
            self._order.track.name,
        )
        self._show.end(outcome)
        return outcome

    def _way_on(self) -> str:
        """Say what the same command does after this."""
        if not self._checkpoint.exists():
            return "the same command begins anew"
        return f"the same command goes on from {self._checkpoint}"

    def _begin(self) -> None:
        """Go on from a checkpoint, take a model's weights over, or teach a clone."""
        order, learner = self._order, self._learner
        found = read_checkpoint(self._checkpoint, order.fingerprint)
        if found is not None:
            learner.go_on(found.learnt, found.steps)
            self._history = History(found.rewards, found.clean_exams)
            self._show.say(f"Going on after {found.steps:,} steps, from {self._checkpoint}.")
            self._find_kept()
        elif order.begin_with is not None:
            learner.be_like(begun_with(order.begin_with, self._shape, order.output))
            self._show.say(f"Begins with what {order.begin_with.path.name} has learnt.")
        else:
            learner.be_like(self._cloned())
        if self._kept is None:
            self._examine(None)
        else:
            standing = Standing(learner.steps, None, self._kept[0], self._room.spent_s())
            self._show.tell(standing)

    def _find_kept(self) -> None:
        """Let the model drive that was kept before: a worse one must not take its place."""
        try:
            kept = load_model(self._order.out)
        except ModelError:
            return
        self._kept = (self._examined(kept), kept.sha256)

    def _cloned(self) -> Student:
        order = self._order
        self._show.say("Warm start: an expert tries several lines, and the reward chooses one.")
        line = self._cars.best_line(order.seed)
        self._show.say(f"Chosen: {line}. Now a network learns to drive it.")
        expert = line.expert(order.track)
        syllabus = Syllabus(order.practice, expert, order.output, order.seed, self._shape)
        room = self._cars.classroom(syllabus, self._see)
        teacher = teacher_for(room, self._shape, order.output, order.seed)
        effort = order.warm_start
        if order.practice.plan.count:
            effort = effort.times(_AMONG_OTHERS)
        return taught(room, teacher, effort, self._show.say)

    def _practise(self) -> Reason:
        while True:
            reason = self._enough()
            if reason is not None:
                return reason
            self._examine(self._learner.practise(self._driven))

    def _driven(self, steps: int, of: int) -> None:
        self._show.move(steps, of)
        self._see(self._cars.picture)

    def _see(self, picture: Pixels) -> None:
        """Let a driving car's picture be seen, and make room for races meanwhile."""
        self._show.see(picture)
        self._room.wait(self._show.say)

    def _enough(self) -> Reason | None:
        steps, wanted = self._learner.steps, self._order.steps
        if wanted is not None and steps >= wanted:
            return "steps"
        if self._room.spent_s() >= self._order.max_s:
            return "time"
        if self._kept is None or wanted is not None or steps < LEAST_STEPS:
            return None
        return "laps" if self._history.is_good else None

    def _examine(self, round_: Round | None) -> None:
        """Let the present model drive; keep it where it is as good as the one before."""
        content = to_onnx(self._shape, self._learner.weights, self._card())
        file = read_content(content, Papers(), self._order.out)
        exam = self._examined(start_model(file))
        self._history.add(round_, is_clean=exam.clean_laps == EXAM_LAPS)
        if self._kept is None or exam.clean_laps >= self._kept[0].clean_laps:
            write_whole(self._order.out, content)
            self._kept = (exam, file.sha256)
        checkpoint = Checkpoint(
            self._order.fingerprint,
            self._learner.steps,
            self._learner.keep(),
            self._history.rewards,
            self._history.clean_exams,
        )
        write_checkpoint(self._checkpoint, checkpoint)
        self._show.tell(Standing(self._learner.steps, round_, exam, self._room.spent_s()))

    def _examined(self, model: LoadedModel) -> LeagueRun:
        return evaluate(
            *(model, self._setting, _EXAM, _EXAM_SEED),
            on_lap=lambda *_: self._room.wait(self._show.say),
        )

    def _card(self) -> ModelCard:
        order = self._order
        origin = (
            f"{order.command} (reward sha256 {order.reward.sha256[:16]}, "
            f"{self._learner.steps:,} steps)"
        )
        name = shown_text(order.out.stem, 80) or "model"
        return card_for("paddock", order.network, order.output, name, shown_text(origin, 400))
