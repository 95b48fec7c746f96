from itertools import count

import pytest

from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, Desk
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.plan import PlanStage, WithdrawEntry
from timing_server.rules.commands.progression import NameFinalist
from timing_server.rules.commands.rulings import DisqualifyEntry
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import EntryId, RulingId, StageId
from timing_server.service.progression.drawing import Drawing

MATCHES = StageId("matches")
GONE = EntryId("entry-4")


def queued(desk: Desk) -> list[tuple[str, tuple[str, ...]]]:
    """Return the matches' heats in the queue: the match, and who races it."""
    state = desk.state()
    heats = [state.heats[heat_id] for heat_id in state.queue]
    return [(each.match_name, each.entry_ids) for each in heats if each.stage_id == MATCHES]


@pytest.fixture
def drawing(desk: Desk) -> Drawing:
    """Four entries in two semi-finals, one car at a time: four heats in the queue."""
    desk.plan(heats=4)
    stage = PlanStage(MATCHES, "Knock-out", "single_elimination", HeatOptions())
    desk.office.command(CALLER, EVENT, stage).result(PATIENCE_S)
    numbers = count(1)
    drawing = Drawing(desk.office, lambda: f"match-heat-{next(numbers)}")
    drawing.draw(CALLER, EVENT, MATCHES, None).result(PATIENCE_S)
    drawing.plan_matches(CALLER, EVENT, MATCHES).result(PATIENCE_S)
    return drawing


@pytest.mark.parametrize(
    "command",
    [
        WithdrawEntry(GONE),
        DisqualifyEntry(RulingId("ruling-1"), GONE, "unsafe"),
        NameFinalist(MATCHES, GONE, is_in=False, reason="car broke"),
    ],
    ids=["withdrawn", "disqualified", "kept out"],
)
def test_heats_of_a_walkover_leave_the_queue(
    desk: Desk, drawing: Drawing, command: Command
) -> None:
    """It should drop both heats of a match that somebody's leaving decided, and no other."""
    before = queued(desk)
    assert len(before) == 4
    if isinstance(command, NameFinalist):
        drawing.name(CALLER, EVENT, command).result(PATIENCE_S)
    else:
        desk.office.command(CALLER, EVENT, command).result(PATIENCE_S)
    decided = next(name for name, entry_ids in before if entry_ids == (GONE,))
    assert queued(desk) == [each for each in before if each[0] != decided]
    assert len(queued(desk)) == 2
