import httpx2

from tests.timing_server.web.marshal.raced import Raced


def test_the_audit_says_who_what_when_and_why(raced: Raced) -> None:
    """It should tell everybody about each ruling: whom it concerns, by how much, who made it."""
    heat, entry = raced.heats[0], raced.entries[0]
    penalty = {"entry_id": entry, "penalty_us": 2_000_000, "pass_ref": raced.refs[0][2]}
    raced.rule(f"/heats/{heat}/penalties", penalty | {"reason": "pushed"})
    raced.rule(f"/heats/{heat}/runs/{entry}/status", {"status": "dnf", "reason": "battery"})
    raced.rule(f"/entries/{raced.entries[1]}/disqualify", {"reason": "two motors"})
    raced.rule("/rulings/undo", {"reason": "one motor"})
    rulings = httpx2.get(f"{raced.organiser.url}{raced.path}/rulings").json()
    given, ended, struck, undone = rulings
    assert (given["kind"], given["entry_id"], given["lap_number"]) == ("PenaltyGiven", entry, 2)
    assert (given["value_us"], given["reason"], given["actor"]) == (
        2_000_000,
        "pushed",
        "organiser",
    )
    assert (ended["outcome"], ended["heat_number"]) == ("dnf", 1)
    assert (struck["entry_id"], struck["heat_id"], struck["is_reversed"]) == (
        raced.entries[1],
        None,
        True,
    )
    assert (undone["kind"], undone["reversed_kind"]) == ("RulingReversed", "EntryDisqualified")
    assert undone["entry_id"] == raced.entries[1]


def test_a_reversal_is_reversed(raced: Raced) -> None:
    """It should bring back what a reversal took back."""
    made = raced.rule(f"/laps/{raced.refs[0][2]}/void")
    back = raced.rule(f"/rulings/{made['ruling_id']}/reverse")
    assert back["reversed_ruling_id"] == made["ruling_id"]
    raced.rule(f"/rulings/{back['ruling_id']}/reverse")
    assert raced.laps_us() == [70_000, 65_000]
