"""A virtual stage before an audience: submissions, a worker in a thread, an organiser's hand."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from tests.timing_server.web.live_server import PATIENCE_S, Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, duel_stage, enter, virtual_stage

#: No light is left on for longer than all five take.
START = {"hold_ms": 0}


class EndingError(Exception):
    """The test needs its worker no more."""


class OnStage:
    """An open event with a virtual stage, and what an organiser does."""

    def __init__(self, organiser: Organiser, driver: LeagueDriver, **rules: Any) -> None:
        organiser.stop_running_heat()
        self.organiser, self.driver = organiser, driver
        self.plan = virtual_stage(organiser, **{"laps": 1, **rules})
        self.path = self.plan["path"]
        organiser.post(f"{self.path}/open")
        self.entry_id = enter(organiser, self.plan, driver)

    def submit(self, model: bytes) -> str:
        """Let the driver submit a model."""
        body = {"entry_id": self.entry_id, "model_sha256": self.driver.bring(model)}
        path = f"{self.path}/stages/{self.plan['stage_id']}/submissions"
        answer = self.driver.http.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["submission_id"])

    def play(self, submission_id: str) -> str:
        """Play a submission; return its heat."""
        path = f"{self.path}/submissions/{submission_id}/play"
        return str(self.organiser.post(path)["heat_id"])

    def start(self, heat_id: str) -> None:
        """Start a heat once its worker is ready."""
        self.until(lambda: self.shown(heat_id)["is_ready"], "a worker")
        self.organiser.post(f"{self.path}/heats/{heat_id}/start", START)

    def shown(self, heat_id: str) -> Any:
        """Return the submission that is played as a heat."""
        (found,) = [each for each in self.submissions() if each["heat_id"] == heat_id]
        return found

    def submissions(self) -> list[Any]:
        """Return every submission as race control sees it."""
        return list(self.organiser.get(f"{self.path}/virtual")["submissions"])

    def facts(self) -> list[Any]:
        """Return the event's facts."""
        page = self.organiser.get(f"{self.path}/log?limit=1000")
        assert page["next_after"] is None
        return [each["fact"] for each in page["facts"]]

    def view(self) -> Any:
        """Return what boards show."""
        return self.organiser.get(f"{self.path}/view")["view"]

    def until(self, is_so: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        """Wait until something is so."""
        deadline_s = time.monotonic() + patience_s
        while not is_so():
            assert time.monotonic() < deadline_s, f"{what} took too long"
            time.sleep(0.05)


@contextmanager
def working(organiser: Organiser, name: str = "lab-1") -> Iterator[ServerLink]:
    """Let a worker work in a thread of its own for as long as the block lasts."""
    url = organiser.url.removesuffix("/api/v1")
    link = ServerLink(url, name, organiser.token("worker", name))
    ending = threading.Event()

    def rest(wait_s: float) -> None:
        if ending.wait(min(wait_s, 0.1)):
            raise EndingError

    def work() -> None:
        try:
            Worker(link, lambda _: None, rest).work()
        except EndingError:
            return

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield link
    finally:
        ending.set()
        thread.join(PATIENCE_S)
        link.close()
        assert not thread.is_alive(), "the worker didn't end"


def in_the_run(facts: list[Any], heat_id: str) -> list[Any]:
    """Return what a heat's run came to, as simulated time alone tells it."""
    (bound,) = [
        each["body"]
        for each in facts
        if each["type"] == "BootBound" and each["body"]["heat_id"] == heat_id
    ]
    told: list[Any] = []
    for fact in facts:
        body = fact["body"]
        if fact["type"] == "PassDetected" and body["boot_id"] == bound["boot_id"]:
            told.append(("pass", body["seq"], body["mono_ns"]))
        if fact["type"] == "ResetMarked" and body["heat_id"] == heat_id:
            told.append(("reset", body["reset_race_ns"] - bound["race_offset_ns"]))
        if fact["type"] == "RunSimulated" and body["heat_id"] == heat_id:
            told.append(("proof", body["laps_tried"], body["sim_ns"], body["simulator"]))
    return sorted(told)


def with_shows_alone(stage: OnStage) -> OnStage:
    """Let no worker drive by itself in a stage any more."""
    (view,) = stage.organiser.get(f"{stage.path}/stages/virtual")
    names = (
        *("race_kind", "laps", "reset_penalty_s", "collision_penalty_s", "resets_max"),
        *("lap_limit_s", "seed", "opens_utc", "closes_utc", "objects", "bots"),
    )
    body = {name: view[name] for name in names} | {"is_played": True}
    path = f"{stage.path}/stages/{stage.plan['stage_id']}/virtual"
    answer = stage.organiser.http.put(path, json=body)
    assert answer.is_success, answer.text
    return stage


class OnDuelStage(OnStage):
    """A stage in which two drivers' models race each other, by points unless said otherwise."""

    def __init__(
        self,
        organiser: Organiser,
        drivers: Sequence[LeagueDriver],
        format_name: str = "points",
        **rules: Any,
    ) -> None:
        organiser.stop_running_heat()
        self.organiser, self.drivers = organiser, drivers
        self.plan = duel_stage(organiser, format_name, **{"laps": 1, **rules})
        self.path = self.plan["path"]
        organiser.post(f"{self.path}/open")
        self.entry_ids = [enter(organiser, self.plan, each) for each in drivers]

    def submit_all(self, *models: bytes) -> None:
        """Let each driver submit a model."""
        for driver, entry_id, model in zip(self.drivers, self.entry_ids, models, strict=True):
            self.driver, self.entry_id = driver, entry_id
            self.submit(model)

    def play_next(self) -> str:
        """Play the next two; return their heat."""
        path = f"{self.path}/stages/{self.plan['stage_id']}/play-next"
        return str(self.organiser.post(path)["heat_id"])

    def shown(self, heat_id: str) -> Any:
        """Return the first of the submissions that are played as a heat."""
        return next(each for each in self.submissions() if each["heat_id"] == heat_id)

    def phase(self, heat_id: str) -> str:
        """Return the phase of a heat that is on boards."""
        heat = self.view()["heat"]
        assert heat["heat_id"] == heat_id
        return str(heat["phase"])


def in_the_duel(facts: list[Any], heat_id: str) -> dict[str, list[Any]]:
    """Return what each side's newest drive came to, by its model, as simulated time tells it."""
    own = [each["body"] for each in facts if each["body"].get("heat_id") == heat_id]
    kinds = [each["type"] for each in facts if each["body"].get("heat_id") == heat_id]
    told: dict[str, list[Any]] = {}
    for kind, proof in zip(kinds, own, strict=True):
        if kind != "RunSimulated":
            continue
        told[proof["model_sha256"]] = [
            (proof["grid_place"], proof["seed"], proof["laps_tried"], proof["sim_ns"]),
            *_drive(facts, heat_id, proof["entry_id"]),
        ]
    return told


def _drive(facts: list[Any], heat_id: str, entry_id: str) -> list[Any]:
    """Return an entry's passes, resets and penalties since its newest beginning."""
    bodies = [(each["type"], each["body"]) for each in facts]
    own = [
        (kind, each)
        for kind, each in bodies
        if (each.get("heat_id"), each.get("entry_id")) == (heat_id, entry_id)
    ]
    (bound,) = [each for kind, each in own if kind == "BootBound"]
    anew = [each["restarted_race_ns"] for kind, each in own if kind == "RunRestarted"]
    from_ns = max(anew, default=bound["race_offset_ns"]) - bound["race_offset_ns"]
    passes = [
        ("pass", each["mono_ns"] - from_ns)
        for kind, each in bodies
        if kind == "PassDetected" and each["boot_id"] == bound["boot_id"]
    ]
    resets = [
        ("reset", each["reset_race_ns"] - bound["race_offset_ns"] - from_ns)
        for kind, each in own
        if kind == "ResetMarked"
    ]
    penalties = sum(kind == "PenaltyGiven" for kind, _ in own)
    return [*sorted(each for each in [*passes, *resets] if each[1] >= 0), penalties]
