"""``paddock model clone``: behaviour cloning from the expert to a finished, measured model file."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from car_agent.errors import CarSetupError
from car_agent.models.card import DiscreteOutput
from car_agent.models.deepracer import METADATA_NAME
from car_agent.models.files import write_whole
from car_agent.models.load import load_model
from car_agent.simulation.car import start_anywhere, start_on_grid
from car_agent.simulation.evaluation import decider, drive_laps
from car_agent.simulation.league import LeagueRules, LeagueRun, in_words
from car_agent.simulation.practice import Practice
from car_agent.training.answers import SHAPES, Output, Shape, card_for, output_for
from car_agent.training.classroom import Classroom, Syllabus
from car_agent.training.expert import Expert, character_named, plan_speed
from car_agent.training.networks.export import Weights, to_onnx
from car_agent.training.networks.shapes import SMALL, NetworkShape
from car_agent.training.networks.student import (
    Student,
    Teacher,
    be_repeatable,
    choice_loss,
    imitation_loss,
)
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.track import Track

Say = Callable[[str], None]

#: Evaluation laps are other ones than those learnt from, and the same for every model.
_EVALUATION_SEED = 2026
_LAP_LIMIT_NS = 30_000_000_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is learnt: pictures and epochs of the first round, of each later one, at the end."""

    first_pictures: int = 5000
    first_epochs: int = 5
    rounds: int = 5
    round_pictures: int = 2000
    round_epochs: int = 2
    last_epochs: int = 10
    evaluation_laps: int = 20

    def times(self, factor: int) -> "Effort":
        """Return as many times the pictures, looked at as often."""
        return replace(
            self,
            first_pictures=factor * self.first_pictures,
            round_pictures=factor * self.round_pictures,
        )


FULL_EFFORT = Effort()


@dataclass(frozen=True, slots=True)
class CloneOrder:
    """Which model is made: one that drives ``track`` like ``character``, written to ``out``.

    ``shape`` ``deepracer`` writes a model_metadata.json beside it.
    """

    track: str
    character: str
    seed: int
    out: Path
    shape: Shape = "paddock"
    network: NetworkShape = SMALL
    effort: Effort = FULL_EFFORT

    @property
    def origin(self) -> str:
        """The command that makes it."""
        command = f"paddock model clone --track {self.track} --character {self.character}"
        command += f" --seed {self.seed}"
        command += "" if self.shape == "paddock" else f" --shape {self.shape}"
        return command + ("" if self.network == SMALL else f" --network {self.network.name}")


def clone_model(order: CloneOrder, say: Say) -> LeagueRun:
    """Make a model by what was ordered.

    ``say`` gets a line per round, then what the finished file did in the simulator. The same seed
    makes the same bytes on the same machine. Raises CarSetupError or UnknownTrackError for a wrong
    name, ModelFileError where the file can't be written.
    """
    shape, network, out = order.shape, order.network, order.out
    if shape not in SHAPES:
        raise CarSetupError(f"There is no model shape '{shape}'; choose {' or '.join(SHAPES)}.")
    kind = character_named(order.character)
    road = track_named(order.track)
    check_writable(out)
    be_repeatable(order.seed)
    output = output_for(shape, plan_speed(road, kind))
    room = Classroom(Syllabus(Practice(road), Expert(road, kind), output, order.seed, network))
    student = taught(room, teacher_for(room, network, output, order.seed), order.effort, say)
    card = card_for(shape, network, output, f"{order.track}-{order.character}", order.origin)
    weights: Weights = {name: value.numpy() for name, value in student.state_dict().items()}
    content = to_onnx(network, weights, card)
    write_whole(out, content)
    if isinstance(output, DiscreteOutput):
        write_whole(out.with_name(METADATA_NAME), _metadata(output))
    say(f"Wrote {out} ({len(content) / 1e6:.2f} MB), sha256 {hashlib.sha256(content).hexdigest()}")
    measured = evaluate_file(out, road, order.effort.evaluation_laps)
    say(f"In the simulator, random light and latency: {in_words(measured)}")
    return measured


def evaluate_file(path: Path, track: Track, laps: int) -> LeagueRun:
    """Let a model file drive flying laps in the simulator with the code that races it.

    Each lap has light, latency and camera of its own, other ones than any that was learnt from.
    """
    decide = decider(load_model(path))
    chance = Random(_EVALUATION_SEED)  # noqa: S311 - practice, not secrets
    practice = Practice(track)
    cameras = practice.cameras(chance)
    rules = LeagueRules(laps=1, max_resets=0, limit_ns=_LAP_LIMIT_NS)
    runs = []
    for _ in range(laps):
        own = Random(chance.getrandbits(64))  # noqa: S311 - likewise
        runs.append(drive_laps(practice.begin(start_on_grid, cameras, own), decide, rules))
    together = tuple(lap for run in runs for lap in run.laps)
    return LeagueRun(rules, together, sum(run.sim_ns for run in runs))


def teacher_for(room: Classroom, shape: NetworkShape, output: Output, seed: int) -> Teacher:
    """Return a teacher with a new student for that classroom."""
    loss = choice_loss if isinstance(output, DiscreteOutput) else imitation_loss
    return Teacher(Student(shape, room.labels.shape[1]), loss, seed)


def taught(room: Classroom, teacher: Teacher, effort: Effort, say: Say) -> Student:
    """Return a student that has watched the expert, then driven and been corrected."""
    student = teacher.student
    room.collect(start_anywhere, effort.first_pictures, None)
    loss = teacher.teach(room.pictures, room.labels, effort.first_epochs, 1.0)
    say(f"Watched the expert: {len(room.pictures)} pictures, loss {loss:.4f}")
    for number in range(1, effort.rounds + 1):
        begin = start_on_grid if number % 3 == 0 else start_anywhere
        crashes = room.collect(begin, effort.round_pictures, student)
        is_last = number == effort.rounds
        epochs = effort.last_epochs if is_last else effort.round_epochs
        loss = teacher.teach(room.pictures, room.labels, epochs, 0.02 if is_last else 1.0)
        say(
            f"Drove round {number} of {effort.rounds}: {crashes} off-tracks, "
            f"{len(room.pictures)} pictures, loss {loss:.4f}"
        )
    student.eval()
    return student


def _metadata(output: DiscreteOutput) -> bytes:
    """Return DeepRacer's model_metadata.json for a list of actions."""
    actions = [
        {"steering_angle": action.steering_deg, "speed": action.speed_mps, "index": place}
        for place, action in enumerate(output.actions)
    ]
    content = {
        "action_space": actions,
        "sensor": ["FRONT_FACING_CAMERA"],
        "neural_network": "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW",
        "training_algorithm": "clipped_ppo",
        "action_space_type": "discrete",
        "version": "5",
    }
    return json.dumps(content, indent=2).encode()


def check_writable(out: Path) -> None:
    """Find out before minutes of work whether the result can be kept."""
    write_whole(out.with_name(out.name + ".trial"), b"")
    out.with_name(out.name + ".trial").unlink(missing_ok=True)
