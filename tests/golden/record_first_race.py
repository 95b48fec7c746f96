"""Makes the golden race: ``python -m tests.golden.record_first_race`` writes log and standings.

Run it only when a rule was meant to change; the difference in the two files is the change.

Four entries drive a time trial in turn, with what goes wrong on a real day: a hand in the beam, a
car that leaves the track, a beam that is blind for one pass, a double fire inside the dead time, a
tie on the best lap, and a timing node that restarts in the middle of a run.
"""

import json
from pathlib import Path

from tests.timing_server.rules.scripted_race import (
    EVENT,
    STAGE,
    ScriptedNode,
    ScriptedRace,
    cars_ready,
    ms,
)
from timing_server.formats.standings import Standing
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    CloseEvent,
    CreateEvent,
    EquipRun,
    OpenEvent,
    PlanHeat,
    PlanStage,
)
from timing_server.rules.commands.rulings import (
    InsertPass,
    MarkOffTrack,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.sensors import ServerStarted
from timing_server.rules.units import (
    NS_PER_S,
    BootId,
    CarId,
    DriverId,
    EntryId,
    HeatId,
    NodeId,
    RulingId,
)

LOG_PATH = Path(__file__).with_name("first_race.jsonl")
STANDINGS_PATH = Path(__file__).with_name("first_race.standings.json")

NODE = "finish-pi"
BOOT = "6f0f2b1e-3b57-4a53-9e0a-5d8f6f1c2a01"
#: Stamps lie some milliseconds before the log's own instant, and laps aren't whole milliseconds.
FINE_NS, FINE_STEP_NS = -5_000_000, 41_683
#: Racing names, made up for the occasion.
DRIVERS = ("turbo-tortoise", "apex-otter", "captain-kerb", "wild-wanda")
#: Protests without a limit, as it was when the log was recorded.
OPTIONS = HeatOptions(
    window_ns=60 * NS_PER_S,
    grace_ns=20 * NS_PER_S,
    idle_limit_ns=30 * NS_PER_S,
    protest_limit_ns=0,
)


def record() -> ScriptedRace:
    """Return the race as it was driven."""
    node = ScriptedNode(
        name=NODE,
        boot=BOOT,
        journal="0b7c3a52-5c0e-4d8e-8f43-0a1d7b9e4c01",
        offset_ms=41_207,
        fine_ns=FINE_NS,
        fine_step_ns=FINE_STEP_NS,
    )
    race = ScriptedRace(node=node)
    _plan(race)
    _turbo_tortoise(race)
    _apex_otter(race)
    _captain_kerb(race)
    _wild_wanda(race)
    race.at(race.now_ms + 60_000).ask(CloseEvent())
    return race


def _plan(race: ScriptedRace) -> None:
    race.append(ServerStarted(BootId("8e2d94c7-91f0-4c39-b1a6-2f4be7d05a02"), 0, "0.1.0"))
    race.at(350).ask(CreateEvent(EVENT, "Europe/Madrid", is_demo=False))
    race.ask(PlanStage(STAGE, "Time trial", "time_trial", OPTIONS))
    for number, driver in enumerate(DRIVERS, 1):
        entry_id, heat_id = EntryId(f"entry-{number}"), HeatId(f"heat-{number}")
        race.at(race.now_ms + 2_100).ask(AddEntry(entry_id, (DriverId(driver),), None))
        race.ask(PlanHeat(heat_id, STAGE, (entry_id,)))
        race.ask(EquipRun(heat_id, entry_id, CarId(f"car-{number}"), f"{number:064x}"))
    race.at(15_000).ask(OpenEvent())
    race.ask(BindGate(NodeId(NODE), "beam", "finish"))
    race.append(race.node.relation(bound_ns=412_350), actor=NODE)


def _start(race: ScriptedRace, number: int) -> None:
    race.at(race.now_ms + 5_000).ask(CallNextHeat())
    race.at(race.now_ms + 12_480).ask(
        StartHeat(HeatId(f"heat-{number}"), cars=cars_ready(len(DRIVERS)))
    )


def _drive(race: ScriptedRace, *laps_ms: int) -> None:
    for lap_ms in laps_ms:
        race.crossing(race.now_ms + lap_ms, "beam")


def _turbo_tortoise(race: ScriptedRace) -> None:
    """Slow and steady; somebody's hand breaks the beam in lap 3, and a marshal strikes it."""
    _start(race, 1)
    _drive(race, 1_730, 9_412, 9_120)
    hand = race.crossing(race.now_ms + 3_305, "beam")
    ruling = VoidPass(RulingId("ruling-hand"), hand, "a hand in the beam")
    race.at(race.now_ms + 1_900).ask(ruling, actor="marshal-1")
    _drive(race, 4_183, 9_254, 9_307, 9_198, 9_166)


def _apex_otter(race: ScriptedRace) -> None:
    """Quick; one pass fires twice, and the beam is blind once: a marshal enters that pass."""
    _start(race, 2)
    _drive(race, 1_512, 8_031, 7_984)
    race.crossing(race.now_ms + 640, "beam")
    _drive(race, 7_371)
    blind_ms = race.now_ms + 8_105
    by_hand = InsertPass(
        RulingId("ruling-blind"), HeatId("heat-2"), ms(blind_ms), 150_000_000, "the beam was blind"
    )
    race.at(blind_ms + 2_400).ask(by_hand, actor="marshal-1")
    _drive(race, 5_633, 8_077, 8_052, 8_118, 8_090)


def _captain_kerb(race: ScriptedRace) -> None:
    """As quick to the millisecond, but with a slower second-best lap; the node restarts once."""
    _start(race, 3)
    _drive(race, 1_655, 8_140, 7_984, 8_260)
    # The Pi was unplugged: another boot, another clock, a new journal.
    race.node = ScriptedNode(
        name=NODE,
        boot="d41c8e0f-7a26-4e1b-a0f4-93b52c6d7e03",
        journal="5e9d1f70-2b84-4f6a-9c15-7d3e8a0b6c04",
        offset_ms=race.now_ms + 3_900,
        fine_ns=FINE_NS,
        fine_step_ns=2 * FINE_STEP_NS,
    )
    race.at(race.now_ms + 4_700)
    race.append(race.node.relation(bound_ns=388_120), actor=NODE)
    _drive(race, 3_566, 8_190, 8_072, 8_204, 8_333)


def _wild_wanda(race: ScriptedRace) -> None:
    """The fastest lap cut a corner; then the car leaves the track and doesn't come back."""
    _start(race, 4)
    _drive(race, 1_401, 7_310)
    cut = race.crossing(race.now_ms + 6_044, "beam")
    race.at(race.now_ms + 1_000).ask(
        VoidLap(RulingId("ruling-cut"), cut, "cut the chicane"), actor="marshal-1"
    )
    wrong = MarkOffTrack(RulingId("ruling-wrong"), HeatId("heat-4"), EntryId("entry-4"), None)
    race.at(race.now_ms + 500).ask(wrong, actor="marshal-1")
    undo = ReverseRuling(RulingId("ruling-undo"), None, "that was a shadow")
    race.at(race.now_ms + 800).ask(undo, actor="marshal-1")
    _drive(race, 5_092)
    off = MarkOffTrack(RulingId("ruling-off"), HeatId("heat-4"), EntryId("entry-4"), None)
    race.at(race.now_ms + 2_750).ask(off, actor="marshal-1")
    race.at(race.now_ms + 40_000)


def standings_as_json(standings: tuple[Standing, ...]) -> str:
    """Return the standings as they are kept beside the log."""
    rows = [
        {
            "rank": each.rank,
            "entry": each.entry_id,
            "best_lap_ns": each.best_lap_ns,
            "best_lap_bound_ns": each.best_lap_bound_ns,
            "best_lap_number": each.best_lap_number,
            "gap_ns": each.gap_ns,
            "interval_ns": each.interval_ns,
            "decided_by": each.decided_by,
            "car": each.best_car_id,
            "model_sha256": each.best_model_sha256,
            "laps_ns": list(each.laps_ns),
        }
        for each in standings
    ]
    return json.dumps({"standings": rows}, indent=2) + "\n"


if __name__ == "__main__":
    recorded = record()
    LOG_PATH.write_bytes(b"".join(line + b"\n" for line in recorded.stored))
    STANDINGS_PATH.write_text(standings_as_json(recorded.standings()), encoding="utf-8")
