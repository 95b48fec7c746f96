from tests.timing_server.web.marshal.raced import Raced


def test_a_pass_is_struck_and_restored(raced: Raced) -> None:
    """It should make one lap of two when a pass is struck, and two again when it is restored."""
    first, second = raced.refs[0][1], raced.refs[0][2]
    outcome = raced.rule(f"/passes/{first}/void", {"reason": "a hand"})
    assert outcome["facts"] == ["PassVoided"]
    assert outcome["preview"] is None
    assert raced.laps_us() == [130_000, 65_000]
    sheet = raced.sheet()
    offers = {each["pass_ref"]: each["offers"] for each in sheet["passes"]}
    assert offers[first] == ["restore"]
    assert offers[second] == ["void"]
    again = raced.organiser.refusal(f"{raced.path}/passes/{first}/void")
    assert (again["status"], again["code"]) == (409, "pass_already_voided")
    assert raced.rule(f"/passes/{first}/restore")["facts"] == ["RulingReversed"]
    assert raced.laps_us() == [70_000, 60_000, 65_000]


def test_a_missed_pass_is_entered_at_its_instant(raced: Raced) -> None:
    """It should enter a pass at an instant of a heat that is over, with the hand's precision."""
    crossed_us = raced.sheet()["passes"][1]["crossed_us"] - 30_000
    body = {"crossed_us": crossed_us, "entry_id": raced.entries[0], "reason": "video"}
    outcome = raced.rule(f"/heats/{raced.heats[0]}/passes", body)
    before_us, after_us, *others_us = raced.laps_us()
    # Two instants that were cut to microseconds may be one apart.
    assert abs(before_us - 40_000) <= 1
    assert abs(after_us - 30_000) <= 1
    assert others_us == [60_000, 65_000]
    (entered,) = [each for each in raced.sheet()["passes"] if each["source"] == "manual"]
    assert (entered["pass_ref"], entered["bound_us"]) == (outcome["pass_ref"], 200_000)
    refusal = raced.organiser.refusal(
        f"{raced.path}/heats/{raced.heats[0]}/passes", {"entry_id": raced.entries[1]}
    )
    assert (refusal["status"], refusal["code"]) == (404, "unknown_entry")


def test_a_pass_goes_to_another_heat(raced: Raced) -> None:
    """It should take a pass out of one heat and into another, and bring it back on undo."""
    last = raced.refs[0][3]
    body = {"heat_id": raced.heats[1], "entry_id": raced.entries[1], "reason": "wrong car"}
    assert raced.rule(f"/passes/{last}/reassign", body)["facts"] == ["PassReassigned"]
    assert raced.laps_us() == [70_000, 60_000]
    assert len(raced.laps_us(1)) == 4
    raced.rule("/rulings/undo")
    assert raced.laps_us() == [70_000, 60_000, 65_000]
    assert raced.laps_us(1) == [90_000, 80_000, 85_000]


def test_nothing_waits_where_no_heat_runs(raced: Raced) -> None:
    """It should have an empty tray when all is over."""
    assert raced.organiser.get(f"{raced.path}/tray") == []
