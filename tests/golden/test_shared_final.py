from collections import Counter

import pytest

from tests.golden.record_shared_final import (
    FINAL,
    FIRST_TRY,
    LOG_PATH,
    PRACTICE,
    SCORES_PATH,
    record,
    scores_as_json,
)
from tests.golden.stored_logs import state_after, written_anew
from tests.timing_server.rules.scripted_race import ScriptedRace
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.stored.codec import chain_hash, decode_chain, verify


@pytest.fixture(scope="module")
def stored() -> list[bytes]:
    return LOG_PATH.read_bytes().splitlines()


@pytest.fixture(scope="module")
def raced(stored: list[bytes]) -> ScriptedRace:
    """The race as its stored bytes alone tell it."""
    return ScriptedRace(state_after(stored), list(decode_chain(stored)))


def test_the_recorded_log_gives_the_recorded_scores(raced: ScriptedRace) -> None:
    """It should compute, from the stored bytes alone, exactly the scores kept beside them."""
    assert scores_as_json(raced) == SCORES_PATH.read_text(encoding="utf-8")


def test_the_same_race_makes_the_same_bytes(stored: list[bytes]) -> None:
    """It should make the recorded log again, byte for byte, with today's commands and rules, once
    the old versions in it are lifted.
    """
    assert record().stored == written_anew(stored)


def test_the_recorded_chain_is_whole(stored: list[bytes]) -> None:
    """It should find the recorded bytes unchanged."""
    assert verify(stored) == chain_hash(stored[-1])


def test_the_day_went_as_told(raced: ScriptedRace) -> None:
    """It should hold what several cars on one track bring: every doubt, and every way out of it."""
    phases = {heat_id: heat.phase for heat_id, heat in raced.state.heats.items()}
    assert (phases[PRACTICE], phases[FIRST_TRY]) == (HeatPhase.FINISHED, HeatPhase.ABANDONED)
    final = score_heat(raced.state, FINAL)
    verdicts = Counter(each.verdict for each in final.passes)
    assert set(verdicts) == {"counted", "before_restart", "heat_paused", "no_heat_running"}
    one, two, three = final.runs
    assert Counter(lap.invalid for lap in one.laps) == {None: 6, "paused": 2, "two_boots": 1}
    assert (two.penalty_ns, {lap.invalid for lap in two.laps}) == (5 * 10**9, {None})
    assert (three.status, three.timeouts) == ("dnf", 1)
    assert [lap.invalid for lap in three.laps] == ["incidents", None, "paused"]
    practice = score_heat(raced.state, PRACTICE)
    assert [each.verdict for each in practice.passes].count("unknown_entry") == 2
