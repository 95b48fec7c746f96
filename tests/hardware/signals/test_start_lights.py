"""Start lights on gpiozero's mock pins, on real deadlines; the journal has the go."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from hardware.gates.errors import PinError
from hardware.node.health import Alarms, Counters
from hardware.node.journal import Journal
from hardware.node.writer import JournalWriter
from hardware.race_clock import Relation
from hardware.signals.director import LightsDirector
from hardware.signals.lamps import StartLamps
from hardware.signals.sequence import Show
from hardware.signals.settings import StartLightsSettings
from hardware.signals.start_lights import ALARM, StartLights
from tests.waiting import PATIENCE_S, wait_until
from timing_server.contract.machines.devices import HeatOrder, StartLightsOrder
from timing_server.contract.machines.journal import GoRecord, Record

BOOT_ID = "11111111-1111-4111-8111-111111111111"
OFFSET_NS = 5_000_000_000
WIRED = StartLightsSettings(lamps=(5, 6, 13, 19, 26), green=16, buzzer=20)
MS = 1_000_000


@pytest.fixture
def factory() -> Iterator[Any]:
    made = MockFactory()
    yield made
    made.close()


class Bench:
    """Lamps on mock pins, with the journal that they write to."""

    def __init__(self, factory: Any, path: Path, relation: Relation | None) -> None:
        self.records: list[Record] = []
        self.has_gone = threading.Event()
        self.alarms = Alarms()
        self.writer = JournalWriter(Journal(path / "journal"), self.alarms, Counters())
        self.writer.start(self._note)
        self.lights = StartLights(
            StartLamps(factory, WIRED), lambda: relation, self.writer, BOOT_ID, self.alarms
        )
        self.lights.start()

    def _note(self, records: Any) -> None:
        self.records += records
        self.has_gone.set()

    def close(self) -> None:
        self.lights.close()
        self.writer.close()


def order_in(go_in_ms: int) -> HeatOrder:
    go_ns = time.monotonic_ns() + go_in_ms * MS + OFFSET_NS
    lights = StartLightsOrder(begin_race_ns=go_ns - 6_000 * MS, go_race_ns=go_ns)
    return HeatOrder(phase="armed", heat_id="h1", lights=lights)


def lit(factory: Any) -> list[int]:
    return [pin for pin in WIRED.pins().values() if factory.pin(pin).state]


def test_the_go_is_journaled_as_it_was(factory: Any, tmp_path: Path) -> None:
    """It should put real pins out behind the planned instant, and journal when it did."""
    relation = Relation(time.monotonic_ns(), OFFSET_NS, MS, "server-boot")
    with closing(Bench(factory, tmp_path, relation)) as bench:
        order = order_in(300)
        bench.lights.take(order)
        assert bench.has_gone.wait(PATIENCE_S)
        (record,) = bench.records
    assert isinstance(record, GoRecord)
    assert order.lights is not None
    assert record.go_race_ns == order.lights.go_race_ns
    assert record.planned_mono_ns == record.go_race_ns - OFFSET_NS
    assert record.mono_ns + record.bound_ns >= record.planned_mono_ns
    assert lit(factory) == []
    assert bench.alarms.active == {}


def test_a_lamp_that_fails_ends_nothing(factory: Any, tmp_path: Path) -> None:
    """It should raise an alarm and go on where a pin can't be switched."""
    relation = Relation(time.monotonic_ns(), OFFSET_NS, MS, "server-boot")
    with closing(Bench(factory, tmp_path, relation)) as bench:
        factory.pin(13).function = "input"  # what a pin that was taken away answers like
        bench.lights.take(order_in(5_000))
        wait_until(lambda: ALARM in bench.alarms.active, "the alarm")
        assert "start by hand" in bench.alarms.active[ALARM]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_part_that_breaks_down_leaves_no_red(
    factory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should put the lamps out where its thread ends by a fault that nobody foresaw."""
    relation = Relation(time.monotonic_ns(), OFFSET_NS, MS, "server-boot")
    with closing(Bench(factory, tmp_path, relation)) as bench:
        pins = [factory.pin(pin) for pin in WIRED.pins().values()]
        bench.lights.take(order_in(5_000))
        wait_until(lambda: any(pin.state for pin in pins), "a lamp to light")
        monkeypatch.setattr(LightsDirector, "advance", lambda *_: 1 // 0)
        bench.lights._thread.join(PATIENCE_S)
        assert not any(pin.state for pin in pins)


@pytest.mark.parametrize("is_active_low", [False, True])
def test_levels_as_wired(factory: Any, is_active_low: bool) -> None:
    """It should drive pins high for lamps, or low where a relay board wants that."""
    wired = WIRED.model_copy(update={"is_active_low": is_active_low})
    with closing(StartLamps(factory, wired)) as lamps:
        assert [bool(factory.pin(pin).state) for pin in (5, 16)] == [is_active_low] * 2
        switched = lamps.show(Show(2, is_green=True))
        levels = [bool(factory.pin(pin).state) for pin in (5, 6, 13, 16, 20)]
        assert [level != is_active_low for level in levels] == [True, True, False, True, False]
        assert switched.before_ns <= switched.mono_ns <= switched.after_ns


def test_a_pin_that_is_taken(factory: Any) -> None:
    """It should say which pin can't be had, and leave none open."""
    with (
        closing(StartLamps(factory, StartLightsSettings(lamps=(5,)))),
        pytest.raises(PinError, match="Pin 5 of the start lights"),
    ):
        StartLamps(factory, StartLightsSettings(lamps=(6, 5)))
    with closing(StartLamps(factory, StartLightsSettings(lamps=(6, 5)))):
        pass
