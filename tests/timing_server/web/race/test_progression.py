"""From qualifying to a knock-out through the public interface."""

from collections.abc import Sequence
from typing import Any

from tests.timing_server.web.live_server import Node, Organiser

MS = 1_000_000


def qualify(organiser: Organiser, node: Node, laps_ms: Sequence[int]) -> dict[str, Any]:
    """Plan an event in which each driver drives one lap, and a knock-out that two go on to."""
    plan = organiser.plan(drivers=len(laps_ms), dead_time_s=0, window_s=1)
    for lap_ms in laps_ms:
        drive(organiser, node, plan, lap_ms)
    body = {"title": "Knock-out", "format_name": "single_elimination", "dead_time_s": 0}
    knockout = organiser.post(f"{plan['path']}/stages", {**body, "kind": "knockout"})["stage_id"]
    plan["knockout"] = f"{plan['path']}/stages/{knockout}"
    rule = {"from_stage_id": plan["stage_id"], "top_n": 2}
    organiser.post(f"{plan['knockout']}/progression", rule)
    return plan


def drive(organiser: Organiser, node: Node, plan: dict[str, Any], lap_ms: int) -> None:
    """Let the next heat drive one lap of a few milliseconds."""
    heat_id = organiser.start_next(plan)
    first = node.now_mono_ns()
    while node.now_mono_ns() <= first + lap_ms * MS:
        continue  # the server's clock is the race's: the lap must be over before the heat is
    node.send(node.clock(), node.passing(first), node.passing(first + lap_ms * MS))
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")


def seats(bracket: dict[str, Any]) -> list[list[str | None]]:
    return [[side["entry_id"] for side in each["sides"]] for each in bracket["matches"]]


def test_from_qualifying_to_the_final(organiser: Organiser) -> None:
    """It should show the cut, draw, replace who withdraws, plan the match and say who won."""
    node = Node(organiser)
    plan = qualify(organiser, node, [30, 10, 20])
    third, first, second = plan["entries"]
    cut = organiser.get(f"{plan['knockout']}/cut")
    assert (cut["line_after"], cut["is_drawn"]) == (second, False)
    assert {key: each["way"] for key, each in cut["entries"].items()} == {
        first: "top",
        second: "top",
        third: None,
    }
    assert cut["entries"][third]["distance_us"] == 10_000
    assert cut["entries"][third]["rival_entry_id"] == second
    assert cut["entries"][first]["distance_us"] == -20_000
    assert seats(organiser.get(f"{plan['knockout']}/bracket")) == [[first, second]]

    assert organiser.post(f"{plan['knockout']}/draw")["entry_ids"] == [first, second]
    organiser.post(f"{plan['path']}/entries/{second}/withdraw")
    entries = organiser.get(f"{plan['knockout']}/cut")["entries"]
    assert entries[second]["replaced_by"] == third
    assert (entries[third]["replaces"], entries[third]["seed"]) == (second, 2)
    bracket = organiser.get(f"{plan['knockout']}/bracket")
    assert (bracket["is_drawn"], seats(bracket)) == (True, [[first, third]])

    planned = organiser.post(f"{plan['knockout']}/matches")["heat_ids"]
    assert len(planned) == 2
    assert organiser.refusal(f"{plan['knockout']}/matches")["code"] == "no_match_due"
    drive(organiser, node, plan, 9)
    drive(organiser, node, plan, 12)
    (final,) = organiser.get(f"{plan['knockout']}/bracket")["matches"]
    assert (final["name"], final["state"], final["heat_ids"]) == ("final", "raced", planned)
    sides = [(each["value_us"], each["is_winner"]) for each in final["sides"]]
    assert sides == [(12_000, False), (9_000, True)]
    stage_id = plan["knockout"].rsplit("/", 1)[1]
    rows = organiser.get(f"{plan['path']}/standings?stage_id={stage_id}")["standings"]
    assert [each["driver"] for each in rows] == ["Turbo Tester 0", "Turbo Tester 1"]


def test_the_organisers_word(organiser: Organiser) -> None:
    """It should put in and keep out with a reason, but nobody without a result."""
    node = Node(organiser)
    plan = qualify(organiser, node, [30, 10, 20])
    third, first, second = plan["entries"]
    name = f"{plan['knockout']}/finalists"
    organiser.post(name, {"entry_id": first, "is_in": False, "reason": "runs the timing"})
    cut = organiser.get(f"{plan['knockout']}/cut")["entries"]
    assert (cut[first]["way"], cut[first]["reason"]) == (None, "runs the timing")
    assert cut[third]["way"] == "top"
    driver = organiser.post("/drivers", {"name": "Slow Starter"})["driver_id"]
    late = organiser.post(f"{plan['path']}/entries", {"driver_ids": [driver]})["entry_id"]
    word = {"entry_id": late, "is_in": True, "reason": "guest"}
    assert organiser.refusal(name, word)["code"] == "no_result"
    draw = f"{plan['knockout']}/draw"
    assert organiser.refusal(draw, {"entry_ids": [late]})["code"] == "no_result"
    assert organiser.refusal(draw, {"entry_ids": []})["code"] == "field_empty"
    chosen = organiser.post(draw, {"entry_ids": [third, second]})["entry_ids"]
    assert chosen == [third, second]
    organiser.post(name, {"entry_id": second, "is_in": False, "reason": "no battery"})
    bracket = organiser.get(f"{plan['knockout']}/bracket")
    assert bracket["field"] == [third, second]


def test_what_is_not_there(organiser: Organiser) -> None:
    """It should say clearly that a stage isn't there, has no rule, or has no matches."""
    plan = organiser.plan(drivers=2)
    stage = f"{plan['path']}/stages/{plan['stage_id']}"
    for path in (f"{plan['path']}/stages/no/cut", f"{plan['path']}/stages/no/bracket"):
        assert organiser.refusal(path, method="GET")["code"] == "unknown_stage"
    for path in ("draw", "matches"):
        assert organiser.refusal(f"{plan['path']}/stages/no/{path}")["code"] == "unknown_stage"
        assert organiser.refusal(f"/events/no/stages/no/{path}")["code"] == "unknown_event"
    cut = organiser.get(f"{stage}/cut")
    assert (cut["from_stage_id"], cut["entries"]) == (None, {})
    assert organiser.get(f"{stage}/bracket")["matches"] == []
    assert organiser.refusal(f"{stage}/matches")["code"] == "no_matches"
    assert organiser.post(f"{stage}/draw")["entry_ids"] == plan["entries"]
    assert organiser.refusal(f"{stage}/draw", {"entry_ids": ["no"]})["code"] == "unknown_entry"


def test_another_takes_over_a_run(organiser: Organiser) -> None:
    """It should let another entry take over a run until the heat starts."""
    plan = organiser.plan(drivers=2)
    first, second = plan["entries"]
    path = f"{plan['path']}/heats/{plan['heats'][0]}/replace"
    swap = {"out_entry_id": first, "in_entry_id": second}
    assert organiser.post(path, swap)["heat_id"] == plan["heats"][0]
    view = organiser.get(f"{plan['path']}/view")["view"]
    assert view["queue"][plan["heats"][0]]["entry_id"] == second
    organiser.start_next(plan)
    back = {"out_entry_id": second, "in_entry_id": first}
    assert organiser.refusal(path, back)["code"] == "heat_started"
