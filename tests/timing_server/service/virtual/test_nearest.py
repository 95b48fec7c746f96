"""The ranking from virtual to real: models and drivers by how near their real laps come."""

from collections.abc import Mapping

import pytest

from tests.timing_server.rules.virtual.league import TRACK, VirtualRace, virtual_race
from timing_server.contract.machines.library import EventLaps, RealLaps
from timing_server.service.entities import Driver, Model, RegistryRows
from timing_server.service.virtual.nearest import nearest

US = 1_000_000
NAMES = {"driver-1": "Apex Otter", "driver-2": "Torque Heron"}
REGISTRY = RegistryRows(
    drivers={key: Driver(key, name, "#38bdf8") for key, name in NAMES.items()},
    cars={},
    event_names={},
    models={
        ("a" * 64, "driver-1"): Model("a" * 64, "driver-1", "steady", 1, "2026-11-01", b""),
        ("b" * 64, "driver-1"): Model("b" * 64, "driver-1", "quick", 1, "2026-11-02", b""),
    },
)


def real_laps(best_us: Mapping[str, int], track_sha256: str | None = TRACK) -> dict[str, RealLaps]:
    """Return a real lap of each model on a track, None: on one that nobody told."""

    def of_event(lap_us: int) -> EventLaps:
        return EventLaps(
            event_id="friday",
            name="Friday",
            track_sha256=track_sha256,
            made_utc="2026-11-03",
            laps=1,
            best_us=lap_us,
            mean_us=lap_us,
        )

    return {
        sha256: RealLaps(laps=1, best_us=each, mean_us=each, events=(of_event(each),))
        for sha256, each in best_us.items()
    }


def raced(*runs: tuple[int, str, float]) -> VirtualRace:
    """Return a race in which entries drove one lap with a model each, in so many seconds."""
    race = virtual_race(entries=2)
    for at, (entry, model, lap_s) in enumerate(runs):
        race.ask(race.submit(f"sub-{at}", entry, model))
        race.at(2_000_000 + at * 100_000)
        race.ask(race.record(f"sub-{at}", 1, 1 + lap_s))
    return race


def test_the_nearest_by_share_of_the_lap_stands_first() -> None:
    """It should rank models by the share, and drivers by their nearest one."""
    race = raced((1, "a", 10), (1, "b", 8), (2, "c", 9))
    real = {"a" * 64: 11 * US, "b" * 64: 12 * US, "c" * 64: 12 * US}
    (found,) = nearest([race.state], REGISTRY, real_laps(real))
    assert found.track == "esses"
    told = [
        (row.rank, row.driver_rank, row.name, row.model, row.gap_us, row.gap_frac)
        for row in found.rows
    ]
    assert told == [
        (1, 1, "Apex Otter", "steady", US, 0.1),
        (2, 2, "Torque Heron", None, 3 * US, 0.333333),
        (3, None, "Apex Otter", "quick", 4 * US, 0.5),
    ]


def test_the_best_lap_of_all_events_counts() -> None:
    """It should hold a real lap against the best virtual one, wherever that was driven."""
    older, newer = raced((1, "a", 9)), raced((1, "a", 10))
    (found,) = nearest([newer.state, older.state], REGISTRY, real_laps({"a" * 64: 10 * US}))
    assert [(row.virtual_best_us, row.gap_us) for row in found.rows] == [(9 * US, US)]


def test_a_faster_real_lap_is_as_far_off_as_a_slower_one() -> None:
    """It should rank by the distance, whichever way it goes."""
    race = raced((1, "a", 10), (2, "c", 10))
    real = real_laps({"a" * 64: 7 * US, "c" * 64: 12 * US})
    (found,) = nearest([race.state], REGISTRY, real)
    assert [row.gap_us for row in found.rows] == [2 * US, -3 * US]


def test_who_drove_no_real_lap_is_not_ranked() -> None:
    """It should leave out models that never raced, and tracks on which nobody is left."""
    assert nearest([raced((1, "a", 10)).state], REGISTRY, {}) == ()


@pytest.mark.parametrize("track_sha256", ["9" * 64, None])
def test_laps_of_another_track_are_compared_with_nothing(track_sha256: str | None) -> None:
    """It should rank nobody by a real lap of another track, or of one that nobody told."""
    real = real_laps({"a" * 64: 10 * US}, track_sha256)
    assert nearest([raced((1, "a", 10)).state], REGISTRY, real) == ()
