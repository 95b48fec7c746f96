"""Plays organiser and marshal for one round of the demo: sign-up, heats in turn, podium."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from timing_server.contract.machines.devices import PositionReport
from timing_server.launcher.api import OrganiserApi
from timing_server.launcher.cast import CastMember
from timing_server.launcher.errors import NotReadyError, RefusedError
from timing_server.launcher.follow import LiveFollower
from timing_server.launcher.settings import DemoSettings

_log = structlog.get_logger()

_POLL_S = 0.05
#: How often to ask whether somebody still trains a model on this machine.
_ROOM_LOOK_S = 1.0
#: Generous: a busy Raspberry Pi takes its time to import a model runtime.
READY_PATIENCE_S = 90.0


@dataclass(frozen=True, slots=True)
class PlannedHeat:
    """One heat of the round as the server knows it."""

    heat_id: str
    entry_id: str
    member: CastMember


class Watch:
    """Waits for conditions while somebody goes on watching the processes."""

    def __init__(self, keep_alive: Callable[[], None]) -> None:
        self._keep_alive = keep_alive

    def until(self, is_met: Callable[[], bool], patience_s: float, what: str) -> None:
        """Return when the condition holds; raise NotReadyError naming ``what`` if it never does."""
        deadline_s = time.monotonic() + patience_s
        while not is_met():
            if time.monotonic() > deadline_s:
                raise NotReadyError(f"Waited {patience_s:.0f} s for {what} in vain.")
            self._keep_alive()
            time.sleep(_POLL_S)

    def rest(self, pause_s: float) -> None:
        """Let people look for a while."""
        deadline_s = time.monotonic() + pause_s
        while time.monotonic() < deadline_s:
            self._keep_alive()
            time.sleep(_POLL_S)


class DemoRound:
    """One round: an event of its own, so that each round's log and results stand by themselves."""

    def __init__(
        self, api: OrganiserApi, base_url: str, settings: DemoSettings, watch: Watch
    ) -> None:
        self._api = api
        self._base_url = base_url
        self._settings = settings
        self._watch = watch
        self._car_is_off: dict[str, bool] = {}
        self._marks_due: list[str] = []
        self.event_id = ""

    def run(
        self, number: int, cast: tuple[CastMember, ...], on_running: Callable[[], None]
    ) -> None:
        """Plan the round and race it to the end; returns after the podium.

        ``on_running`` is called whenever a heat has been started.
        """
        heats = self._plan(number, cast)
        follower = LiveFollower(self._base_url, self.event_id, self._note_positions)
        try:
            for heat in heats:
                self._leave_room()
                self._race(heat, follower, on_running)
            self._watch.rest(self._settings.podium_s)
        finally:
            follower.stop()

    def _plan(self, number: int, cast: tuple[CastMember, ...]) -> list[PlannedHeat]:
        """Create the event, its entries and its heats, and open it."""
        event = self._api.post("/events", {"name": f"Demo Grand Prix {number}", "is_demo": True})
        self.event_id = event["event_id"]
        path = f"/events/{self.event_id}"
        stage = self._api.post(f"{path}/stages", self._stage_body())
        self._api.post(f"{path}/open")
        return [self._plan_heat(path, stage["stage_id"], member) for member in cast]

    def _stage_body(self) -> dict[str, Any]:
        return {
            "title": "Time trial",
            "format_name": "time_trial",
            "window_s": self._settings.window_s,
            "grace_s": self._settings.grace_s,
            "idle_limit_s": self._settings.idle_limit_s,
            "track_id": self._track_id(),
        }

    def _track_id(self) -> str | None:
        """Return the venue's track as the library has it; None where it came from a file."""
        tracks = {each["track_id"] for each in self._api.get("/tracks")}
        return self._settings.track if self._settings.track in tracks else None

    def _plan_heat(self, path: str, stage_id: str, member: CastMember) -> PlannedHeat:
        driver_id = self._driver_id(member)
        ensure_car(self._api, member)
        entry = self._api.post(f"{path}/entries", {"driver_ids": [driver_id]})
        entry_id = entry["entry_id"]
        heat = self._api.post(f"{path}/heats", {"stage_id": stage_id, "entry_ids": [entry_id]})
        planned = PlannedHeat(heat["heat_id"], entry_id, member)
        # The model follows when the car has said which one it loaded.
        self._equip(planned, None)
        return planned

    def _equip(self, heat: PlannedHeat, model_sha256: str | None) -> None:
        body = {
            "entry_id": heat.entry_id,
            "car_id": heat.member.car_id,
            "model_sha256": model_sha256,
        }
        self._api.post(f"/events/{self.event_id}/heats/{heat.heat_id}/equip", body)

    def _driver_id(self, member: CastMember) -> str:
        """Return the driver's id, signing the driver up the first time."""
        for driver in self._api.get("/drivers"):
            if driver["name"] == member.driver_name:
                return str(driver["driver_id"])
        body = {"name": member.driver_name, "colour": member.colour}
        return str(self._api.post("/drivers", body)["driver_id"])

    def _leave_room(self) -> None:
        """Wait while a model is to be trained on this machine: a demo has time."""
        while self._api.get("/workshop/room")["is_wanted"]:
            self._watch.rest(_ROOM_LOOK_S)

    def _race(
        self, heat: PlannedHeat, follower: LiveFollower, on_running: Callable[[], None]
    ) -> None:
        """One heat: car ready, call, start, wait for its end as the rules see it."""
        path = f"/events/{self.event_id}"
        self._equip(heat, self._loaded_model(heat.member))
        self._api.post(f"{path}/next")
        start_at_s = time.monotonic() + self._settings.call_s
        self._watch.until(
            lambda: heat.member.car_id in self._car_is_off and time.monotonic() >= start_at_s,
            READY_PATIENCE_S,
            f"{heat.member.car_name} to stand on the track",
        )
        self._api.post(f"{path}/heats/{heat.heat_id}/start")
        on_running()
        limit_s = (
            self._settings.idle_limit_s
            + self._settings.window_s
            + max(self._settings.grace_s, self._settings.idle_limit_s)
            + READY_PATIENCE_S
        )
        self._watch.until(
            lambda: self._attend(heat, follower.view) or _is_over(follower.view, heat.heat_id),
            limit_s,
            "the heat to end",
        )
        self._car_is_off.clear()
        self._watch.rest(self._settings.result_s)

    def _loaded_model(self, member: CastMember) -> str:
        """Wait until the car says that it is ready, and return its model's hash."""
        found: list[str] = []

        def has_reported() -> bool:
            car = self._api.get(f"/cars/{member.car_id}")
            told = car.get("telemetry") or {}
            if told.get("model_sha256") and told.get("is_warm"):
                found.append(told["model_sha256"])
            return bool(found)

        self._watch.until(has_reported, READY_PATIENCE_S, f"{member.car_name} to load its model")
        return found[0]

    def _note_positions(self, report: PositionReport) -> None:
        """See, as a marshal at the track would, when a car leaves the road (follower's thread)."""
        for car in report.cars:
            was_off = self._car_is_off.get(car.car_id, False)
            if car.is_off_track and not was_off:
                self._marks_due.append(car.car_id)
            self._car_is_off[car.car_id] = car.is_off_track

    def _attend(self, heat: PlannedHeat, view: dict[str, Any]) -> bool:
        """Do what the marshal does meanwhile; always False, so that it can stand in a wait."""
        self._mark_off_tracks(heat)
        if is_lost(view, heat):
            # Nobody has this car in the hands.
            path = f"/events/{self.event_id}/heats/{heat.heat_id}/runs/{heat.entry_id}/go"
            try:
                self._api.post(path)
            except RefusedError as error:
                _log.info("lost_car_not_let_go", reason=str(error))
        return False

    def _mark_off_tracks(self, heat: PlannedHeat) -> None:
        """Tell the server what the marshal saw."""
        while self._marks_due:
            car_id = self._marks_due.pop(0)
            if car_id != heat.member.car_id:
                continue
            path = f"/events/{self.event_id}/heats/{heat.heat_id}/off-tracks"
            try:
                self._api.post(path, {"entry_id": heat.entry_id})
            except RefusedError as error:
                # The heat ended between the look and the tap: nothing left to mark.
                _log.info("off_track_not_marked", reason=str(error))


def ensure_car(api: OrganiserApi, member: CastMember) -> None:
    """Sign the member's car up the first time."""
    if any(car["car_id"] == member.car_id for car in api.get("/cars")):
        return
    body = {"car_id": member.car_id, "name": member.car_name, "colour": member.colour}
    api.post("/cars", body)


def is_lost(view: dict[str, Any], heat: PlannedHeat) -> bool:
    """Say whether the heat's car was out of contact for too long, and waits for its go."""
    shown = view.get("heat") or {}
    run = (shown.get("runs") or {}).get(heat.entry_id) or {}
    return shown.get("heat_id") == heat.heat_id and run.get("held") == "contact_lost"


def _is_over(view: dict[str, Any], heat_id: str) -> bool:
    heat = view.get("heat") or {}
    return heat.get("heat_id") == heat_id and heat.get("phase") == "finished"
