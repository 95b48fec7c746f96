from tests.timing_server.formats.driving import drive_next
from tests.timing_server.formats.knockouts import KNOCKOUT, entry, qualified
from tests.timing_server.rules.scripted_race import STAGE
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.plan import PlanHeat, WithdrawEntry
from timing_server.rules.units import HeatId
from timing_server.service.live.cut_section import CutSection


def test_the_cut_follows_the_standings() -> None:
    """It should show the cut from the stage on show, made anew only where something changed."""
    race = qualified([8_000], [8_100], [8_200], top_n=2)
    subject = CutSection()
    first = subject.part(race.state, STAGE, rank_stage(race.state, STAGE))
    assert first is not None
    assert first["line_after"] == entry(2)
    assert subject.part(race.state, STAGE, rank_stage(race.state, STAGE)) is first
    assert subject.part(race.state, KNOCKOUT, rank_stage(race.state, KNOCKOUT)) is None
    race.ask(PlanHeat(HeatId("again"), STAGE, (entry(3),)))
    drive_next(race, [7_900])
    second = subject.part(race.state, STAGE, rank_stage(race.state, STAGE))
    assert second is not None
    assert second["line_after"] == entry(1)
    race.ask(WithdrawEntry(entry(1)))
    third = subject.part(race.state, STAGE, rank_stage(race.state, STAGE))
    assert third is not None
    assert third["entries"][entry(1)] == {"entry_id": entry(1), "is_equal": False}
    assert third["entries"][entry(2)]["way"] == "top"
