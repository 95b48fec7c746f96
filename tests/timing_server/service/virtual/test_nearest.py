"""The ranking from virtual to real: models and drivers by how near their real laps come."""

from tests.timing_server.rules.virtual.league import VirtualRace, virtual_race
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
    (found,) = nearest([race.state], REGISTRY, real)
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
    (found,) = nearest([newer.state, older.state], REGISTRY, {"a" * 64: 10 * US})
    assert [(row.virtual_best_us, row.gap_us) for row in found.rows] == [(9 * US, US)]


def test_a_faster_real_lap_is_as_far_off_as_a_slower_one() -> None:
    """It should rank by the distance, whichever way it goes."""
    race = raced((1, "a", 10), (2, "c", 10))
    (found,) = nearest([race.state], REGISTRY, {"a" * 64: 7 * US, "c" * 64: 12 * US})
    assert [row.gap_us for row in found.rows] == [2 * US, -3 * US]


def test_who_drove_no_real_lap_is_not_ranked() -> None:
    """It should leave out models that never raced, and tracks on which nobody is left."""
    assert nearest([raced((1, "a", 10)).state], REGISTRY, {}) == ()
