"""The moments of the day that pictures are taken at, and what brings the race to each.

Twelve drivers qualify, four of them with the cars of the virtual track; the best eight meet in a
knock-out, and its first three race for the win behind start lights. All of it goes over the public
interface, and laps take as long as they say: the whole day lasts some six minutes.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from docs.screenshots.day import Day
from docs.screenshots.field import GUESTS, RACERS, Racer
from docs.screenshots.league import play_before_people, race_before_people, race_online

#: In the order of the day.
Moment = Literal[
    "nothing",
    "doors_open",
    "false_trigger",
    "to_the_line",
    "running",
    "result",
    "qualified",
    "drawn",
    "knockout",
    "lights",
    "field",
    "podium",
    "closed",
    "league",
    "show",
    "duel",
]
MOMENTS: tuple[Moment, ...] = get_args(Moment)

QUICK = {"idle_limit_s": 60, "grace_s": 30}
NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000


def nothing(_day: Day) -> None:
    """The server is up and has never seen an event."""


def doors_open(day: Day) -> None:
    """The event is planned, people come in, and two more ask to take part."""
    api = day.venue.api
    event = api.post("/events", {"name": "Harbour Grand Prix", "time_zone": "Europe/Madrid"})
    day.event_id = event["event_id"]
    _plan_stages(day)
    rows = [f"{each.number},{each.name},{each.region},{each.colour}" for each in RACERS]
    day.post("/roster", {"csv": "\n".join(["number,name,region,colour", *rows])})
    for entry in day.get("/entries"):
        day.entries[entry["number"]] = entry["entry_id"]
        day.drivers[entry["number"]] = entry["driver_ids"][0]
    day.post("/open")
    for lane in (1, 2, 3):
        job = {"node_id": day.venue.desk.name, "gate": f"lane-{lane}", "role": "finish"}
        api.post("/gates", {**job, "lane": lane})
    for racer in RACERS[:9]:
        day.post(f"/entries/{day.entries[racer.number]}/check-in")
    for racer in RACERS:
        heat = {"stage_id": day.stages["Qualifying"], "entry_ids": [day.entries[racer.number]]}
        day.post("/heats", heat)
    first = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=5)
    times = {"starts_utc": first.isoformat(), "slot_s": 180}
    day.post(f"/stages/{day.stages['Qualifying']}/schedule", times)
    for guest in GUESTS:
        day.post("/registrations", guest)


def _plan_stages(day: Day) -> None:
    lanes = {"format_name": "single_elimination", "has_bronze_final": False}
    wanted: dict[str, Any] = {
        "Qualifying": {"kind": "qualifying", "format_name": "time_trial", "window_s": 120},
        "Knock-out": {"kind": "knockout", **lanes, "cars_max": 2, "match_format": "time_trial"},
        "Final": {
            "kind": "final",
            "format_name": "time_trial",
            "cars_max": 3,
            "start_mode": "lights",
        },
    }
    for title, options in wanted.items():
        body = {"title": title, **QUICK, **options}
        day.stages[title] = day.post("/stages", body)["stage_id"]
    cut = {"from_stage_id": day.stages["Qualifying"], "top_per_region_n": 2, "wildcards_n": 2}
    day.post(f"/stages/{day.stages['Knock-out']}/progression", cut)
    podium = {"from_stage_id": day.stages["Knock-out"], "top_n": 3}
    day.post(f"/stages/{day.stages['Final']}/progression", podium)


def false_trigger(day: Day) -> None:
    """Four have qualified; a hand waved through the beam in the middle of the fourth's lap."""
    for registration in day.get("/registrations"):
        body = {"reason": "The field is full, sorry."}
        day.venue.api.post(f"/registrations/{registration['registration_id']}/decline", body)
    for racer in RACERS[9:]:
        day.post(f"/entries/{day.entries[racer.number]}/check-in")
    for racer in RACERS[:3]:
        _qualify(day, racer)
    _qualify(day, RACERS[3], wave_s=3.4)


def _qualify(day: Day, racer: Racer, wave_s: float | None = None) -> None:
    """Drive a run whose car is none of the virtual track's; ``wave_s`` into its last lap a hand."""
    numbers = day.call()
    assert numbers == [racer.number]  # noqa: S101 - the queue is as it was planned
    day.start()
    crossed = day.venue.desk.drive(("finish", [each * 1000 for each in racer.laps_s]))
    if wave_s is not None:
        day.venue.desk.report([(crossed[-2] + round(wave_s * NS_PER_S), "finish")])
    day.stop()


def to_the_line(day: Day) -> None:
    """The false pass is struck, four more have qualified, and a car stands at the line."""
    passes = [each for each in day.get("/passes") if each["heat_id"] == day.heat_id]
    void = {"reason": "A hand in the beam."}
    day.post(f"/passes/{passes[-2]['pass_ref']}/void", void)
    for racer in RACERS[4:8]:
        _qualify(day, racer)
    day.venue.start_waiting_cars()
    day.equip(*day.call())


def running(day: Day) -> None:
    """The quickest car is in its third lap."""
    day.start()
    day.drive_laps(1)
    day.stop()
    day.equip(*day.call())
    day.start()
    day.drive_laps(1)
    day.stop()
    day.equip(*day.call())
    day.start()
    day.quickest_heat_id = day.heat_id
    day.console_url = day.venue.console_of("car-falcon")
    day.drive_laps(2)


def result(day: Day) -> None:
    """The quickest car has driven."""
    day.stop()


def qualified(day: Day) -> None:
    """Everybody has qualified."""
    day.equip(*day.call())
    day.start()
    day.drive_laps(2)
    day.stop()


def drawn(day: Day) -> None:
    """The field is drawn, who withdrew is replaced, and the quickest car's record is here."""
    replay = f"/heats/{day.quickest_heat_id}/replay"
    day.venue.until(lambda: day.get(replay)["runs"][0]["records"], "the quickest car's record")
    day.post(f"/stages/{day.stages['Knock-out']}/draw")
    day.post(f"/entries/{day.entries[33]}/withdraw")


def _race_matches(day: Day, heats_n: int) -> None:
    for _ in range(heats_n):
        numbers = day.call()
        day.start()
        lanes = enumerate(numbers, 1)
        day.venue.desk.drive(*((f"lane-{lane}", [_duel_lap_ms(each)]) for lane, each in lanes))
        day.stop()


def _plan_matches(day: Day) -> None:
    day.post(f"/stages/{day.stages['Knock-out']}/matches")


def _duel_lap_ms(number: int) -> float:
    """Return a lap of the knock-out: some are quicker than where they stand."""
    return {7: 6918.0, 11: 7341.0, 31: 7204.0, 44: 8890.0}.get(number, 7600.0 + 11 * number)


def knockout(day: Day) -> None:
    """The first turn is over, and the first semi-final is on track."""
    _plan_matches(day)
    _race_matches(day, 4)
    _plan_matches(day)
    day.semi_final = tuple(day.call())
    day.start()
    now_ns = day.venue.desk.now_ns()
    day.semi_final_ns = now_ns
    day.venue.desk.report([(now_ns, "lane-1"), (now_ns, "lane-2")])


def lights(day: Day) -> None:
    """The first three of the knock-out stand at the line, and the lamps go on."""
    passes = []
    for lane, number in enumerate(day.semi_final, 1):
        passes.append((day.semi_final_ns + round(_duel_lap_ms(number) * NS_PER_MS), f"lane-{lane}"))
    day.report_in_time(passes)
    day.stop()
    _race_matches(day, 1)
    _plan_matches(day)
    _race_matches(day, 1)
    stage = day.stages["Final"]
    day.post(f"/stages/{stage}/draw")
    day.post(f"/stages/{stage}/rounds", {"order": "seed", "has_lanes": True})
    day.call()
    day.start()


def on_track_together(day: Day) -> None:
    """Three cars race for the win, in their third lap."""
    go_ns = day.get("/view")["view"]["heat"]["started_us"] * 1000
    laps_ms = {"lane-1": (7012.0, 6931.0), "lane-2": (7211.0, 7004.0), "lane-3": (7108.0, 7077.0)}
    passes = []
    for at, (gate, laps) in enumerate(laps_ms.items()):
        crossed_ns = go_ns + (400 + 90 * at) * NS_PER_MS
        for lap_ms in (0, *laps):
            crossed_ns += round(lap_ms * NS_PER_MS)
            passes.append((crossed_ns, gate))
    day.report_in_time(passes)


def podium(day: Day) -> None:
    """The final is over."""
    day.stop()


def closed(day: Day) -> None:
    """The day is over: nothing is raced any more."""
    day.post("/close")


#: What brings the race to each moment from the one before.
STEPS: dict[Moment, Callable[[Day], None]] = {
    "nothing": nothing,
    "doors_open": doors_open,
    "false_trigger": false_trigger,
    "to_the_line": to_the_line,
    "running": running,
    "result": result,
    "qualified": qualified,
    "drawn": drawn,
    "knockout": knockout,
    "lights": lights,
    "field": on_track_together,
    "podium": podium,
    "closed": closed,
    "league": race_online,
    "show": play_before_people,
    "duel": race_before_people,
}
