import json

import pytest

from tests.golden.record_first_race import LOG_PATH, STANDINGS_PATH, record, standings_as_json
from tests.golden.stored_logs import state_after, written_anew
from tests.timing_server.rules.scripted_race import STAGE
from timing_server.formats.registry import rank_stage
from timing_server.rules.facts.heats import HeatFinished
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.stored.codec import chain_hash, decode_chain, verify
from timing_server.rules.units import HeatId


@pytest.fixture(scope="module")
def stored() -> list[bytes]:
    return LOG_PATH.read_bytes().splitlines()


@pytest.fixture(scope="module")
def state(stored: list[bytes]) -> EventState:
    return state_after(stored)


def test_the_recorded_log_gives_the_recorded_standings(state: EventState) -> None:
    """It should compute, from the stored bytes alone, exactly the standings kept beside them."""
    standings = rank_stage(state, STAGE)
    assert standings_as_json(standings) == STANDINGS_PATH.read_text(encoding="utf-8")


def test_the_same_race_makes_the_same_bytes(stored: list[bytes]) -> None:
    """It should make the recorded log again, byte for byte, with today's commands and rules, once
    the old versions in it are lifted.
    """
    assert record().stored == written_anew(stored)


def test_only_facts_of_old_versions_are_written_differently(stored: list[bytes]) -> None:
    """It should write each recorded fact as it was, but for those whose version was raised."""
    changed = {
        (old["type"], old["version"])
        for old, new in zip(map(json.loads, stored), map(json.loads, record().stored), strict=True)
        if {**old, "prev_hash": None} != {**new, "prev_hash": None}
    }
    assert changed == {
        ("StagePlanned", 1),
        ("EntryAdded", 1),
        ("HeatPlanned", 1),
        ("GateBound", 1),
        ("HeatStarted", 1),
        ("PassInserted", 1),
        ("PassDetected", 1),
    }


def test_the_recorded_chain_is_whole(stored: list[bytes]) -> None:
    """It should find the recorded bytes unchanged."""
    assert verify(stored) == chain_hash(stored[-1])


def test_the_day_went_as_told(state: EventState, stored: list[bytes]) -> None:
    """It should hold what a real day brings: each mishap, and each way in which a heat ends."""
    verdicts = {
        heat: [each.verdict for each in score_heat(state, HeatId(heat)).passes]
        for heat in ("heat-1", "heat-2", "heat-3", "heat-4")
    }
    assert verdicts["heat-1"].count("voided") == 1
    assert verdicts["heat-2"].count("inside_dead_time") == 1
    sources = [each.source for each in score_heat(state, HeatId("heat-2")).passes]
    assert sources.count("manual") == 1
    (restarted,) = score_heat(state, HeatId("heat-3")).runs
    assert [lap.invalid for lap in restarted.laps].count("two_boots") == 1
    (wild,) = score_heat(state, HeatId("heat-4")).runs
    assert (wild.off_tracks, [lap.is_void for lap in wild.laps]) == (1, [False, True, False])
    ends = [each.fact for each in decode_chain(stored) if isinstance(each.fact, HeatFinished)]
    assert [each.reason for each in ends] == [*["last_lap_closed"] * 3, "no_pass"]
