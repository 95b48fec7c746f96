"""Races of two before an audience whose server or worker is killed with -9 in the middle."""

from functools import partial

import pytest

from tests.car_agent.worker.hostile import good
from tests.car_agent.worker.shows.stage import OnDuelStage, in_the_duel, with_shows_alone
from tests.faults.siege import MortalServer
from tests.faults.virtual.workers import WorkerProcess, is_gone
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, LeagueDriver
from tests.waiting import wait_until

pytestmark = pytest.mark.faults


@pytest.fixture
def rivals(guests: Guests) -> list[LeagueDriver]:
    return [guests.driver(name) for name in ("Apex Otter", "Volt Vixen")]


def has_passed(stage: OnDuelStage) -> bool:
    return bool(stage.view()["heat"]["passes"])


def is_in(stage: OnDuelStage, heat_id: str, phase: str) -> bool:
    return stage.phase(heat_id) == phase


def has_raced(stage: OnDuelStage) -> bool:
    return bool(stage.submissions()[-1]["duels"])


def test_a_killed_server_misses_nothing_of_a_race(
    server: MortalServer, organiser: Organiser, rivals: list[LeagueDriver], worker: WorkerProcess
) -> None:
    """It should end the heat as it was driven, with the laps that the two drive alone."""
    stage = OnDuelStage(organiser, rivals, laps=2)
    stage.submit_all(good("fast"), good())
    stage.until(partial(has_raced, stage), "the race alone", 120)
    alone = str(stage.submissions()[-1]["duels"][0]["heat_id"])
    with_shows_alone(stage)
    stage.submit_all(good("fast"), good())
    played = stage.play_next()
    stage.start(played)
    stage.until(partial(has_passed, stage), "a pass")
    server.kill()
    wait_until(server.is_answering, "the server to be back")
    stage.until(partial(is_in, stage, played, "finished"), "the show", 120)
    facts = stage.facts()
    assert len(in_the_duel(facts, played)) == 2
    assert in_the_duel(facts, played) == in_the_duel(facts, alone)


def test_a_killed_worker_has_the_match_played_again(
    organiser: Organiser, rivals: list[LeagueDriver], worker: WorkerProcess
) -> None:
    """It should say why on boards, end every process of it, and play the match from its start."""
    stage = OnDuelStage(organiser, rivals, "single_elimination", is_played=True)
    stage.submit_all(good("fast"), good())
    path = f"{stage.path}/stages/{stage.plan['stage_id']}"
    organiser.post(f"{path}/draw", {})
    organiser.post(f"{path}/matches", {})
    first = stage.play_next()
    stage.start(first)
    stage.until(partial(has_passed, stage), "a pass")
    orphans = worker.kill_and_restart()
    assert len(orphans) >= 3  # one that drives, and one for each model
    stage.until(partial(is_in, stage, first, "abandoned"), "the end of the show")
    assert stage.view()["heat"]["end_reason"] == "worker_lost"
    wait_until(lambda: all(map(is_gone, orphans)), "the end of what the worker had started")
    stage.until(lambda: bool(organiser.get(f"{stage.path}/virtual")["duels"]), "the match again")
    second = stage.play_next()
    assert second != first
    stage.start(second)
    stage.until(partial(is_in, stage, second, "finished"), "the show", 120)
    fast, cautious = stage.submissions()
    assert [each["outcome"] for each in fast["duels"]] == ["won"]
    assert [each["outcome"] for each in cautious["duels"]] == ["lost"]
    assert {each["attempts"] for each in (fast, cautious)} == {0}
