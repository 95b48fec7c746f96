"""A virtual race with hostile models among good ones, whose workers are killed in the middle."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.car_agent.worker.hostile import good, no_number, slow
from tests.faults.virtual.workers import WorkerProcess, is_gone, until
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, LeagueDriver, enter, virtual_stage

MODELS = ("cautious", "balanced", "fast")
Hostile = tuple[Callable[[], bytes], str]


@dataclass
class VirtualRace:
    """An event with a virtual stage, and drivers who have entered."""

    organiser: Organiser
    plan: dict[str, Any]
    drivers: list[LeagueDriver]
    entries: list[str]

    def submit(self, driver: int, content: bytes) -> str:
        """Let a driver bring a model and submit it."""
        who = self.drivers[driver]
        body = {"entry_id": self.entries[driver], "model_sha256": who.bring(content)}
        path = f"{self.plan['path']}/stages/{self.plan['stage_id']}/submissions"
        answer = who.http.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["submission_id"])

    def submissions(self) -> dict[str, Any]:
        """Return every submission as race control sees it."""
        desk = self.organiser.get(f"{self.plan['path']}/virtual")
        return {each["submission_id"]: each for each in desk["submissions"]}

    def statuses(self) -> list[str]:
        """Return how many are where."""
        return [each["status"] for each in self.submissions().values()]


def opened(organiser: Organiser, guests: Guests, drivers: int, laps: int) -> VirtualRace:
    """Plan a virtual race and let drivers enter."""
    plan = virtual_stage(organiser, laps=laps, seed=None)
    people = [guests.driver(f"Turbo Tester {number}") for number in range(1, drivers + 1)]
    return VirtualRace(organiser, plan, people, [enter(organiser, plan, each) for each in people])


#: How a hostile model's sentence begins. One that thinks for longer than a picture lasts is left
#: to think for ten seconds.
NO_NUMBER = (no_number, "The model's answer is not a number.")
SLOW = (slow, "The model thinks for longer")


def race_through(
    race: VirtualRace, folder: Path, *, good_n: int, kills: int, hostile: Sequence[Hostile]
) -> None:
    """Submit, drive with two workers, kill one in the middle of runs, and check what came of it."""
    refused = {
        race.submit(driver, made()): sentence for driver, (made, sentence) in enumerate(hostile)
    }
    fine = [
        race.submit(number % len(race.drivers), good(MODELS[number % len(MODELS)]))
        for number in range(good_n)
    ]
    workers = [WorkerProcess(race.organiser, folder, f"worker-{number}") for number in (1, 2)]
    try:
        for _ in range(kills):
            orphans = _one_that_drives(workers).kill_and_restart()
            until(partial(_are_gone, orphans), "the end of a killed worker's run")
        until(lambda: {"waiting", "running"}.isdisjoint(race.statuses()), "the race")
    finally:
        for worker in workers:
            worker.close()
    _check(race, refused, fine)


def _one_that_drives(workers: Sequence[WorkerProcess]) -> WorkerProcess:
    """Wait for one in a run; which of them gets the next is chance, and there may be no other."""
    found: list[WorkerProcess] = []

    def is_found() -> bool:
        found.extend(each for each in workers if each.is_driving)
        return bool(found)

    until(is_found, "a run")
    return found[0]


def _are_gone(pids: Iterable[int]) -> bool:
    return all(map(is_gone, pids))


def _check(race: VirtualRace, refused: dict[str, str], fine: list[str]) -> None:
    told = race.submissions()
    assert {told[each]["status"] for each in fine} == {"driven"}, told
    for each, sentence in refused.items():
        assert (told[each]["status"], told[each]["code"]) == ("refused", "model")
        assert told[each]["sentence"].startswith(sentence)
    page = race.organiser.get(f"{race.plan['path']}/log?limit=1000")
    assert page["next_after"] is None
    lines = [each["fact"] for each in page["facts"]]
    simulated = [each for each in lines if each["type"] == "RunSimulated"]
    assert sorted(each["body"]["submission_id"] for each in simulated) == sorted(fine)
    heats = [each["body"]["heat_id"] for each in lines if each["type"] == "HeatFinished"]
    assert len(heats) == len(set(heats)) == len(fine)
    (stage,) = race.organiser.get(f"{race.plan['path']}/results")["stages"]
    assert {row["entry_id"] for row in stage["rows"]} == set(race.entries)
    assert all(row["value_us"] for row in stage["rows"])
