"""Makes the golden head-to-head bracket: ``python -m tests.golden.record_duels`` writes it.

Run it only when a rule was meant to change; the difference in the two files is the change.

Four models race each other: one match is driven by a worker alone, with resets, contact, and a car
that is out; the other before an audience, where a model breaks off and its rival begins anew. The
final breaks off with its worker and is played again, and who is to meet for the third place doesn't
come.
"""

from dataclasses import replace
from pathlib import Path

from tests.golden.record_first_race import standings_as_json
from tests.timing_server.rules.scripted_race import STAGE
from tests.timing_server.rules.virtual.league import SIMULATOR, VirtualRace, s, virtual_race
from timing_server.formats.brackets.due import needed
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.commands.heats import StartHeat
from timing_server.rules.commands.plan import MarkNoShow
from timing_server.rules.commands.progression import DrawField, MatchHeat, PlanMatches
from timing_server.rules.commands.virtual import (
    BreakOffShow,
    DuelSide,
    PlayDuel,
    RecordDuel,
    RecordDuelShown,
)
from timing_server.rules.facts.virtual import VirtualRules
from timing_server.rules.units import (
    NS_PER_S,
    BootId,
    CarId,
    EntryId,
    HeatId,
    JournalId,
    NodeId,
    RulingId,
    SubmissionId,
)

LOG_PATH = Path(__file__).with_name("duels.jsonl")
STANDINGS_PATH = Path(__file__).with_name("duels.standings.json")

RULES = VirtualRules(
    track="esses",
    track_sha256="7b" * 32,
    opens_utc="2026-11-21T09:00:00+00:00",
    closes_utc="2026-11-28T09:00:00+00:00",
    race_kind="head_to_head",
    laps=2,
    seed=7,
)
ENTRIES = tuple(EntryId(f"entry-{number}") for number in range(1, 5))
WORKER = NodeId("lab-1")
CARS = (CarId("virtual"), CarId("virtual-2"))


def plan_due(race: VirtualRace, named: str = "") -> None:
    """Plan the heats of the matches that are due."""
    need = needed(race.state, race.state.stages[STAGE])
    heats = tuple(
        MatchHeat(
            HeatId(f"{each.match_name}{named}"),
            each.match_name,
            each.entry_ids,
            each.round_number,
            each.lanes,
        )
        for each in need.heats
    )
    race.ask(PlanMatches(STAGE, heats, need.removed_heat_ids))


def submitted(entry_id: EntryId) -> SubmissionId:
    """Return what an entry submitted."""
    return SubmissionId(f"model-{entry_id[-1]}")


def side(race: VirtualRace, heat_id: HeatId, place: int, *passes_s: float) -> DuelSide:
    """Return one side of a heat's race; the go is its first pass."""
    boot = f"{heat_id}.{place}"
    return DuelSide(
        place=place,
        submission_id=submitted(race.state.heats[heat_id].entry_ids[place - 1]),
        boot_id=BootId(boot),
        journal_id=JournalId(boot),
        passes_ns=s(0.0, *passes_s),
        laps_tried=len(passes_s),
        sim_ns=s(0.0, *passes_s)[-1],
    )


def played(race: VirtualRace, heat_id: HeatId) -> int:
    """Call a match, start it, and return the instant of its go in milliseconds."""
    entry_ids = race.state.heats[heat_id].entry_ids
    race.ask(PlayDuel(heat_id, tuple(submitted(each) for each in entry_ids)))
    words = tuple(CarWord(each, "m" * 64, is_warm=True, is_heard=True) for each in CARS)
    race.at(race.now_ms + 4_000).ask(StartHeat(heat_id, NS_PER_S, words))
    return race.now_ms + 6_000


def told(
    heat_id: HeatId, *sides: DuelSide, anew_s: float = 0.0, is_over: bool = False
) -> RecordDuelShown:
    """Return what a worker tells of a match that is played."""
    duel = RecordDuel(heat_id, WORKER, sides, SIMULATOR, anew_ns=s(anew_s)[0])
    return RecordDuelShown(duel, is_over)


def race_alone(race: VirtualRace, heat_id: HeatId) -> None:
    """A worker drives a match: contact, resets, and a car that is out of it."""
    first = side(race, heat_id, 1, 8.125000001, 16.75)
    second = side(race, heat_id, 2, 8.5)
    out = replace(second, out="resets", laps_tried=2, sim_ns=s(15.25)[0])
    race.ask(
        RecordDuel(
            heat_id,
            WORKER,
            (
                replace(first, collisions_ns=s(3.5)),
                replace(out, resets_ns=s(10.0, 11.5, 13.0, 15.25)),
            ),
            SIMULATOR,
        ),
        actor="worker:lab-1",
    )


def race_before_people(race: VirtualRace, heat_id: HeatId) -> None:
    """A match is played: a model breaks off, and the other begins anew without it."""
    go_ms = played(race, heat_id)
    both = side(race, heat_id, 1, 7.9), side(race, heat_id, 2, 8.25)
    race.at(go_ms + 9_000).ask(told(heat_id, *both), actor="worker:lab-1")
    gone = replace(side(race, heat_id, 1), passes_ns=(), sentence="The answer is not a number.")
    fresh = replace(side(race, heat_id, 2), passes_ns=())
    race.at(go_ms + 9_200).ask(told(heat_id, gone, fresh, anew_s=13.2), actor="worker:lab-1")
    whole = replace(side(race, heat_id, 2, 8.0, 16.000000009), resets_ns=s(9.5))
    race.at(go_ms + 22_000).ask(told(heat_id, gone, whole, anew_s=13.2), actor="worker:lab-1")
    over = told(heat_id, gone, whole, anew_s=13.2, is_over=True)
    race.at(go_ms + 29_500).ask(over, actor="worker:lab-1")


def race_final(race: VirtualRace) -> None:
    """The final's worker is lost; it is planned and played again."""
    lost = HeatId("final")
    go_ms = played(race, lost)
    race.at(go_ms + 5_000).ask(told(lost, side(race, lost, 1), side(race, lost, 2)))
    race.at(go_ms + 12_000).ask(BreakOffShow(lost, "worker_lost"), actor="server")
    plan_due(race, "-again")
    again = HeatId("final-again")
    go_ms = played(race, again)
    both = side(race, again, 1, 8.5, 16.25), side(race, again, 2, 8.0, 16.250000003)
    race.at(go_ms + 10_000).ask(told(again, *both), actor="worker:lab-1")
    race.at(go_ms + 16_300).ask(told(again, *both, is_over=True), actor="worker:lab-1")


def record() -> VirtualRace:
    """Return the bracket as it was raced."""
    race = virtual_race(entries=4, rules=RULES, format_name="single_elimination")
    for number in range(1, 5):
        race.at(race.now_ms + 1_000).ask(race.submit(f"model-{number}", number, "abcd"[number - 1]))
    race.ask(DrawField(STAGE, ENTRIES))
    plan_due(race)
    first, second = list(race.state.heats)
    race_alone(race, first)
    race_before_people(race, second)
    plan_due(race)
    bronze = race.state.heats[HeatId("bronze")]
    for number, entry_id in enumerate(bronze.entry_ids, 1):
        away = MarkNoShow(RulingId(f"away-{number}"), entry_id, bronze.heat_id, "Went home.")
        race.ask(away, actor="marshal")
    race_final(race)
    return race


if __name__ == "__main__":
    recorded = record()
    LOG_PATH.write_bytes(b"".join(line + b"\n" for line in recorded.stored))
    STANDINGS_PATH.write_text(standings_as_json(recorded.standings()), encoding="utf-8")
