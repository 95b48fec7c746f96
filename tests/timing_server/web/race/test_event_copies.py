"""A new event from an earlier one, over HTTP."""

from tests.timing_server.web.live_server import Organiser


def test_a_new_event_keeps_stages_progression_and_roster_of_the_last(organiser: Organiser) -> None:
    """It should plan the same stages, options and all, and enter the same drivers; no heats."""
    plan = organiser.plan(drivers=3, window_s=77, off_track_penalty_s=2)
    path = plan["path"]
    final = organiser.post(f"{path}/stages", {"title": "Final", "kind": "final"})["stage_id"]
    rule = {"from_stage_id": plan["stage_id"], "top_n": 2}
    organiser.post(f"{path}/stages/{final}/progression", rule)
    organiser.post(f"{path}/entries/{plan['entries'][0]}/withdraw")
    begun = organiser.post("/events", {"name": "Next Friday", "like": plan["event_id"]})
    fresh = f"/events/{begun['event_id']}"
    old_stages, new_stages = organiser.get(f"{path}/stages"), organiser.get(f"{fresh}/stages")
    for old, new in zip(old_stages, new_stages, strict=True):
        assert old["stage_id"] != new["stage_id"]
        assert old | {"stage_id": ""} == new | {"stage_id": ""}
    cut = organiser.get(f"{fresh}/stages/{new_stages[1]['stage_id']}/cut")
    assert cut["from_stage_id"] == new_stages[0]["stage_id"]
    before = {each["number"]: each["driver_ids"] for each in organiser.get(f"{path}/entries")}
    after = {each["number"]: each["driver_ids"] for each in organiser.get(f"{fresh}/entries")}
    del before[1]
    assert after == before
    assert organiser.get(f"{fresh}/heats") == []


def test_a_new_event_of_nothing_is_refused(organiser: Organiser) -> None:
    """It should say that there is no such event, and begin none."""
    before = len(organiser.get("/events"))
    refusal = organiser.refusal("/events", {"name": "Copy", "like": "nowhere"})
    assert refusal["code"] == "unknown_event"
    assert len(organiser.get("/events")) == before
