"""Listening to gpiozero pins, with gpiozero's own mock factory."""

import gc

import pytest
import structlog
from gpiozero.exc import PinInvalidPin

from hardware.gates.edges import Edge
from hardware.gates.errors import PinError
from hardware.gates.pins import GatePins, SensorWiring
from hardware.gates.profiles import BEAM_BREAK
from tests.hardware.gates.pin_sources import MockPins

WIRING = SensorWiring("finish", "beam", 17, BEAM_BREAK)


def test_edges_carry_the_pin_s_instant() -> None:
    """It should turn the receiver's low into 'broken' and keep the nanoseconds exactly."""
    source, edges = MockPins(), list[Edge]()
    subject = GatePins(source, [WIRING], edges.append)
    assert source.is_started
    source.break_beam(17, 123_456_789_012_345_678)
    source.clear_beam(17, 123_456_789_015_345_679)
    assert edges == [
        Edge("finish", "beam", 123_456_789_012_345_678, 1),
        Edge("finish", "beam", 123_456_789_015_345_679, 0),
    ]
    subject.close()


def test_pin_is_taken_raw() -> None:
    """It should set pull and both edges, and no bounce time."""
    source = MockPins()
    subject = GatePins(source, [WIRING], lambda _edge: None)
    pin = source.factory.pin(17)
    assert (pin.function, pin.pull, pin.bounce, pin.edges) == ("input", "up", None, "both")
    subject.close()


def test_listens_on_though_gpiozero_holds_it_weakly() -> None:
    """It should keep its callbacks alive."""
    source, edges = MockPins(), list[Edge]()
    subject = GatePins(source, [WIRING], edges.append)
    gc.collect()
    source.break_beam(17, 5)
    assert len(edges) == 1
    subject.close()


def test_close_stops_listening() -> None:
    """It should stop source and pins."""
    source, edges = MockPins(), list[Edge]()
    subject = GatePins(source, [WIRING], edges.append)
    pin = source.factory.pin(17)
    subject.close()
    assert source.is_stopped
    assert pin.when_changed is None
    assert edges == []


def test_broken_at_start_is_said() -> None:
    """It should say that a beam is already broken, and make no edge of it."""

    class BrokenPins(MockPins):
        def start(self) -> None:
            super().start()
            self.factory.pin(17).when_changed = None
            self.break_beam(17, 1)

    edges: list[Edge] = []
    with structlog.testing.capture_logs() as logs:
        GatePins(BrokenPins(), [WIRING], edges.append).close()
    assert [log["event"] for log in logs] == ["beam_broken_at_start"]
    assert edges == []


def test_pin_that_is_none() -> None:
    """It should say which pin of which gate, and leave nobody listening."""
    source = MockPins()
    wrong = SensorWiring("finish", "beam", 99, BEAM_BREAK)
    with pytest.raises(PinError, match="Pin 99 of gate 'finish'") as caught:
        GatePins(source, [WIRING, wrong], lambda _edge: None)
    assert isinstance(caught.value.__cause__, PinInvalidPin)
    assert source.is_stopped
