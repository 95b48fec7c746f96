"""The socket between agent and console, both ends real."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from car_agent.console.agent_line import AgentLine
from car_agent.console.errors import AgentAwayError, AgentSilentError
from car_agent.console.talk import (
    Answer,
    ByHand,
    Calibrate,
    CalibrationAct,
    DriveAlone,
    EmergencyStop,
    EndCalibration,
    LoadModel,
    Look,
    StopAlone,
    Wish,
)
from hardware.calibration.file import DEFAULT
from hardware.guard.client import GuardClient
from hardware.guard.settings import GuardRequest
from tests.car_agent.console.agent import PICTURE, WORD, Agent
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.waiting import PATIENCE_S, wait_until

PRESS = "0a" * 8


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
    line = AgentLine(path, PATIENCE_S)
    yield line
    line.close()


def forward(tick_mono_ns: int) -> ByHand:
    return ByHand(press=PRESS, tick_mono_ns=tick_mono_ns, steering_frac=0, throttle_frac=0.3)


def test_tells_and_shows(agent: Agent, line: AgentLine) -> None:
    """It should answer with the car's word, and with a picture where one is wanted."""
    assert line.ask(Look())[0].word == WORD
    assert line.ask(Look(wants_picture=True))[1] == PICTURE


def test_only_its_own_user_may_open_it(agent: Agent, path: Path) -> None:
    """It should let nobody else command the car."""
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_console_that_hangs_up_has_let_go(agent: Agent, line: AgentLine) -> None:
    """It should let go for a console that ended while somebody drove through it."""
    tick_ns = line.ask(Look())[0].tick_mono_ns
    assert line.ask(forward(tick_ns))[0].refusal is None
    line.close()
    with closing(AgentLine(agent.path, PATIENCE_S)) as other:

        def is_let_go() -> bool:
            tick_ns = other.ask(Look())[0].tick_mono_ns
            return other.ask(forward(tick_ns))[0].refusal == "car_let_go"

        wait_until(is_let_go)
    assert agent.wheels.done[-1] is None
    other.close()


def said(line: AgentLine, wish: Wish) -> Answer:
    return line.ask(wish)[0]


def alone(line: AgentLine) -> DriveAlone:
    tick_ns = said(line, Look()).tick_mono_ns
    return DriveAlone(press=PRESS, tick_mono_ns=tick_ns, speed_percent=30)


def test_lets_the_model_drive_and_stops_it(agent: Agent, line: AgentLine) -> None:
    """It should carry start and stop of the model to the guard's lease."""
    assert said(line, alone(line)).refusal is None
    assert agent.desk.seat.user() == "model"
    said(line, StopAlone(press=PRESS))
    assert agent.desk.seat.user() is None
    assert said(line, alone(line)).refusal == "car_start_anew"


def test_a_console_that_hangs_up_has_stopped_its_model(agent: Agent, line: AgentLine) -> None:
    """It should not leave a model driving for a console that ended."""
    said(line, alone(line))
    line.close()
    wait_until(lambda: agent.desk.seat.user() is None)
    assert agent.wheels.done[-1] is None


def test_loads_a_model(agent: Agent, line: AgentLine) -> None:
    """It should pass a model's key on, and the refusal back."""
    agent.path.with_name("models").mkdir()
    (agent.path.with_name("models") / "lap.onnx").touch()
    assert said(line, LoadModel(key="folder/lap.onnx")).refusal is None
    assert [each.name for each in agent.desk.yard.asked] == ["lap.onnx"]
    assert said(line, LoadModel(key="folder/gone.onnx")).refusal == "car_no_such_model"


@pytest.fixture
def tree(tmp_path: Path) -> PwmTree:
    return PwmTree(tmp_path / "pwm")


@pytest.fixture
def calibrating(path: Path, tree: PwmTree) -> Iterator[Agent]:
    """An agent over a real guard process, whose chip is a folder."""
    guard = GuardClient(GuardRequest(car_id="red", actuators="pwm", wheels=tree.settings()))
    guard.start()
    agent = Agent(path, guard)
    agent.door.start()
    yield agent
    agent.door.close()
    agent.desk.bench.close()
    guard.close()


def test_calibrates(calibrating: Agent, line: AgentLine, tree: PwmTree) -> None:
    """It should answer each word with the step, and keep nothing of one that is ended."""

    def step(act: CalibrationAct, by_us: int = 0) -> Answer:
        tick_ns = said(line, Look()).tick_mono_ns
        return said(line, Calibrate(press=PRESS, tick_mono_ns=tick_ns, act=act, by_us=by_us))

    begun = step("begin").calibration
    assert begun is not None
    assert (begun.step, begun.pulse_us) == ("steering_mid", DEFAULT.servo.mid_ns / 1000)
    nudged = step("nudge", 50).calibration
    assert nudged is not None
    assert nudged.pulse_us == DEFAULT.servo.mid_ns / 1000 + 50
    wait_until(lambda: tree.steering_ns() == DEFAULT.servo.mid_ns + 50_000)
    said(line, EndCalibration(press=PRESS))
    assert step("stay").refusal == "car_start_anew"
    assert not calibrating.calibration_file.exists()


def test_a_console_that_hangs_up_has_ended_its_calibration(
    calibrating: Agent, line: AgentLine
) -> None:
    """It should end at once what nobody can save any more, and let the next one begin."""
    tick_ns = said(line, Look()).tick_mono_ns
    said(line, Calibrate(press=PRESS, tick_mono_ns=tick_ns, act="begin"))
    assert calibrating.desk.seat.user() == "calibration"
    line.close()
    wait_until(lambda: calibrating.desk.seat.user() is None)
    assert not calibrating.calibration_file.exists()


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
