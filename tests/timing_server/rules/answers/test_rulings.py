import pytest

from tests.timing_server.rules.scripted_race import (
    EVENT,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import StopHeat
from timing_server.rules.commands.plan import CloseEvent
from timing_server.rules.commands.rulings import (
    InsertPass,
    MarkOffTrack,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.facts.rulings import OffTrackMarked, PassInserted, RulingReversed
from timing_server.rules.passes.placing import manual_ref
from timing_server.rules.units import EntryId, HeatId, PassRef, RulingId

HEAT = HeatId("heat-1")
ENTRY = EntryId("entry-1")
R1, R2, R3, R4 = (RulingId(f"r{number}") for number in range(1, 5))


@pytest.fixture
def race() -> ScriptedRace:
    race = running_race()
    for at_ms in (12_000, 20_000, 28_000):
        race.crossing(at_ms)
    return race


def ref_at(race: ScriptedRace, at_ms: int) -> PassRef:
    return next(each.pass_ref for each in race.score().passes if each.crossed_race_ns == ms(at_ms))


def test_a_manual_pass_is_now_unless_an_instant_is_given(race: ScriptedRace) -> None:
    """A pass by hand is at the instant of the command, or at one that the marshal names."""
    race.at(30_000)
    now = race.ask(InsertPass(R1, HEAT, None, 5, "seen"))
    assert now == (PassInserted(R1, HEAT, ms(30_000), 5, "seen"),)
    race.ask(InsertPass(R2, HEAT, ms(24_000), 5, "seen on video"))
    assert race.laps_ms() == [8_000, 4_000, 4_000, 2_000]


def test_a_manual_pass_lies_in_its_heat(race: ScriptedRace) -> None:
    """A pass by hand lies between its heat's start and now, and a negative bound is refused."""
    race.at(30_000)
    assert race.refusal(InsertPass(R1, HeatId("x"), None, 0, "")) == "unknown_heat"
    assert race.refusal(InsertPass(R1, HEAT, ms(9_999), 0, "")) == "instant_outside_heat"
    assert race.refusal(InsertPass(R1, HEAT, ms(30_001), 0, "")) == "instant_in_future"
    assert race.refusal(InsertPass(R1, HEAT, None, -1, "")) == "option_out_of_range"
    not_started = planned_race()
    assert not_started.refusal(InsertPass(R1, HEAT, None, 0, "")) == "heat_not_started"


def test_a_finished_heat_can_be_put_right(race: ScriptedRace) -> None:
    """After the end a pass by hand needs its instant; a stopped heat has none after its end."""
    race.at(30_000).ask(StopHeat(HEAT))
    race.at(90_000)
    assert race.refusal(InsertPass(R1, HEAT, None, 0, "")) == "heat_not_running"
    assert race.refusal(InsertPass(R1, HEAT, ms(30_001), 0, "")) == "instant_outside_heat"
    race.ask(InsertPass(R1, HEAT, ms(24_000), 0, "seen on video"))
    assert race.laps_ms() == [8_000, 4_000, 4_000]


def test_off_tracks_are_marked_in_their_heat(race: ScriptedRace) -> None:
    """An off-track mark names an entry of the heat and an instant between start and end."""
    race.at(29_000)
    assert race.refusal(MarkOffTrack(R1, HeatId("x"), ENTRY, None)) == "unknown_heat"
    assert race.refusal(MarkOffTrack(R1, HEAT, EntryId("x"), None)) == "unknown_entry"
    assert race.refusal(MarkOffTrack(R1, HEAT, ENTRY, ms(31_000))) == "instant_in_future"
    assert race.refusal(MarkOffTrack(R1, HEAT, ENTRY, ms(1_000))) == "instant_outside_heat"
    assert race.ask(MarkOffTrack(R1, HEAT, ENTRY, None)) == (
        OffTrackMarked(R1, HEAT, ENTRY, ms(29_000)),
    )
    race.at(30_000).ask(StopHeat(HEAT))
    race.at(31_000)
    assert race.refusal(MarkOffTrack(R2, HEAT, ENTRY, None)) == "heat_not_running"
    assert race.refusal(MarkOffTrack(R2, HEAT, ENTRY, ms(30_500))) == "instant_outside_heat"
    race.ask(MarkOffTrack(R2, HEAT, ENTRY, ms(26_000)))
    assert race.run().off_tracks == 2


@pytest.mark.parametrize(
    "ref", ["", "nonsense", "node-1:journal-1:99", "node-1:journal-1:x", "manual:r9"]
)
def test_only_known_passes_are_struck(race: ScriptedRace, ref: str) -> None:
    """A ruling names a pass that the stream has."""
    assert race.refusal(VoidPass(R1, PassRef(ref), "")) == "unknown_pass"
    assert race.refusal(VoidLap(R1, PassRef(ref), "")) == "unknown_pass"


def test_an_address_has_one_spelling(race: ScriptedRace) -> None:
    """It should not know a pass by its address with zeros before the number."""
    ref = ref_at(race, 12_000)
    node, journal, seq = ref.split(":")
    assert race.refusal(VoidPass(R1, PassRef(f"{node}:{journal}:0{seq}"), "")) == "unknown_pass"


def test_a_pass_is_struck_once(race: ScriptedRace) -> None:
    """A pass that is void already isn't struck again, by hand or sensor, in a heat or out of it."""
    ref = ref_at(race, 20_000)
    race.ask(VoidPass(R1, ref, ""))
    assert race.refusal(VoidPass(R2, ref, "")) == "pass_already_voided"
    race.ask(InsertPass(R2, HEAT, ms(24_000), 0, ""))
    race.ask(VoidPass(R3, manual_ref(R2), "no"))
    assert race.refusal(VoidPass(R4, manual_ref(R2), "no")) == "pass_already_voided"
    assert race.laps_ms() == [16_000]
    race.ask(StopHeat(HEAT))
    race.ask(VoidPass(R4, race.crossing(35_000), "outside"))


def test_a_taken_back_manual_pass_is_unknown(race: ScriptedRace) -> None:
    """A manual pass that was reversed isn't there to be struck."""
    race.ask(InsertPass(R1, HEAT, ms(24_000), 0, ""))
    race.ask(ReverseRuling(R2, R1, ""))
    assert race.refusal(VoidPass(R3, manual_ref(R1), "")) == "unknown_pass"
    assert race.laps_ms() == [8_000, 8_000]


def test_only_a_closing_pass_has_a_lap_to_strike(race: ScriptedRace) -> None:
    """A lap is struck by the pass that closed it, once."""
    assert race.refusal(VoidLap(R1, ref_at(race, 12_000), "")) == "lap_not_closed_here"
    double = race.crossing(29_000)
    assert race.refusal(VoidLap(R1, double, "")) == "lap_not_closed_here"
    race.ask(VoidLap(R1, ref_at(race, 20_000), "cut"))
    assert race.refusal(VoidLap(R2, ref_at(race, 20_000), "cut")) == "lap_already_voided"
    race.ask(InsertPass(R2, HEAT, ms(24_000), 0, ""))
    race.ask(VoidLap(R3, manual_ref(R2), "cut"))
    assert race.laps_ms() == [4_000]


def test_undo_takes_back_the_newest_ruling_then_the_one_before(race: ScriptedRace) -> None:
    """Undo takes back the newest standing ruling; undoing isn't itself undone by undo."""
    race.ask(VoidPass(R1, ref_at(race, 20_000), ""))
    race.ask(MarkOffTrack(R2, HEAT, ENTRY, None))
    assert race.ask(ReverseRuling(R3, None, "")) == (RulingReversed(R3, R2, ""),)
    assert race.run().off_tracks == 0
    assert race.ask(ReverseRuling(R4, None, "")) == (RulingReversed(R4, R1, ""),)
    assert race.laps_ms() == [8_000, 8_000]
    assert race.refusal(ReverseRuling(RulingId("r5"), None, "")) == "nothing_to_undo"


def test_reversing_a_reversal_restores_the_ruling(race: ScriptedRace) -> None:
    """A reversal that is named is reversed itself, and what it took back stands again."""
    race.ask(VoidPass(R1, ref_at(race, 20_000), ""))
    struck = race.standings()
    race.ask(ReverseRuling(R2, R1, ""))
    assert race.refusal(ReverseRuling(R3, R1, "")) == "ruling_already_reversed"
    race.ask(ReverseRuling(R3, R2, ""))
    assert race.standings() == struck
    assert race.state.rulings[R1].is_standing
    assert not race.state.rulings[R2].is_standing


def test_unknown_rulings_are_not_reversed(race: ScriptedRace) -> None:
    """Only a ruling that was made can be taken back."""
    assert race.refusal(ReverseRuling(R1, R2, "")) == "unknown_ruling"


def test_ruling_ids_are_used_once(race: ScriptedRace) -> None:
    """A ruling's id names one ruling for ever."""
    race.ask(MarkOffTrack(R1, HEAT, ENTRY, None))
    ref = ref_at(race, 20_000)
    again: list[Command] = [
        InsertPass(R1, HEAT, None, 0, ""),
        VoidPass(R1, ref, ""),
        VoidLap(R1, ref, ""),
        MarkOffTrack(R1, HEAT, ENTRY, None),
        ReverseRuling(R1, None, ""),
    ]
    assert {race.refusal(command) for command in again} == {"ruling_exists"}


def test_rulings_are_possible_when_all_is_over(race: ScriptedRace) -> None:
    """A heat and an event that are over can still be put right."""
    race.ask(StopHeat(HEAT))
    race.ask(CloseEvent())
    assert race.state.event_id == EVENT
    race.ask(VoidPass(R1, ref_at(race, 20_000), "protest upheld"))
    assert race.laps_ms() == [16_000]
    race.ask(ReverseRuling(R2, None, "protest withdrawn"))
    assert race.laps_ms() == [8_000, 8_000]


def test_every_ruling_says_who_and_when(race: ScriptedRace) -> None:
    """The state keeps who made a ruling and when, for the audit."""
    race.at(29_500).ask(MarkOffTrack(R1, HEAT, ENTRY, None), actor="marshal-ana")
    entry = race.state.rulings[R1]
    assert (entry.actor, entry.race_ns, entry.seq) == ("marshal-ana", ms(29_500), race.state.seq)
    assert entry.wall_utc.startswith("2026-11-21T10:00:29")
