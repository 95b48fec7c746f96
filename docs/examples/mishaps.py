"""What goes wrong in a qualifying run, and how a marshal puts it right."""

from collections.abc import Sequence

from docs.examples.day import Day, expect


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
