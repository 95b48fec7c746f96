from tests.timing_server.web.marshal.raced import Raced


def test_a_preview_says_what_moves_and_keeps_nothing(raced: Raced) -> None:
    """It should name the places that move and the laps that change, and leave all as it was."""
    leader, other = raced.entries
    before = raced.organiser.get(f"{raced.path}/log?limit=1000")["facts"]
    path = f"/heats/{raced.heats[0]}/runs/{leader}/status"
    outcome = raced.organiser.post(
        f"{raced.path}{path}?preview=true", {"status": "dsq", "reason": "?"}
    )
    assert outcome["facts"] == ["RunRuled"]
    preview = outcome["preview"]
    moved = {
        each["entry_id"]: (each["rank_before"], each["rank_after"]) for each in preview["places"]
    }
    assert moved[other] == (2, 1)
    assert moved[leader][0] == 1
    assert moved[leader][1] != 1
    assert {each["after"]["invalid"] for each in preview["laps"]} == {"disqualified"}
    assert len(preview["laps"]) == 3
    (run,) = preview["runs"]
    assert (run["before"]["status"], run["after"]["status"]) == (None, "dsq")
    assert raced.organiser.get(f"{raced.path}/log?limit=1000")["facts"] == before
    assert raced.ranks() == {leader: 1, other: 2}


def test_a_preview_is_what_then_happens(raced: Raced) -> None:
    """It should foretell the laps that a ruling makes, for a void and for its reversal."""
    ref = raced.refs[0][1]
    foretold = raced.try_out(f"/passes/{ref}/void", {"reason": "a hand"})
    made = raced.rule(f"/passes/{ref}/void", {"reason": "a hand"})
    after = {lap["pass_ref"]: lap for lap in raced.sheet()["runs"][0]["laps"]}
    for change in foretold["laps"]:
        lap = after.get(change["pass_ref"])
        assert (lap and lap["duration_us"]) == (change["after"] and change["after"]["duration_us"])
    back = raced.try_out(f"/rulings/{made['ruling_id']}/reverse")
    assert [(each["after"], each["before"]) for each in back["laps"]] == [
        (each["before"], each["after"]) for each in foretold["laps"]
    ]


def test_a_preview_is_refused_as_the_ruling_would_be(raced: Raced) -> None:
    """It should refuse what can't be ruled, and who may not rule."""
    organiser = raced.organiser
    wrong = organiser.refusal(f"{raced.path}/passes/nothing/void?preview=true")
    assert (wrong["status"], wrong["code"]) == (404, "unknown_pass")
    stranger = {"Authorization": "Bearer nobody"}
    path = f"{raced.path}/passes/{raced.refs[0][1]}/void?preview=true"
    refused = organiser.http.post(path, json={}, headers=stranger)
    assert refused.status_code == 401


def test_a_preview_uses_up_no_key(raced: Raced) -> None:
    """It should let the ruling that follows a preview have the same idempotency key."""
    path = f"{raced.path}/passes/{raced.refs[0][1]}/void"
    key = {"Idempotency-Key": f"k-{raced.heats[0]}"}
    assert raced.organiser.post(f"{path}?preview=true", {}, **key)["preview"] is not None
    assert raced.organiser.post(path, {}, **key)["preview"] is None
    assert raced.laps_us() == [130_000, 65_000]
