"""The socket between agent and console, both ends real."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from car_agent.console.agent_line import AgentLine
from car_agent.console.door import ConsoleDoor as subject  # noqa: N813 - the thing under test
from car_agent.console.errors import AgentAwayError, AgentSilentError
from car_agent.console.talk import AgentWord, ByHand, EmergencyStop, GuardWord, Look
from tests.car_agent.console.desk import Desk
from tests.car_agent.console.steps import eventually
from tests.car_agent.doubles import GuardInPlace, RecordingActuators

PRESS = "0a" * 8
WORD = AgentWord(
    car_id="red",
    model_name="lap",
    model_sha256="0" * 64,
    model_key=None,
    loading="",
    load_trouble="",
    is_driving=False,
    why_not="no heat of this car is under way",
    is_own_heat=False,
    is_held=False,
    is_by_hand=False,
    is_alone=False,
    has_pulses=False,
    frame_rate_hz=15.0,
    is_camera_gone=False,
    battery_frac=None,
    guard=GuardWord(
        device="none", why_neutral=None, e_stop=None, fault=None, steering_frac=0, throttle_frac=0
    ),
)


class Agent:
    """The agent's end over the guard's own code, by the machine's clock."""

    def __init__(self, path: Path) -> None:
        self.wheels = RecordingActuators()
        self.guard = GuardInPlace(lambda: self.wheels, time.monotonic_ns)  # type: ignore[arg-type]
        desk = Desk(self.guard, path.with_name("calibration.json"))
        self.door = subject(path, desk.wishes, lambda: WORD, lambda: b"\xff\xd8 a picture")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "red.sock"


@pytest.fixture
def agent(path: Path) -> Iterator[Agent]:
    agent = Agent(path)
    agent.door.start()
    yield agent
    agent.door.close()


@pytest.fixture
def line(path: Path) -> Iterator[AgentLine]:
    line = AgentLine(path, patience_s=5.0)
    yield line
    line.close()


def forward(tick_mono_ns: int) -> ByHand:
    return ByHand(press=PRESS, tick_mono_ns=tick_mono_ns, steering_frac=0, throttle_frac=0.3)


def test_tells_and_shows(agent: Agent, line: AgentLine) -> None:
    """It should answer with the car's word, and with a picture where one is wanted."""
    assert line.ask(Look())[0].word == WORD
    assert line.ask(Look(wants_picture=True))[1] == b"\xff\xd8 a picture"


def test_only_its_own_user_may_open_it(agent: Agent, path: Path) -> None:
    """It should let nobody else command the car."""
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_console_that_hangs_up_has_let_go(agent: Agent, line: AgentLine) -> None:
    """It should let go for a console that ended while somebody drove through it."""
    tick_ns = line.ask(Look())[0].tick_mono_ns
    assert line.ask(forward(tick_ns))[0].refusal is None
    line.close()
    other = AgentLine(agent.door._path, patience_s=5.0)

    def is_let_go() -> bool:
        tick_ns = other.ask(Look())[0].tick_mono_ns
        return other.ask(forward(tick_ns))[0].refusal == "car_let_go"

    eventually(is_let_go)
    assert agent.wheels.done[-1] is None
    other.close()


def test_emergency_stop(agent: Agent, line: AgentLine) -> None:
    """It should pass the emergency stop on."""
    line.ask(EmergencyStop(reason="a test"))
    assert agent.guard.status().e_stop == "a test"


def test_nobody_there(line: AgentLine) -> None:
    """It should say that no agent runs, and find one that starts later."""
    with pytest.raises(AgentAwayError):
        line.ask(Look())


def test_finds_a_new_agent(path: Path, line: AgentLine) -> None:
    """It should go on with an agent that was started anew."""
    for _ in range(2):
        agent = Agent(path)
        agent.door.start()
        assert line.ask(Look())[0].word == WORD
        agent.door.close()


def test_an_agent_that_hangs(path: Path) -> None:
    """It should not wait for an agent that doesn't answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as mute:
        mute.bind(str(path))
        mute.listen(1)
        line = AgentLine(path, patience_s=0.05)
        with pytest.raises(AgentSilentError):
            line.ask(Look())
        line.close()


def test_a_place_where_it_cannot_listen(tmp_path: Path) -> None:
    """It should leave a car that can't have a console driving."""
    agent = Agent(tmp_path / ("x" * 200) / "red.sock")
    agent.door.start()
    agent.door.close()
