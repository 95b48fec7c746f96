"""What is kept of a run, picture by picture."""

import base64
import struct
from random import Random

import numpy as np
import pytest

from car_agent.simulation.car import start_on_grid
from car_agent.simulation.conditions import PICTURE_PX, PLAIN
from car_agent.simulation.evaluation import drive_laps, setting_on
from car_agent.simulation.league import LeagueRules, LeagueRun
from car_agent.worker.limited import trace as subject
from car_agent.worker.limited.orders import TraceTold
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.renderer import Renderer
from timing_server.contract.blackbox.rows import Drive, Pose


def watched(steering_frac: float, throttle_frac: float) -> tuple[LeagueRun, TraceTold]:
    """Drive blindly: such a car leaves the track, again and again."""
    setting = setting_on(track_named("oval"))
    chance = Random(5)  # noqa: S311 - dynamics, not secrets
    camera = Renderer(setting.scenery, *PICTURE_PX, chance=np.random.default_rng(5))
    car = start_on_grid(setting.track, camera, PLAIN, chance)
    keeper = subject.TraceKeeper()
    rules = LeagueRules(laps=2, max_resets=2, limit_ns=20_000_000_000)
    run = drive_laps(car, lambda _: (steering_frac, throttle_frac), rules, witness=keeper)
    return run, keeper.told()


def test_every_exit_is_seen() -> None:
    """It should keep a decision and a place for each picture, and each time the track was left."""
    run, told = watched(0.4, 0.5)
    rows = list(subject.rows_of(told))
    drives = [row for _, row in rows if isinstance(row, Drive)]
    poses = [row for _, row in rows if isinstance(row, Pose)]
    assert len(drives) == len(poses) > 20
    assert (drives[0].capture_mono_ns, drives[0].steering_frac, drives[0].throttle_frac) == (
        0,
        0.4,
        0.5,
    )
    instants = [at_ns for at_ns, row in rows if isinstance(row, Pose)]
    assert instants == sorted(instants)
    assert instants[-1] == run.sim_ns
    assert sum(pose.is_off_track for pose in poses) == run.resets > 2


def test_a_command_beyond_all_bounds_breaks_nothing() -> None:
    """It should keep what a row may hold, whatever a model asks for."""
    keeper_told = watched(1e300, 0.5)[1]
    drives = [row for _, row in subject.rows_of(keeper_told) if isinstance(row, Drive)]
    assert {each.steering_frac for each in drives} == {1.0}


def test_a_long_run_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should keep so many pictures and count the others."""
    whole = len(list(subject.rows_of(watched(0.4, 0.5)[1]))) // 2
    monkeypatch.setattr(subject, "STEPS_MAX", 10)
    told = watched(0.4, 0.5)[1]
    assert len(list(subject.rows_of(told))) == 20
    assert told.lost_steps == whole - 10


@pytest.mark.parametrize(
    "content",
    [
        b"short",
        struct.pack("<qff", 0, 0.0, 0.0) + struct.pack("<qfffff?", 1, *[float("nan")] * 5, False),
        struct.pack("<qff", -5, 0.0, 0.0) + struct.pack("<qfffff?", 1, *[0.0] * 5, False),
        struct.pack("<qff", 5, 0.0, 0.0) + struct.pack("<qfffff?", -1, *[0.0] * 5, False),
    ],
)
def test_what_can_not_be_true_is_refused(content: bytes) -> None:
    """It should refuse what no keeper packs."""
    with pytest.raises(ValueError, match=r"trace|finite|greater"):
        list(subject.rows_of(TraceTold(steps=base64.b64encode(content).decode())))


def test_what_is_no_text_of_bytes_is_refused() -> None:
    """It should refuse what isn't base64."""
    with pytest.raises(ValueError, match="can't be read"):
        list(subject.rows_of(TraceTold(steps="é?")))
