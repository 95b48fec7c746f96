"""Reaching cars over real HTTP: who may, what devices hear, and what stands beside the laps."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from tests.timing_server.web.live_server import PATIENCE_S, Node, Organiser
from tests.timing_server.web.test_live import TELEMETRY

MODEL = "ab" * 32


class Device:
    """A car's ear: hears the device stream in a thread."""

    def __init__(self, organiser: Organiser, car_id: str) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._news = threading.Condition()
        self._ending = threading.Event()
        self.headers = {"Authorization": f"Bearer {organiser.token('car', car_id)}"}
        self._url = f"{organiser.url}/devices/live"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with (
            httpx2.Client(timeout=PATIENCE_S) as client,
            client.sse(self._url, headers=self.headers) as stream,
        ):
            for event in stream:
                with self._news:
                    self.heard.append((event.event, json.loads(event.data)))
                    self._news.notify_all()
                if self._ending.is_set():
                    return

    def wait(self, kind: str, after: int = 0, **wanted: Any) -> dict[str, Any]:
        """Return the first such event from a place on whose first run is as wanted."""

        def found() -> dict[str, Any] | None:
            for event, content in self.heard[after:]:
                runs = content.get("runs") or [{}]
                if event == kind and all(runs[0].get(k) == v for k, v in wanted.items()):
                    told: dict[str, Any] = content
                    return told
            return None

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, PATIENCE_S), (kind, wanted)
            told = found()
        assert told is not None
        return told

    def end(self) -> None:
        """Hang up with the next event, at the latest a ping away."""
        self._ending.set()
        self._thread.join(PATIENCE_S)


@contextmanager
def heat_with_car(organiser: Organiser, car_id: str, **stage: Any) -> Iterator[dict[str, Any]]:
    """Plan a heat with a car and its model, called to the line."""
    plan = organiser.plan(window_s=60, **stage)
    device = Device(organiser, car_id)
    equip = {"entry_id": plan["entries"][0], "car_id": car_id, "model_sha256": MODEL}
    organiser.post(f"{plan['path']}/heats/{plan['heats'][0]}/equip", equip)
    heat = f"{plan['path']}/heats/{plan['heats'][0]}"
    organiser.post(f"{plan['path']}/next")
    try:
        yield plan | {
            "device": device,
            "heat": heat,
            "run": f"{heat}/runs/{plan['entries'][0]}",
        }
    finally:
        device.end()


def tell(organiser: Organiser, plan: dict[str, Any], car_id: str, **told: Any) -> None:
    """Let the car report once."""
    report = TELEMETRY | {"model_sha256": MODEL, "is_warm": True} | told
    answer = organiser.http.post(
        f"/cars/{car_id}/telemetry", json=report, headers=plan["device"].headers
    )
    assert answer.status_code == 204, answer.text


def view(organiser: Organiser, plan: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = organiser.get(f"{plan['path']}/view")["view"]
    return found


def test_a_heat_arms_by_the_cars_word(organiser: Organiser) -> None:
    """It should name the car and what it has loaded until that is the entered model, tried."""
    with heat_with_car(organiser, "arm-red") as plan:
        organiser.http.patch("/cars/arm-red", json={"name": "Red Rocket"})
        assert organiser.refusal(f"{plan['heat']}/arm")["code"] == "car_not_heard"
        tell(organiser, plan, "arm-red", model_sha256="cd" * 32)
        problem = organiser.refusal(f"{plan['heat']}/arm")
        assert problem["code"] == "car_has_other_model"
        assert problem["params"]["car"] == "Red Rocket"
        assert "Red Rocket" in problem["detail"]
        assert problem["params"]["loaded"] == "cd" * 6
        tell(organiser, plan, "arm-red", is_warm=False)
        assert organiser.refusal(f"{plan['heat']}/start")["code"] == "car_not_warm"
        tell(organiser, plan, "arm-red")
        organiser.post(f"{plan['heat']}/arm")
        assert organiser.get("/cars/arm-red")["heard_us"] is not None


def test_a_confirmed_run_says_so(organiser: Organiser) -> None:
    """It should arm, and show that neither guard nor model are known."""
    with heat_with_car(organiser, "guest") as plan:
        organiser.post(f"{plan['run']}/confirm", {"reason": "a stock car"})
        organiser.post(f"{plan['heat']}/arm")
        (run,) = view(organiser, plan)["heat"]["runs"].values()
        assert run["is_confirmed"]


def test_leases_are_renewed_while_a_car_may_drive(organiser: Organiser) -> None:
    """It should name a lease with the go, renew it, and take it away with a hold."""
    with heat_with_car(organiser, "lease-red", contact_limit_s=2, contact_lost="coast") as plan:
        device = plan["device"]
        tell(organiser, plan, "lease-red")
        organiser.post(f"{plan['heat']}/start")
        order = device.wait("heat", is_go=True)
        assert (order["contact_limit_ms"], order["contact_lost"]) == (2_000, "coast")
        lease_id = order["runs"][0]["lease_id"]
        first = device.wait("lease")
        assert first["lease_ids"] == [lease_id]
        second = device.wait("lease", len(device.heard))
        assert second["sent_race_ns"] > first["sent_race_ns"]
        assert first["server_boot_id"] == organiser.get("/clock")["server_boot_id"]
        organiser.post(f"{plan['run']}/hold", {"cause": "off_track"})
        held = device.wait("heat", held="off_track")
        assert (held["runs"][0]["is_go"], held["runs"][0]["lease_id"]) == (False, None)
        organiser.post(f"{plan['run']}/go")
        again = device.wait("heat", device.heard.index(("heat", held)), is_go=True)
        assert again["runs"][0]["lease_id"] not in (None, lease_id)
        organiser.post(f"{plan['run']}/speed", {"speed_pct": 55})
        assert device.wait("heat", speed_pct=55)["runs"][0]["lease_id"]
        shown = view(organiser, plan)["heat"]
        (run,) = shown["runs"].values()
        assert [each["kind"] for each in run["controls"]] == ["off_track", "go", "speed"]
        assert (run["off_tracks"], run["speed_pct"], run.get("held")) == (1, 55, None)


def test_a_car_that_was_lost_is_held(organiser: Organiser) -> None:
    """It should be held by its word of the lease that stands, not of an older one, until go."""
    with heat_with_car(organiser, "lost-red") as plan:
        device = plan["device"]
        tell(organiser, plan, "lost-red")
        organiser.post(f"{plan['heat']}/start")
        order = device.wait("heat", is_go=True)
        lease_id = order["runs"][0]["lease_id"]
        tell(organiser, plan, "lost-red", lost_lease_id="of-an-older-go")
        (run,) = view(organiser, plan)["heat"]["runs"].values()
        assert run.get("held") is None
        tell(organiser, plan, "lost-red", lost_lease_id=lease_id)
        held = device.wait("heat", held="contact_lost")
        assert (held["runs"][0]["is_go"], held["runs"][0]["lease_id"]) == (False, None)
        organiser.post(f"{plan['run']}/go")
        again = device.wait("heat", device.heard.index(("heat", held)), is_go=True)
        assert again["runs"][0]["lease_id"] != lease_id
        (run,) = view(organiser, plan)["heat"]["runs"].values()
        assert [each["kind"] for each in run["controls"]] == ["contact_lost", "go"]


def test_what_was_done_stands_beside_its_lap(organiser: Organiser) -> None:
    """It should stand beside the lap on the marshal's sheet, the board's and the results'."""
    with heat_with_car(organiser, "lap-red", dead_time_s=0) as plan:
        tell(organiser, plan, "lap-red")
        organiser.post(f"{plan['heat']}/start")
        node = Node(organiser)
        node.send(node.clock(), node.passing(node.now_mono_ns()))
        organiser.post(f"{plan['run']}/speed", {"speed_pct": 40})
        node.send(node.passing(node.now_mono_ns()))
        sheet = organiser.get(f"{plan['heat']}/sheet")
        (lap,) = sheet["runs"][0]["laps"]
        assert [(each["kind"], each["speed_pct"]) for each in lap["controls"]] == [("speed", 40)]
        (lap,) = view(organiser, plan)["heat"]["laps"].values()
        assert [each["speed_pct"] for each in lap["controls"]] == [40]
        results = organiser.get(f"{plan['path']}/results/entries/{plan['entries'][0]}")
        (lap,) = results["heats"][-1]["runs"][0]["laps"]
        assert [each["speed_pct"] for each in lap["controls"]] == [40]


def test_one_car_is_stopped_answers_and_is_let_go(organiser: Organiser) -> None:
    """It should tell the car at once, show its answer with its latency, and wait for a person."""
    with heat_with_car(organiser, "stop-red") as plan:
        device = plan["device"]
        tell(organiser, plan, "stop-red")
        organiser.post(f"{plan['heat']}/start")
        device.wait("heat", is_go=True)
        now_us = organiser.get("/clock")["race_ns"] // 1000
        stop = f"{plan['path']}/cars/stop-red/stop"
        made = organiser.post(stop, {"pressed_us": now_us}, **{"Idempotency-Key": "stop-1"})
        order = device.wait("stop")
        assert order == {"stop_id": made["stop_id"], "car_id": "stop-red"}
        assert organiser.post(stop, {"pressed_us": now_us}, **{"Idempotency-Key": "stop-1"}) == made
        (shown,) = view(organiser, plan)["car_stops"].values()
        assert (shown["source"], shown.get("obeyed")) == ("race_control", None)
        obeyed = {
            "stop_id": made["stop_id"],
            "neutral_race_ns": now_us * 1000 + 84_000_000,
            "bound_ns": 2_500_000,
        }
        answer = organiser.http.post(
            "/cars/stop-red/stops/obeyed", json=obeyed, headers=device.headers
        )
        assert answer.status_code == 204
        (shown,) = view(organiser, plan)["car_stops"].values()
        assert shown["obeyed"] == {"latency_us": 84_000, "bound_us": 2_500}
        organiser.post(f"{stop}/lift")
        after = device.heard.index(("stop", order))
        held = device.wait("heat", after, held="e_stop")
        assert [each["stop_id"] for each in held["stops"]] == [made["stop_id"]]
        after = device.heard.index(("heat", held)) + 1
        lifted = device.wait("heat", after, held="e_stop", is_go=False)
        assert lifted["lifted_stop_ids"] == [made["stop_id"]]
        assert view(organiser, plan)["car_stops"] == {}


def test_everything_is_stopped_from_a_screen(organiser: Organiser) -> None:
    """It should stop every car at once, pause the heat, and say who stopped it."""
    with heat_with_car(organiser, "all-red") as plan:
        device = plan["device"]
        tell(organiser, plan, "all-red")
        organiser.post(f"{plan['heat']}/start")
        device.wait("heat", is_go=True)
        made = organiser.post(f"{plan['path']}/emergency-stop")
        assert device.wait("stop") == {"stop_id": made["stop_id"], "car_id": None}
        order = device.wait("heat", is_go=False)
        assert organiser.post(f"{plan['path']}/emergency-stop")["stop_id"] == made["stop_id"]
        assert view(organiser, plan)["stop"]["source"] == "race_control"
        assert view(organiser, plan)["heat"]["phase"] == "paused"
        assert order is not None
        organiser.post(f"{plan['path']}/emergency-stop/lift")
        organiser.post(f"{plan['heat']}/resume")


def test_a_cars_own_button(organiser: Organiser) -> None:
    """It should be kept once, however often the car tells of it, and name its source."""
    with heat_with_car(organiser, "own-red") as plan:
        tell(organiser, plan, "own-red")
        organiser.post(f"{plan['heat']}/start")
        for _ in range(2):
            answer = organiser.http.post(
                "/cars/own-red/stops", json={"stop_id": "b1"}, headers=plan["device"].headers
            )
            assert answer.status_code == 204
        assert view(organiser, plan)["car_stops"]["own-red"]["source"] == "car"
        answer = organiser.http.post(
            "/cars/other/stops", json={"stop_id": "b1"}, headers=plan["device"].headers
        )
        assert answer.status_code == 403
        organiser.post(f"{plan['path']}/cars/own-red/stop/lift")


@pytest.mark.parametrize("kind", ["pit", "driver"])
def test_a_phone_reaches_its_own_run_alone(organiser: Organiser, kind: str) -> None:
    """It should hold, slow, stop and let go the own car, and no other; and lift nothing."""
    car_id = f"{kind}-red"
    with heat_with_car(organiser, car_id) as plan:
        tell(organiser, plan, car_id)
        organiser.post(f"{plan['heat']}/start")
        if kind == "pit":
            code = organiser.post(f"{plan['run']}/phone")["code"]
        else:
            entry = organiser.get(f"{plan['path']}/entries")[0]
            body = {"role": "driver", "principal": "who", "scope": entry["driver_ids"][0]}
            code = organiser.post("/codes", body)["code"]
        token = organiser.post("/pair", {"code": code})["token"]
        phone = {"Authorization": f"Bearer {token}"}

        def ask(path: str, body: Any = None) -> int:
            answer = organiser.http.post(path, json=body or {}, headers=phone)
            return int(answer.status_code)

        assert ask(f"{plan['run']}/hold") == 200
        assert ask(f"{plan['run']}/go") == 200
        assert ask(f"{plan['run']}/speed", {"speed_pct": 80}) == 200
        assert ask(f"{plan['heat']}/runs/nobody/speed", {"speed_pct": 80}) == 403
        assert ask(f"{plan['path']}/emergency-stop") == 403
        assert ask(f"{plan['run']}/confirm") == 403
        assert ask(f"{plan['path']}/cars/{car_id}/stop") == 200
        assert view(organiser, plan)["car_stops"][car_id]["source"] == "driver"
        assert ask(f"{plan['path']}/cars/{car_id}/stop/lift") == 403
        organiser.token("car", "strange")
        assert ask(f"{plan['path']}/cars/strange/stop") == 403
        organiser.post(f"{plan['path']}/cars/{car_id}/stop/lift")
