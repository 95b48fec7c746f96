"""A whole race through the public interface: real server, real database, real loopback."""

from itertools import pairwise

from tests.timing_server.web.live_server import Node, Organiser, Screen

LAP_NS = 623_456_789


def test_a_race_from_plan_to_podium(organiser: Organiser) -> None:
    """It should score the passes of a node exactly and end the heat by the rules."""
    plan = organiser.plan(drivers=1, window_s=1, grace_s=30, dead_time_s=0)
    node = Node(organiser)
    organiser.post("/cars", {"car_id": "car-1", "name": "Blue Bolt"})
    equip = {"entry_id": plan["entries"][0], "car_id": "car-1", "model_sha256": "ab" * 32}
    organiser.post(f"{plan['path']}/heats/{plan['heats'][0]}/equip", equip)
    run = f"{plan['path']}/heats/{plan['heats'][0]}/runs/{plan['entries'][0]}"
    organiser.post(f"{run}/confirm", {"reason": "a guest's car"})
    heat_id = organiser.start_next(plan)
    first = node.now_mono_ns()
    assert node.send(node.clock(), node.passing(first)) == 2
    view = organiser.get(f"{plan['path']}/view")["view"]
    assert view["scene"] == "running"
    assert view["heat"]["window_closes_us"] - view["heat"]["window_opens_us"] == 1_000_000
    # The last lap closes in a moment, by the pass's own instant: then a tick ends the heat.
    screen = Screen(organiser.url, plan["event_id"])
    assert node.send(node.passing(first + LAP_NS), node.passing(first + 2 * LAP_NS)) == 4
    while screen.document()["scene"] != "podium":
        screen.wait_for(len(screen.named("patch")) + 1, "patch")
    screen.close()

    view = organiser.get(f"{plan['path']}/view")["view"]
    assert view["scene"] == "podium"
    assert view["heat"]["end_reason"] == "last_lap_closed"
    laps = sorted(view["heat"]["laps"].values(), key=lambda lap: lap["number"])
    assert [lap["duration_us"] for lap in laps] == [LAP_NS // 1000] * 2
    assert [lap["bound_us"] for lap in laps] == [0, 0]
    assert [lap["is_overall_best"] for lap in laps] == [True, False]
    assert not laps[0]["is_provisional"]
    (row,) = organiser.get(f"{plan['path']}/standings")["standings"]
    assert row == {
        "rank": 1,
        "driver": "Turbo Tester 0",
        "car": "Blue Bolt",
        "model_sha256": "ab" * 32,
        "value_us": LAP_NS // 1_000_000 * 1000,
        "value_laps": None,
        "decided_by": None,
        "best_lap_us": LAP_NS // 1000,
        "laps": [LAP_NS // 1000] * 2,
        "value_points": None,
        "penalty_us": 0,
        "is_close": False,
        "status": None,
        "is_ranked": True,
    }
    assert heat_id == view["heat"]["heat_id"]


def test_marshals_rulings(organiser: Organiser) -> None:
    """It should void and restore a lap, mark an off-track and take a pass entered by hand."""
    plan = organiser.plan(drivers=2, dead_time_s=0)
    node = Node(organiser)
    heat_id = organiser.start_next(plan)
    first = node.now_mono_ns()
    node.send(node.clock(), *(node.passing(first + n * LAP_NS) for n in range(3)))
    heat = organiser.get(f"{plan['path']}/view")["view"]["heat"]
    ref = next(lap["pass_ref"] for lap in heat["laps"].values() if lap["number"] == 1)

    outcome = organiser.post(f"{plan['path']}/laps/{ref}/void", {"reason": "cut the chicane"})
    assert outcome["facts"] == ["LapVoided"]
    view = organiser.get(f"{plan['path']}/view")["view"]
    assert view["heat"]["laps"][ref]["state"] == "void"
    assert view["rulings"][outcome["ruling_id"]]["reason"] == "cut the chicane"
    organiser.post(f"{plan['path']}/rulings/undo")
    view = organiser.get(f"{plan['path']}/view")["view"]
    assert view["heat"]["laps"][ref]["state"] == "valid"

    off = {"entry_id": plan["entries"][0]}
    organiser.post(f"{plan['path']}/heats/{heat_id}/off-tracks", off)
    manual = organiser.post(f"{plan['path']}/heats/{heat_id}/passes", {"reason": "sensor blind"})
    assert manual["pass_ref"] == f"manual:{manual['ruling_id']}"
    rows = organiser.get(f"{plan['path']}/passes")
    assert [row["source"] for row in rows].count("manual") == 1
    assert len(organiser.get(f"{plan['path']}/rulings")) == 4
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    view = organiser.get(f"{plan['path']}/view")["view"]
    assert view["scene"] == "result"
    assert view["heat"]["end_reason"] == "stopped"


def test_the_same_key_does_a_command_once(organiser: Organiser) -> None:
    """It should repeat the first outcome, and refuse the key with another body."""
    key = {"Idempotency-Key": "k-1"}
    first = organiser.post("/drivers", {"name": "Nova Null"}, **key)
    assert organiser.post("/drivers", {"name": "Nova Null"}, **key) == first
    problem = organiser.refusal("/drivers", {"name": "Someone Else"}, **key)
    assert (problem["status"], problem["code"]) == (409, "idempotency_key_reused")
    names = [driver["name"] for driver in organiser.get("/drivers")]
    assert names.count("Nova Null") == 1


def test_a_refusal_has_the_rules_code_and_sentence(organiser: Organiser) -> None:
    """It should answer with the violation's code, and 404 for what doesn't exist."""
    plan = organiser.plan(drivers=1)
    problem = organiser.refusal(f"{plan['path']}/heats/{plan['heats'][0]}/start")
    assert (problem["status"], problem["code"]) == (409, "heat_not_called")
    assert problem["params"]["number"] == 1
    problem = organiser.refusal("/events/nowhere/next")
    assert (problem["status"], problem["code"]) == (404, "unknown_event")
    body = {"driver_ids": ["nobody"]}
    problem = organiser.refusal(f"{plan['path']}/entries", body)
    assert (problem["status"], problem["code"]) == (404, "unknown_driver")


def test_opening_an_event_closes_the_other_and_passes_on_what_the_venue_knows(
    organiser: Organiser,
) -> None:
    """It should put bindings and clock relations into the new event's own stream."""
    first = organiser.plan()
    node = Node(organiser)
    node.send(node.clock())
    organiser.post("/gates", {"node_id": "node-1", "gate": "far-side", "role": "sector"})
    second = organiser.plan()
    events = {each["event_id"]: each for each in organiser.get("/events")}
    assert not events[first["event_id"]]["is_open"]
    assert events[second["event_id"]]["is_active"]
    facts = [line["fact"] for line in organiser.get(f"{second['path']}/log")["facts"]]
    relations = [fact["body"] for fact in facts if fact["type"] == "ClockRelated"]
    assert node.boot_id in [relation["boot_id"] for relation in relations]
    gates = [fact["body"]["gate"] for fact in facts if fact["type"] == "GateBound"]
    assert "far-side" in gates


def test_the_log_is_what_is_stored(organiser: Organiser) -> None:
    """It should page through a gapless chain, and count it."""
    plan = organiser.plan()
    page = organiser.get(f"{plan['path']}/log?limit=2")
    assert page["next_after"] == 2
    rest = organiser.get(f"{plan['path']}/log?after=2")
    lines = page["facts"] + rest["facts"]
    assert [line["fact"]["seq"] for line in lines] == list(range(1, len(lines) + 1))
    for line, following in pairwise(lines):
        assert following["fact"]["prev_hash"] == line["hash"]
    summary = organiser.get("/log/summary")
    assert summary["facts"] >= len(lines)
    assert summary["streams"] >= 2


def test_the_plan_can_be_read_as_it_was_made(organiser: Organiser) -> None:
    """It should list stages, entries and heats, and show each heat with its laps."""
    plan = organiser.plan(drivers=2, window_s=30, dead_time_s=0.5)
    path = plan["path"]
    event = organiser.get(path)
    assert (event["event_id"], event["is_open"], event["name"]) == (
        plan["event_id"],
        True,
        "Friday league",
    )
    (stage,) = organiser.get(f"{path}/stages")
    told = {
        "stage_id": plan["stage_id"],
        "title": "Time trial",
        "format_name": "time_trial",
        "window_s": 30.0,
        "grace_s": 60.0,
        "idle_limit_s": 120.0,
        "dead_time_s": 0.5,
        "resolution_ms": 1.0,
        "laps_n": 3,
    }
    assert stage.items() >= told.items()
    organiser.post(f"{path}/entries/{plan['entries'][1]}/withdraw")
    entries = organiser.get(f"{path}/entries")
    assert [each["entry_id"] for each in entries] == plan["entries"]
    assert [each["is_withdrawn"] for each in entries] == [False, True]
    assert entries[0]["name"] == "Turbo Tester 0"
    node = Node(organiser)
    heat_id = organiser.start_next(plan)
    start = node.now_mono_ns()
    node.send(node.clock(), node.passing(start), node.passing(start + LAP_NS))
    heats = organiser.get(f"{path}/heats")
    assert [each["heat_id"] for each in heats] == plan["heats"]
    assert [each["phase"] for each in heats] == ["running", "idle"]
    shown = organiser.get(f"{path}/heats/{heat_id}")
    assert [lap["duration_us"] for lap in shown["laps"].values()] == [LAP_NS // 1000]
    assert organiser.get(f"{path}/heats/{plan['heats'][1]}")["laps"] == {}
    missing = [f"{path}/heats/none", "/events/none", "/events/none/heats", "/events/none/entries"]
    for each in missing:
        assert organiser.http.get(each).status_code == 404
