"""Passes, states and speeds of one stream of edges; and the whole way into the journal."""

import json
import threading
from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.gates.pins import GatePins, SensorWiring
from hardware.gates.profiles import BEAM_BREAK, PRESSURE_STRIP
from hardware.node.detector import DetectedPass
from hardware.node.health import Alarms, Counters
from hardware.node.intake import EdgeIntake
from hardware.node.journal import Journal, JournalReader
from hardware.node.sensing.sensing import Sensing, fit_to
from hardware.node.sensing.speed import SpeedTrap
from hardware.node.writer import JournalWriter
from hardware.recordings.stamped_pins import RecordedPins
from tests.hardware.gates.pin_sources import MockPins
from tests.hardware.node.records import BOOT_ID
from tests.hardware.recordings.pulses import EDGES_OF_ANY_KIND, NS_PER_MS, edge, pulse

GATES = 8
PASSES = 75


def test_speed_of_a_car() -> None:
    """It should tell a speed as soon as nothing that happened before can change it."""
    subject = Sensing(traps=[SpeedTrap("a", "b", 500, 2)])
    for one in (*pulse(1000, 5, gate="a"), *pulse(1250, 5, gate="b")):
        assert subject.feed(one).speeds == ()
    assert subject.due_ns == 1350 * NS_PER_MS
    ((trap, speed),) = subject.advance(1350 * NS_PER_MS).speeds
    assert (trap.to_gate, speed.speed_mmps, speed.bound_mmps) == ("b", 2000, 9)
    assert speed.duration_ns == 250 * NS_PER_MS


def test_speed_where_the_second_gate_speaks_first() -> None:
    """It should pair passes by their times where a long body is still in the first gate's beam."""
    subject = Sensing(traps=[SpeedTrap("a", "b", 100, 1)])
    edges = (edge(1000, 1, gate="a"), *pulse(1040, 5, gate="b"), edge(1090, 0, gate="a"))
    speeds = [each for one in edges for each in subject.feed(one).speeds]
    ((_, speed),) = (*speeds, *subject.flush().speeds)
    assert speed.duration_ns == 40 * NS_PER_MS


def test_a_speed_is_journaled(tmp_path: Path) -> None:
    """It should be a record that names both passes by their numbers, behind them."""
    path = tmp_path / "j.sqlite3"
    alarms, counters = Alarms(), Counters()
    writer = JournalWriter(Journal(path), alarms, counters)
    writer.start()
    sensing = Sensing(traps=[SpeedTrap("a", "b", 500, 2)])
    intake = EdgeIntake(sensing, writer, BOOT_ID, lambda: 2000 * NS_PER_MS, alarms, counters)
    for one in (*pulse(1000, 5, gate="a"), *pulse(1250, 5, gate="b")):
        intake.take(one)
    intake.start()
    intake.close()
    writer.close()
    with closing(JournalReader(path)) as reader:
        stored = {each.seq: json.loads(each.body) for each in reader.ordered(0, 100)}
    (speed,) = (each for each in stored.values() if each["kind"] == "speed")
    ends = [stored[speed["from_seq"]], stored[speed["to_seq"]]]
    assert [(each["kind"], each["gate"]) for each in ends] == [("pass", "a"), ("pass", "b")]
    assert ends[1]["mono_ns"] - ends[0]["mono_ns"] == speed["duration_ns"] == 250 * NS_PER_MS
    assert (speed["speed_mmps"], speed["bound_mmps"], speed["distance_mm"]) == (2000, 9, 500)


def test_both_axles_on_a_pressure_strip() -> None:
    """It should merge as long as the profile of a gate's sensor asks for, and not elsewhere."""
    subject = fit_to(
        [
            SensorWiring("strip", "beam", 1, PRESSURE_STRIP),
            SensorWiring("finish", "beam", 2, BEAM_BREAK),
        ]
    )
    axles = [
        one
        for gate in ("strip", "finish")
        for one in (*pulse(1000, 20, gate=gate), *pulse(1750, 20, gate=gate))
    ]
    told = [found for one in axles for found in subject.feed(one).passes]
    assert [found.gate for found in told] == ["strip", "finish", "finish"]


def test_beam_found_broken() -> None:
    """It should call a beam stuck that was broken before anybody listened."""
    subject = fit_to([SensorWiring("finish", "beam", 2, BEAM_BREAK)])
    subject.board.note_broken("finish", "beam", 1000 * NS_PER_MS)
    assert subject.due_ns == 3000 * NS_PER_MS
    (change,) = subject.advance(3000 * NS_PER_MS).changes
    assert change.state == "stuck"
    assert [each.state for each in subject.feed(edge(5000, 0)).changes] == ["ok"]


def test_found_broken_reaches_the_alarms(tmp_path: Path) -> None:
    """It should light the red lamp of a beam that never was clear."""
    alarms, counters = Alarms(), Counters()
    writer = JournalWriter(Journal(tmp_path / "j.sqlite3"), alarms, counters)
    writer.start()
    now_ns = [1_000_000_000]
    intake = EdgeIntake(Sensing(), writer, BOOT_ID, lambda: now_ns[0], alarms, counters)
    source = MockPins()
    pins = GatePins(source, [SensorWiring("finish", "beam", 17, BEAM_BREAK)], intake.take)
    source.factory.pin(17).when_changed = None
    source.break_beam(17, 1)
    for wiring in pins.broken():
        intake.note_broken(wiring.gate, wiring.sensor)
    now_ns[0] += 5_000_000_000
    intake.take(edge(6000, 1, gate="other"))
    intake.start()
    intake.close()
    pins.close()
    writer.close()
    assert "sensor finish/beam" in alarms.active


def test_eight_gates_beside_a_chattering_one_lose_no_edge(tmp_path: Path) -> None:
    """It should keep every edge and each of 600 passes of 8 gates while a ninth one chatters."""
    quiet = [f"gate-{n}" for n in range(GATES)]
    pins = RecordedPins([*((gate, "beam") for gate in quiet), ("loose", "wire")])
    alarms, counters = Alarms(), Counters()
    writer = JournalWriter(Journal(tmp_path / "j.sqlite3"), alarms, counters)
    writer.start()
    intake = EdgeIntake(fit_to(pins.wirings), writer, BOOT_ID, lambda: 10**12, alarms, counters)
    source = MockPins()
    source.factory = pins.factory
    listening = GatePins(source, pins.wirings, intake.take)
    intake.start()

    def drive(edges: list[Edge]) -> None:
        for one in edges:
            pins.drive(one, one.mono_ns)

    chatter = [edge(7 * n, 1 - n % 2, "wire", "loose") for n in range(20_000)]  # type: ignore[arg-type]  # 0 or 1
    work = [
        [one for n in range(PASSES) for one in pulse(1000 + 1700 * n, 1, gate=gate)]
        for gate in quiet
    ]
    threads = [threading.Thread(target=drive, args=(edges,)) for edges in (*work, chatter)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listening.close()
    intake.close()
    writer.close()
    with closing(JournalReader(tmp_path / "j.sqlite3")) as reader:
        rows = reader.ordered(0, -1)
        passes = reader.passes()
    assert sum(row.kind == "edge" for row in rows) == 2 * GATES * PASSES + len(chatter)
    for gate in quiet:
        assert [found.mono_ns for found in passes if found.gate == gate] == [
            round((1000 + 1700 * n) * NS_PER_MS) for n in range(PASSES)
        ]
    assert "sensor loose/wire" in alarms.active


edges_of_any_kind = st.lists(
    EDGES_OF_ANY_KIND,
    max_size=150,
)


@given(edges_of_any_kind, st.lists(st.integers(0, 50 * 10**9), max_size=20))
def test_edges_in_any_order_end(edges: list[Edge], asked_ns: list[int]) -> None:
    """It should come to rest whatever comes in whatever order, and tell each pass once."""
    subject = Sensing(traps=[SpeedTrap("finish", "sector-1", 500)])
    told = list[DetectedPass]()
    for n, one in enumerate(edges):
        told += subject.feed(one).passes
        if n < len(asked_ns):
            told += subject.advance(asked_ns[n]).passes
    told += subject.flush().passes
    subject.advance(10**12)
    assert subject.due_ns is None
    assert {found.mono_ns for found in told} <= {one.mono_ns for one in edges if one.level}
    assert sum(found.edges for found in told) <= len(edges) + len(told)
