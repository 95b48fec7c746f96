"""Training with its cars on a real Ray cluster: the same model, and one sentence for what fails."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from car_agent.cluster.errors import ClusterError
from car_agent.models.card import ContinuousOutput
from car_agent.simulation.practice import Practice
from car_agent.training.rewards.errors import RewardError, SandboxMissingError
from car_agent.training.rewards.process import RewardFile
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.traffic import Plan
from tests.car_agent.cluster.ray_cluster import ROOT, ray_cluster
from tests.faults.virtual.workers import until

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]
ray = pytest.importorskip("ray")
pytest.importorskip("torch")
courses = pytest.importorskip("tests.car_agent.training.reinforcement.test_course")
course = pytest.importorskip("car_agent.training.reinforcement.course")
pytest.importorskip("car_agent.cluster.cars")
connection = pytest.importorskip("car_agent.cluster.connection")
places = pytest.importorskip("car_agent.training.reinforcement.places")
telling = pytest.importorskip("car_agent.training.reinforcement.telling.show")
actions = pytest.importorskip("car_agent.training.reinforcement.actions")

#: Of three cars, 128 steps each.
ROUND_STEPS = 384
#: What it pays depends on how often it was asked: each car's own process has to be asked alike.
REMEMBERING = RewardFile(
    "remembering.py",
    "asked = 0\n"
    "def reward_function(params):\n"
    "    global asked\n"
    "    asked += 1\n"
    "    return params['speed'] - params['distance_from_center'] + 1 / asked\n",
)
RANGES = ContinuousOutput(
    steering_low_deg=-30, steering_high_deg=30, speed_low_mps=0.5, speed_high_mps=2.0
)
KINDS: dict[str, dict[str, Any]] = {
    "ppo": {"output": actions.USUAL_ACTIONS},
    "sac": {"output": RANGES, "algorithm": "sac", "round_steps": 96, "steps": 192},
}


def order(out: Path, **changes: Any) -> Any:
    wanted: dict[str, Any] = {
        "practice": Practice(track_named("oval"), Plan(objects=1)),
        "reward": REMEMBERING,
        "cars": 3,
        "steps": 2 * ROUND_STEPS,
        "round_steps": ROUND_STEPS,
    }
    return courses.order(out, **(wanted | changes))


def train(wanted: Any, address: str | None, show: Any = None, *, or_here: bool = False) -> Any:
    """Train with the cars here, or on the cluster."""
    show = show or courses.Told()
    return places.train_at(address, wanted, show, courses.Alone(), or_here=or_here)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cluster_makes_the_same_model(kind: str, cluster: str, tmp_path: Path) -> None:
    """It should make the same file, to the bit, and tell the same of each round."""
    told = []
    for address in (None, cluster):
        out, show = tmp_path / "m.onnx", courses.Told()
        outcome = train(order(out, **KINDS[kind]), address, show)
        rounds = [(each.steps, each.round, each.exam.laps) for each in show.standings]
        told.append((outcome.sha256, rounds))
        out.unlink()
    assert told[0] == told[1]
    assert show.places == [telling.Place(3, cluster, processors=2)]


def test_lost_cars_end_it_with_the_way_to_go_on(cluster: str, tmp_path: Path) -> None:
    """It should say from where the same command goes on; there the same model comes of it."""

    (tmp_path / "whole").mkdir()
    # What a reward remembers is lost with its process, so this one remembers nothing.
    plain = {"reward": courses.order(tmp_path).reward}
    whole = train(order(tmp_path / "whole" / "m.onnx", **plain), None)
    out = tmp_path / "m.onnx"
    with pytest.raises(ClusterError, match=r"^The cluster lost cars.*; the same command goes on"):
        train(order(out, **plain), cluster, Killing(after=(2,)))
    assert course.path_beside(out).exists()
    show = courses.Told()
    assert train(order(out, **plain), cluster, show).sha256 == whole.sha256
    assert any(line.startswith(f"Going on after {ROUND_STEPS}") for line in show.lines)


class Killing(courses.Told):  # type: ignore[misc, name-defined] # imported where torch is
    """Kills a group of cars while they drive after so many exams."""

    def __init__(self, after: Sequence[int]) -> None:
        super().__init__()
        self._after = [*after]

    def move(self, steps: int, of: int, /) -> None:
        if self._after and len(self.standings) == self._after[0]:
            del self._after[0]
            groups()[-1].kill()
        super().move(steps, of)


def test_lost_cars_are_replaced_and_then_drive_here(cluster: str, tmp_path: Path) -> None:
    """It should go on there after a loss, and here after the third, to the same model."""
    plain = {"reward": courses.order(tmp_path).reward}
    for name in ("whole", "once", "often"):
        (tmp_path / name).mkdir()
    whole = train(order(tmp_path / "whole" / "m.onnx", **plain), None)
    there = telling.Place(3, cluster, processors=2)
    here = telling.Place(3, problem="The cluster lost the cars 3 times.")
    for name, losses, stood in (
        ("once", (2,), [there, there]),
        ("often", (2, 3, 4), [there, there, there, here]),
    ):
        show, out = Killing(after=losses), tmp_path / name / "m.onnx"
        outcome = train(order(out, **plain), cluster, show, or_here=True)
        assert outcome.sha256 == whole.sha256
        assert show.places == stood
        assert show.lines.count(places.LOST) == len(losses)


def test_cars_drive_here_once_the_cluster_is_gone(tmp_path: Path) -> None:
    """It should go on where it learns when all machines go at once, and start none of its own."""
    with ExitStack() as machines:
        address = machines.enter_context(ray_cluster(1))
        until(lambda: is_reached(address), "a cluster that takes this machine")

        class Ending(courses.Told):  # type: ignore[misc, name-defined] # imported where torch is
            def move(self, steps: int, of: int, /) -> None:
                if len(self.standings) == 2:
                    machines.close()
                super().move(steps, of)

        show = Ending()
        outcome = train(order(tmp_path / "m.onnx"), address, show, or_here=True)
    assert outcome.steps == 2 * ROUND_STEPS
    there, here = show.places
    assert (there.cluster, there.processors) == (address, 1), show.places
    assert here.problem.startswith(f"No cluster answers at {address}")
    assert not ray.is_initialized()


def is_reached(address: str) -> bool:
    """Say whether a cluster takes this machine: on a busy one it may take its time."""
    try:
        connection.connect(address)
    except ClusterError:
        return False
    connection.disconnect()
    return True


def test_cars_drive_here_while_no_cluster_answers(tmp_path: Path) -> None:
    """It should train all the same, and tell why not there; a fault of the reward stays one."""
    show = courses.Told()
    away = "ray://127.0.0.2:1"
    outcome = train(order(tmp_path / "m.onnx"), away, show, or_here=True)
    assert outcome.reason == "steps"
    (place,) = show.places
    assert (place.cars, place.cluster) == (3, None)
    assert place.problem.startswith(f"No cluster answers at {away}: start one (ray start --head)")
    faulty = RewardFile("faulty.py", "def reward_function(params):\n    return params['nothing']\n")
    with pytest.raises(RewardError, match=r"^faulty\.py, line 2"):
        train(order(tmp_path / "n.onnx", reward=faulty), away, or_here=True)


def groups() -> list[psutil.Process]:
    """Return the processes in which cars drive on this machine's cluster."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] and process.info["cmdline"][0].startswith("ray::Group")
    ]


def test_a_fault_in_the_reward_is_told_as_here(cluster: str, tmp_path: Path) -> None:
    """It should name the driver's line, wherever the function ran."""
    faulty = RewardFile("faulty.py", "def reward_function(params):\n    return params['nothing']\n")
    with pytest.raises(RewardError, match=r"^faulty\.py, line 2, raised KeyError") as caught:
        train(order(tmp_path / "m.onnx", reward=faulty), cluster)
    assert caught.value.line == 2


def test_the_command_can_be_paused_and_ended(cluster: str, tmp_path: Path) -> None:
    """It should go on after a stop, print JSON alone, and leave nothing behind at its end."""
    reward = ROOT / "docs" / "examples" / "rewards" / "centre_line.py"
    command = command_for(tmp_path / "m.onnx", "--reward", str(reward), "--workers", cluster)
    with subprocess.Popen(
        [*command, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as training:
        assert training.stdout is not None
        assert training.stderr is not None
        place = json.loads(training.stdout.readline())
        said = [json.loads(training.stdout.readline())["words"] for _ in range(2)]
        training.send_signal(signal.SIGSTOP)
        time.sleep(4.0)
        training.send_signal(signal.SIGCONT)
        said.append(json.loads(training.stdout.readline())["words"])
        training.send_signal(signal.SIGTERM)
        assert training.stdout.read() == ""
        cries = training.stderr.read()
    assert place == {"kind": "place", "processors": 2, "problem": None}
    assert said[1].startswith("Chosen: ")
    assert said[2].startswith("Watched the expert: 2500 pictures")
    assert training.returncode == 2
    assert cries == "paddock: Training was stopped before there was a model to keep.\n"
    assert list(tmp_path.iterdir()) == []
    until(lambda: not groups(), "the end of what drove")


def command_for(out: Path, *more: str) -> list[str]:
    trusted = [] if shutil.which("bwrap") else ["--trust-reward"]
    words = ["train", "--track", "oval", "--out", str(out), *trusted, *more]
    return [sys.executable, "-m", "timing_server", *words]


def test_a_wrong_address_is_one_sentence(tmp_path: Path) -> None:
    """It should say at once that nobody answers there, or that it is no address."""
    for address, words in (
        ("127.0.0.2:10001", "it begins with ray://"),
        ("ray://127.0.0.2:1", r"start one \(ray start --head\)"),
        ("ray://127.0.0.2:99999", "is no cluster's address"),
    ):
        with pytest.raises(ClusterError, match=words):
            train(order(tmp_path / "m.onnx"), address)


def test_another_ray_is_refused(cluster: str, tmp_path: Path) -> None:
    """It should say what to install, where client and cluster are not of one version."""
    reward = tmp_path / "reward.py"
    reward.write_text(REMEMBERING.source, encoding="utf-8")
    older = "import ray; ray.__version__ = '2.1.0'; from timing_server.cli import main; main()"
    command = command_for(tmp_path / "m.onnx", "--reward", str(reward), "--workers", cluster)
    done = subprocess.run(
        [sys.executable, "-c", older, *command[3:]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    (sentence,) = done.stderr.strip().splitlines()
    assert sentence == (
        f"paddock: The cluster at {cluster} runs another version of Ray or Python than this "
        "machine: install the same on all of them (make setup-cluster)."
    )


def test_another_release_is_refused(tmp_path: Path) -> None:
    """It should not drive by other source than this machine's."""
    there = tmp_path / "there"
    for package in ("car_agent", "hardware", "timing_server"):
        shutil.copytree(ROOT / package, there / package)
    with (there / "hardware" / "virtual" / "world" / "vehicle.py").open("a") as source:
        source.write("# Of another release.\n")
    with (
        ray_cluster(1, {"PYTHONPATH": str(there)}) as address,
        pytest.raises(ClusterError, match="another release of Paddock: install this one there"),
    ):
        train(order(tmp_path / "m.onnx"), address)


def test_a_machine_without_a_sandbox_is_refused(tmp_path: Path) -> None:
    """It should not run a driver's function unconfined because it runs elsewhere."""
    bare = tmp_path / "bin"
    bare.mkdir()
    for folder in reversed(os.get_exec_path()):
        for program in Path(folder).glob("*"):
            (bare / program.name).unlink(missing_ok=True)
            (bare / program.name).symlink_to(program)
    (bare / "bwrap").unlink(missing_ok=True)
    with (
        ray_cluster(1, {"PATH": str(bare)}) as address,
        pytest.raises(SandboxMissingError, match=r"machine of the cluster can't be used.*sandbox"),
    ):
        train(order(tmp_path / "m.onnx", is_trusted=False), address)
