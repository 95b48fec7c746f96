"""``paddock node test`` from the settings on, over mock pins in place of the header."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.node.errors import LoopbackError, NodeRunningError
from hardware.node.main import LOOPBACK_FILE, locked_folder
from hardware.node.watch.reporter import read_loopback
from hardware.node.wiring import session
from hardware.node.wiring.session import check_wiring, measure_line
from hardware.settings import NodeSettings
from hardware.signals.settings import ButtonSettings, StartLightsSettings
from tests.hardware.node.wiring.test_loopback import WiredPins


@pytest.fixture
def settings(tmp_path: Path) -> NodeSettings:
    return NodeSettings(server_url="http://127.0.0.1", data_dir=tmp_path / "node")


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> Iterator[WiredPins]:
    made = WiredPins()
    monkeypatch.setattr(session, "open_pins", lambda *_: made)
    yield made
    made.close()


def test_a_measured_line_is_reported(settings: NodeSettings, pins: WiredPins) -> None:
    """It should keep the result where the node's health report finds it."""
    said: list[str] = []
    measure_line(settings, 22, "finish/beam", said.append, pulses=5)
    found = read_loopback(settings.data_dir / LOOPBACK_FILE)
    assert found is not None
    assert found.pulses == 5
    assert said[-1].startswith("this line (finish/beam): ±")


def test_an_unknown_sensor(settings: NodeSettings) -> None:
    """It should name those that there are."""
    with pytest.raises(LoopbackError, match="no sensor 'x'; there are finish/beam"):
        measure_line(settings, 22, "x", print)


def test_not_beside_a_running_node(settings: NodeSettings) -> None:
    """It should leave the pins to the node that times a race with them."""
    with locked_folder(settings.data_dir), pytest.raises(NodeRunningError):
        check_wiring(settings, print)


def test_every_sensor_is_asked_for(settings: NodeSettings, pins: WiredPins) -> None:
    """It should lead through the sensors of the settings, and find the one that works."""
    said: list[str] = []

    def hear(sentence: str) -> None:
        said.append(sentence)
        if "wave a hand" in sentence:
            threading.Timer(0.05, wave).start()

    def wave() -> None:
        pins.break_beam(17, 0)
        threading.Event().wait(0.02)
        pins.clear_beam(17, 0)

    assert check_wiring(settings, hear, patience_s=10.0) == 0
    assert said[-1].endswith("All sensors (1) can time a lap.")


def test_lights_and_buttons_come_behind_the_sensors(
    settings: NodeSettings, pins: WiredPins
) -> None:
    """It should walk what the settings name, and count a button that nobody hears."""
    button = ButtonSettings(button="judge", role="judge_reset", pin=24)
    lights = StartLightsSettings(lamps=(5,), buzzer=6)
    wired = settings.model_copy(update={"buttons": (button,), "start_lights": lights})
    said: list[str] = []
    assert check_wiring(wired, said.append, patience_s=0.1) == 2
    text = "\n".join(said)
    assert text.index("sensor 'beam'") < text.index("buzzer (GPIO 6)") < text.index("'judge'")
    assert "1 of 1 buttons need a hand" in said[-1]
