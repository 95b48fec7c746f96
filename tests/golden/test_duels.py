from functools import reduce as fold

import pytest

from tests.golden.record_duels import LOG_PATH, STANDINGS_PATH, record
from tests.golden.record_first_race import standings_as_json
from tests.timing_server.rules.scripted_race import STAGE
from timing_server.formats.brackets.tables import matches_of
from timing_server.formats.registry import rank_stage
from timing_server.rules.reduce import reduce
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.stored.codec import chain_hash, decode_chain, verify
from timing_server.rules.units import HeatId, StreamId
from timing_server.service.virtual.flaws import flaws
from timing_server.service.virtual.head_to_head.proving import contradiction, simulated_duels


@pytest.fixture(scope="module")
def stored() -> list[bytes]:
    return LOG_PATH.read_bytes().splitlines()


@pytest.fixture(scope="module")
def state(stored: list[bytes]) -> EventState:
    log = list(decode_chain(stored))
    return fold(reduce, log, empty_state(StreamId(log[0].stream)))


def test_the_recorded_log_gives_the_recorded_standings(state: EventState) -> None:
    """It should compute, from the stored bytes alone, exactly the standings kept beside them."""
    standings = rank_stage(state, STAGE)
    assert standings_as_json(standings) == STANDINGS_PATH.read_text(encoding="utf-8")


def test_the_same_bracket_makes_the_same_bytes(stored: list[bytes]) -> None:
    """It should make the recorded log again, byte for byte, with today's commands and rules."""
    assert record().stored == stored
    assert verify(stored) == chain_hash(stored[-1])


def test_every_match_came_to_what_it_did(state: EventState) -> None:
    """It should tell of each who won, also where a model broke off and where nobody came."""
    told = {
        each.plan.name: (each.state, each.winner) for each in matches_of(state, state.stages[STAGE])
    }
    assert told["final"] == ("raced", "entry-1")
    assert told["bronze"] == ("void", None)
    assert sorted(str(winner) for _, winner in told.values()) == [
        *("None", "entry-1", "entry-1", "entry-3"),
    ]
    final = score_heat(state, HeatId("final-again")).runs
    totals_ns = [sum(lap.duration_ns for lap in run.laps) for run in final]
    assert totals_ns[1] - totals_ns[0] == 3
    assert state.heats[HeatId("final")].end_reason == "worker_lost"


def test_what_was_driven_can_be_driven_again(stored: list[bytes]) -> None:
    """It should find each race that has an end, and nothing that contradicts another."""
    log = list(decode_chain(stored))
    assert list(flaws(log)) == []
    duels = list(simulated_duels(log))
    assert [len(each.proofs) for each in duels] == [2, 1, 2]
    assert [each.shown is not None for each in duels] == [False, True, True]
    assert [contradiction(each) for each in duels] == [None, None, None]
