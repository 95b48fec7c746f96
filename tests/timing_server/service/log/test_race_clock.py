from pathlib import Path

import pytest

from tests.timing_server.service.desk import FakeClock, open_desk
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import ServerStarted
from timing_server.rules.units import NS_PER_S, VENUE_STREAM, BootId
from timing_server.service.log.known import read_fact
from timing_server.service.log.race_clock import continue_race_clock as subject


def newest(race_ns: int, clock: FakeClock, started: ServerStarted) -> Recorded:
    return Recorded(VENUE_STREAM, 1, race_ns, clock.wall_utc(), "server", None, started)


def test_the_first_start_begins_at_zero() -> None:
    """It should not take any machine's uptime for race time."""
    assert subject(FakeClock(), None, None).now_ns() == 0


def test_within_a_boot_it_is_the_same_clock() -> None:
    """It should read exactly the time that has passed while no server ran."""
    system = FakeClock()
    first = subject(system, None, None)
    started = ServerStarted(system.boot_id, first.race_offset_ns, "0")
    system.advance(10)
    last = newest(first.now_ns(), system, started)
    system.advance(3)
    system.wall = system.wall.replace(year=1970)
    again = subject(system, started, last)
    assert again.race_offset_ns == first.race_offset_ns
    assert again.now_ns() == 13 * NS_PER_S


@pytest.mark.parametrize(
    ("pause_s", "expected_ns"),
    [(60, 60 * NS_PER_S), (0, 0), (-3600, 0), (31 * 24 * 3600, 0)],
)
def test_in_a_new_boot_it_goes_on_after_the_newest_fact(pause_s: float, expected_ns: int) -> None:
    """It should add the pause that the wall clock tells, where that can be true."""
    system = FakeClock()
    started = ServerStarted(system.boot_id, 0, "0")
    last = newest(100 * NS_PER_S, system, started)
    system.advance(pause_s)
    rebooted = FakeClock(boot_id=BootId("boot-2"), now_mono_ns=7, wall=system.wall)
    assert subject(rebooted, started, last).now_ns() == 100 * NS_PER_S + 1 + expected_ns


def test_it_never_runs_backwards_over_many_restarts(tmp_path: Path) -> None:
    """It should log rising instants through kills, boots and a wall clock that jumps."""
    system = FakeClock()
    read: list[int] = []
    for restart in range(6):
        with open_desk(tmp_path, system) as desk:
            read.append(desk.clock.now_ns())
            system.advance(1)
            desk.wake()
            stored = [each.race_ns for each in map(read_fact, desk.store.read_stream(VENUE_STREAM))]
            assert stored == sorted(stored)
        if restart % 2:
            system = FakeClock(BootId(f"boot-{restart}"), now_mono_ns=restart, wall=system.wall)
            system.wall = system.wall.replace(year=2026 + (-1) ** restart)
    assert read == sorted(read)
    assert len(set(read)) == len(read)
