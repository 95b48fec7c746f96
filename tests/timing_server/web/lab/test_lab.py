"""The reward lab over the interface: a real server, real benches, real sandboxes."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.car_agent.training.lab.functions import BORDER, CENTRE, STANDING
from tests.car_agent.training.rewards.sandboxed import needs_sandbox
from tests.timing_server.web.live_server import Organiser, organising
from tests.timing_server.web.tracks.test_tracks import POINTS, Phone
from tests.waiting import wait_until

pytestmark = needs_sandbox

POSE = {"x_m": 1.0, "y_m": 0.1, "heading_deg": 10.0, "speed_mps": 2.0}


@pytest.fixture(scope="module")
def phone(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Curious Camber")
    yield opened
    opened.http.close()


def asked(source: str = CENTRE, track: str = "demo", **more: Any) -> dict[str, Any]:
    return {"track": track, "reward": {"source": source}} | more


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def benches() -> list[psutil.Process]:
    """The benches of this test's server, which runs in this process."""
    children = psutil.Process().children(recursive=True)
    commands = [(each, each.cmdline()) for each in children if is_alive(each)]
    return [each for each, words in commands if words[-2:] == ["reward", "bench"]]


def test_a_driver_asks_at_a_place_and_all_over(phone: Phone) -> None:
    """It should give parameters and reward, a map, faults in simplest cases, and a comparison."""
    assert phone.http.get("/lab/desk").json()["is_open"] is True
    at = phone.http.post("/lab/at", json=asked(pose=POSE)).json()
    told = at["parameters"]
    assert at["reward"] == pytest.approx(1 - told["distance_from_center"] / told["track_width"])
    assert (told["speed"], told["x"]) == (2.0, pytest.approx(1.0))
    shown = phone.http.post("/lab/map", json=asked()).json()
    assert len(shown["map"]["rewards"]) == len(shown["grid"]["cells"]) > 1000
    found = phone.http.post("/lab/fuzz", json=asked(STANDING)).json()["findings"]
    assert [(each["fault"]["line"], each["needs"]) for each in found] == [(4, ["speed"])]
    compared = phone.http.post("/lab/compare", json=asked(other={"source": BORDER})).json()
    assert compared["correlation"] == pytest.approx(-1.0)
    assert len(benches()) == 1


def test_a_drag_is_live(phone: Phone) -> None:
    """It should answer a bench's second question without starting anything."""
    phone.http.post("/lab/at", json=asked(pose=POSE))
    (bench,) = benches()
    children = bench.children(recursive=True)
    for number in range(20):
        pose = POSE | {"x_m": number / 10}
        assert phone.http.post("/lab/at", json=asked(pose=pose)).status_code == 200
    assert benches() == [bench]
    assert bench.children(recursive=True) == children


def test_strangers_and_nonsense_are_refused(organiser: Organiser, phone: Phone) -> None:
    """It should need a sign-in, a track that there is, and a function."""
    stranger = httpx2.post(f"{organiser.url}/lab/at", json=asked(pose=POSE))
    assert stranger.status_code == 401
    unknown = phone.http.post("/lab/at", json=asked(track="../../etc/passwd", pose=POSE))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_track")
    broken = phone.http.post("/lab/at", json=asked("def f(:\n", pose=POSE)).json()
    assert (broken["status"], broken["code"], broken["params"]["line"]) == (
        *(422, "reward_refused", 1),
    )
    far = phone.http.post("/lab/at", json=asked(pose=POSE | {"x_m": 1e9}))
    assert far.status_code == 422
    large = phone.http.post("/lab/at", json=asked("#" * 70_000, pose=POSE))
    assert large.status_code == 422


def test_a_venues_own_track_is_asked_as_it_is_now(phone: Phone) -> None:
    """It should open the kept file, and open it again when the track was changed."""
    track_id = f"{77:032x}"
    body = {"name": "Club night", "points": POINTS, "width_m": 0.8}
    kept = phone.http.put(f"/tracks/{track_id}", json=body).json()
    first = phone.http.post("/lab/at", json=asked(track=track_id, pose=POSE)).json()
    changed = body | {"width_m": 1.0, "version": kept["version"]}
    assert phone.http.put(f"/tracks/{track_id}", json=changed).status_code == 200
    second = phone.http.post("/lab/at", json=asked(track=track_id, pose=POSE)).json()
    widths = [each["parameters"]["track_width"] for each in (first, second)]
    assert widths == [pytest.approx(0.8), pytest.approx(1.0)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import os\n    while True: os.fork()", "PermissionError"),
        ("return float(len(open('/etc/passwd').read()))", "FileNotFoundError"),
        ("while True: pass", "did not return within 2 s"),
        ("import socket; socket.create_connection(('127.0.0.1', 80))", "PermissionError"),
        ("import os; os.kill(os.getppid(), 9); os.kill(os.getpid(), 9)", "ended its process"),
        ("return len(bytearray(2 ** 34))", "asked for more memory"),
        ("print('x' * 10 ** 7); return 1 / 0", "ZeroDivisionError"),
    ],
)
def test_hostile_code_ends_with_a_sentence(phone: Phone, body: str, words: str) -> None:
    """It should be stopped, told, and leave a lab that goes on."""
    source = f"def reward_function(params):\n    {body}\n"
    answer = phone.http.post("/lab/at", json=asked(source, pose=POSE))
    assert answer.status_code == 200, answer.text
    fault = answer.json()["fault"]
    assert words in fault["sentence"]
    assert "\n" not in fault["sentence"]
    assert phone.http.post("/lab/at", json=asked(pose=POSE)).json()["reward"] > 0


def test_a_heat_has_the_machine_to_itself(organiser: Organiser, phone: Phone) -> None:
    """It should end what is under way when a heat is armed, and open again when it is over."""
    plan = organiser.plan()
    heat_id = organiser.post(f"{plan['path']}/next")["heat_id"]
    assert phone.http.get("/lab/desk").json()["is_open"] is True
    slow = asked("import time\ndef reward_function(params):\n    time.sleep(0.2)\n    return 1\n")
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(phone.http.post("/lab/map", json=slow)))
    asking.start()
    wait_until(lambda: any(each.children(recursive=True) for each in benches()))
    organiser.post(f"{plan['path']}/heats/{heat_id}/arm")
    asking.join(60)
    assert answers[0].json()["code"] == "lab_heat_on_track"
    wait_until(lambda: benches() == [])
    desk = phone.http.get("/lab/desk").json()
    assert (desk["is_open"], desk["code"], desk["heat_number"]) == (False, "lab_heat_on_track", 1)
    refused = phone.http.post("/lab/at", json=asked(pose=POSE)).json()
    assert (refused["status"], refused["params"]["number"]) == (409, 1)
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    assert phone.http.post("/lab/at", json=asked(pose=POSE)).status_code == 200


def test_without_bubblewrap_nothing_is_tried(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should say what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    desk = phone.http.get("/lab/desk").json()
    assert (desk["is_open"], desk["code"]) == (False, "lab_lacks_sandbox")
    refused = phone.http.post("/lab/at", json=asked(pose=POSE))
    assert refused.json()["code"] == "lab_lacks_sandbox"
    assert "bubblewrap" in refused.json()["detail"]


def test_no_bench_outlives_its_server(tmp_path: Path) -> None:
    """It should leave no process behind, benches and sandboxes included."""
    before = set(psutil.Process().children(recursive=True))
    with organising(tmp_path) as client:
        assert client.http.post("/lab/at", json=asked(pose=POSE)).status_code == 200
        mine = set(psutil.Process().children(recursive=True)) - before
        assert len(mine) >= 2
    wait_until(lambda: not any(map(is_alive, mine)))
