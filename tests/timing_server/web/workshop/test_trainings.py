"""Trainings over HTTP: real processes that are begun, held, ended and gone on with."""

import hashlib
import os
from pathlib import Path

import psutil
import pytest

from tests.car_agent.matching.standing import MOUNTED
from tests.timing_server.web.workshop.workshop import (
    SOURCE,
    Workshop,
    outcome_line,
    place_line,
    round_line,
    until_gone,
    workshop_in,
)
from timing_server.adapters.processes import training
from timing_server.contract.measured_cars import MeasuredAbout

SAID = '{"kind":"said","words":"Warm start: an expert drives."}'


def test_a_model_is_trained_and_comes_into_the_library(workshop: Workshop) -> None:
    """It should tell how a training goes, and put its model where its driver finds it."""
    driver_id, mine = workshop.driver("Practising Pip")
    training_id = workshop.order(mine, reward_name="Close to the line", seed=7)
    workshop.tell(training_id, SAID, round_line(2048, 4, None), round_line(4096, 9, 1.25))
    found = workshop.until(training_id, lambda found: found["steps"] == 4096)
    assert (found["state"], found["clean_laps"], found["laps"]) == ("running", 9, 10)
    assert [line["kind"] for line in found["progress"]] == ["said", "round", "round"]
    assert workshop.get(training_id, since=2)["progress"] == found["progress"][2:]
    picture = workshop.organiser.http.get(workshop.path(training_id, "/view"), headers=mine)
    assert picture.headers["content-type"] == "image/jpeg"
    workshop.tell(training_id, outcome_line("laps", 6144, 10), "exit 0")
    over = workshop.until(training_id, lambda found: found["model_sha256"] is not None)
    assert (over["state"], over["ending"], over["clean_laps"]) == ("done", "laps", 10)
    assert over["lap_us"] == 11_900_000
    (model,) = workshop.organiser.http.get("/models", headers=mine).json()
    assert (model["sha256"], model["name"]) == (over["model_sha256"], "Lap One")
    assert model["driver_id"] == driver_id
    assert model["source"] == "trained"
    origin = model["origin"]
    assert (origin["track"], origin["seed"], origin["steps"]) == ("demo", 7, 6144)
    assert origin["reward_name"] == "Close to the line"
    history = workshop.organiser.http.get(f"/models/{model['sha256']}/history", headers=mine)
    assert history.json()["reward"] == SOURCE


def test_the_process_steps_back(workshop: Workshop) -> None:
    """It should have a session of its own, be nice, and be the first to go without memory."""
    process = workshop.until_process(workshop.order())
    assert process.nice() == 10
    assert os.getsid(process.pid) == process.pid
    assert Path(f"/proc/{process.pid}/oom_score_adj").read_text().strip() == "500"
    assert process.rlimit(psutil.RLIMIT_DATA)[0] == 4 * 2**30


def test_a_model_is_trained_as_a_car_that_was_measured(workshop: Workshop) -> None:
    """It should hand the car's file to the process, and know no car that nobody measured."""
    place = workshop.folder / "measured" / "cars" / "red"
    place.mkdir(parents=True)
    (place / "car.json").write_text(MOUNTED.model_dump_json())
    about = MeasuredAbout(
        car_id="red", event_id="v1", record_id="ab" * 32, track="demo", made_utc="2026-01-01"
    )
    (place / "about.json").write_text(about.model_dump_json())
    process = workshop.until_process(workshop.order(as_measured="red"))
    options = process.cmdline()
    assert options[options.index("--as-measured") + 1] == str(place / "car.json")
    body = {"name": "Lap Two", "source": SOURCE, "as_measured": "blue"}
    refused = workshop.organiser.http.post("/workshop/trainings", json=body)
    assert refused.json()["code"] == "unknown_measurement"


def test_cars_drive_on_the_servers_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should send them there, tell where they are, and organisers alone why they aren't."""
    address = "ray://127.0.0.2:10001"
    with workshop_in(tmp_path, monkeypatch, training_cluster=address) as workshop:
        organiser = workshop.organiser
        assert organiser.get("/workshop/desk")["has_cluster"]
        _, mine = workshop.driver("Practising Pip")
        training_id = workshop.order(mine)
        options = workshop.until_process(training_id).cmdline()
        assert options[options.index("--workers") + 1] == address
        assert "--or-here" in options
        workshop.tell(training_id, place_line(2))
        there = workshop.until(training_id, lambda found: found["cluster_processors"] == 2)
        assert (there["is_cluster_away"], there["cluster_problem"]) == (False, None)
        problem = f"No cluster answers at {address}."
        workshop.tell(training_id, place_line(None, problem))
        away = workshop.until(training_id, lambda found: found["is_cluster_away"])
        assert (away["cluster_processors"], away["cluster_problem"]) == (None, problem)
        own = organiser.http.get(workshop.path(training_id), headers=mine).json()
        assert (own["is_cluster_away"], own["cluster_problem"]) == (True, None)
        (listed,) = organiser.http.get("/workshop/trainings", headers=mine).json()
        assert listed["cluster_problem"] is None


def test_without_a_cluster_cars_drive_here(workshop: Workshop) -> None:
    """It should ask for none, and say nothing of one."""
    assert not workshop.organiser.get("/workshop/desk")["has_cluster"]
    training_id = workshop.order()
    assert "--workers" not in workshop.until_process(training_id).cmdline()
    found = workshop.get(training_id)
    assert (found["cluster_processors"], found["is_cluster_away"]) == (None, False)


def test_it_begins_with_its_parents_weights(workshop: Workshop) -> None:
    """It should hand the process a copy of the model, which may be given up meanwhile."""
    _, mine = workshop.driver("Practising Pip")
    _, theirs = workshop.driver("Turbo Tess")
    first = workshop.order(mine)
    workshop.tell(first, round_line(2048, 9), outcome_line("laps", 2048, 9), "exit 0")
    sha256 = workshop.until(first, lambda found: found["model_sha256"])["model_sha256"]
    more = {"parent_sha256": sha256, "is_from_parent": True}
    body = {"name": "Lap Two", "source": SOURCE, **more}
    post = workshop.organiser.http.post
    assert post("/workshop/trainings", json=body, headers=theirs).json()["code"] == "unknown_model"
    second = workshop.order(mine, **more)
    options = workshop.until_process(second).cmdline()
    copy = workshop.files(second) / "parent.onnx"
    assert options[options.index("--from") + 1] == str(copy)
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == sha256
    assert "--metadata" not in options
    assert workshop.get(second)["is_from_parent"]
    assert not workshop.get(first)["is_from_parent"]


def test_one_runs_and_others_wait_in_turn(workshop: Workshop) -> None:
    """It should tell those that wait their place and the longest that it may take."""
    first = workshop.order(max_minutes=5)
    workshop.until_process(first)
    second, third = workshop.order(max_minutes=10), workshop.order()
    waiting = workshop.get(second)
    assert (waiting["state"], waiting["place"], waiting["ahead_s"]) == ("waiting", 1, 300)
    assert (workshop.get(third)["place"], workshop.get(third)["ahead_s"]) == (2, 900)
    assert workshop.process(second) is None
    assert workshop.organiser.get("/workshop/room")["is_wanted"]
    workshop.tell(first, round_line(2048, 2), outcome_line("time", 2048, 2), "exit 0")
    workshop.until_process(second)
    assert workshop.get(first)["ending"] == "time"
    assert workshop.get(third)["place"] == 1


def test_a_heat_stops_it_at_once_and_lets_it_go_on(workshop: Workshop) -> None:
    """It should stop the process where it is from a heat's call to its end, and begin no other."""
    plan = workshop.organiser.plan()
    training_id = workshop.order()
    workshop.until_process(training_id)
    heat_id = workshop.organiser.post(f"{plan['path']}/next")["heat_id"]
    process = workshop.until_process(training_id, psutil.STATUS_STOPPED)
    held = workshop.get(training_id)
    assert (held["state"], held["holds"], held["heat_number"]) == ("running", "heat_called", 1)
    workshop.organiser.post(f"{plan['path']}/heats/{heat_id}/start")
    workshop.tell(training_id, round_line(2048, 2))
    assert workshop.get(training_id)["holds"] == "heat_running"
    # Who pauses and lets it go on meanwhile doesn't let it run beside the heat.
    for verb in ("/pause", "/go-on"):
        workshop.organiser.post(workshop.path(training_id, verb))
    assert process.status() == psutil.STATUS_STOPPED
    assert workshop.get(training_id)["steps"] == 0
    workshop.organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    found = workshop.until(training_id, lambda found: found["steps"] == 2048)
    assert found["holds"] is None


def test_none_begins_beside_a_heat(workshop: Workshop) -> None:
    """It should wait with a training that is ordered while a heat is on track."""
    plan = workshop.organiser.plan()
    heat_id = workshop.organiser.start_next(plan)
    training_id = workshop.order()
    assert workshop.get(training_id)["holds"] == "heat_running"
    assert workshop.process(training_id) is None
    workshop.organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    workshop.until_process(training_id)


def test_it_is_paused_and_gone_on_with(workshop: Workshop) -> None:
    """It should stop where it is and go on there: the same process."""
    training_id = workshop.order()
    workshop.until_process(training_id)
    workshop.organiser.post(workshop.path(training_id, "/pause"))
    process = workshop.until_process(training_id, psutil.STATUS_STOPPED)
    assert workshop.get(training_id)["is_paused"]
    assert not workshop.organiser.get("/workshop/room")["is_wanted"]
    workshop.organiser.post(workshop.path(training_id, "/go-on"))
    assert process.status() != psutil.STATUS_STOPPED
    assert not workshop.get(training_id)["is_paused"]


def test_a_paused_one_makes_room_for_others(workshop: Workshop) -> None:
    """It should put a paused training aside where another waits, and go on from its checkpoint."""
    first = workshop.order()
    workshop.tell(first, round_line(2048, 3))
    workshop.until(first, lambda found: found["steps"] == 2048)
    workshop.organiser.post(workshop.path(first, "/pause"))
    second = workshop.order()
    workshop.until_process(second)
    assert (workshop.get(first)["state"], workshop.get(first)["is_paused"]) == ("waiting", True)
    workshop.organiser.post(workshop.path(first, "/go-on"))
    assert workshop.get(first)["place"] == 1
    workshop.tell(second, round_line(2048, 1), outcome_line("time", 2048, 1), "exit 0")
    workshop.tell(first, round_line(4096, 5))
    found = workshop.until(first, lambda found: found["steps"] == 4096)
    # What its second process tells is added to what the first one took.
    assert (found["progress"][-1]["spent_s"], found["clean_laps"]) == (20.0, 5)


def test_it_is_ended_with_the_best_model_so_far(workshop: Workshop) -> None:
    """It should keep the model of the exam with most clean laps, at once."""
    training_id = workshop.order()
    workshop.tell(training_id, round_line(2048, 6), round_line(4096, 3))
    workshop.until(training_id, lambda found: found["steps"] == 4096)
    workshop.organiser.post(workshop.path(training_id, "/stop"))
    over = workshop.until(training_id, lambda found: found["model_sha256"] is not None)
    assert (over["state"], over["ending"]) == ("stopped", "stopped")
    assert (over["clean_laps"], over["steps"]) == (6, 2048)
    assert workshop.process(training_id) is None
    again = workshop.organiser.refusal(workshop.path(training_id, "/stop"))
    assert again["code"] == "training_over"
    workshop.organiser.post(workshop.path(training_id, "/go-on"), {"minutes": 3})
    workshop.until_process(training_id)
    # Its next model is another one, which a server that dies before it is kept must look for.
    assert workshop.get(training_id)["model_sha256"] is None


def test_one_that_waits_is_ended_without_a_model(workshop: Workshop) -> None:
    """It should take it out of the queue; there is nothing to keep."""
    workshop.until_process(workshop.order())
    training_id = workshop.order()
    workshop.organiser.post(workshop.path(training_id, "/stop"))
    over = workshop.get(training_id)
    assert (over["state"], over["laps"], over["model_sha256"]) == ("stopped", None, None)
    refusal = workshop.organiser.refusal(workshop.path(training_id, "/model"))
    assert refusal["code"] == "no_model_yet"


def test_a_killed_process_goes_on_from_its_checkpoint(workshop: Workshop) -> None:
    """It should begin the process anew, say so, and give up where it is killed again and again."""
    training_id = workshop.order()
    workshop.tell(training_id, round_line(2048, 3))
    workshop.until(training_id, lambda found: found["steps"] == 2048)
    killed = workshop.until_process(training_id)
    killed.kill()
    workshop.tell(training_id, round_line(4096, 4))
    found = workshop.until(training_id, lambda found: found["steps"] == 4096)
    assert [line.get("code") for line in found["progress"]] == [None, "killed", None]
    for _ in range(3):
        gone = killed
        while (killed := workshop.until_process(training_id)).pid == gone.pid:
            pass
        killed.kill()
        until_gone(killed)
    over = workshop.until_state(training_id, "failed")
    assert over["ending"] == "crashed"
    assert "signal 9" in over["sentence"]
    workshop.organiser.post(workshop.path(training_id, "/go-on"))
    workshop.until_process(training_id)


def test_a_fault_of_the_reward_ends_it(workshop: Workshop) -> None:
    """It should tell the sentence and the line, and not go on with what would fail again."""
    training_id = workshop.order()
    sentence = "reward.py, line 2, raised ZeroDivisionError: division by zero at x=1."
    fault = f'{{"kind":"fault","sentence":"{sentence}","line":2}}'
    workshop.tell(training_id, SAID, fault, "exit 1")
    over = workshop.until_state(training_id, "failed")
    assert (over["ending"], over["sentence"], over["line"]) == ("fault", sentence, 2)
    refusal = workshop.organiser.refusal(workshop.path(training_id, "/go-on"))
    assert refusal["code"] == "training_over"


def test_what_the_command_refuses_is_told(workshop: Workshop) -> None:
    """It should tell the command's own last sentence."""
    training_id = workshop.order()
    workshop.tell(training_id, "exit 2")
    over = workshop.until_state(training_id, "failed")
    assert (over["ending"], over["sentence"]) == ("refused", "The last words.")


def test_it_is_deleted_with_its_process(workshop: Workshop) -> None:
    """It should end the process and leave no file behind."""
    training_id = workshop.order()
    process = workshop.until_process(training_id)
    answer = workshop.organiser.http.delete(workshop.path(training_id))
    assert answer.status_code == 204
    until_gone(process)
    gone = workshop.organiser.refusal(workshop.path(training_id), method="GET")
    assert gone["code"] == "unknown_training"
    workshop.until_process(workshop.order())
    assert not workshop.files(training_id).exists()


def test_it_goes_on_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should end the process with the server, and go on from the checkpoint afterwards."""
    with workshop_in(tmp_path, monkeypatch) as workshop:
        training_id = workshop.order()
        workshop.tell(training_id, SAID, round_line(2048, 3))
        workshop.until(training_id, lambda found: found["steps"] == 2048)
        process = workshop.until_process(training_id)
    assert not process.is_running()
    # What a kill -9 leaves, which nobody had the time to note.
    course = workshop.files(training_id) / "course.json"
    course.write_text(course.read_text().replace('"waiting"', '"running"'))
    with workshop_in(tmp_path, monkeypatch) as workshop:
        workshop.until_process(training_id)
        workshop.tell(training_id, round_line(4096, 5))
        found = workshop.until(training_id, lambda found: found["steps"] == 4096)
        assert [line["kind"] for line in found["progress"]] == ["said", "round", "round"]


def test_a_server_without_the_packages_says_what_to_install(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should refuse trainings with the commands that install what lacks."""
    monkeypatch.setattr(training, "PACKAGES", ("torch_of_another_world",))
    monkeypatch.setattr(training, "SANDBOX", "no-such-sandbox")
    assert workshop.organiser.get("/workshop/desk")["lacks"] == ["train", "sandbox"]
    body = {"name": "Wish", "source": SOURCE}
    refusal = workshop.organiser.refusal("/workshop/trainings", body)
    assert refusal["code"] == "training_closed"
    assert refusal["params"]["commands"] == "make setup-train and make setup-sandbox"


def test_a_forgotten_driver_leaves_no_training(workshop: Workshop) -> None:
    """It should end and delete the trainings and rewards of somebody who is forgotten."""
    driver_id, mine = workshop.driver("Leaving Lee")
    training_id = workshop.order(mine)
    reward = {"name": "Mine", "source": SOURCE}
    workshop.organiser.post("/rewards", reward, **mine)
    process = workshop.until_process(training_id)
    workshop.organiser.post(f"/drivers/{driver_id}/forget")
    until_gone(process)
    assert workshop.organiser.get("/workshop/trainings") == []
    assert all(each["is_example"] for each in workshop.organiser.get("/rewards"))
