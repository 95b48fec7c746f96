"""A university's event day, run over Paddock's public interface alone.

24 drivers in three regions: practice, two qualifying rounds, a knock-out for the first two of each
region and two wildcards, and a final; with a false trigger, a missed pass, a wrong entry, a
protest, a no-show and a withdrawn finalist on the way, each put right as a marshal would.

    paddock serve --data /tmp/university --host 127.0.0.1
    python docs/examples/university_event.py http://127.0.0.1:8000 SETUP-CODE

Everything that an organiser, a marshal and a timing node send is here; only the cars are missing:
``TimingNode`` says when they crossed the line. Laps last some hundredths of a second, so that the
whole day is over in less than half a minute.
"""

import json
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

Json = Any

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


def expect(is_so: object, what: str) -> None:
    """Stop where the day doesn't go as this example says."""
    if not is_so:
        raise RuntimeError(f"Expected that {what}.")


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


# --- the interface ------------------------------------------------------------------------------


class Api:
    """Speaks to a Paddock server with a bearer token; every command carries a retry key."""

    def __init__(self, url: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=f"{url}/api/v1", headers=headers, timeout=20)

    def get(self, path: str) -> Json:
        """Read."""
        return self._answer(self._http.get(path))

    def post(self, path: str, body: Json = None, **query: str) -> Json:
        """Send a command; done once, however often it is sent again."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self._answer(self._http.post(path, json=body or {}, headers=key, params=query))

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    @staticmethod
    def _answer(answer: httpx2.Response) -> Json:
        if not answer.is_success:
            # Every refusal says what is wrong in a sentence, and in a stable code.
            problem = answer.json()
            raise RuntimeError(f"{problem['code']}: {problem['detail']} ({answer.request.url})")
        return answer.json() if answer.content else None


def organiser(url: str, setup_code: str) -> Api:
    """Become organiser with the code that the server printed at its first start."""
    stranger = Api(url)
    token = stranger.post("/pair", {"code": setup_code})["token"]
    stranger.close()
    return Api(url, token)


class TimingNode:
    """Plays the timing node and the cars: journals passes and sends them, as ``paddock node`` does.

    Its clock is the server's race clock, read before each run.
    """

    def __init__(self, desk: Api, url: str, name: str = "desk-node") -> None:
        token = desk.post("/credentials", {"principal": name, "role": "node"})["token"]
        self._api = Api(url, token)
        self._path = f"/nodes/{name}/journal"
        self._journal_id = str(uuid.uuid4())
        self._boot_id = str(uuid.uuid4())
        self._seq = 0
        self.name = name
        self._send([self._record("clock", race_offset_ns=0, bound_ns=1_000)])

    def now_ns(self) -> int:
        """Read the race clock."""
        return int(self._api.get("/clock")["race_ns"])

    def drive(self, *cars: tuple[str, Sequence[float]]) -> list[int]:
        """Let cars drive, each given as the gate it crosses and its laps in ms; returns instants.

        The returned instants (race_ns) are of the first car's passes, the start of its first lap
        among them.
        """
        start_ns = self.now_ns()
        passes: list[tuple[int, str]] = []
        first: list[int] = []
        for gate, laps_ms in cars:
            at_ns = start_ns
            crossed = [at_ns]
            for lap_ms in laps_ms:
                at_ns += round(lap_ms * 1_000_000)
                crossed.append(at_ns)
            passes += [(each, gate) for each in crossed]
            first = first or crossed
        while self.now_ns() <= max(passes)[0]:
            time.sleep(0.005)
        self.report(sorted(passes))
        return first

    def report(self, passes: Sequence[tuple[int, str]]) -> None:
        """Send passes, each an instant and a gate."""
        self._send(
            [
                self._record("pass", mono_ns=at_ns, gate=gate, edges=1, sensors=["a"])
                for at_ns, gate in passes
            ]
        )

    def close(self) -> None:
        """Give the connections back."""
        self._api.close()

    def _record(self, kind: str, mono_ns: int = 0, **fields: Json) -> Json:
        self._seq += 1
        shared = {"seq": self._seq, "boot_id": self._boot_id, "mono_ns": mono_ns}
        return {**shared, "wall_utc": "2026-05-01T10:00:00+00:00", "kind": kind, **fields}

    def _send(self, records: Sequence[Json]) -> None:
        self._api.post(self._path, {"journal_id": self._journal_id, "records": records})


# --- the day ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Day:
    """The event under way: its ids, and who is who by number."""

    desk: Api
    node: TimingNode
    path: str
    stages: dict[str, str] = field(default_factory=dict)
    entries: dict[int, str] = field(default_factory=dict)

    def numbers(self, entry_ids: Sequence[str]) -> list[int]:
        """Return start numbers of entries."""
        by_id = {entry_id: number for number, entry_id in self.entries.items()}
        return [by_id[each] for each in entry_ids]

    def call_and_start(self) -> tuple[str, list[int]]:
        """Call the next heat to the line and let it drive; returns it and who is in it."""
        heat_id = self.desk.post(f"{self.path}/next")["heat_id"]
        self.desk.post(f"{self.path}/heats/{heat_id}/start")
        heats = {each["heat_id"]: each for each in self.desk.get(f"{self.path}/heats")}
        return heat_id, self.numbers(heats[heat_id]["entry_ids"])

    def stop(self, heat_id: str) -> None:
        """End the heat."""
        self.desk.post(f"{self.path}/heats/{heat_id}/stop")

    def passes_of(self, heat_id: str) -> list[str]:
        """Return the addresses of a heat's passes, in the order of their instants."""
        passes = self.desk.get(f"{self.path}/passes")
        return [each["pass_ref"] for each in passes if each["heat_id"] == heat_id]

    def standings(self, stage: str) -> Json:
        """Return a stage's standings, best first."""
        return self.desk.get(f"{self.path}/standings?stage_id={self.stages[stage]}")["standings"]


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


def false_trigger(day: Day, heat_id: str, number: int, laps_ms: Sequence[float]) -> None:
    """A hand waves through the beam in mid-lap: its pass is voided, the two halves are one lap."""
    crossed = day.node.drive(("finish", laps_ms))
    day.node.report([(crossed[1] + 20_000_000, "finish")])
    day.stop(heat_id)
    waved = day.passes_of(heat_id)[2]
    reason = {"reason": f"A hand in the beam behind number {number}."}
    preview = day.desk.post(f"{day.path}/passes/{waved}/void", reason, preview="true")
    expect(preview["preview"]["places"], "the false lap of 20 ms led the standings")
    day.desk.post(f"{day.path}/passes/{waved}/void", reason)


def missed_pass(day: Day, heat_id: str, number: int, laps_ms: Sequence[float]) -> None:
    """The beam misses a crossing: one long lap is split where the marshal's video shows it."""
    day.node.drive(("finish", [sum(laps_ms)]))
    day.stop(heat_id)
    long_lap = day.passes_of(heat_id)[-1]
    split = {"first_us": round(laps_ms[0] * 1000), "reason": f"Number {number} was missed."}
    day.desk.post(f"{day.path}/laps/{long_lap}/split", split)


def wrong_entry(day: Day, heat_id: str, number: int, laps_ms: Sequence[float]) -> None:
    """Another car stood on the track: nothing of the heat counts, and it is run again."""
    day.node.drive(("finish", [30.0, 30.0]))
    body = {"reason": f"That was not number {number}.", "is_rerun": True}
    day.desk.post(f"{day.path}/heats/{heat_id}/abandon", body)
    heat_again, again = day.call_and_start()
    expect(again == [number], "the heat that is run again heads the queue")
    day.node.drive(("finish", laps_ms))
    day.stop(heat_again)


def protest(day: Day, heat_id: str, number: int, laps_ms: Sequence[float]) -> None:
    """The best lap is struck for a short cut; the driver protests, is right, and has it back."""
    desk, path = day.desk, day.path
    day.node.drive(("finish", laps_ms))
    day.stop(heat_id)
    best = day.passes_of(heat_id)[-1]
    struck = desk.post(f"{path}/laps/{best}/void", {"reason": "Cut the chicane."})
    body = {"heat_id": heat_id, "entry_id": day.entries[number], "reason": "I was pushed."}
    lodged = desk.post(f"{path}/protests", body)["ruling_id"]
    upheld = {"is_upheld": True, "reason": "The video shows all wheels on the track."}
    desk.post(f"{path}/protests/{lodged}/decide", upheld)
    back = {"reason": "Protest upheld."}
    desk.post(f"{path}/rulings/{struck['ruling_id']}/reverse", back)


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
