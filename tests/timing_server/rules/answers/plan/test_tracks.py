"""What real cars race on: told when a stage is planned or later, corrected with a reason."""

from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, ScriptedRace, planned_race
from tests.timing_server.rules.virtual.league import virtual_race
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.plan import ChangeStage, CloseEvent, LayTrack, PlanStage
from timing_server.rules.facts.plan import StagePlanned, TrackLaid
from timing_server.rules.state.plan import LaidTrack
from timing_server.rules.units import HeatId, StageId

OVAL, ESSES = ("oval", "0" * 64), ("esses", "e" * 64)


def lay(track: tuple[str, str], reason: str = "") -> LayTrack:
    return LayTrack(STAGE, *track, reason)


def begun_race() -> ScriptedRace:
    race = planned_race().at(10_000)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("heat-1")))
    return race


def laid(race: ScriptedRace) -> LaidTrack | None:
    return race.state.stages[STAGE].track


def test_a_track_is_told_and_told_otherwise_before_anybody_drives() -> None:
    """It should record the track by its hash, take another one and take it back."""
    race = planned_race()
    assert laid(race) is None
    assert race.ask(lay(OVAL)) == (TrackLaid(STAGE, *OVAL),)
    assert laid(race) == LaidTrack(*OVAL)
    race.ask(lay(ESSES, "nobody has to say why yet"))
    assert laid(race) == LaidTrack(*ESSES)
    race.ask(lay(("", "")))
    assert laid(race) is None
    assert race.refusal(lay(("", ""))) == "stage_unchanged"


def test_a_stage_is_planned_with_its_track() -> None:
    """It should record both facts of one command; without a track the stage alone."""
    race = planned_race()
    name = StageId("final")
    told = PlanStage(name, "Final", "time_trial", OPTIONS, "final")
    facts = race.ask(replace(told, track=OVAL[0], track_sha256=OVAL[1]))
    assert [type(each) for each in facts] == [StagePlanned, TrackLaid]
    assert race.state.stages[name].laid == LaidTrack(*OVAL)


def test_what_nobody_told_can_be_told_once_it_has_begun() -> None:
    """It should take the track of a stage that has run, since nothing was compared by it yet."""
    race = begun_race()
    assert race.ask(lay(OVAL)) == (TrackLaid(STAGE, *OVAL),)
    assert laid(race) == LaidTrack(*OVAL)


def test_what_was_told_of_a_stage_that_has_begun_is_corrected_with_a_reason() -> None:
    """It should ask for the reason, and keep it with the fact."""
    race = begun_race()
    race.ask(lay(OVAL))
    assert race.refusal(lay(ESSES, " ")) == "no_reason"
    assert race.ask(lay(ESSES, "it lay the other way")) == (
        TrackLaid(STAGE, *ESSES, "it lay the other way"),
    )


def test_a_changed_stage_keeps_its_track() -> None:
    """It should leave the track as it is where rules change."""
    race = planned_race()
    race.ask(lay(OVAL))
    race.ask(ChangeStage(STAGE, "Heats", "most_laps", OPTIONS, "qualifying", is_open=True))
    assert laid(race) == LaidTrack(*OVAL)


def test_a_virtual_stage_has_the_track_of_its_rules() -> None:
    """It should refuse another one, and show that of the rules."""
    race = virtual_race()
    assert race.refusal(lay(OVAL)) == "track_is_virtual"
    rules = race.state.stages[STAGE].virtual
    assert rules is not None
    assert laid(race) == LaidTrack(rules.track, rules.track_sha256)
    race.append(TrackLaid(STAGE, *OVAL))  # a foreign log may say so
    assert race.state.stages[STAGE].laid is None


@pytest.mark.parametrize("stage_id", ["nowhere", STAGE])
def test_only_a_stage_that_can_be_changed_has_its_track_told(stage_id: str) -> None:
    """It should refuse a stage that isn't there, and any of an event that is closed."""
    race = planned_race()
    command = replace(lay(OVAL), stage_id=StageId(stage_id))
    if stage_id == STAGE:
        race.ask(CloseEvent())
        assert race.refusal(command) == "event_closed"
    else:
        assert race.refusal(command) == "unknown_stage"
