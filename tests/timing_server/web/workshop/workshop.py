"""A real server whose trainings are told by tests, and how to ask for them."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from tests.timing_server.web.live_server import PATIENCE_S, Organiser, organising
from timing_server import main
from timing_server.adapters.processes import training
from timing_server.adapters.processes.training import CommandTrainer

TRAINEE = Path(__file__).with_name("trainee.py")
LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"
SOURCE = "def reward_function(params):\n    return 1.0\n"


def round_line(steps: int, clean: int, reward: float | None = 1.0, spent_s: float = 10.0) -> str:
    """Return what a training tells after a round."""
    told = "null" if reward is None else str(reward)
    return (
        f'{{"kind":"round","steps":{steps},"reward_per_step":{told},"progress":80.0,'
        f'"entropy":1.5,"clean_laps":{clean},"laps":10,"mean_lap_us":12500000,'
        f'"spent_s":{spent_s}}}'
    )


def outcome_line(reason: str, steps: int, clean: int) -> str:
    """Return what a training tells at its end."""
    return (
        f'{{"kind":"outcome","reason":"{reason}","steps":{steps},"clean_laps":{clean},"laps":10,'
        f'"best_us":11900000,"sha256":"{"0" * 64}","spent_s":61.0}}'
    )


def place_line(processors: int | None, problem: str | None = None) -> str:
    """Return what a training tells of where its cars drive."""
    return json.dumps({"kind": "place", "processors": processors, "problem": problem})


class Workshop:
    """The trainings of a server, as an organiser or a driver asks for them."""

    def __init__(self, organiser: Organiser, folder: Path) -> None:
        self.organiser = organiser
        self.folder = folder

    def driver(self, name: str) -> tuple[str, dict[str, str]]:
        """Make a driver; return the id and the header with which they ask."""
        driver_id = str(self.organiser.post("/drivers", {"name": name})["driver_id"])
        token = self.organiser.token("driver", driver_id)
        return driver_id, {"Authorization": f"Bearer {token}"}

    def order(self, headers: dict[str, str] | None = None, **more: Any) -> str:
        """Begin a training and return its id."""
        body = {"name": "Lap One", "source": SOURCE, **more}
        answer = self.organiser.post("/workshop/trainings", body, **(headers or {}))
        return str(answer["training_id"])

    def path(self, training_id: str, verb: str = "") -> str:
        """Return the address of a training."""
        return f"/workshop/trainings/{training_id}{verb}"

    def get(self, training_id: str, since: int = 0) -> Any:
        """Return a training as it is now."""
        return self.organiser.get(self.path(training_id, f"?since={since}"))

    def tell(self, training_id: str, *lines: str) -> None:
        """Let the training's process tell these lines next."""
        with (self.files(training_id) / "script").open("a") as script:
            script.writelines(f"{line}\n" for line in lines)

    def files(self, training_id: str) -> Path:
        """Return the training's folder."""
        return self.folder / "trainings" / training_id

    def until(self, training_id: str, is_so: Callable[[Any], bool]) -> Any:
        """Wait until something is so of a training, and return it."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not is_so(found := self.get(training_id)):
            assert time.monotonic() < deadline_s, found
            time.sleep(0.05)
        return found

    def until_state(self, training_id: str, state: str) -> Any:
        """Wait until a training is in a state, and return it."""
        return self.until(training_id, lambda found: found["state"] == state)

    def process(self, training_id: str) -> psutil.Process | None:
        """Return the process that trains, once it is the command itself; None without one."""
        wanted = str(self.files(training_id))
        for each in psutil.process_iter(["cmdline"]):
            line = each.info["cmdline"] or []
            if line[1:2] == [str(TRAINEE)] and any(wanted in part for part in line):
                return each
        return None

    def until_process(self, training_id: str, status: str | None = None) -> psutil.Process:
        """Wait until the process is there, and in a state of the kernel's."""
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            found = self.process(training_id)
            if found is not None and (status is None or found.status() == status):
                return found
            assert time.monotonic() < deadline_s, found
            time.sleep(0.05)


def until_gone(process: psutil.Process) -> None:
    """Wait until a process has ended and the server, whose child it is, has heard of it.

    Who waited for it here, in the server's own process, would take its status away.
    """
    deadline_s = time.monotonic() + PATIENCE_S
    while process.is_running():
        assert time.monotonic() < deadline_s, process
        time.sleep(0.05)


@contextmanager
def workshop_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, **settings_more: Any
) -> Iterator[Workshop]:
    """Serve a folder with trainings that tell what tests write."""
    folder.mkdir(exist_ok=True)
    picture = folder / "seen.jpg"
    Image.linear_gradient("L").resize((160, 120)).save(picture)
    command = [sys.executable, str(TRAINEE), str(LIBRARY / "balanced.onnx"), str(picture)]
    monkeypatch.setattr(main, "CommandTrainer", partial(CommandTrainer, command))
    # Those trainings need nothing that a machine without torch lacks.
    monkeypatch.setattr(training, "PACKAGES", ())
    with organising(folder, **settings_more) as organiser:
        yield Workshop(organiser, folder)
