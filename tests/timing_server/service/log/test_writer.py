"""The writer on a real database: groups, refusals, ticks, and commits that fail."""

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.timing_server.service.desk import (
    CALLER,
    EVENT,
    HEAT,
    NODE,
    PATIENCE_S,
    STREAM,
    Desk,
    FakeClock,
    open_desk,
)
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.plan import GateBound
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.stored.codec import verify
from timing_server.rules.units import NS_PER_S, VENUE_STREAM, NodeId
from timing_server.service.entities import Driver
from timing_server.service.errors import (
    LogDamagedError,
    RefusedError,
    StoppingError,
    StorageFailedError,
)
from timing_server.service.log.draft import Draft
from timing_server.service.log.hearing import PATIENCE_NS, Hearing
from timing_server.service.log.known import read_head
from timing_server.service.log.writer import CATCH_UP_S
from timing_server.service.office import Caller

FACT = GateBound(NodeId("node-1"), "far", "sector")


def append(draft: Draft) -> int:
    """Append a fact to the venue's stream; returns its seq."""
    return draft.append(VENUE_STREAM, FACT, "test").seq


def fill_disk(desk: Desk) -> None:
    """Let the database refuse to grow, as a full disk does."""
    connection = desk.store.write_connection()
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    connection.rollback()


def free_disk(desk: Desk) -> None:
    """Give the disk its space back."""
    connection = desk.store.write_connection()
    connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    connection.rollback()


def hold(desk: Desk, gate: threading.Event) -> "Future[bool]":
    """Keep the writer at one job until the gate is opened; what is asked meanwhile waits."""
    has_begun = threading.Event()

    def wait(_draft: Draft) -> bool:
        has_begun.set()
        return gate.wait(PATIENCE_S)

    holding = desk.writer.submit(wait)
    assert has_begun.wait(PATIENCE_S)
    return holding


def test_what_waits_is_committed_as_one_group(desk: Desk) -> None:
    """It should decide all that waits in order and pay for one commit."""
    gate = threading.Event()
    holding = hold(desk, gate)
    groups = len(desk.committed)
    futures = [desk.writer.submit(append) for _ in range(20)]
    gate.set()
    assert holding.result(PATIENCE_S)
    seqs = [future.result(PATIENCE_S) for future in futures]
    assert seqs == list(range(seqs[0], seqs[0] + 20))
    sizes = [len(each.steps) for each in desk.committed[groups:]]
    assert sum(sizes) == 20
    assert max(sizes) == 20
    verify(line.stored for line in desk.store.read_stream(VENUE_STREAM))


def test_one_bad_job_concerns_nobody_else(desk: Desk) -> None:
    """It should undo what a failing job did, facts and rows, and keep its neighbours'."""
    gate = threading.Event()
    hold(desk, gate)

    def bad(draft: Draft) -> None:
        draft.put_driver(Driver("d", "Half Made", "#000000"))
        append(draft)
        raise KeyError("a fault in the code")

    before = desk.writer.submit(append)
    failing = desk.writer.submit(bad)
    after = desk.writer.submit(append)
    gate.set()
    assert after.result(PATIENCE_S) == before.result(PATIENCE_S) + 1
    with pytest.raises(KeyError):
        failing.result(PATIENCE_S)
    assert desk.known.registry.drivers == {}
    assert desk.store.registry().drivers == {}


def test_a_full_disk_leaves_nothing_half_kept(desk: Desk) -> None:
    """It should tell everybody in the group, keep nothing, and go on when there is space."""
    desk.plan()
    known, lines = desk.known, desk.store.read_stream(STREAM)
    fill_disk(desk)
    big = Driver("big", "x" * 200_000, "#000000")

    def work(draft: Draft) -> None:
        append(draft)
        draft.put_driver(big)

    gate = threading.Event()
    holding = hold(desk, gate)
    innocent = desk.writer.submit(append)
    guilty = desk.writer.submit(work)
    gate.set()
    for future in (innocent, guilty, holding):
        if future is not holding or future.exception(PATIENCE_S):
            with pytest.raises(StorageFailedError, match="nothing of this was kept"):
                future.result(PATIENCE_S)
    assert desk.store.read_stream(STREAM) == lines
    assert desk.known.venue == known.venue
    assert desk.known.registry == known.registry
    assert desk.state() == known.heads[STREAM].state
    free_disk(desk)
    seq = desk.do(append)
    assert seq == len(desk.store.read_stream(VENUE_STREAM))
    verify(line.stored for line in desk.store.read_stream(VENUE_STREAM))


def test_replay_gives_the_same_state(tmp_path: Path) -> None:
    """It should know after a restart exactly what it knew before."""
    system = FakeClock()
    with open_desk(tmp_path, system) as desk:
        desk.plan(HeatOptions(dead_time_ns=0))
        desk.relate()
        desk.start_next()
        for seq in range(2, 8):
            system.advance(5)
            desk.cross(seq, desk.clock.now_ns())
        before = desk.known
    with open_desk(tmp_path, system) as desk:
        desk.do(lambda draft: draft.head(STREAM))
        assert desk.state() == before.heads[STREAM].state
        assert desk.known.heads[STREAM].hash_hex == before.heads[STREAM].hash_hex
        assert desk.known.venue == before.venue
        assert desk.known.registry == before.registry


def test_the_rules_end_a_heat_when_it_is_due(desk: Desk) -> None:
    """It should append what a tick yields, at the rule's own instant, and not before."""
    desk.plan(HeatOptions(idle_limit_ns=30 * NS_PER_S))
    desk.start_next()
    started_ns = desk.state().heats[HEAT].started_race_ns
    assert started_ns is not None
    desk.system.advance(29.9)
    desk.wake()
    assert desk.state().heats[HEAT].phase is HeatPhase.RUNNING
    desk.system.advance(60)
    desk.wake()
    heat = desk.state().heats[HEAT]
    assert (heat.phase, heat.end_reason) == (HeatPhase.FINISHED, "no_pass")
    assert heat.ended_race_ns == started_ns + 30 * NS_PER_S


def test_passes_made_while_the_server_was_down_keep_their_heat_alive(tmp_path: Path) -> None:
    """It should leave nodes time to deliver before a rule ends a heat from before the start."""
    system = FakeClock()
    with open_desk(tmp_path, system) as desk:
        desk.plan(HeatOptions(idle_limit_ns=30 * NS_PER_S))
        desk.relate()
        desk.start_next()
        desk.cross(2, desk.clock.now_ns())
        last_ns = desk.clock.now_ns()
    system.advance(45)
    with open_desk(tmp_path, system) as desk:
        desk.wake()
        assert desk.state().heats[HEAT].phase is HeatPhase.RUNNING
        system.advance(3)
        for seq in (3, 4, 5, 6):
            desk.cross(seq, last_ns + (seq - 2) * 10 * NS_PER_S)
        system.advance(CATCH_UP_S)
        desk.wake()
        assert desk.state().heats[HEAT].phase is HeatPhase.RUNNING
        (run,) = score_heat(desk.state(), HEAT).runs
        assert len(run.laps) == 4


def test_a_heat_that_was_due_while_nobody_ran_ends_once_nodes_could_catch_up(
    tmp_path: Path,
) -> None:
    """It should end at the rule's own instant where no pass turned up after the restart."""
    system = FakeClock()
    with open_desk(tmp_path, system) as desk:
        desk.plan(HeatOptions(idle_limit_ns=30 * NS_PER_S))
        desk.start_next()
        started_ns = desk.state().heats[HEAT].started_race_ns or 0
    system.advance(3600)
    with open_desk(tmp_path, system) as desk:
        system.advance(CATCH_UP_S - 0.1)
        desk.wake()
        assert desk.state().heats[HEAT].phase is HeatPhase.RUNNING
        system.advance(0.1)
        desk.wake()
        heat = desk.state().heats[HEAT]
        assert heat.end_reason == "no_pass"
        assert heat.ended_race_ns == started_ns + 30 * NS_PER_S


def test_silence_ends_no_heat_while_its_node_is_not_heard(tmp_path: Path) -> None:
    """It should wait for the node of the finish line, and count from when that is heard again."""
    system, hearing = FakeClock(), Hearing()
    with open_desk(tmp_path, system, hearing) as desk:
        desk.plan(HeatOptions(idle_limit_ns=30 * NS_PER_S))
        desk.relate()
        hearing.note(NODE, desk.clock.now_ns())
        desk.start_next()
        system.advance(PATIENCE_NS / NS_PER_S + 1)
        desk.wake()
        assert desk.state().heats[HEAT].phase is HeatPhase.RUNNING
        back_ns = desk.clock.now_ns()
        hearing.note(NODE, back_ns)
        desk.wake()
        assert desk.state().heats[HEAT].phase is HeatPhase.RUNNING
        system.advance(31)
        desk.wake()
        heat = desk.state().heats[HEAT]
        assert (heat.end_reason, heat.ended_race_ns) == ("no_pass", back_ns + 30 * NS_PER_S)


def test_a_pass_that_closes_the_last_lap_ends_the_heat_in_the_same_commit(desk: Desk) -> None:
    """It should not show a heat that is over as running."""
    desk.plan(HeatOptions(window_ns=10 * NS_PER_S, dead_time_ns=0))
    desk.relate()
    desk.start_next()
    for seq, pause_s in ((2, 1), (3, 11)):
        desk.system.advance(pause_s)
        desk.cross(seq, desk.clock.now_ns())
    types = [type(step.recorded.fact).__name__ for step in desk.committed[-1].steps]
    assert types == ["PassDetected", "HeatFinished"]


def test_a_command_is_judged_by_the_instant_of_asking(desk: Desk) -> None:
    """It should start a heat when it was asked for, however long the writer was busy."""
    desk.plan()
    desk.office.command(CALLER, EVENT, CallNextHeat()).result(PATIENCE_S)
    gate = threading.Event()
    hold(desk, gate)
    asked_ns = desk.clock.now_ns()
    starting = desk.office.command(CALLER, EVENT, StartHeat(HEAT))
    desk.system.advance(2)
    gate.set()
    starting.result(PATIENCE_S)
    assert desk.state().heats[HEAT].started_race_ns == asked_ns


def test_a_refusal_carries_the_violation(desk: Desk) -> None:
    """It should raise the rules' code and parameters, and log nothing."""
    desk.plan()
    lines = len(desk.store.read_stream(STREAM))
    with pytest.raises(RefusedError) as caught:
        desk.office.command(CALLER, EVENT, StopHeat(HEAT)).result(PATIENCE_S)
    assert caught.value.code == "heat_not_running"
    assert caught.value.params["heat_id"] == HEAT
    assert len(desk.store.read_stream(STREAM)) == lines


def test_a_retry_across_a_restart_is_answered_as_the_first_time(tmp_path: Path) -> None:
    """It should remember an idempotency key on the disk."""
    caller = Caller("organiser", "key-1", "asked")
    with open_desk(tmp_path) as desk:
        desk.plan()
        first = desk.office.command(caller, EVENT, CallNextHeat()).result(PATIENCE_S)
    with open_desk(tmp_path) as desk:
        again = desk.office.command(caller, EVENT, CallNextHeat()).result(PATIENCE_S)
        assert again == first
        facts = desk.store.read_stream(STREAM)
        assert [each.type_name for each in facts].count("HeatCalled") == 1


def test_a_log_that_was_changed_is_not_trusted(tmp_path: Path) -> None:
    """It should refuse to replay a stream whose bytes don't follow from one another."""
    with open_desk(tmp_path) as desk:
        desk.plan()
    with open_desk(tmp_path) as desk:
        with desk.store.transaction():
            desk.store.write_connection().exec_driver_sql(
                "update facts set stored = cast(replace(stored, 'Time', 'Tame') as blob)"
            )
        with pytest.raises(LogDamagedError, match=EVENT):
            read_head(desk.store, STREAM)


def test_after_the_end_everything_is_refused(tmp_path: Path) -> None:
    """It should finish what was asked for before, and refuse the rest."""
    with open_desk(tmp_path) as desk:
        last = desk.writer.submit(append)
        desk.writer.stop()
        assert last.result(0) > 0
        with pytest.raises(StoppingError):
            desk.do(append)


def test_the_venues_stream_costs_a_start_one_line(tmp_path: Path) -> None:
    """It should go on in the venue's stream without holding or reading all of it."""
    with open_desk(tmp_path) as desk:
        for _ in range(3):
            desk.relate()
        before = desk.known.heads[VENUE_STREAM]
        assert before.state.relations == {}
    with open_desk(tmp_path) as desk:
        lines = desk.store.read_stream(VENUE_STREAM)
        assert desk.known.heads[VENUE_STREAM].state.seq == before.state.seq + 1 == len(lines)
        verify((line.stored for line in lines), head_hash=desk.known.heads[VENUE_STREAM].hash_hex)
        assert [fact.node_id for fact in desk.known.venue.relations.values()] == [NODE]
