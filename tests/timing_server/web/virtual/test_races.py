"""Virtual races over the interface: planned, submitted to, claimed, driven, ranked."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import (
    Guests,
    LeagueDriver,
    ScriptedWorker,
    enter,
    library_model,
    times,
    virtual_stage,
)


@dataclass
class Paddle:
    """A driver with a model."""

    driver: LeagueDriver
    model: str


@pytest.fixture(scope="module")
def otter(guests: Guests) -> Paddle:
    driver = guests.driver("Apex Otter")
    return Paddle(driver, driver.bring(library_model()))


def submit(otter: Paddle, plan: dict[str, Any], entry_id: str, **more: Any) -> Any:
    body = {"entry_id": entry_id, "model_sha256": otter.model, **more}
    return otter.driver.http.post(
        f"{plan['path']}/stages/{plan['stage_id']}/submissions", json=body
    )


def test_a_model_is_driven_and_ranked(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker
) -> None:
    """It should queue a model, give it to a worker, and rank what was driven."""
    plan = virtual_stage(organiser)
    entry_id = enter(organiser, plan, otter.driver)
    submission_id = submit(otter, plan, entry_id).json()["submission_id"]
    (shown,) = otter.driver.desk(plan["event_id"])["submissions"]
    assert (shown["status"], shown["place"], shown["model"]) == ("waiting", 1, "lap")
    job = worker.claim()
    assert (job["submission_id"], job["seed"], job["track"]["name"]) == (submission_id, 7, "oval")
    assert job["rules"]["laps"] == 3
    assert worker.http.get(f"/models/{job['model_sha256']}").content == library_model()
    assert worker.renew(job, laps_done=2).status_code == 200
    (shown,) = otter.driver.desk(plan["event_id"])["submissions"]
    assert (shown["status"], shown["place"], shown["laps_done"]) == ("running", None, 2)
    recorded = worker.hand_in(job, 1.0, 9.5, 18.0, 25.75, resets_ns=[10_000_000_000])
    assert recorded.status_code == 201, recorded.text
    again = worker.hand_in(job, 1.0, 9.5, 18.0, 25.75, resets_ns=[10_000_000_000])
    assert again.json() == recorded.json()
    (shown,) = otter.driver.desk(plan["event_id"])["submissions"]
    assert (shown["status"], shown["best_us"], shown["resets"]) == ("driven", 7_750_000, 1)
    assert shown["total_us"] == 26_750_000
    results = organiser.get(f"{plan['path']}/results")
    (row,) = results["stages"][0]["rows"]
    assert row["value_us"] == 7_750_000
    assert worker.claim() is None


def test_a_total_is_the_sum_of_what_is_shown(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker
) -> None:
    """It should cut each lap as it ranks before it adds them up, as the standings do."""
    plan = virtual_stage(organiser, laps=2)
    submit(otter, plan, enter(organiser, plan, otter.driver))
    assert worker.hand_in(worker.claim(), 1.0, 5.7207, 10.0913).status_code == 201
    (shown,) = otter.driver.desk(plan["event_id"])["submissions"]
    assert (shown["best_us"], shown["total_us"]) == (4_370_000, 9_090_000)


def test_laps_of_another_track_improve_nothing(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker
) -> None:
    """It should give the prize for improving on the same track alone."""
    plan = virtual_stage(organiser, laps=2)
    entry_id = enter(organiser, plan, otter.driver)
    title = {"title": "Other track", "format_name": "time_trial"}
    other = plan | {"stage_id": organiser.post(f"{plan['path']}/stages", title)["stage_id"]}
    rules = {"track_id": "bean", "laps": 2, "seed": 7, **times(-1, 1)}
    path = f"{plan['path']}/stages/{other['stage_id']}/virtual"
    organiser.http.put(path, json=rules).raise_for_status()

    def awards(stage: dict[str, Any], lap_s: float) -> list[tuple[int, int]]:
        assert submit(otter, stage, entry_id).status_code == 201
        assert worker.hand_in(worker.claim(), 1.0, 1.0 + lap_s).status_code == 201
        found = organiser.get(f"{plan['path']}/results")["awards"]
        improved = (each for each in found if each["kind"] == "most_improved")
        return [(each["from_us"], each["to_us"]) for each in improved]

    assert awards(plan, 9.0) == []
    assert awards(other, 6.0) == []
    assert awards(plan, 8.0) == [(9_000_000, 8_000_000)]


def test_one_of_a_driver_is_driven_at_a_time(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker, guests: Guests
) -> None:
    """It should drive first come, first driven, but never two of one driver beside each other."""
    plan = virtual_stage(organiser)
    other = guests.driver("Captain Kerb")
    own, theirs = enter(organiser, plan, otter.driver), enter(organiser, plan, other)
    first = submit(otter, plan, own).json()["submission_id"]
    second = submit(otter, plan, own).json()["submission_id"]
    path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
    body = {"entry_id": theirs, "model_sha256": otter.model}
    third = organiser.post(path, body)["submission_id"]
    second_worker = guests.worker("worker-2")
    jobs = [worker.claim(), second_worker.claim()]
    assert [each["submission_id"] for each in jobs] == [first, third]
    assert guests.worker("worker-3").claim() is None
    assert worker.hand_in(jobs[0], 1.0, 9.0).status_code == 201
    last = worker.claim()
    assert last["submission_id"] == second
    assert worker.hand_in(last, 1.0, 9.0).status_code == 201
    assert second_worker.hand_in(jobs[1], 1.0, 9.0).status_code == 201


def test_a_model_that_ends_its_own_run_is_refused(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker
) -> None:
    """It should tell the driver why, count it, and let an organiser try it again."""
    plan = virtual_stage(organiser, submissions_max=1)
    entry_id = enter(organiser, plan, otter.driver)
    submission_id = submit(otter, plan, entry_id).json()["submission_id"]
    sentence = "The model took more than 60 s of processor time."
    assert worker.fail(worker.claim(), sentence).status_code == 204
    (shown,) = otter.driver.desk(plan["event_id"])["submissions"]
    assert (shown["status"], shown["code"], shown["sentence"]) == ("refused", "model", sentence)
    assert submit(otter, plan, entry_id).json()["code"] == "submissions_used_up"
    organiser.post(f"{plan['path']}/submissions/{submission_id}/retry")
    job = worker.claim()
    assert worker.hand_in(job, 1.0, 9.0).status_code == 201


def test_what_is_taken_back_is_nobodys_run(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker
) -> None:
    """It should tell the worker that a run isn't wanted any more."""
    plan = virtual_stage(organiser)
    entry_id = enter(organiser, plan, otter.driver)
    submission_id = submit(otter, plan, entry_id).json()["submission_id"]
    job = worker.claim()
    withdraw = f"{plan['path']}/submissions/{submission_id}/withdraw"
    assert otter.driver.http.post(withdraw).is_success
    assert worker.renew(job).json()["code"] == "lease_lost"
    assert worker.hand_in(job, 1.0, 9.0).json()["code"] == "lease_lost"
    assert worker.claim() is None


def test_a_worker_drives_what_it_was_asked_to(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker
) -> None:
    """It should take no run of another seed, and none that is no run; the lease stays."""
    plan = virtual_stage(organiser)
    submit(otter, plan, enter(organiser, plan, otter.driver))
    job = worker.claim()
    assert worker.hand_in(job, 1.0, 9.0, seed=8).json()["code"] == "other_run"
    assert worker.hand_in(job, 9.0, 1.0).json()["code"] == "run_malformed"
    assert worker.http.delete(f"{worker.path}/leases/{job['lease_id']}").status_code == 204
    anew = worker.claim()
    assert (anew["attempt"], anew["lease_id"] == job["lease_id"]) == (1, False)
    assert worker.hand_in(anew, 1.0, 9.0).status_code == 201


def test_a_sealed_track_is_secret_until_the_stage_opens(
    organiser: Organiser, otter: Paddle
) -> None:
    """It should name the track to nobody before, and keep the seal that proves it after."""
    before = virtual_stage(organiser, is_sealed=True, **times(opens_h=1, closes_h=2))
    (stage,) = organiser.get(f"{before['path']}/stages/virtual")
    assert (stage["track"], stage["phase"]) == (None, "before")
    assert len(stage["track_seal"]) == 64
    assert "oval" not in organiser.http.get(f"{before['path']}/log").text
    entry_id = enter(organiser, before, otter.driver)
    assert submit(otter, before, entry_id).json()["code"] == "virtual_not_open"
    opened = virtual_stage(organiser, is_sealed=True)
    (stage,) = organiser.get(f"{opened['path']}/stages/virtual")
    assert (stage["track"], stage["phase"]) == ("oval", "open")


def test_times_and_limits_are_told(organiser: Organiser, otter: Paddle) -> None:
    """It should say what is left, how long to wait, and when a stage took models."""
    plan = virtual_stage(organiser, submissions_max=3, cool_down_s=600, prizes="A cup")
    entry_id = enter(organiser, plan, otter.driver)
    assert submit(otter, plan, entry_id).status_code == 201
    (left,) = otter.driver.desk(plan["event_id"])["left"]
    assert left["left"] == 2
    assert 590 < left["wait_s"] <= 600
    refused = submit(otter, plan, entry_id).json()
    assert (refused["code"], 590 < refused["params"]["wait_s"] <= 600) == (
        "submission_too_soon",
        True,
    )
    closed = virtual_stage(organiser, **times(-2, -1))
    own = enter(organiser, closed, otter.driver)
    assert submit(otter, closed, own).json()["code"] == "virtual_closed"
    (submission,) = otter.driver.desk(plan["event_id"])["submissions"]
    path = f"{plan['path']}/submissions/{submission['submission_id']}/withdraw"
    assert otter.driver.http.post(path).is_success


def test_a_driver_sees_races_of_this_month(organiser: Organiser, guests: Guests) -> None:
    """It should list what is open, will open or has just closed, whether entered or not."""
    driver = guests.driver("Night Heron")
    shown = virtual_stage(organiser, **times(opens_h=1, closes_h=2))["event_id"]
    entered = virtual_stage(organiser, **times(opens_h=-3, closes_h=-2))
    entry_id = enter(organiser, entered, driver)
    old = virtual_stage(organiser, **times(opens_h=-24 * 40, closes_h=-24 * 31))["event_id"]
    races = {each["event_id"]: each for each in driver.http.get("/me/virtual").json()}
    assert races[shown]["entry_id"] is None
    assert races[entered["event_id"]]["entry_id"] == entry_id
    assert old not in races
    assert organiser.refusal("/me/virtual", method="GET")["code"] == "not_a_driver"


def test_who_may_what(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker, guests: Guests
) -> None:
    """It should keep drivers to own entries and models, and workers to their own name."""
    plan = virtual_stage(organiser)
    stranger = guests.driver("Wild Wanda")
    own, theirs = enter(organiser, plan, otter.driver), enter(organiser, plan, stranger)
    assert submit(otter, plan, theirs).json()["code"] == "forbidden"
    path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
    body = {"entry_id": theirs, "model_sha256": otter.model}
    assert stranger.http.post(path, json=body).json()["code"] == "not_own_model"
    assert stranger.http.post(path, json=body | {"model_sha256": "0" * 64}).status_code == 404
    submission_id = submit(otter, plan, own).json()["submission_id"]
    withdraw = f"{plan['path']}/submissions/{submission_id}/withdraw"
    assert stranger.http.post(withdraw).json()["code"] == "forbidden"
    assert stranger.desk(plan["event_id"])["submissions"] == []
    assert worker.http.post("/workers/worker-9/claim").json()["code"] == "forbidden"
    assert otter.driver.http.post("/workers/worker-1/claim").json()["code"] == "forbidden"
    assert worker.http.get(f"/models/{'0' * 64}").json()["code"] == "forbidden"
    assert otter.driver.http.post(withdraw).is_success


def test_a_model_that_waits_can_not_be_deleted(organiser: Organiser, otter: Paddle) -> None:
    """It should refuse to give a model up that is to be driven."""
    plan = virtual_stage(organiser)
    submission = submit(otter, plan, enter(organiser, plan, otter.driver)).json()
    refused = otter.driver.http.delete(f"/models/{otter.model}")
    assert refused.json()["code"] == "model_waits"
    withdraw = f"{plan['path']}/submissions/{submission['submission_id']}/withdraw"
    assert otter.driver.http.post(withdraw).is_success


def test_an_own_track_is_raced_as_it_was(
    organiser: Organiser, otter: Paddle, worker: ScriptedWorker
) -> None:
    """It should give workers the track as it was when the stage was planned."""
    track_id = "ab" * 16
    points = [[0, 0], [4, 0], [4, 3], [0, 3]]
    body = {"name": "Our hall", "points": points, "width_m": 0.8}
    assert organiser.http.put(f"/tracks/{track_id}", json=body).is_success
    plan = virtual_stage(organiser, track_id=track_id)
    submit(otter, plan, enter(organiser, plan, otter.driver))
    assert organiser.http.delete(f"/tracks/{track_id}").is_success
    job = worker.claim()
    assert (job["track"]["name"], job["track"]["is_file"]) == ("Our hall", True)
    document = worker.http.get(f"{worker.path}/tracks/{job['track']['sha256']}").json()
    assert (document["points"], document.get("owner")) == (
        [[float(x) for x in p] for p in points],
        None,
    )
    assert worker.http.get(f"{worker.path}/tracks/{'0' * 64}").status_code == 404
    assert worker.hand_in(job, 1.0, 9.0).status_code == 201


def test_an_event_like_it_is_raced_on_the_same_track(organiser: Organiser) -> None:
    """It should plan virtual stages of an earlier event anew, but for a track that is secret."""
    plan = virtual_stage(organiser, reset_penalty_s=7, prizes="A cup")
    before = organiser.get(f"{plan['path']}/stages/virtual")
    begun = organiser.post("/events", {"name": "Next month", "like": plan["event_id"]})
    after = organiser.get(f"/events/{begun['event_id']}/stages/virtual")
    apart = {"stage_id": "", "now_utc": ""}
    assert [each | apart for each in after] == [each | apart for each in before]
    secret = virtual_stage(organiser, is_sealed=True, **times(opens_h=1, closes_h=2))
    begun = organiser.post("/events", {"name": "Next year", "like": secret["event_id"]})
    (stage,) = organiser.get(f"/events/{begun['event_id']}/stages")
    assert (stage["is_virtual"], stage["window_s"]) == (False, 180)
