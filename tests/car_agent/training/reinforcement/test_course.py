"""Training for real, only much less of it: these tests need what trains."""

import traceback
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from car_agent.errors import CarSetupError
from car_agent.models.card import ContinuousOutput
from car_agent.models.load import load_model, read_model
from car_agent.simulation.evaluation import evaluate, setting_on
from car_agent.simulation.league import LeagueRules
from car_agent.simulation.parameters import PassingParameters
from car_agent.simulation.practice import Practice
from car_agent.training.cli import train_app
from car_agent.training.networks.shapes import CLASSIC
from car_agent.training.rewards.errors import RewardError
from car_agent.training.rewards.process import RewardFile, read_reward
from hardware.cameras.frames import Pixels
from hardware.virtual.world.designs import track_named

pytestmark = pytest.mark.train
pytest.importorskip("torch")
pytest.importorskip("stable_baselines3")
clone = pytest.importorskip("car_agent.training.clone")
course = pytest.importorskip("car_agent.training.reinforcement.course")
lines = pytest.importorskip("car_agent.training.reinforcement.lines")
actions = pytest.importorskip("car_agent.training.reinforcement.actions")

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "docs" / "examples" / "rewards"
TRACK = track_named("oval")
LITTLE = clone.Effort(
    first_pictures=300, first_epochs=1, rounds=1, round_pictures=100, round_epochs=1, last_epochs=1
)
ROUND_STEPS = 512
#: Enough to get round the plainest track.
SOME = clone.Effort(
    first_pictures=2000,
    first_epochs=3,
    rounds=1,
    round_pictures=500,
    round_epochs=1,
    last_epochs=3,
)


class Told:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.places: list[Any] = []
        self.standings: list[Any] = []
        self.moved: list[tuple[int, int]] = []

    def place(self, place: object, /) -> None:
        self.places.append(place)

    def say(self, words: str, /) -> None:
        self.lines.append(words)

    def see(self, picture: Pixels, /) -> None:
        assert picture.shape in {(120, 160), (240, 320)}

    def move(self, steps: int, of: int, /) -> None:
        self.moved.append((steps, of))

    def tell(self, standing: object, /) -> None:
        self.standings.append(standing)

    def end(self, outcome: object, /) -> None:
        self.lines.append("ended")


class Alone:
    """A machine without races, on which training takes the seconds that it is told."""

    def __init__(self, *spent_s: float) -> None:
        self._spent_s = [*spent_s]

    def spent_s(self) -> float:
        return self._spent_s.pop(0) if len(self._spent_s) > 1 else sum(self._spent_s)

    def wait(self, say: object, /) -> None:
        assert callable(say)


def order(out: Path, **changes: object) -> Any:
    wanted = {
        "practice": Practice(TRACK),
        "reward": read_reward(EXAMPLES / "centre_line.py"),
        "output": actions.USUAL_ACTIONS,
        "seed": 1,
        "out": out,
        "command": "paddock train --reward centre_line.py",
        "max_s": 600.0,
        "steps": ROUND_STEPS,
        "round_steps": ROUND_STEPS,
        "is_trusted": True,
        "warm_start": LITTLE,
    }
    return course.Order(**(wanted | changes))


@pytest.mark.timeout(600)
def test_a_reward_becomes_a_model_that_laps(tmp_path: Path) -> None:
    """It should drive as the driver's reward wants, in a file that a car opens with its card."""
    offsets = {}
    for side in ("left", "right"):
        out = tmp_path / f"{side}.onnx"
        show = Told()
        reward = read_reward(EXAMPLES / f"hug_{side}.py")
        outcome = course.train(
            order(out, reward=reward, steps=3 * ROUND_STEPS, warm_start=SOME),
            show,
            Alone(),
        )
        assert outcome.reason == "steps"
        assert outcome.exam.clean_laps >= 8, show.lines
        model = load_model(out)
        assert model.sha256 == outcome.sha256
        assert model.card.origin.startswith("paddock train --reward centre_line.py (reward sha256")
        run = evaluate(model, setting_on(TRACK), LeagueRules(laps=2), seed=5)
        assert len(run.times_ns) == 2
        episodes = [each for seen in show.standings if seen.round for each in seen.round.episodes]
        offsets[side] = sum(each.mean_offset_m for each in episodes) / len(episodes)
        assert not course.path_beside(out).exists()
    assert offsets["left"] - offsets["right"] >= 0.2 * TRACK.width_m


@pytest.mark.timeout(600)
def test_a_model_of_one_track_laps_tracks_it_never_saw(tmp_path: Path) -> None:
    """It should have learnt to follow a road, not one road: two others at once, without a reset."""
    out = tmp_path / "m.onnx"
    practice = Practice(track_named("demo"))
    course.train(order(out, practice=practice, warm_start=course.WARM_START), Told(), Alone())
    model = load_model(out)
    for name in ("oval", "speedway"):
        run = evaluate(model, setting_on(track_named(name)), LeagueRules(laps=2), seed=5)
        assert run.clean_laps == 2, name


def test_it_begins_with_what_a_model_has_learnt(tmp_path: Path) -> None:
    """It should drive at first as that model does, without a lesson, and be another training."""
    first = tmp_path / "m.onnx"
    course.train(order(first, steps=None, max_s=2.0), Told(), Alone(1.0, 8.0))
    parent = read_model(first)
    show, out = Told(), tmp_path / "n.onnx"
    wanted = order(out, begin_with=parent, reward=read_reward(EXAMPLES / "hug_left.py"))
    outcome = course.train(wanted, show, Alone())
    assert show.lines == ["Begins with what m.onnx has learnt.", "ended"]
    assert [each.steps for each in show.standings] == [0, ROUND_STEPS]
    run = evaluate(load_model(first), wanted_setting(), course._EXAM, course._EXAM_SEED)
    assert show.standings[0].exam.laps == run.laps
    assert outcome.steps == ROUND_STEPS
    assert wanted.fingerprint != order(out, reward=wanted.reward).fingerprint


def wanted_setting() -> Any:
    """Return where the exam is driven."""
    return setting_on(TRACK, plan=Practice(TRACK).plan)


def test_it_makes_room_whatever_it_does(tmp_path: Path) -> None:
    """It should ask for room while cars drive, while either teacher teaches, and in the exam."""

    class Asked(Alone):
        def __init__(self) -> None:
            super().__init__(0.0)
            self.during: set[str] = set()

        def wait(self, say: object, /) -> None:
            stack = traceback.extract_stack()
            self.during.update(f"{Path(each.filename).stem}.{each.name}" for each in stack)

    room = Asked()
    course.train(order(tmp_path / "m.onnx"), Told(), room)
    assert room.during >= {"classroom.collect", "student.teach", "rollout.hear", "course._examined"}
    # The library's own update of the network.
    assert "ppo.train" in room.during


def test_a_fault_in_the_reward_ends_it_with_the_line(tmp_path: Path) -> None:
    """It should say where and when, in the middle of practice."""
    faulty = RewardFile(
        "late.py",
        "calls = 0\ndef reward_function(params):\n    global calls\n    calls += 1\n"
        "    return 1.0 if calls < 1900 else float('nan')\n",
    )
    with pytest.raises(RewardError, match=r"^late\.py, line 5, returned NaN.* at x=.*progress="):
        course.train(order(tmp_path / "m.onnx", reward=faulty, steps=99_999), Told(), Alone())


def test_another_training_is_not_gone_on_with(tmp_path: Path) -> None:
    """It should go on by the same order alone, and refuse a file that is none of its own."""
    out = tmp_path / "m.onnx"
    outcome = course.train(order(out, max_s=2.0, steps=None), Told(), Alone(1.0, 8.0))
    assert outcome.reason == "time"
    assert course.path_beside(out).exists()
    with pytest.raises(CarSetupError, match="another training"):
        course.train(order(out, seed=2), Told(), Alone())
    show = Told()
    outcome = course.train(order(out), show, Alone())
    assert show.lines[0].startswith("Going on after 0 steps")
    assert outcome.steps == ROUND_STEPS
    assert show.moved == [(n, ROUND_STEPS) for n in range(4, ROUND_STEPS + 1, 4)]
    assert show.lines[-1] == "ended"
    course.path_beside(out).write_bytes(b"cut off")
    with pytest.raises(CarSetupError, match="no checkpoint that can be read"):
        course.train(order(out), Told(), Alone())


def test_an_interrupt_keeps_what_there_is(tmp_path: Path) -> None:
    """It should end in order at Ctrl-C, with a model and the way to go on."""

    class Interrupting(Told):
        def tell(self, standing: object, /) -> None:
            raise KeyboardInterrupt

    out = tmp_path / "m.onnx"
    outcome = course.train(order(out), Interrupting(), Alone())
    assert outcome.reason == "stopped"
    assert load_model(out).sha256 == outcome.sha256
    assert course.path_beside(out).exists()


def test_a_break_changes_nothing(tmp_path: Path) -> None:
    """It should make the same file, to the bit, as a training that was never broken off."""

    class Breaking(Told):
        def tell(self, standing: Any, /) -> None:
            if standing.steps == ROUND_STEPS:
                raise KeyboardInterrupt

    (tmp_path / "unbroken").mkdir()
    unbroken = course.train(
        order(tmp_path / "unbroken" / "m.onnx", steps=2 * ROUND_STEPS), Told(), Alone()
    )
    out = tmp_path / "m.onnx"
    assert course.train(order(out, steps=2 * ROUND_STEPS), Breaking(), Alone()).reason == "stopped"
    outcome = course.train(order(out, steps=2 * ROUND_STEPS), Told(), Alone())
    assert outcome.sha256 == unbroken.sha256


RANGES = ContinuousOutput(
    steering_low_deg=-30, steering_high_deg=30, speed_low_mps=0.5, speed_high_mps=2.0
)


@pytest.mark.parametrize(
    ("changes", "size_px"),
    [
        ({"network": CLASSIC}, (120, 160)),
        ({"algorithm": "sac", "output": RANGES}, (60, 80)),
        ({"algorithm": "sac", "output": RANGES, "network": CLASSIC}, (120, 160)),
    ],
    ids=["classic", "sac", "sac classic"],
)
def test_every_kind_makes_a_model_that_drives(
    changes: dict[str, object], size_px: tuple[int, int], tmp_path: Path
) -> None:
    """It should write a file that a car opens, and refuse its checkpoint to another kind."""
    out = tmp_path / "m.onnx"
    wanted = {"steps": 32, "round_steps": 32, "cars": 2, **changes}
    outcome = course.train(order(out, **wanted), Told(), Alone())
    model = load_model(out)
    assert outcome.sha256 == model.sha256
    assert model.card.input_shape == (1, 1, *size_px)
    assert len(evaluate(model, setting_on(TRACK), LeagueRules(laps=1, max_resets=0), 5).laps) == 1
    course.train(order(out, **wanted | {"steps": None, "max_s": 1.0}), Told(), Alone(2.0))
    with pytest.raises(CarSetupError, match="network, algorithm or number of cars"):
        course.train(
            order(out, output=wanted.get("output", actions.USUAL_ACTIONS)), Told(), Alone()
        )


def test_a_better_model_stays_when_training_goes_on(tmp_path: Path) -> None:
    """It should not put what drives worse in the place of what was kept before."""
    out = tmp_path / "m.onnx"
    course.train(order(out, max_s=2.0, steps=None), Told(), Alone(1.0, 8.0))
    better = (ROOT / "car_agent" / "models" / "library" / "cautious.onnx").read_bytes()
    out.write_bytes(better)
    outcome = course.train(order(out, steps=1), Told(), Alone())
    assert outcome.exam.clean_laps == 10
    assert out.read_bytes() == better


@pytest.mark.parametrize(("offset_frac", "side"), [(0.24, 1), (0.0, 0), (-0.24, -1)])
def test_the_reward_chooses_the_line(offset_frac: float, side: int) -> None:
    """It should begin on the side that the reward likes."""

    def reward(told: PassingParameters) -> float:
        left = told["distance_from_center"] * (1 if told["is_left_of_center"] else -1)
        return 1.0 - abs(left - offset_frac * TRACK.width_m)

    line = lines.best_line(TRACK, actions.USUAL_ACTIONS, reward, 1)
    assert line.offset_frac * side > 0 or (side == 0 and line.offset_frac == 0)


def test_a_reward_for_speed_chooses_a_quicker_character() -> None:
    """It should take the character whose commands are quicker, where the actions allow it."""
    ranges = ContinuousOutput(
        steering_low_deg=-30, steering_high_deg=30, speed_low_mps=0.5, speed_high_mps=3.0
    )
    line = lines.best_line(TRACK, ranges, lambda told: told["speed"] ** 4, 1)
    assert line.character == "balanced"


def test_the_command_tells_what_is_wrong(tmp_path: Path) -> None:
    """It should refuse a file without a reward function, before any training."""
    empty = tmp_path / "empty.py"
    empty.write_text("print('hello')\n")
    answer = CliRunner().invoke(
        train_app, ["--reward", str(empty), "--out", str(tmp_path / "m.onnx"), "--trust-reward"]
    )
    assert isinstance(answer.exception, RewardError)
    assert str(answer.exception) == "empty.py has no function reward_function(params)."
    assert not (tmp_path / "m.onnx").exists()


def test_help_teaches() -> None:
    """It should explain every option, and what ends a training."""
    said = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(train_app, ["--help"]).output
    for word in (
        "--reward",
        "--max-minutes",
        "--metadata",
        "--trust-reward",
        "--steps",
        "--json",
        "--view",
        "evaluate",
    ):
        assert word in said
