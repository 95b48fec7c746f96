from hypothesis import given

from tests.timing_server.rules.answers.rulings.ruled_race import (
    ENTRY,
    HEAT,
    R1,
    R2,
    R3,
    R4,
    ref_at,
    ruled_race,
)
from tests.timing_server.rules.answers.rulings.test_restoring import ruled_races
from tests.timing_server.rules.scripted_race import ScriptedRace
from timing_server.rules.commands.rulings import (
    DecideProtest,
    DisqualifyEntry,
    GivePenalty,
    LodgeProtest,
    MarkReset,
    RuleRun,
    VoidPass,
)
from timing_server.rules.units import NS_PER_S, PassRef, RulingId
from timing_server.service.live.ruling_section import ruling_views
from timing_server.service.live.ruling_subject import Subject, subject_of


def about(race: ScriptedRace, ruling_id: RulingId) -> Subject:
    return subject_of(race.state, race.state.rulings[ruling_id].fact)


def test_a_ruling_on_a_pass_is_about_its_run() -> None:
    """It should name the entry, the heat, the lap and the instant since the heat's start."""
    race = ruled_race()
    race.ask(GivePenalty(R1, HEAT, ENTRY, 2 * NS_PER_S, ref_at(race, 20_000), "push"))
    assert about(race, R1) == Subject(HEAT, 1, ENTRY, 1, 10 * NS_PER_S, 2 * NS_PER_S, None)
    race.ask(VoidPass(R2, ref_at(race, 28_000), "a hand"))
    assert about(race, R2) == Subject(HEAT, 1, ENTRY, None, 18 * NS_PER_S)


def test_a_ruling_on_a_run_says_how_it_ended() -> None:
    """It should name the outcome of a run and of a protest, and the instant of an incident."""
    race = ruled_race()
    race.ask(MarkReset(R1, HEAT, ENTRY, 15 * NS_PER_S))
    assert about(race, R1) == Subject(HEAT, 1, ENTRY, None, 5 * NS_PER_S)
    race.ask(RuleRun(R2, HEAT, ENTRY, "dnf", "battery"))
    assert about(race, R2) == Subject(HEAT, 1, ENTRY, outcome="dnf")
    race.ask(LodgeProtest(R3, HEAT, ENTRY, "pushed"))
    race.ask(DecideProtest(R4, R3, is_upheld=False, reason="fair"))
    assert about(race, R4) == Subject(HEAT, 1, ENTRY, outcome="rejected")


def test_a_disqualified_entry_has_no_heat() -> None:
    """It should name the entry of a ruling that is about the whole event."""
    race = ruled_race()
    race.ask(DisqualifyEntry(R1, ENTRY, "two motors"))
    assert about(race, R1) == Subject(entry_id=ENTRY)


@given(ruled_races())
def test_every_ruling_can_be_shown(race: ScriptedRace) -> None:
    """It should find words for every ruling that was made, whatever it is about."""
    views = ruling_views(race.state)
    assert list(views) == list(race.state.rulings)
    assert all(view.subject for view in views.values())


@given(ruled_races())
def test_the_lap_is_the_one_that_the_pass_closed(race: ScriptedRace) -> None:
    """It should find by its instant the very lap that a search through all laps finds."""
    for view in ruling_views(race.state).values():
        if view.kind in {"LapVoided", "LapRestored", "PassVoided", "PassRestored"}:
            assert view.subject is not None
            lap = None
            if view.heat_id is not None:
                score = race.score(view.heat_id)
                lap = score.lap_closed_by(PassRef(view.subject))
            assert view.lap_number == (None if lap is None else lap.number)
