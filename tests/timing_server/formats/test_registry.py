from tests.timing_server.rules.scripted_race import planned_race, running_race
from timing_server.formats import registry as subject
from timing_server.rules.answers.options import FORMAT_NAMES
from timing_server.rules.facts import StagePlanned
from timing_server.rules.units import StageId


def test_rules_and_formats_agree_on_the_names() -> None:
    """It should hold exactly the formats that the rules let a stage be planned under."""
    assert set(subject.FORMATS) == FORMAT_NAMES
    assert all(name == each.name for name, each in subject.FORMATS.items())
    assert all(each.title and each.description.endswith(".") for each in subject.FORMATS.values())


def test_a_stage_is_ranked_by_its_own_format() -> None:
    """It should rank a stage under the format that it was planned with."""
    race = running_race()
    race.crossing(12_000)
    ranked = subject.rank_stage(race.state, StageId("stage-1"))
    assert ranked == subject.FORMATS["time_trial"].rank(race.state, StageId("stage-1"))
    assert [each.entry_id for each in ranked] == ["entry-1"]


def test_nobody_stands_where_nothing_can_be_ranked() -> None:
    """It should return no standings for a stage that isn't planned or has an unknown format."""
    race = planned_race()
    stage = race.state.stages[StageId("stage-1")]
    race.append(StagePlanned(StageId("odd"), "Odd", "rally", stage.options))
    assert subject.rank_stage(race.state, StageId("odd")) == ()
    assert subject.rank_stage(race.state, StageId("nowhere")) == ()
