"""Matches that go wrong: a rival that stays away, workers that are lost, a queue without rivals."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, Desk
from tests.timing_server.service.virtual.head_to_head.test_duels import (
    DUEL,
    draw,
    finished,
    hand_in,
    on_grid,
)
from tests.timing_server.service.virtual.test_work import League, Shelf, planned
from timing_server.contract.machines.workers import LEASE_S
from timing_server.rules.commands.plan import CloseEvent, MarkNoShow, OpenEvent
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import EntryId, HeatId, RulingId
from timing_server.service.models.ports import ModelFolder


def rule_out(league: League, entry_id: EntryId, heat_id: HeatId) -> None:
    """Say that an entry doesn't come to a match."""
    no_show = MarkNoShow(RulingId(f"out-{entry_id}"), entry_id, heat_id, reason="Never came.")
    league.desk.office.command(CALLER, EVENT, no_show).result(PATIENCE_S)


def test_who_drives_alone_drives_the_match_that_was_given(desk: Desk) -> None:
    """It should record that match, not an earlier one of the same entry that waits for a rival."""
    league = planned(desk, 3, DUEL, "round_robin")
    league.submit(1)
    draw(league)
    last = [each for each in desk.state().heats.values() if "entry-1" in each.entry_ids][-1]
    rule_out(league, next(each for each in last.entry_ids if each != "entry-1"), last.heat_id)
    job = league.claimed()
    assert len(job.grid) == 1
    hand_in(league, job, 8.0)
    assert finished(league) == 1
    assert desk.state().heats[last.heat_id].phase is HeatPhase.FINISHED


def test_a_match_of_models_that_have_driven_is_never_lost(desk: Desk) -> None:
    """It should wait again, behind all others, each time that its workers are lost."""
    league = planned(desk, 4, DUEL, "single_elimination")
    for entry in (1, 2, 3, 4):
        league.submit(entry)
    draw(league)
    hand_in(league, league.claimed(), 9.0, 8.0)
    hand_in(league, league.claimed(), 9.0, 8.0)
    first = on_grid(league.claimed())
    for _ in range(2):
        desk.system.advance(LEASE_S + 1)
        assert on_grid(league.claimed()) == first
    desk.system.advance(LEASE_S + 1)
    other = league.claimed()
    assert not set(on_grid(other)) & set(first)
    hand_in(league, other, 9.0, 8.0)
    again = league.claimed()
    assert (on_grid(again), again.attempt) == (first, 1)
    league.room.work.fail("worker-1", again.lease_id, "worker_failed", "Broke off.").result()
    hand_in(league, league.claimed(), 9.0, 8.0)
    assert (finished(league), desk.known.jobs) == (4, {})


def test_the_newest_model_races_wherever_it_waits(desk: Desk) -> None:
    """It should race the newest of an entry though an older one came back behind it."""
    league = planned(desk, 2, DUEL, "single_elimination")
    older, rival = league.submit(1), league.submit(2)
    draw(league)
    job = league.claimed()
    assert on_grid(job) == [older, rival]
    newer = league.submit(1)
    command = desk.office.command
    command(CALLER, EVENT, CloseEvent()).result(PATIENCE_S)
    league.room.work.fail("worker-1", job.lease_id, "worker_failed", "Broke off.").result()
    command(CALLER, EVENT, OpenEvent()).result(PATIENCE_S)
    assert list(desk.known.jobs).index(newer) < list(desk.known.jobs).index(older)
    assert on_grid(league.claimed()) == [newer, rival]


def test_a_queue_without_rivals_is_looked_through_once(desk: Desk) -> None:
    """It should look at each model once for a claim, however many somebody brought."""
    league = planned(desk, 3, replace(DUEL, submissions_max=0), "points")
    looks = 0

    class Counting(Shelf):
        def find(self, sha256: str) -> Path | None:
            nonlocal looks
            looks += 1
            return super().find(sha256)

    for _ in range(40):
        league.submit()
    league.room.work._folder = cast("ModelFolder", Counting())
    assert league.claim() is None
    assert looks == 40
