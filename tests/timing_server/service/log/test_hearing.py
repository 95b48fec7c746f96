"""Since when nodes are heard, and which of them see the finish line."""

from dataclasses import replace

from tests.timing_server.rules.scripted_race import ScriptedNode, planned_race
from timing_server.rules.commands.plan import BindGate
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import VENUE_STREAM, NodeId
from timing_server.service.log import hearing as subject

ONE, OTHER = NodeId("node-1"), NodeId("node-2")
LATER_NS = subject.PATIENCE_NS + 1


def test_a_node_is_heard_from_its_first_sign_on() -> None:
    """It should remember since when a node is heard, however often that was since."""
    ears = subject.Hearing()
    assert ears.heard_from({ONE}, 5) is None
    for now_ns in (7, 8, subject.PATIENCE_NS + 8):
        ears.note(ONE, now_ns)
        assert ears.heard_from({ONE}, now_ns) == 7
    assert ears.heard_from({OTHER}, 8) is None


def test_a_break_begins_anew() -> None:
    """It should count from the return of a node that wasn't heard for longer than its patience."""
    ears = subject.Hearing()
    ears.note(ONE, 7)
    assert ears.heard_from({ONE}, 7 + LATER_NS) is None
    ears.note(ONE, 7 + LATER_NS)
    assert ears.heard_from({ONE}, 7 + LATER_NS) == 7 + LATER_NS


def test_one_of_several_is_enough() -> None:
    """It should be content with one node at the line, since who left the venue comes no more."""
    ears = subject.Hearing()
    ears.note(OTHER, 9)
    assert ears.heard_from({ONE, OTHER}, 9) == 9


def test_without_nodes_nobody_is_waited_for() -> None:
    """It should not hold up a race that is timed by hand."""
    assert subject.Hearing().heard_from(frozenset(), 5) == 0
    assert subject.finish_nodes(empty_state(VENUE_STREAM)) == frozenset()


def test_the_nodes_of_the_finish_line() -> None:
    """It should name nodes with a finish gate and those without any word, not the others."""
    race = planned_race()
    race.append(replace(ScriptedNode(), name="node-2").relation())
    assert subject.finish_nodes(race.state) == {ONE, OTHER}
    race.ask(BindGate(OTHER, "beam", "sector-1"))
    assert subject.finish_nodes(race.state) == {ONE}
    race.ask(BindGate(OTHER, "beam-2", "finish"))
    assert subject.finish_nodes(race.state) == {ONE, OTHER}
