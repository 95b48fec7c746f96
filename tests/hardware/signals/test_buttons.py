"""Buttons on gpiozero's mock pins, to the journal."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.gates.pins import GatePins
from hardware.node.health import Alarms, Counters
from hardware.node.journal import Journal, JournalReader
from hardware.node.writer import JournalWriter
from hardware.signals.buttons import ButtonDesk, button_wirings
from hardware.signals.settings import ButtonSettings
from tests.hardware.gates.pin_sources import MockPins
from timing_server.contract.machines.devices import HeatOrder, RunOrder
from timing_server.contract.machines.journal import ButtonRecord, JournalBatch, JudgeRecord, Record

STOP = ButtonSettings(button="stop", role="e_stop", pin=22, is_inverted=True)
HAND = ButtonSettings(button="hand", role="manual_gate", pin=23, bound_ms=120)
JUDGE = ButtonSettings(button="judge", role="judge_reset", pin=24, lane=2)
BUTTONS = (STOP, HAND, JUDGE)
DRIVING = HeatOrder(phase="running", heat_id="h1", runs=(RunOrder(entry_id="e", is_go=True),))
MS = 1_000_000


class Bench:
    """Buttons on mock pins; ``end`` returns what was journaled."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "journal"
        self._writer = JournalWriter(Journal(self._path), Alarms(), Counters())
        self._writer.start()
        self.desk = ButtonDesk(BUTTONS, self._writer, "11111111-1111-4111-8111-111111111111")
        self.source = MockPins()
        self._pins = GatePins(self.source, button_wirings(BUTTONS), self.desk.take)
        self.desk.start()

    def drive(self, button: ButtonSettings, level: int, at_ns: int) -> None:
        self.source.factory.pin(button.pin).drive(level, at_ns)

    def end(self) -> list[ButtonRecord]:
        return [each for each in self.end_with_all() if isinstance(each, ButtonRecord)]

    def end_with_all(self) -> tuple[Record, ...]:
        self._pins.close()
        self.desk.close()
        self._writer.close()
        reader = JournalReader(self._path)
        bodies = ",".join(each.body for each in reader.ordered(0, 100))
        reader.close()
        batch = f'{{"journal_id":"11111111-1111-4111-8111-111111111111","records":[{bodies}]}}'
        return JournalBatch.model_validate_json(batch).records


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    # Closed at rest: its contact holds the pin low.
    made.drive(STOP, 0, time.monotonic_ns() - 90_000 * MS)
    yield made
    made.source.close()


def test_a_hand_is_a_pass_with_its_bound(bench: Bench) -> None:
    """It should journal one press at its first edge, with the hand's precision, and no release."""
    at_ns = time.monotonic_ns() - 900 * MS
    for after_ms, level in ((0, 0), (1, 1), (2, 0), (80, 1)):
        bench.drive(HAND, level, at_ns + after_ms * MS)
    (found,) = [each for each in bench.end() if each.button == "hand"]
    assert (found.mono_ns, found.gate, found.bound_ns) == (at_ns, "finish", 120 * MS)
    assert (found.role, found.is_pressed) == ("manual_gate", True)


def test_a_torn_cable_stops_the_race(bench: Bench) -> None:
    """It should take an open contact of an emergency stop as pressed, and its release as one."""
    at_ns = time.monotonic_ns() - 900 * MS
    bench.drive(STOP, 1, at_ns)
    bench.drive(STOP, 0, at_ns + 300 * MS)
    bench.drive(STOP, 1, at_ns + 400 * MS)
    found = [(each.is_pressed, each.mono_ns) for each in bench.end() if each.mono_ns >= at_ns]
    assert found == [(True, at_ns), (False, at_ns + 300 * MS), (True, at_ns + 400 * MS)]


def test_a_held_stop_stops_what_is_let_off(bench: Bench) -> None:
    """It should press again where cars may drive though the button is held since before."""
    at_ns = time.monotonic_ns() - 900 * MS
    bench.drive(STOP, 1, at_ns)
    bench.desk.take_heat(HeatOrder(phase="called", heat_id="h1"))
    bench.desk.take_heat(DRIVING)
    found = [each for each in bench.end() if each.mono_ns >= at_ns]
    assert [each.is_pressed for each in found] == [True, True]
    assert found[1].mono_ns > at_ns


def test_held_when_the_node_comes_up(bench: Bench) -> None:
    """It should take a stop that is held at the start as pressed, and a hand's as nothing."""
    bench.desk.note_held(["button:hand", "button:stop"])
    found = bench.end()
    assert [(each.button, each.is_pressed) for each in found][-1] == ("stop", True)
    assert all(each.button == "stop" for each in found)


def test_let_go_while_the_node_was_away(bench: Bench) -> None:
    """It should say at the start that a stop is not held, lest it be held for ever."""
    bench.drive(STOP, 0, time.monotonic_ns() - 500 * MS)
    bench.desk.note_held([])
    found = bench.end()
    assert [(each.button, each.is_pressed) for each in found][-1] == ("stop", False)
    assert all(each.button == "stop" for each in found)


def test_pressed_while_the_node_looks(bench: Bench) -> None:
    """It should let no look at the pins, however late, undo a press that came meanwhile."""
    at_ns = time.monotonic_ns() - 500 * MS
    bench.drive(STOP, 1, at_ns)
    bench.desk.note_held([])
    found = [each for each in bench.end() if each.mono_ns >= at_ns]
    assert [each.is_pressed for each in found] == [True]


def test_a_judge_is_one_call_with_its_lane(bench: Bench) -> None:
    """It should journal a judge's press at its first edge, with its lane, and no release."""
    at_ns = time.monotonic_ns() - 900 * MS
    for after_ms, level in ((0, 0), (1, 1), (2, 0), (80, 1)):
        bench.drive(JUDGE, level, at_ns + after_ms * MS)
    (found,) = [each for each in bench.end_with_all() if isinstance(each, JudgeRecord)]
    assert (found.button, found.call, found.lane) == ("judge", "reset", 2)
    assert found.mono_ns == at_ns


def test_a_lane_belongs_to_a_judge() -> None:
    """It should refuse a lane for a button that marks no car."""
    with pytest.raises(ValueError, match="no judge's"):
        ButtonSettings(button="x", role="e_stop", pin=3, lane=1)
