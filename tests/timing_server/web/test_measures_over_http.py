"""Sectors and speeds on their way from a node's journal to screens, sheets and files."""

from tests.timing_server.web.live_server import Node, Organiser, Screen

_MS = 1_000_000


def lap(node: Node, began_ns: int, to_gate_ms: int, to_line_ms: int) -> list[dict[str, object]]:
    """Journal a lap through sector gate 1 and a trap of 300 mm that ends at the line."""
    at_line_ns = began_ns + (to_gate_ms + to_line_ms) * _MS
    gate = node.passing(began_ns + to_gate_ms * _MS, gate="sector-1")
    trap = node.passing(at_line_ns - 100 * _MS, gate="trap")
    line = node.passing(at_line_ns)
    speed = node.record(
        "speed",
        mono_ns=at_line_ns,
        from_gate="trap",
        to_gate="finish",
        from_seq=trap["seq"],
        to_seq=line["seq"],
        duration_ns=100 * _MS,
        distance_mm=300,
        distance_bound_mm=1,
        speed_mmps=3_000 + to_line_ms,
        bound_mmps=12,
    )
    return [gate, trap, line, speed]


def test_sectors_and_speeds(organiser: Organiser) -> None:
    """It should show them live, on both sheets and in the files, and change no lap by them."""
    plan = organiser.plan(window_s=60, dead_time_s=0.5)
    node = Node(organiser)
    node.send(node.clock())
    organiser.post("/gates", {"node_id": "node-1", "gate": "trap", "role": "trap"})
    heat_id = organiser.start_next(plan)
    began_ns = node.now_mono_ns()
    records = [node.passing(began_ns)]
    records += lap(node, began_ns, 3_000, 4_000)
    records += lap(node, began_ns + 7_000 * _MS, 2_900, 4_500)
    node.send(*records, node.passing(began_ns + 17_500 * _MS, gate="sector-1"))

    screen = Screen(organiser.url, plan["event_id"])
    document = screen.document()
    heat = document["heat"]
    screen.close()
    (reference,) = document["references"].values()
    assert (reference["duration_us"], reference["splits"]) == (
        7_000_000,
        [{"sector": 1, "at_us": 3_000_000, "bound_us": 0}],
    )
    laps = sorted(heat["laps"].values(), key=lambda each: each["number"])
    assert [each["duration_us"] for each in laps] == [7_000_000, 7_400_000]
    assert [each["duration_us"] for each in laps[0]["sectors"]] == [3_000_000, 4_000_000]
    assert [each["is_overall_best"] for each in laps[0]["sectors"]] == [False, True]
    assert laps[1]["top_speed"] == {"gate": "finish", "speed_mmps": 7_500, "bound_mmps": 12}
    (run,) = heat["runs"].values()
    assert (run["ideal_us"], run["top_speed"]["speed_mmps"]) == (6_900_000, 7_500)
    assert [each["duration_us"] for each in run["sectors"]] == [3_100_000]

    sheet = organiser.get(f"{plan['path']}/heats/{heat_id}/sheet")
    assert [each["first"] for each in sheet["runs"][0]["laps"][0]["sectors"]] == [1, 2]
    results = organiser.get(f"{plan['path']}/results")
    assert results["stages"][0]["rows"][0]["ideal_us"] == 6_900_000
    assert results["heats"][0]["runs"][0]["laps"][0]["top_speed"]["speed_mmps"] == 7_000
    table = organiser.http.get(f"{plan['path']}/results/laps.csv").text
    assert ",1=3000000 2=4000000,7000,12" in table
    page = organiser.http.get(f"{plan['path']}/results/results.html?language=en").text
    assert "S1 3.000 · S2 4.000" in page
    assert "7.00 m/s ±0.02" in page
    assert "Ideal lap" in page
