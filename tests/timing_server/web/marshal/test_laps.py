from tests.timing_server.web.marshal.raced import Raced


def test_a_lap_is_struck_and_restored(raced: Raced) -> None:
    """It should leave the lap's neighbours as they are, and say who struck it."""
    ref = raced.refs[0][2]
    outcome = raced.rule(f"/laps/{ref}/void", {"reason": "cut the chicane"})
    assert raced.laps_us() == [70_000, 65_000]
    (lap,) = [each for each in raced.sheet()["runs"][0]["laps"] if each["pass_ref"] == ref]
    assert (lap["invalid"], lap["void_ruling_id"]) == ("ruling", outcome["ruling_id"])
    assert "restore" in lap["offers"]
    raced.rule(f"/laps/{ref}/restore", {"reason": "video"})
    assert raced.laps_us() == [70_000, 60_000, 65_000]


def test_a_lap_is_split(raced: Raced) -> None:
    """It should make two laps of one by a missed crossing, exact in sum."""
    outcome = raced.rule(f"/laps/{raced.refs[0][1]}/split", {"first_us": 30_000})
    assert outcome["facts"] == ["PassInserted"]
    assert raced.laps_us() == [30_000, 40_000, 60_000, 65_000]
    path = f"{raced.path}/laps/{raced.refs[0][2]}/split"
    refusal = raced.organiser.refusal(path, {"first_us": 59_000})
    assert (refusal["status"], refusal["code"]) == (409, "split_inside_dead_time")


def test_a_lap_is_credited(raced: Raced) -> None:
    """It should give a run a lap that no pass shows, with how sure that is."""
    body = {"entry_id": raced.entries[1], "duration_us": 50_000, "reason": "beam was off"}
    raced.rule(f"/heats/{raced.heats[1]}/credits", body)
    laps = raced.sheet(1)["runs"][0]["laps"]
    (lap,) = [each for each in laps if each["is_credited"]]
    assert (lap["duration_us"], lap["bound_us"]) == (50_000, 200_000)
    assert raced.ranks()[raced.entries[1]] == 1
