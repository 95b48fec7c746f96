import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thoroughness import share_of_examples
from tests.timing_server.rules.answers.rulings.commands import every_command
from tests.timing_server.rules.answers.rulings.ruled_race import (
    ENTRY,
    HEAT,
    R1,
    R2,
    ref_at,
    ruled_race,
)
from tests.timing_server.rules.answers.rulings.test_restoring import results, ruled_races
from tests.timing_server.rules.scripted_race import ScriptedRace, planned_race
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.rulings import (
    CreditLap,
    DisqualifyEntry,
    ExtendWindow,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_MS, NS_PER_S, EntryId, HeatId, RulingId
from timing_server.service.errors import RefusedError
from timing_server.service.marshal.preview import compare, try_ruling


def two_heats() -> ScriptedRace:
    """Two entries with laps of 8 s and 9 s, each in a heat of its own."""
    race = planned_race(2).at(10_000)
    for number, lap_ms in ((1, 8_000), (2, 9_000)):
        race.ask(CallNextHeat())
        race.ask(StartHeat(HeatId(f"heat-{number}")))
        for at in range(3):
            race.crossing(race.now_ms + (lap_ms if at else 1_000))
        race.ask(StopHeat(HeatId(f"heat-{number}")))
    return race


def test_a_struck_pass_joins_its_laps() -> None:
    """It should say which lap goes and which becomes longer, and leave the state alone."""
    race = ruled_race()
    before = race.state
    tried = try_ruling(race.state, VoidPass(R1, ref_at(race, 20_000), "a hand"), 30 * NS_PER_S)
    gone, longer = tried.preview.laps
    assert gone.before is not None
    assert (gone.before.number, gone.before.duration_us, gone.after) == (1, 8_000_000, None)
    assert longer.before is not None
    assert longer.after is not None
    assert (longer.before.duration_us, longer.after.duration_us) == (8_000_000, 16_000_000)
    (place,) = tried.preview.places
    assert (place.rank_before, place.rank_after) == (1, 1)
    assert (place.value_before_us, place.value_after_us) == (8_000_000, 16_000_000)
    assert [type(each.fact).__name__ for each in tried.recorded] == ["PassVoided"]
    assert race.state is before
    assert R1 not in race.state.rulings


def test_a_lap_that_is_only_renumbered_is_not_told() -> None:
    """It should not tell of laps that merely have another number."""
    race = ruled_race()
    race.ask(VoidLap(R1, ref_at(race, 28_000), "cut"))
    preview = try_ruling(
        race.state, VoidPass(R2, ref_at(race, 12_000), "a hand"), 30 * NS_PER_S
    ).preview
    assert [each.pass_ref for each in preview.laps] == [ref_at(race, 20_000)]


def test_the_places_that_move_come_first() -> None:
    """It should list whose rank moves, in the order of the new standings."""
    race = two_heats()
    preview = try_ruling(
        race.state, CreditLap(R1, HeatId("heat-2"), EntryId("entry-2"), 7 * NS_PER_S, 0, ""), 10**15
    ).preview
    moved = [(each.entry_id, each.rank_before, each.rank_after) for each in preview.places]
    assert moved == [("entry-2", 2, 1), ("entry-1", 1, 2)]
    (lap,) = preview.laps
    assert lap.before is None
    assert lap.after is not None
    assert lap.after.duration_us == 7_000_000


def test_a_disqualification_reaches_every_heat() -> None:
    """It should tell the laps of each heat in which the entry ran."""
    race = two_heats()
    preview = try_ruling(race.state, DisqualifyEntry(R1, ENTRY, ""), 10**15).preview
    assert {each.after.invalid for each in preview.laps if each.after} == {"disqualified"}
    assert preview.places[0].entry_id == "entry-2"
    assert (preview.places[0].rank_before, preview.places[0].rank_after) == (2, 1)


def test_a_longer_window_is_told() -> None:
    """It should tell that a run's window closes later, where no lap changes."""
    race = ruled_race()
    preview = try_ruling(race.state, ExtendWindow(R1, HEAT, ENTRY, NS_PER_S, ""), 30 * NS_PER_S)
    (run,) = preview.preview.runs
    assert run.before.window_closes_us is not None
    assert run.after.window_closes_us == run.before.window_closes_us + 1_000_000
    assert preview.preview.laps == ()


def test_what_is_refused_is_refused_in_a_preview() -> None:
    """It should raise the rules' refusal, with its code."""
    race = ruled_race()
    with pytest.raises(RefusedError) as refused:
        try_ruling(race.state, ReverseRuling(R1, None, ""), 30 * NS_PER_S)
    assert refused.value.code == "nothing_to_undo"


def ranks(state: EventState) -> dict[str, int]:
    return {
        each.entry_id: each.rank
        for stage_id in state.stages
        for each in rank_stage(state, stage_id)
    }


@settings(max_examples=share_of_examples(0.5))
@given(ruled_races(), st.data())
def test_a_preview_foretells_exactly(race: ScriptedRace, data: st.DataObject) -> None:
    """It should foretell what any ruling then does, and change nothing by being asked."""
    at_ns = race.now_ms * NS_PER_MS
    command = data.draw(st.sampled_from(every_command(race, RulingId("next"))))
    before, was = results(race.state), race.state
    answer = decide(race.state, command, at_ns)
    if isinstance(answer, RuleViolation):
        with pytest.raises(RefusedError) as refused:
            try_ruling(race.state, command, at_ns)
        assert refused.value.code == answer.code
        return
    tried = try_ruling(race.state, command, at_ns)
    assert results(race.state) == before
    ranks_before = ranks(race.state)
    race.ask(command)
    assert [each.fact for each in tried.recorded] == [race.log[-1].fact]
    assert compare(was, race.state) == tried.preview
    foretold = {each.entry_id: each.rank_after for each in tried.preview.places}
    assert {**ranks_before, **{k: v for k, v in foretold.items() if v is not None}} == {
        **ranks_before,
        **ranks(race.state),
    }
