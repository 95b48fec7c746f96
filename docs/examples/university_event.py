"""A university's event day, run over Paddock's public interface alone.

24 drivers in three regions: practice, two qualifying rounds, a knock-out for the first two of each
region and two wildcards, and a final; with a false trigger, a missed pass, a wrong entry, a
protest, a no-show and a withdrawn finalist on the way, each put right as a marshal would.

    paddock serve --data /tmp/university --host 127.0.0.1
    python -m docs.examples.university_event http://127.0.0.1:8000 SETUP-CODE

Everything that an organiser, a marshal and a timing node send is in this folder; only the cars are
missing: ``TimingNode`` says when they crossed the line. Laps last some hundredths of a second, so
that the whole day is over in less than half a minute.
"""

import json
import sys

from docs.examples.client import Api, Json, TimingNode, organiser
from docs.examples.day import Day, expect
from docs.examples.mishaps import false_trigger, missed_pass, protest, wrong_entry

#: The drivers' number: 1 to 24. Numbers 1, 4, 7 … are of the north, 2, 5, 8 … of the south.
DRIVERS = 24
REGIONS = ("north", "south", "east")
NAMES = ("Turbo", "Nitro", "Gear", "Drift", "Apex", "Torque", "Piston", "Clutch")
BEASTS = ("Tortoise", "Badger", "Llama")

#: Cars of this toy day cross the line again after some 40 ms.
DEAD_TIME_S = 0.005
GATES = {"finish": None, "lane-1": 1, "lane-2": 2}


def driver_name(number: int) -> str:
    """Return a made-up racing name: 'Turbo Tortoise' is number 1."""
    return f"{NAMES[(number - 1) // len(BEASTS)]} {BEASTS[(number - 1) % len(BEASTS)]}"


def qualifying_laps_ms(number: int, round_number: int) -> list[float]:
    """Return the two laps of a qualifying run: number n's best is 40 + n ms, in round 1.

    Numbers 13 and 14 are within the same millisecond: the second-best lap tells them apart. Number
    10 finds a millisecond in round 2; everybody else is slower there.
    """
    best = 40.0 + number
    if number == 14:
        best = 53.4
    if round_number == 2:
        best += -1.0 if number == 10 else 2.0
    return [best + 5.0 + (0.9 if number == 14 else 0.0), best]


def plan(desk: Api, node: TimingNode) -> Day:
    """Plan the event: stages, how to go on, gates, and 24 entries from a roster."""
    event_id = desk.post("/events", {"name": "University day", "time_zone": "Europe/Madrid"})[
        "event_id"
    ]
    day = Day(desk, node, f"/events/{event_id}")
    quick = {"dead_time_s": DEAD_TIME_S}
    lanes = {"format_name": "single_elimination", "cars_max": 2, "match_format": "time_trial"}
    wanted: dict[str, Json] = {
        "practice": {"kind": "practice"},
        "qualifying": {"kind": "qualifying", "format_name": "time_trial", "runs_max": 2},
        "knockout": {"kind": "knockout", **lanes},
        "final": {"kind": "final", "format_name": "total_time", "laps_n": 2},
    }
    for name, options in wanted.items():
        body = {"title": name.title(), **quick, **options}
        day.stages[name] = desk.post(f"{day.path}/stages", body)["stage_id"]
    cut = {"from_stage_id": day.stages["qualifying"], "top_per_region_n": 2, "wildcards_n": 2}
    desk.post(f"{day.path}/stages/{day.stages['knockout']}/progression", cut)
    podium = {"from_stage_id": day.stages["knockout"], "top_n": 3}
    desk.post(f"{day.path}/stages/{day.stages['final']}/progression", podium)
    enter_the_roster(day)
    desk.post(f"{day.path}/open")
    for gate, lane in GATES.items():
        job = {"node_id": node.name, "gate": gate, "role": "finish", "lane": lane}
        desk.post("/gates", job)
    return day


def enter_the_roster(day: Day) -> None:
    """Import 24 drivers from a table, as a spreadsheet exports it, and check them in."""
    rows = [
        f"{number},{driver_name(number)},{REGIONS[(number - 1) % len(REGIONS)]}"
        for number in range(1, DRIVERS + 1)
    ]
    roster = {"csv": "\n".join(["number,name,region", *rows])}
    preview = day.desk.post(f"{day.path}/roster/preview", roster)
    expect(preview["problems_n"] == 0, "every row of the roster is in order")
    day.desk.post(f"{day.path}/roster", roster)
    for entry in day.desk.get(f"{day.path}/entries"):
        day.entries[entry["number"]] = entry["entry_id"]
        if entry["number"] != 6:  # who never turns up
            day.desk.post(f"{day.path}/entries/{entry['entry_id']}/check-in")


def practise(day: Day) -> None:
    """Three drivers try the track in turn, in one heat; laps are timed and rank nobody."""
    desk, path = day.desk, day.path
    desk.post(f"{path}/heats", {"stage_id": day.stages["practice"], "entry_ids": []})
    heat_id, _ = day.call_and_start()
    for number in (3, 2, 1):
        body = {"entry_id": day.entries[number]}
        desk.post(f"{path}/heats/{heat_id}/send-out", body)
        day.node.drive(("finish", [60.0, 55.0]))
        desk.post(f"{path}/heats/{heat_id}/bring-in", body)
    day.stop(heat_id)


def qualify(day: Day) -> None:
    """Two rounds, the second in reverse order, with everything that goes wrong on such a day."""
    desk, path, stage = day.desk, day.path, day.stages["qualifying"]
    everybody = [day.entries[number] for number in sorted(day.entries)]
    for round_number, order in ((1, "number"), (2, "reverse")):
        desk.post(f"{path}/stages/{stage}/rounds", {"order": order, "entry_ids": everybody})
        desk.post(f"{path}/entries/{day.entries[6]}/no-show", {"reason": "Never arrived."})
        for _ in range(DRIVERS - 1):
            heat_id, (number,) = day.call_and_start()
            run(day, heat_id, number, round_number)


def run(day: Day, heat_id: str, number: int, round_number: int) -> None:
    """Drive one qualifying run, with the mishap that is this driver's, and put it right."""
    laps_ms = qualifying_laps_ms(number, round_number)
    mishap = {(9, 1): false_trigger, (4, 1): missed_pass, (11, 1): wrong_entry, (7, 1): protest}
    if (number, round_number) in mishap:
        mishap[number, round_number](day, heat_id, number, laps_ms)
        return
    day.node.drive(("finish", laps_ms))
    day.stop(heat_id)


#: Who meets whom in the knock-out, and what they drive: (better, worse) by number → laps in ms.
KNOCKOUT_LAPS_MS = {1: 50.0, 2: 52.0, 3: 51.0, 4: 49.0, 7: 58.0, 8: 57.0, 9: 56.0, 10: 40.0}


def knock_out(day: Day) -> list[int]:
    """Draw the field, lose a finalist and take the next, race the bracket two cars at a time."""
    desk, path, stage = day.desk, day.path, day.stages["knockout"]
    desk.post(f"{path}/stages/{stage}/draw")
    desk.post(f"{path}/entries/{day.entries[5]}/withdraw")
    stages = {each["stage_id"]: each for each in desk.get(f"{path}/stages")}
    field_now = day.numbers(stages[stage]["field"])
    while is_match_due(day, stage):
        desk.post(f"{path}/stages/{stage}/matches")
        while waiting(day, stage):
            heat_id, pair = day.call_and_start()
            lanes = zip(("lane-1", "lane-2"), pair, strict=True)
            day.node.drive(*((gate, [KNOCKOUT_LAPS_MS[number]]) for gate, number in lanes))
            day.stop(heat_id)
    return field_now


def is_match_due(day: Day, stage_id: str) -> bool:
    """Say whether both sides of some match are known, and it isn't planned yet."""
    bracket = day.desk.get(f"{day.path}/stages/{stage_id}/bracket")
    return any(each["state"] == "due" for each in bracket["matches"])


def waiting(day: Day, stage_id: str) -> bool:
    """Say whether heats of a stage still wait in the queue."""
    heats = day.desk.get(f"{day.path}/heats")
    return any(each["stage_id"] == stage_id and each["phase"] == "idle" for each in heats)


#: The final's two laps by number, in ms: their total ranks.
FINAL_LAPS_MS = {1: [45.0, 46.0], 10: [44.0, 48.5], 3: [43.0, 47.0]}


def final(day: Day) -> None:
    """The knock-out's first three, the best last; a car that leaves the track is penalised."""
    desk, path, stage = day.desk, day.path, day.stages["final"]
    desk.post(f"{path}/stages/{stage}/draw")
    desk.post(f"{path}/stages/{stage}/rounds", {"order": "seed"})
    while waiting(day, stage):
        heat_id, (number,) = day.call_and_start()
        day.node.drive(("finish", FINAL_LAPS_MS[number]))
        day.stop(heat_id)
        if number == 3:
            penalty = {
                "entry_id": day.entries[3],
                "penalty_us": 2000,
                "reason": "Touched the start light.",
            }
            desk.post(f"{path}/heats/{heat_id}/penalties", penalty)


def run_day(url: str, desk: Api) -> Json:
    """Run the whole day; returns every stage's standings, the field and who replaced whom."""
    node = TimingNode(desk, url)
    try:
        day = plan(desk, node)
        practise(day)
        qualify(day)
        field_now = knock_out(day)
        final(day)
        desk.post(f"{day.path}/close")
        return {
            "event_id": day.path.rsplit("/", 1)[1],
            "knockout_field": field_now,
            "standings": {name: day.standings(name) for name in day.stages},
        }
    finally:
        node.close()


def main() -> None:
    """Run the day at the server whose address and setup code are given, and print its results."""
    url, code = sys.argv[1:3]
    desk = organiser(url, code)
    try:
        sys.stdout.write(json.dumps(run_day(url, desk), indent=2) + "\n")
    finally:
        desk.close()


if __name__ == "__main__":
    main()
