import pytest

from tests.golden.record_first_race import standings_as_json
from tests.golden.record_virtual_league import LOG_PATH, STANDINGS_PATH, record
from tests.golden.stored_logs import state_after
from tests.timing_server.rules.scripted_race import STAGE
from timing_server.formats.presets import PRESETS, under_preset
from timing_server.formats.registry import rank_stage
from timing_server.rules.state.event import EventState
from timing_server.rules.stored.codec import chain_hash, verify


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
    """It should make the recorded log again, byte for byte, with today's commands and rules."""
    assert record().stored == stored
    assert verify(stored) == chain_hash(stored[-1])


def test_every_submission_came_to_what_it_did(state: EventState) -> None:
    """It should tell of each submission whether it was driven, refused or taken back."""
    told = {each.submission_id: each.status for each in state.submissions.values()}
    assert told == {
        "clean": "driven",
        "rough": "driven",
        "gone": "driven",
        "odd": "refused",
        "shy": "withdrawn",
    }


@pytest.mark.parametrize("name", list(PRESETS))
def test_it_can_be_ranked_under_other_rules(state: EventState, name: str) -> None:
    """It should rank a virtual race again under any preset, from the same passes."""
    anew = under_preset(state, PRESETS[name])
    assert {each.entry_id for each in rank_stage(anew, STAGE)} == {"entry-1", "entry-2", "entry-3"}
