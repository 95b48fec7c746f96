"""The live stream over real loopback: snapshot, patches, exact resume, what isn't a fact."""

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.timing_server.web.live_server import (
    PATIENCE_S,
    Node,
    Organiser,
    Screen,
    followed,
    organising,
)

TELEMETRY = {
    "is_driving": True,
    "model_sha256": "ab" * 32,
    "frame_rate_hz": 15.0,
    "frames": 10,
    "dropped_frames": 0,
    "stale_commands": 0,
    "frame_age_ms": 12.0,
    "inference_p50_ms": 3.0,
    "inference_p95_ms": 4.0,
    "steering_frac": 0.1,
    "throttle_frac": 0.5,
}
TRACK = {
    "name": "Test loop",
    "length_m": 12.0,
    "width_m": 0.9,
    "inner": [[0, 0], [1, 0], [1, 1]],
    "outer": [[0, 0], [2, 0], [2, 2]],
    "finish": [[0, 0], [0, 1]],
}


def as_device(organiser: Organiser, role: str, principal: str) -> dict[str, str]:
    """Return the headers of a fresh device."""
    return {"Authorization": f"Bearer {organiser.token(role, principal)}"}


def test_patches_lead_to_the_same_document_as_a_fresh_look(organiser: Organiser) -> None:
    """It should send a snapshot and then one patch for each fact, in order and without a gap."""
    plan = organiser.plan(drivers=2, dead_time_s=0)
    screen = Screen(organiser.url, plan["event_id"])
    ((_, first_id, snapshot),) = screen.wait_for(1, "snapshot")
    assert first_id == str(snapshot["seq"])
    node = Node(organiser)
    organiser.start_next(plan)
    start = node.now_mono_ns()
    node.send(node.clock(), *(node.passing(start + n) for n in range(3)))
    now = organiser.get(f"{plan['path']}/view")
    patches = screen.wait_for(now["seq"] - snapshot["seq"], "patch")
    seqs = [content["seq"] for _, _, content in patches]
    assert seqs == list(range(snapshot["seq"] + 1, now["seq"] + 1))
    assert [event_id for _, event_id, _ in patches] == [str(seq) for seq in seqs]
    assert {content["fact"] for _, _, content in patches} >= {"HeatStarted", "PassDetected"}
    assert screen.document() == now["view"]
    screen.close()


def test_resume_sends_exactly_what_was_missed(organiser: Organiser) -> None:
    """It should go on after Last-Event-ID, and start over where that is nonsense."""
    plan = organiser.plan(drivers=1)
    before = organiser.get(f"{plan['path']}/view")
    organiser.start_next(plan)
    after = organiser.get(f"{plan['path']}/view")
    screen = Screen(organiser.url, plan["event_id"], str(before["seq"]))
    patches = screen.wait_for(after["seq"] - before["seq"], "patch")
    assert not screen.named("snapshot")
    assert followed(patches, before["view"]) == after["view"]
    screen.close()
    for nonsense in ("999999", "soon", "-1", ""):
        screen = Screen(organiser.url, plan["event_id"], nonsense)
        screen.wait_for(1, "snapshot")
        screen.close()


def test_a_lap_costs_the_same_bytes_late_in_the_day(organiser: Organiser) -> None:
    """It should send a pass as a small patch, however many laps there are already."""
    plan = organiser.plan(drivers=1, dead_time_s=0)
    node = Node(organiser)
    organiser.start_next(plan)
    start = node.now_mono_ns()
    node.send(node.clock(), *(node.passing(start + n * 1000) for n in range(60)))
    screen = Screen(organiser.url, plan["event_id"])
    screen.wait_for(1, "snapshot")
    node.send(node.passing(start + 90_000))
    ((_, _, content),) = screen.wait_for(1, "patch")
    assert len(content["patch"]["heat"]["laps"]) == 1
    assert len(content["patch"]["heat"]["passes"]) == 1
    screen.close()


def test_a_screen_resumes_across_a_restart_of_the_server(tmp_path: Path) -> None:
    """It should have the same view after a restart but for word of it, and the patches before."""
    with organising(tmp_path) as organiser:
        plan = organiser.plan(drivers=2, dead_time_s=0)
        seen = organiser.get(f"{plan['path']}/view")
        node = Node(organiser)
        organiser.start_next(plan)
        start = node.now_mono_ns()
        node.send(node.clock(), *(node.passing(start + n) for n in range(4)))
        before = organiser.get(f"{plan['path']}/view")
        clock_before = organiser.get("/clock")
    with organising(tmp_path) as organiser:
        after = organiser.get(f"{plan['path']}/view")
        # A heat was running: the restart is told to race control, and changes nothing else.
        assert after["seq"] == before["seq"] + 1
        (told,) = after["view"]["heat"]["interruptions"]
        assert told["cause"] == "server_restarted"
        quiet = after["view"]["heat"] | {"interruptions": []}
        assert after["view"] | {"heat": quiet} == before["view"]
        clock_after = organiser.get("/clock")
        assert clock_after["race_ns"] > clock_before["race_ns"]
        screen = Screen(organiser.url, plan["event_id"], str(seen["seq"]))
        patches = screen.wait_for(after["seq"] - seen["seq"], "patch")
        assert not screen.named("snapshot")
        assert followed(patches, seen["view"]) == after["view"]
        # The node doesn't know whether its last batch arrived: it sends all of it again.
        resent = Node(organiser, node.journal_id)
        resent.boot_id, resent.race_offset_ns = node.boot_id, node.race_offset_ns
        resent.send(resent.clock(), *(resent.passing(start + n) for n in range(4)))
        assert organiser.get(f"{plan['path']}/view")["view"] == after["view"]
        screen.close()


def test_a_new_name_reaches_screens_as_a_whole_document(organiser: Organiser) -> None:
    """It should send a snapshot, since a name is no fact, and later patches from there."""
    plan = organiser.plan(drivers=1)
    screen = Screen(organiser.url, plan["event_id"])
    screen.wait_for(1, "snapshot")
    driver_id = organiser.get("/drivers")[-1]["driver_id"]
    for each in organiser.get("/drivers"):
        if each["name"] == "Turbo Tester 0":
            driver_id = each["driver_id"]
            organiser.http.patch(f"/drivers/{driver_id}", json={"name": f"Renamed {driver_id[:4]}"})
    screen.wait_for(2, "snapshot")
    assert screen.document()["entries"][plan["entries"][0]]["name"].startswith("Renamed ")
    organiser.start_next(plan)
    assert screen.document() is not None
    seq = organiser.get(f"{plan['path']}/view")["seq"]
    while screen.wait_for(1, "patch")[-1][2]["seq"] < seq:
        screen.wait_for(len(screen.named("patch")) + 1, "patch")
    assert screen.document() == organiser.get(f"{plan['path']}/view")["view"]
    screen.close()


def test_a_screen_that_missed_a_new_name_and_a_restart_gets_it(tmp_path: Path) -> None:
    """It should not resume from names that are no longer used."""
    with organising(tmp_path) as organiser:
        plan = organiser.plan(drivers=1)
        seq = organiser.get(f"{plan['path']}/view")["seq"]
        driver_id = organiser.get("/drivers")[0]["driver_id"]
        organiser.http.patch(f"/drivers/{driver_id}", json={"name": "Renamed"})
    with organising(tmp_path) as organiser:
        organiser.start_next(plan)
        screen = Screen(organiser.url, plan["event_id"], str(seq))
        screen.wait_for(1, "snapshot")
        assert screen.document()["entries"][plan["entries"][0]]["name"] == "Renamed"
        # One that was there after the new name resumes as ever.
        later = Screen(organiser.url, plan["event_id"], str(seq + 1))
        later.wait_for(1, "patch")
        assert not later.named("snapshot")
        screen.close()
        later.close()


def test_screens_see_what_is_no_fact(organiser: Organiser) -> None:
    """It should show telemetry, positions and the track to screens, the newest at once."""
    plan = organiser.plan(drivers=1)
    organiser.http.post("/cars", json={"car_id": "car-7", "name": "Seven"})
    car = as_device(organiser, "car", "car-7")
    tracker = as_device(organiser, "tracker", "venue")
    assert organiser.http.put("/venue/track", json=TRACK, headers=tracker).status_code == 204
    frame = b"\xff\xd8\xff" + b"x" * 100
    jpeg = {"Content-Type": "image/jpeg"} | car
    answer = organiser.http.put("/cars/car-7/frame", content=frame, headers=jpeg)
    assert answer.json() == {"frame_seq": 1}
    screen = Screen(organiser.url, plan["event_id"])
    ((_, _, track),) = screen.wait_for(1, "track")
    assert track == organiser.get("/venue/track")
    organiser.http.post("/cars/car-7/telemetry", json=TELEMETRY, headers=car)
    (*_, (_, _, report)) = screen.wait_for(2, "telemetry")
    assert (report["car_id"], report["frame_seq"]) == ("car-7", 1)
    assert report["telemetry"]["frames"] == 10
    position = {
        "car_id": "car-7",
        "x_m": 1.0,
        "y_m": 2.0,
        "heading_rad": 0.5,
        "speed_mps": 1.5,
        "is_off_track": False,
    }
    body = {"mono_ns": 5, "cars": [position]}
    assert organiser.http.post("/venue/positions", json=body, headers=tracker).is_success
    ((_, _, positions),) = screen.wait_for(1, "positions")
    assert positions["cars"] == [position]
    assert organiser.http.get("/cars/car-7/frame?n=1").content == frame
    assert organiser.get("/cars/car-7")["telemetry"]["frames"] == 10
    ((_, _, ping), *_) = screen.wait_for(2, "ping")
    assert ping["now_us"] > 0
    screen.close()


def test_screens_of_another_event_are_told_who_owns_the_venue(organiser: Organiser) -> None:
    """It should send `switched` when another event opens, and to those who come late."""
    first = organiser.plan()
    screen = Screen(organiser.url, first["event_id"])
    screen.wait_for(1, "snapshot")
    second = organiser.plan()
    ((_, _, content), *_) = screen.wait_for(1, "switched")
    assert content == {"event_id": second["event_id"]}
    screen.close()
    assert organiser.get("/events/active") == content
    late = Screen(organiser.url, first["event_id"])
    assert late.wait_for(1, "switched")[0][2] == content
    late.close()


def read_orders(organiser: Organiser, headers: dict[str, str], wanted: int, act: Any) -> list[Any]:
    """Follow the device stream while ``act`` acts; returns its heat and trip events."""
    seen: list[Any] = []
    with organiser.http.sse(
        f"{organiser.url}/devices/live", headers=headers, timeout=PATIENCE_S
    ) as stream:
        for event in stream:
            if event.event in {"heat", "trip"}:
                seen.append((event.event, event.json()))
                if len(seen) == 1:
                    act()
            if len(seen) >= wanted:
                return seen
    return seen


def test_devices_hear_what_the_heat_wants(organiser: Organiser) -> None:
    """It should tell a device the present order at once, then each change, and trips in demos."""
    organiser.stop_running_heat()
    event_id = organiser.post("/events", {"name": "Demo", "is_demo": True})["event_id"]
    path = f"/events/{event_id}"
    stage_id = organiser.post(f"{path}/stages", {"title": "Time trial"})["stage_id"]
    organiser.post(f"{path}/open")
    driver_id = organiser.post("/drivers", {"name": "Vera Volt"})["driver_id"]
    entry_id = organiser.post(f"{path}/entries", {"driver_ids": [driver_id]})["entry_id"]
    heat = {"stage_id": stage_id, "entry_ids": [entry_id]}
    heat_id = organiser.post(f"{path}/heats", heat)["heat_id"]
    organiser.http.post("/cars", json={"car_id": "car-8", "name": "Eight"})
    equip = {"entry_id": entry_id, "car_id": "car-8", "model_sha256": None}
    organiser.post(f"{path}/heats/{heat_id}/equip", equip)

    def act() -> None:
        organiser.post(f"{path}/next")
        organiser.post("/demo/trip", {"gate": "finish"})
        organiser.post(f"{path}/heats/{heat_id}/start")
        organiser.post(f"{path}/heats/{heat_id}/stop")

    seen = read_orders(organiser, as_device(organiser, "tracker", "venue"), 5, act)
    assert [kind for kind, _ in seen] == ["heat", "heat", "trip", "heat", "heat"]
    orders = [content for kind, content in seen if kind == "heat"]
    assert [each["phase"] for each in orders] == ["idle", "called", "running", "finished"]
    assert {each["car_id"] for each in orders[1:]} == {"car-8"}


def test_a_screen_that_reads_nothing_stalls_nobody(organiser: Organiser) -> None:
    """It should be let go once it lags too far, while others get every patch."""
    plan = organiser.plan(drivers=1, dead_time_s=0)
    organiser.start_next(plan)
    node = Node(organiser)
    node.send(node.clock())
    address = urlsplit(organiser.url)
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stalled.connect((address.hostname, address.port))
    path = f"{address.path}/events/{plan['event_id']}/live"
    stalled.sendall(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
    screen = Screen(organiser.url, plan["event_id"])
    screen.wait_for(1, "snapshot")
    line = [[n / 7, n / 13] for n in range(2000)]
    tracker = as_device(organiser, "tracker", "venue")
    for number in range(60):  # more than the kernel holds for a client
        body = TRACK | {"inner": line, "outer": line, "name": f"Track {number}"}
        assert organiser.http.put("/venue/track", json=body, headers=tracker).is_success
    start = node.now_mono_ns()
    for _ in range(2):
        node.send(*(node.passing(start - n) for n in range(200)))
    screen.wait_for(400, "patch")
    stalled.settimeout(PATIENCE_S)
    received = b""
    while chunk := stalled.recv(1 << 20):
        received += chunk
    stalled.close()
    assert received.count(b"event: patch") < 400
    screen.close()


def test_one_that_asks_more_and_goes_takes_the_stream_from_nobody(organiser: Organiser) -> None:
    """It should go on for everybody where a client sent a second request behind its stream's."""
    plan = organiser.plan(drivers=1)
    screen = Screen(organiser.url, plan["event_id"])
    screen.wait_for(1, "snapshot")
    address = urlsplit(organiser.url)
    path = f"{address.path}/events/{plan['event_id']}/live"
    head = f"HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
    assert address.hostname is not None
    assert address.port is not None
    with socket.create_connection((address.hostname, address.port), PATIENCE_S) as hasty:
        hasty.sendall(f"GET {path} {head}GET {address.path}/clock {head}".encode())
        received = b""
        while b"event: snapshot" not in received:
            received += hasty.recv(1 << 20)
        # With what was sent unread, this is a reset.
    pings = len(screen.named("ping"))
    # The first write to it fails, the next one finds no connection.
    screen.wait_for(pings + 3, "ping")
    screen.close()


@pytest.mark.parametrize("path", ["/events/nowhere/live", "/events/nowhere/view"])
def test_an_unknown_event_is_a_problem(organiser: Organiser, path: str) -> None:
    """It should answer 404 with a body, not an empty stream."""
    assert organiser.refusal(path, method="GET")["code"] == "unknown_event"
