"""The virtual league of the pictures: models that drivers submit, and a worker that drives them."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2

from docs.screenshots.day import Day
from docs.screenshots.field import RACERS
from timing_server.launcher.cast import CAST, model_path

#: Who races whom before an audience, the best seed first.
DUELLISTS: Final = (("fast", 7), ("cautious", 44), ("balanced", 11), ("wild", 66))
#: What the drivers of the virtual track's cars submit, in this order; the last one still waits.
SUBMITTED: Final = (("fast", 11), ("cautious", 44), ("wild", 66), ("balanced", 7), ("fast", 7))
WAITING: Final = (("balanced", 44),)
RULES: Final[dict[str, Any]] = {
    "laps": 3,
    "seed": 20,
    "submissions_max": 5,
    "prizes": "A cup, and a place on the grid of the spring meeting",
}


def race_online(day: Day) -> None:
    """A league is open online: models were driven, and one waits."""
    api = day.venue.api
    event = api.post("/events", {"name": "Harbour winter league", "time_zone": "Europe/Madrid"})
    path = f"/events/{event['event_id']}"
    first = api.post(f"{path}/stages", {"title": "Qualifier"})["stage_id"]
    final = api.post(f"{path}/stages", {"title": "Final"})["stage_id"]
    with _client(day) as http:
        _plan(http, f"{path}/stages/{first}", "esses", -20, 53, **RULES)
        _plan(http, f"{path}/stages/{final}", "speedway", 77, 100, is_sealed=True)
        entries = {
            racer.number: api.post(f"{path}/entries", {"driver_ids": [day.drivers[racer.number]]})
            for racer in RACERS
            if racer.car_id
        }

        def submit(character: str, number: int) -> None:
            model = _bring(http, day, character, number)
            body = {"entry_id": entries[number]["entry_id"], "model_sha256": model}
            api.post(f"{path}/stages/{first}/submissions", body)

        for each in SUBMITTED:
            submit(*each)
        day.venue.drive_submissions()
        day.venue.until(lambda: _is_idle(api.get(f"{path}/virtual")), "the worker")
        for each in WAITING:
            submit(*each)
    day.virtual_stage_id, day.virtual_event_id = first, str(event["event_id"])


def play_before_people(day: Day) -> None:
    """The league's next model drives before an audience, and has crossed the line."""
    api, path = day.venue.api, f"/events/{day.virtual_event_id}"
    api.post(f"{path}/open")
    day.venue.drive_shows()
    played = api.post(f"{path}/stages/{day.virtual_stage_id}/play-next")
    heat_id = played["heat_id"]

    def is_ready() -> bool:
        return any(
            each["is_ready"] and each["heat_id"] == heat_id
            for each in api.get(f"{path}/virtual")["submissions"]
        )

    day.venue.until(is_ready, "the worker")
    api.post(f"{path}/heats/{heat_id}/start", {"hold_ms": 500})
    day.venue.until(lambda: bool(api.get(f"{path}/view")["view"]["heat"]["laps"]), "a lap")


def race_before_people(day: Day) -> None:
    """Two models race each other in a bracket before an audience, and have closed a lap."""
    api, path = day.venue.api, f"/events/{day.virtual_event_id}"
    api.post(f"{path}/heats/{api.get(f'{path}/view')['view']['heat']['heat_id']}/stop")
    plan = {"title": "Head-to-head", "kind": "knockout", "format_name": "single_elimination"}
    stage = f"{path}/stages/{api.post(f'{path}/stages', plan)['stage_id']}"
    entered = {each["driver_ids"][0]: each["entry_id"] for each in api.get(f"{path}/entries")}
    entries = {number: entered[day.drivers[number]] for _, number in DUELLISTS}
    rules = {"laps": 6, "seed": 20, "race_kind": "head_to_head", "resets_max": 20}
    with _client(day) as http:
        _plan(http, stage, "speedway", -20, 53, is_played=True, **rules)
        for character, number in DUELLISTS:
            model = _bring(http, day, character, number)
            body = {"entry_id": entries[number], "model_sha256": model}
            api.post(f"{stage}/submissions", body)
    api.post(f"{stage}/draw", {"entry_ids": list(entries.values())})
    api.post(f"{stage}/matches", {})
    heat_id = api.post(f"{stage}/play-next")["heat_id"]

    def shown() -> list[Any]:
        made = api.get(f"{path}/virtual")["submissions"]
        return [each for each in made if each["is_shown"] and each["heat_id"] == heat_id]

    day.venue.until(lambda: all(each["is_ready"] for each in shown()), "the worker")
    api.post(f"{path}/heats/{heat_id}/start", {"hold_ms": 500})
    runs = f"{path}/view"
    day.venue.until(
        lambda: all(each.get("laps") for each in api.get(runs)["view"]["heat"]["runs"].values()),
        "a lap of both",
    )


def _client(day: Day) -> httpx2.Client:
    """Return what plans and brings models: neither is done by a plain command."""
    body = {"role": "organiser", "principal": "league"}
    token = day.venue.api.post("/credentials", body)["token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.Client(base_url=f"{day.venue.url}/api/v1", headers=headers, timeout=120)


def _plan(
    http: httpx2.Client, path: str, track: str, opens_h: float, closes_h: float, **rules: Any
) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    times = {"opens_utc": opens_h, "closes_utc": closes_h}
    body = {name: (now + timedelta(hours=hours)).isoformat() for name, hours in times.items()}
    http.put(f"{path}/virtual", json={"track_id": track, **body, **rules}).raise_for_status()


def _bring(http: httpx2.Client, day: Day, character: str, number: int) -> str:
    """Bring a model of the library for a driver; return its hash."""
    file = next(model_path(each) for each in CAST if each.character == character)
    query = {"driver_id": day.drivers[number]}
    answer = http.post(
        "/models", params=query, files={"model": (file.name, file.read_bytes())}
    ).raise_for_status()
    return str(answer.json()["sha256"])


def _is_idle(desk: Any) -> bool:
    return bool(desk["waiting"] == desk["running"] == 0)
