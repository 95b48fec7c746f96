from typing import Any

from tests.timing_server.web.live_server import Node
from tests.timing_server.web.marshal.raced import Raced


def run_of(raced: Raced, heat: int = 0) -> Any:
    (run,) = raced.sheet(heat)["runs"]
    return run


def test_a_penalty_is_given_and_taken_back(raced: Raced) -> None:
    """It should add time to a lap, which moves places, and to a run."""
    heat, entry, ref = raced.heats[0], raced.entries[0], raced.refs[0][2]
    assert raced.ranks() == {raced.entries[0]: 1, raced.entries[1]: 2}
    body = {"entry_id": entry, "penalty_us": 2_000_000, "pass_ref": ref, "reason": "pushed"}
    raced.rule(f"/heats/{heat}/penalties", body)
    assert [lap["penalty_us"] for lap in run_of(raced)["laps"]] == [0, 2_000_000, 0]
    raced.rule("/rulings/undo")
    raced.rule(f"/heats/{heat}/penalties", body | {"pass_ref": None})
    assert run_of(raced)["penalty_us"] == 2_000_000
    wrong = raced.organiser.refusal(
        f"{raced.path}/heats/{heat}/penalties", body | {"pass_ref": "x"}
    )
    assert (wrong["status"], wrong["code"]) == (409, "lap_not_closed_here")


def test_incidents_are_marked(raced: Raced) -> None:
    """It should mark off-tracks and resets in the lap of their instant."""
    heat, entry = raced.heats[0], raced.entries[0]
    during_us = raced.sheet()["passes"][1]["crossed_us"] + 10_000
    raced.rule(f"/heats/{heat}/off-tracks", {"entry_id": entry, "left_us": during_us})
    raced.rule(f"/heats/{heat}/resets", {"entry_id": entry, "reset_us": during_us + 5_000})
    laps = run_of(raced)["laps"]
    assert [(lap["off_tracks"], lap["resets"]) for lap in laps] == [(0, 0), (1, 1), (0, 0)]


def test_how_a_run_ended_is_ruled(raced: Raced) -> None:
    """It should rule a run out and bring it back, and disqualify an entry everywhere."""
    status = f"/heats/{raced.heats[0]}/runs/{raced.entries[0]}/status"
    raced.rule(status, {"status": "dsq", "reason": "wrong model"})
    assert run_of(raced)["status"] == "dsq"
    assert raced.laps_us() == []
    raced.rule("/rulings/undo")
    assert raced.laps_us() == [70_000, 60_000, 65_000]
    invalid = raced.organiser.refusal(f"{raced.path}{status}", {"status": "gone"})
    assert (invalid["status"], invalid["code"]) == (422, "invalid_request")
    path = f"/entries/{raced.entries[0]}/disqualify"
    raced.rule(path, {"reason": "two motors"})
    again = raced.organiser.refusal(f"{raced.path}{path}", {"reason": "two motors"})
    assert (again["status"], again["code"]) == (409, "entry_already_disqualified")


def test_a_runs_clock_is_put_right(raced: Raced) -> None:
    """It should give time back and begin anew while the heat runs, and refuse it afterwards."""
    organiser = raced.organiser
    plan = organiser.plan(drivers=1, dead_time_s=0, window_s=60)
    node = Node(organiser)
    heat_id = organiser.start_next(plan)
    node.send(node.clock(), node.passing(node.now_mono_ns()))
    run = f"{plan['path']}/heats/{heat_id}/runs/{plan['entries'][0]}"
    sheet = f"{plan['path']}/heats/{heat_id}/sheet"
    before = organiser.get(sheet)["runs"][0]["window_closes_us"]
    organiser.post(f"{run}/extend", {"extra_us": 5_000_000, "reason": "power cut"})
    assert organiser.get(sheet)["runs"][0]["window_closes_us"] == before + 5_000_000
    organiser.post(f"{run}/restart", {"reason": "gate fell over"})
    assert organiser.get(sheet)["passes"][0]["verdict"] == "before_restart"
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    for path, body in (("extend", {"extra_us": 1}), ("restart", {})):
        refusal = organiser.refusal(f"{run}/{path}", body)
        assert (refusal["status"], refusal["code"]) == (409, "heat_finished")
