from itertools import count
from typing import Any

import pytest

from tests.timing_server.rules.scripted_race import planned_race
from timing_server.contract.machines.devices import CarTelemetry
from timing_server.contract.machines.fleet import CarCondition
from timing_server.contract.machines.models import ModelAbout
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.units import NS_PER_S, CarId, EntryId, HeatId
from timing_server.service.devices.device_board import DeviceBoard
from timing_server.service.entities import Car, Model, RegistryRows
from timing_server.service.fleet.errors import CarDrivesError, CarSilentError, NoOneRestartsError
from timing_server.service.fleet.fleet import ERRAND_LIFE_NS, Fleet
from timing_server.service.live.hub import Hub

FAST, LOST = "f" * 64, "1" * 64
ARCHIVE = "a" * 64
ABOUT = ModelAbout(
    source_name="fast.tar.gz",
    source_sha256=ARCHIVE,
    width_px=160,
    height_px=120,
    channels="luma",
    answers="discrete",
    archive_bytes=900_000,
)
WHEN = "2026-05-01T10:00:00+00:00"
MODEL = Model(FAST, "", "fast", 500_000, WHEN, ABOUT.model_dump_json().encode())
RED = Car("red", "Volt", "#a3e635")


class Pit:
    """A fleet whose clock stands until the test moves it."""

    def __init__(self) -> None:
        self.now_ns = 100 * NS_PER_S
        ids = count(1)
        self.board = DeviceBoard(Hub(lambda: self.now_ns, "boot"))
        self.subject = Fleet(
            self.board, lambda: self.now_ns, lambda: f"id-{next(ids)}", lambda name: name == FAST
        )
        self.race = planned_race(2)

    def take(self, **fields: Any) -> Any:
        condition = CarCondition(version="1", uptime_s=5, **fields)
        return self.subject.take("red", condition, self.race.state, {FAST: MODEL})

    def show(self) -> Any:
        registry = RegistryRows({}, {"red": RED}, {}, models={(FAST, ""): MODEL})
        (car,) = self.subject.show(registry, self.race.state)
        return car

    def drive(self) -> None:
        fields = dict.fromkeys(
            ("frames", "dropped_frames", "stale_commands", "steering_frac", "throttle_frac"), 0
        )
        zeroes = dict.fromkeys(
            ("frame_rate_hz", "frame_age_ms", "inference_p50_ms", "inference_p95_ms"), 0.0
        )
        telemetry = CarTelemetry.model_validate(
            {"is_driving": True, "model_sha256": FAST, "battery_frac": 0.5} | fields | zeroes
        )
        self.board.take_telemetry("red", telemetry, self.now_ns)


@pytest.fixture
def pit() -> Pit:
    return Pit()


def test_a_car_is_told_what_to_fetch_and_what_to_load(pit: Pit) -> None:
    """It should fetch what the server has, the soonest first, and load its next run's model."""
    assert pit.take().load_sha256 is None
    for number, model in ((1, LOST), (2, FAST)):
        heat_id, entry_id = HeatId(f"heat-{number}"), EntryId(f"entry-{number}")
        pit.race.ask(EquipRun(heat_id, entry_id, CarId("red"), model))
    orders = pit.take(loaded_sha256=LOST)
    assert orders.load_sha256 == LOST
    assert [(each.sha256, each.size_bytes) for each in orders.fetch] == [(FAST, 500_000)]
    archive = orders.fetch[0].archive
    assert (archive.sha256, archive.size_bytes, archive.name) == (ARCHIVE, 900_000, "fast")
    assert pit.subject.may_fetch("red", FAST, pit.race.state)
    assert not pit.subject.may_fetch("blue", FAST, pit.race.state)
    car = pit.show()
    assert [(run.number, run.model_name, run.is_here) for run in car.runs] == [
        (1, LOST[:12], False),
        (2, "fast", True),
    ]


def test_an_errand_is_named_until_the_car_says_done(pit: Pit) -> None:
    """It should survive a lost answer, stand once however often it is asked, and end with done."""
    pit.take()
    pit.subject.ask("red", "send_log")
    pit.subject.ask("red", "send_log")
    (errand,) = pit.take().errands
    assert pit.take().errands == (errand,)
    assert pit.subject.log("red").is_asked
    pit.subject.take_log("red", "all well")
    assert pit.take(done_errand_ids=(errand.errand_id,)).errands == ()
    assert (pit.subject.log("red").text, pit.subject.log("red").is_asked) == ("all well", False)


def test_an_errand_grows_old(pit: Pit) -> None:
    """It should not restart a car that comes back an hour later."""
    pit.take(is_restartable=True)
    pit.subject.ask("red", "restart")
    pit.now_ns += ERRAND_LIFE_NS + 1
    assert pit.take().errands == ()


def test_what_cannot_be_asked_is_refused(pit: Pit) -> None:
    """It should say that a car is silent, drives, or would not come back."""
    with pytest.raises(CarSilentError):
        pit.subject.ask("red", "send_log")
    pit.take()
    with pytest.raises(NoOneRestartsError):
        pit.subject.ask("red", "restart")
    pit.take(is_restartable=True)
    pit.drive()
    with pytest.raises(CarDrivesError):
        pit.subject.ask("red", "restart")
    pit.now_ns += 60 * NS_PER_S
    with pytest.raises(CarSilentError):
        pit.subject.ask("red", "send_log")


def test_the_fleet_is_shown_with_what_each_car_said_last(pit: Pit) -> None:
    """It should keep a silent car on the list, and say for how long it has been silent."""
    car = pit.show()
    assert (car.silent_s, car.is_heard, car.condition) == (None, False, None)
    pit.take(cpu_temp_c=51.5, wifi_dbm=-60)
    pit.drive()
    car = pit.show()
    assert (car.is_heard, car.is_driving, car.battery_frac, car.loaded_name) == (
        *(True, True, 0.5),
        "fast",
    )
    pit.now_ns += 30 * NS_PER_S
    car = pit.show()
    assert (car.is_heard, car.silent_s, car.condition.wifi_dbm) == (False, 30, -60)
