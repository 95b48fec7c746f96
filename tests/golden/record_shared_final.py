"""Makes the golden final: ``python -m tests.golden.record_shared_final`` writes log and scores.

Run it only when a rule was meant to change; the difference in the two files is the change.

Three cars share the track behind start lights: two are told apart by the lanes of their gates, the
third by the mark that a camera sees. It has what goes wrong on such a day: a false start, a car in
the wrong lane, two marks in one pass, off-tracks, a red flag, a timeout, a node that restarts in
mid-lap, a run that begins anew, and a disqualification that a protest takes back. Before it a
practice heat, and a first try of the final that is abandoned.
"""

import json
from pathlib import Path

from tests.timing_server.rules.scripted_race import EVENT, ScriptedNode, ScriptedRace, cars_ready
from timing_server.rules.commands.heats import (
    AbandonHeat,
    ArmHeat,
    BringIn,
    CallNextHeat,
    PauseHeat,
    SendOut,
    ShowFlag,
    StartHeat,
    StopHeat,
)
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    CreateEvent,
    EquipRun,
    OpenEvent,
    PlanHeat,
    PlanStage,
)
from timing_server.rules.commands.rulings import (
    ExtendWindow,
    GivePenalty,
    MarkOffTrack,
    MarkReset,
    ReassignPass,
    RestartRun,
    RestorePass,
    ReverseRuling,
    RuleRun,
)
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.sensors import PassIdentified, ServerStarted
from timing_server.rules.scoring.offers import WindowOffer, window_offers
from timing_server.rules.scoring.scores import HeatScore, RunScore
from timing_server.rules.units import (
    NS_PER_S,
    BootId,
    CarId,
    DriverId,
    EntryId,
    HeatId,
    MarkId,
    NodeId,
    PassRef,
    RulingId,
    StageId,
)

LOG_PATH = Path(__file__).with_name("shared_final.jsonl")
SCORES_PATH = Path(__file__).with_name("shared_final.scores.json")

NODE = "line-pi"
#: Racing names, made up for the occasion.
DRIVERS = ("ziggy-zebra", "mambo-mole", "nitro-newt")
ONE, TWO, THREE = (EntryId(f"entry-{number}") for number in (1, 2, 3))
PRACTICE, FIRST_TRY, FINAL = HeatId("practice"), HeatId("first-try"), HeatId("final")
PRACTICE_STAGE, FINAL_STAGE = StageId("practice"), StageId("final")
OPTIONS = HeatOptions(
    window_ns=60 * NS_PER_S,
    grace_ns=20 * NS_PER_S,
    idle_limit_ns=45 * NS_PER_S,
    start_mode="lights",
    cars_max=3,
    timeouts_max=1,
    timeout_ns=10 * NS_PER_S,
    off_track_penalty_ns=2 * NS_PER_S,
    incidents_max=1,
    lap_max_ns=15 * NS_PER_S,
)


def record() -> ScriptedRace:
    """Return the day as it was raced."""
    race = ScriptedRace(node=ScriptedNode(name=NODE, offset_ms=23_501, fine_step_ns=37_119))
    _plan(race)
    _practice(race)
    _first_try(race)
    _final(race)
    _protest(race)
    return race


def _plan(race: ScriptedRace) -> None:
    race.append(ServerStarted(BootId("8e2d94c7-91f0-4c39-b1a6-2f4be7d05a02"), 0, "0.1.0"))
    race.at(400).ask(CreateEvent(EVENT, "Europe/Madrid", is_demo=False))
    race.ask(PlanStage(PRACTICE_STAGE, "Practice", "practice", OPTIONS, "practice"))
    race.ask(PlanStage(FINAL_STAGE, "Final", "most_laps", OPTIONS, "final"))
    entry_ids = (ONE, TWO, THREE)
    for entry_id, driver in zip(entry_ids, DRIVERS, strict=True):
        race.at(race.now_ms + 1_500).ask(AddEntry(entry_id, (DriverId(driver),), None))
    race.ask(PlanHeat(PRACTICE, PRACTICE_STAGE, ()))
    race.ask(PlanHeat(FIRST_TRY, FINAL_STAGE, entry_ids, (1, 2, 3)))
    for number, entry_id in enumerate(entry_ids, 1):
        race.ask(EquipRun(FIRST_TRY, entry_id, CarId(f"car-{number}"), f"{number:064x}"))
        race.ask(BindMark(MarkId(f"tag-{number}"), CarId(f"car-{number}")))
    race.at(12_000).ask(OpenEvent())
    for lane in (1, 2):
        race.ask(BindGate(NodeId(NODE), f"beam-{lane}", "finish", lane))
    race.ask(BindGate(NodeId(NODE), "arch", "finish"))
    race.append(race.node.relation(bound_ns=305_000), actor=NODE)


def _pass(race: ScriptedRace, after_ms: int, gate: str, *seen: str) -> PassRef:
    crossed = race.crossing(race.now_ms + after_ms, gate)
    for mark in seen:
        race.append(PassIdentified(crossed, MarkId(mark), "camera", 94), actor=NODE)
    return crossed


def _practice(race: ScriptedRace) -> None:
    """Two drivers come and go; a pass while nobody is out is nobody's."""
    race.at(20_000).ask(CallNextHeat())
    race.at(24_000).ask(StartHeat(PRACTICE))
    for entry_id, laps_ms in ((ONE, (3_100, 9_870, 9_640)), (TWO, (2_950, 8_810))):
        race.at(race.now_ms + 6_000).ask(SendOut(PRACTICE, entry_id))
        for lap_ms in laps_ms:
            _pass(race, lap_ms, "arch")
        race.at(race.now_ms + 4_000).ask(BringIn(PRACTICE, entry_id))
        _pass(race, 700, "arch")
    race.at(race.now_ms + 5_000).ask(StopHeat(PRACTICE))


def _first_try(race: ScriptedRace) -> None:
    """A barrier falls onto the track in lap 1: nothing of it counts, and it is run again."""
    race.at(race.now_ms + 10_000).ask(CallNextHeat())
    race.at(race.now_ms + 8_000).ask(StartHeat(FIRST_TRY, 1_200_000_000, cars_ready(len(DRIVERS))))
    race.at(race.now_ms + 6_200)
    for lane in (1, 2):
        _pass(race, 2_000, f"beam-{lane}")
    race.at(race.now_ms + 1_500).ask(ShowFlag(FIRST_TRY, "red"))
    abandoned = AbandonHeat(FIRST_TRY, "a barrier fell", FINAL)
    race.at(race.now_ms + 20_000).ask(abandoned)


def _final(race: ScriptedRace) -> None:
    race.at(race.now_ms + 60_000).ask(CallNextHeat())
    race.at(race.now_ms + 9_000).ask(ArmHeat(FINAL, cars_ready(len(DRIVERS))))
    race.at(race.now_ms + 2_000).ask(StartHeat(FINAL, 2_300_000_000))
    early = _pass(race, 6_900, "beam-2")
    race.at(race.now_ms + 900)
    _pass(race, 1_840, "beam-1")
    _pass(race, 260, "beam-2")
    _pass(race, 150, "arch", "tag-3")
    race.ask(GivePenalty(RulingId("ruling-early"), FINAL, TWO, 5_000_000_000, None, "early"))
    _lap_one(race)
    _red_flag(race)
    _restarts(race, early)
    race.at(race.now_ms + 120_000)


def _lap_one(race: ScriptedRace) -> None:
    """Car 1 drifts into the other lane; a pass shows two marks; car 3 leaves the track twice."""
    race.at(race.now_ms + 3_000).ask(MarkOffTrack(RulingId("ruling-off-1"), FINAL, THREE, None))
    race.at(race.now_ms + 1_000).ask(MarkReset(RulingId("ruling-reset"), FINAL, THREE, None))
    wrong_lane = _pass(race, 4_210, "beam-2")
    race.ask(ReassignPass(RulingId("ruling-lane"), wrong_lane, FINAL, ONE, "seen on video"))
    _pass(race, 310, "beam-2")
    both = _pass(race, 190, "arch", "tag-1", "tag-3")
    race.ask(ReassignPass(RulingId("ruling-both"), both, FINAL, THREE, "the other overtook"))
    race.at(race.now_ms + 2_000).ask(MarkOffTrack(RulingId("ruling-off-2"), FINAL, TWO, None))
    _pass(race, 6_400, "beam-1")
    _pass(race, 520, "beam-2")
    doubted = _pass(race, 1_100, "beam-2")
    race.ask(RestorePass(RulingId("ruling-doubt"), doubted, "two crossings indeed"))
    race.ask(ReverseRuling(RulingId("ruling-no-doubt"), RulingId("ruling-doubt"), "a shadow"))
    _pass(race, 480, "arch", "tag-3")


def _red_flag(race: ScriptedRace) -> None:
    """A red flag, and at once a timeout of car 3; passes in between don't count."""
    race.at(race.now_ms + 2_500).ask(ShowFlag(FINAL, "red"))
    _pass(race, 3_000, "beam-1")
    race.at(race.now_ms + 14_000).ask(ShowFlag(FINAL, "green"))
    _pass(race, 2_200, "beam-1")
    _pass(race, 300, "beam-2")
    _pass(race, 300, "arch", "tag-3")
    race.at(race.now_ms + 1_000).ask(PauseHeat(FINAL, "timeout", THREE))
    race.at(race.now_ms + 12_000)
    _pass(race, 2_000, "beam-1")
    _pass(race, 500, "beam-2")


def _restarts(race: ScriptedRace, early: PassRef) -> None:
    """The node restarts in mid-lap; its time is given back to car 1, car 2 begins anew."""
    race.node = ScriptedNode(
        name=NODE, boot="boot-2", journal="journal-2", offset_ms=race.now_ms + 2_000
    )
    race.at(race.now_ms + 4_000)
    race.append(race.node.relation(bound_ns=290_000), actor=NODE)
    _pass(race, 5_900, "beam-1")
    back = ExtendWindow(RulingId("ruling-back"), FINAL, ONE, 9_900_000_000, "the node was away")
    race.at(race.now_ms + 500).ask(back)
    race.ask(RestorePass(RulingId("ruling-early-2"), early, "wrong button"))
    race.ask(ReverseRuling(RulingId("ruling-early-3"), RulingId("ruling-early-2"), "undone"))
    race.ask(RestartRun(RulingId("ruling-anew"), FINAL, TWO, None, "the node was away"))
    race.ask(RuleRun(RulingId("ruling-dnf"), FINAL, THREE, "dnf", "flat battery"))
    _pass(race, 1_900, "beam-2")
    for lap_ms in (7_300, 7_900, 8_100, 8_150, 8_050, 8_200, 8_300):
        _pass(race, lap_ms - 900, "beam-1")
        _pass(race, 1_000, "beam-2")


def _protest(race: ScriptedRace) -> None:
    """A disqualification that doesn't stand."""
    dsq = RuleRun(RulingId("ruling-dsq"), FINAL, ONE, "dsq", "not the car that was signed up")
    race.ask(dsq)
    undo = ReverseRuling(RulingId("ruling-dsq-undo"), RulingId("ruling-dsq"), "it was")
    race.at(race.now_ms + 30_000).ask(undo)


def scores_as_json(race: ScriptedRace) -> str:
    """Return the scores as they are kept beside the log."""
    heats = {
        heat_id: _heat_as_json(
            race.score(heat_id), window_offers(race.state.heats[heat_id], race.score(heat_id))
        )
        for heat_id in race.state.heats
    }
    return json.dumps(heats, indent=1) + "\n"


def _heat_as_json(score: HeatScore, offers: tuple[WindowOffer, ...]) -> dict[str, object]:
    return {
        "passes": [f"{each.pass_ref} {each.verdict} {each.entry_id}" for each in score.passes],
        "runs": {run.entry_id: _run_as_json(run) for run in score.runs},
        "offers": [f"{each.entry_id} {each.extra_ns} {each.reason}" for each in offers],
    }


def _run_as_json(run: RunScore) -> dict[str, object]:
    return {
        "status": run.status,
        "window_ns": [run.window_opens_ns, run.window_closes_ns, run.grace_ends_ns],
        "last_lap_closed_ns": run.last_lap_closed_ns,
        "off_tracks": run.off_tracks,
        "resets": run.resets,
        "penalty_ns": run.penalty_ns,
        "timeouts": run.timeouts,
        "laps": [
            f"{lap.number}: {lap.duration_ns} +{lap.penalty_ns} ±{lap.bound_ns}"
            f" {lap.invalid or 'valid'}{' suspect' if lap.is_suspect else ''} {lap.car_id}"
            for lap in run.laps
        ],
    }


if __name__ == "__main__":
    recorded = record()
    LOG_PATH.write_bytes(b"".join(line + b"\n" for line in recorded.stored))
    SCORES_PATH.write_text(scores_as_json(recorded), encoding="utf-8")
