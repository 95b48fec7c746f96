from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import ScriptedNode, ms, running_race
from timing_server.rules.facts.plan import GateBound
from timing_server.rules.facts.sensors import ClockRelated
from timing_server.rules.passes import clocks as subject
from timing_server.rules.state.heat import HeatPass
from timing_server.rules.state.passes import JournalRelations
from timing_server.rules.units import BootId, JournalId, NodeId, PassRef

JOURNAL = JournalId("journal-1")


def relation(seq: int, offset_ns: int, bound_ns: int = 10, journal: str = JOURNAL) -> ClockRelated:
    return ClockRelated(
        NodeId("node-1"), BootId("boot-1"), JournalId(journal), seq, offset_ns, bound_ns
    )


def related(*facts: ClockRelated) -> JournalRelations:
    relations: JournalRelations = {}
    for fact in facts:
        relations = subject.with_relation(relations, fact)
    return relations


@pytest.mark.parametrize(("seq", "offset_ns"), [(1, 100), (4, 100), (6, 100), (11, 200)])
def test_a_pass_takes_the_last_relation_before_it(seq: int, offset_ns: int) -> None:
    """A pass is read with the last relation before it in its journal, else the first after."""
    relations = related(relation(10, 200), relation(5, 100))
    found = subject.relation_for(relations, JOURNAL, seq)
    assert found is not None
    assert found.race_offset_ns == offset_ns


def test_a_journal_without_relations_borrows_the_tightest() -> None:
    """A journal without a relation borrows the tightest of the same boot; its own come first."""
    relations = related(relation(1, 100, 50), relation(9, 200, 20))
    other = JournalId("journal-2")
    borrowed = subject.relation_for(relations, other, 3)
    assert borrowed is not None
    assert borrowed.race_offset_ns == 200
    own = subject.relation_for(
        subject.with_relation(relations, relation(8, 300, 99, other)), other, 3
    )
    assert own is not None
    assert own.race_offset_ns == 300
    assert subject.relation_for({}, other, 3) is None


def test_the_same_relation_twice_is_one() -> None:
    """It should return the very same relations for a measurement that they hold already."""
    relations = related(relation(5, 100))
    assert subject.with_relation(relations, relation(5, 100)) is relations


def test_another_boot_has_another_clock() -> None:
    """A relation holds within one boot of one node only."""
    node = ScriptedNode()
    relations = {(NodeId("node-1"), BootId("boot-1")): related(node.relation())}
    fact = node.crossing(12_000)
    assert subject.race_instant(relations, fact) == (ms(12_000), 40_000)
    assert subject.race_instant(relations, replace(fact, boot_id=BootId("boot-2"))) is None
    assert subject.race_instant(relations, replace(fact, node_id=NodeId("node-2"))) is None


def heat_pass(race_ns: int, mono_ns: int | None, boot: str = "boot-1") -> HeatPass:
    is_manual = mono_ns is None
    return HeatPass(
        pass_ref=PassRef("p"),
        source="manual" if is_manual else "sensor",
        race_ns=race_ns,
        bound_ns=7,
        role="finish",
        node_id=None if is_manual else NodeId("node-1"),
        boot_id=None if is_manual else BootId(boot),
        mono_ns=mono_ns,
    )


@pytest.mark.parametrize(
    ("earlier", "later", "span"),
    [
        (heat_pass(1_000, 50), heat_pass(1_100, 149), subject.Span(99, 0)),
        (heat_pass(1_000, 50), heat_pass(1_100, 149, "boot-2"), subject.Span(100, 14)),
        (heat_pass(1_000, 50), heat_pass(1_100, None), subject.Span(100, 14)),
        (heat_pass(1_000, None), heat_pass(1_100, None), subject.Span(100, 14)),
    ],
    ids=["one clock", "two boots", "by hand", "both by hand"],
)
def test_spans_carry_their_uncertainty(
    earlier: HeatPass, later: HeatPass, span: subject.Span
) -> None:
    """A span is exact on one clock; across clocks it carries the bounds of both ends."""
    assert subject.span_between(earlier, later) == span


def test_a_button_in_a_hand() -> None:
    """It should give a lap between a beam and a hand the hand's bound, on one clock, too."""
    race = running_race()
    race.crossing(12_000)
    by_hand = replace(race.node.crossing(20_000), bound_ns=150_000_000)
    race.at(20_000).append(by_hand, actor="node")
    (lap,) = race.run().laps
    assert (lap.duration_ns, lap.bound_ns) == (ms(8_000), 150_000_000)


def test_a_hand_is_a_beams_backup() -> None:
    """It should count the beam's pass, not the hand's before it, where both saw the crossing."""
    race = running_race()
    by_hand = replace(race.node.crossing(11_900), bound_ns=150_000_000)
    race.at(11_950).append(by_hand, actor="node")
    race.crossing(12_000)
    assert race.verdicts() == ["backed_up", "counted"]


def test_a_hand_is_a_backup_beams_backup() -> None:
    """It should count a backup gate's beam, not the hand's pass before it, at a gate like it."""
    race = running_race()
    backup = GateBound(NodeId("node-1"), "backup", "finish", None, 1)
    race.append(backup, actor="organiser")
    by_hand = replace(race.node.crossing(11_900), bound_ns=150_000_000)
    race.at(11_950).append(by_hand, actor="node")
    race.crossing(12_000, gate="backup")
    assert race.verdicts() == ["backed_up", "counted"]
