"""Whether there is room for a training, asked of the real server while heats come and go."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from car_agent.training.room import Room, own_server
from car_agent.training.waiting import Stopwatch
from tests.timing_server.web.live_server import Organiser, organising, serving
from timing_server.launcher.processes import paddock_command

REWARD = Path(__file__).parents[3] / "docs" / "examples" / "rewards" / "centre_line.py"


@pytest.fixture(scope="module")
def organiser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organiser]:
    folder = tmp_path_factory.mktemp("server")
    with organising(folder) as client:
        yield client


def armed(organiser: Organiser) -> str:
    """Arm a heat; return its path."""
    plan = organiser.plan()
    heat_id = organiser.post(f"{plan['path']}/next")["heat_id"]
    heat = f"{plan['path']}/heats/{heat_id}"
    organiser.post(f"{heat}/arm")
    return heat


def test_a_training_waits_for_a_heats_end(organiser: Organiser) -> None:
    """It should say what it waits for, count none of the time, and go on after."""
    heat, now_s = armed(organiser), 100.0
    said: list[str] = []
    acts = iter(("start", "stop"))

    def sleep(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        organiser.post(f"{heat}/{next(acts)}")

    watch = Stopwatch(lambda: now_s)
    now_s = 101.0
    with Room(watch, organiser.url.removesuffix("/api/v1"), sleep) as room:
        room.wait(said.append)
        assert said == [
            "Heat 1 is armed on this machine: the training waits until it is over.",
            "The heat is over: the training goes on.",
        ]
        assert room.spent_s() == 1.0
        # Asked again at once it takes the last answer, and two seconds later a new one.
        armed(organiser)
        room.wait(said.append)
        assert len(said) == 2
        now_s += 1.5
        room.spent_s()
        now_s += 1.5
        heat, acts = armed(organiser), iter(("start", "stop"))
        room.wait(said.append)
        assert len(said) == 4


def test_a_server_that_ends_is_waited_for_in_vain(tmp_path: Path) -> None:
    """It should go on in the end, and not wait for ever for who isn't there."""
    naps: list[float] = []
    with ExitStack() as running:
        url = running.enter_context(serving(tmp_path))
        client = Organiser(url, tmp_path)
        armed(client)
        client.close()

        def sleep(seconds: float) -> None:
            naps.append(seconds)
            running.close()

        with Room(Stopwatch(), url.removesuffix("/api/v1"), sleep) as room:
            room.wait(lambda _: None)
    assert len(naps) == 15


@pytest.mark.parametrize("server", [None, "http://127.0.0.1:9", "nonsense"])
def test_without_a_server_there_is_room(server: str | None) -> None:
    """It should ask and say nothing further."""
    with Room(Stopwatch(), server) as room:
        room.wait(pytest.fail)


def test_a_stranger_at_the_port_is_no_server(organiser: Organiser) -> None:
    """It should not wait for what another program answers."""
    with Room(Stopwatch(), f"{organiser.url}/of-somebody-else") as room:
        room.wait(pytest.fail)


@pytest.mark.parametrize(
    ("content", "environment", "found"),
    [
        ("", {}, "http://127.0.0.1:8000"),
        ("[server]\nport = 8123\n", {}, "http://127.0.0.1:8123"),
        ("[server]\nport = 0\n", {}, None),
        ("[server]\nhost = '192.168.4.1'\n", {}, "http://192.168.4.1:8000"),
        ("[server]\nport = 8123\n", {"PADDOCK_SERVER_PORT": "9000"}, "http://127.0.0.1:9000"),
    ],
)
def test_the_server_is_found_by_its_settings(
    content: str,
    environment: dict[str, str],
    found: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should read the port where the server does."""
    (tmp_path / "paddock.toml").write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PADDOCK_CONFIG", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert own_server() == found


@pytest.mark.train
def test_the_command_waits_and_goes_on(organiser: Organiser, tmp_path: Path) -> None:
    """It should not begin beside an armed heat."""
    pytest.importorskip("stable_baselines3")
    heat = armed(organiser)
    port = organiser.url.removesuffix("/api/v1").rpartition(":")[2]
    with subprocess.Popen(
        [*paddock_command(), "train", "--reward", str(REWARD), "--json", "--trust-reward"],
        env={**os.environ, "PADDOCK_SERVER_PORT": port},
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as training:
        assert training.stdout is not None
        said = [json.loads(training.stdout.readline())["words"]]
        # A round of asking passes, in which nothing is begun.
        time.sleep(3.0)
        organiser.post(f"{heat}/stop")
        said += [json.loads(training.stdout.readline())["words"] for _ in range(2)]
        training.kill()
    assert said[0].startswith("Heat 1 is armed on this machine")
    assert said[1].startswith("The heat is over")
    assert said[2].startswith("Warm start")


def test_an_end_that_nothing_heeded_is_heeded_here() -> None:
    """It should end a training that went on though told to end, as where a signal was lost."""
    told: list[str] = []
    ended = False
    with Room(Stopwatch(), None, is_ended=lambda: ended) as room:
        room.wait(told.append)
        ended = True
        with pytest.raises(KeyboardInterrupt):
            room.wait(told.append)
    assert told == []
