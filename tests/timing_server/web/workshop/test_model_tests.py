"""Tests of models: real processes that drive, before any training, never beside a heat."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.car_agent.models.frozen.graphs import tiny_network
from tests.car_agent.models.intake.archives import metadata
from tests.timing_server.web.fleet.test_models import LIBRARY, Phone, archive
from tests.timing_server.web.live_server import PATIENCE_S, Organiser, organising
from tests.timing_server.web.workshop.workshop import Workshop, round_line, workshop_in
from tests.waiting import wait_until
from timing_server import main
from timing_server.adapters.processes import evaluating
from timing_server.adapters.processes.evaluating import CommandEvaluator
from timing_server.service.workshop.testing import job

#: Instead of twenty for each line: how a card is driven doesn't depend on how many there are.
SHORT_CARD_LAPS = 2
TEST_PATIENCE_S = 5 * PATIENCE_S


@pytest.fixture(scope="module")
def phone(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Turbo Tester")
    yield opened
    opened.http.close()


@pytest.fixture(scope="module")
def model(phone: Phone) -> str:
    answer = phone.bring("balanced.onnx", (LIBRARY / "balanced.onnx").read_bytes())
    return str(answer.json()["sha256"])


def ask(phone: Phone, model: str, **order: Any) -> Any:
    answer = phone.http.post("/workshop/tests", json={"sha256": model, **order})
    assert answer.status_code == 201, answer.text
    return answer.json()


def until(phone: Phone, test_id: str, is_so: Callable[[Any], bool]) -> Any:
    """Wait until something is so of a test, and return it."""
    deadline_s = time.monotonic() + TEST_PATIENCE_S
    while True:
        found = phone.http.get("/workshop/tests").json()
        test = next(each for each in found if each["test_id"] == test_id)
        if is_so(test):
            return test
        assert time.monotonic() < deadline_s, test
        time.sleep(0.05)


def is_over(test: Any) -> bool:
    return test["state"] in {"done", "failed"}


def test_laps_are_driven_and_kept(phone: Phone, model: str) -> None:
    """It should drive for real, tell how far it is, and keep what came of it with the model."""
    test = ask(phone, model, kind="laps", track="oval", laps=3)
    assert (test["all_n"], test["track"]) == (3, "oval")
    told = until(phone, test["test_id"], is_over)
    assert (told["state"], told["done_n"], told["sentence"]) == ("done", 3, None)
    laps = phone.http.get(f"/models/{model}/history").json()["virtual"][0]
    assert (laps["track"], laps["laps_started"], laps["seed"]) == ("oval", 3, 1)
    assert laps["best_us"] <= laps["average_us"]
    assert "onnxruntime" in laps["versions"]


def test_the_stress_card_is_filled(
    phone: Phone, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should tell each line as it is known, and the verdict wherever the model is listed."""
    monkeypatch.setattr(job, "STRESS_LAPS", SHORT_CARD_LAPS)
    test = ask(phone, model, kind="stress")
    assert (test["all_n"], test["track"]) == (14, "demo")
    assert ask(phone, model, kind="stress")["test_id"] == test["test_id"]
    first = until(phone, test["test_id"], lambda told: told["done_n"] > 0)
    assert first["stress"][0]["name"] == "plain"
    told = until(phone, test["test_id"], is_over)
    assert told["state"] == "done", told
    card = phone.http.get(f"/models/{model}/history").json()["stress"][0]
    assert card["stress"] == told["stress"]
    assert {each["laps_started"] for each in card["stress"]} == {SHORT_CARD_LAPS}
    (view,) = phone.http.get("/models").json()
    assert view["verdict"]["verdict"] == card["verdict"] == "ready"


def test_a_guests_archive_is_tested(phone: Phone) -> None:
    """It should drive a DeepRacer archive as it was brought, and draw its actions from it."""
    papers = metadata().encode()
    sent = archive(("agent/model.pb", tiny_network().written()), ("model_metadata.json", papers))
    made = phone.bring("guest.tar.gz", sent).json()
    assert (made["source"], made["verdict"]) == ("archive", None)
    assert len(made["about"]["actions"]) == made["about"]["actions_n"]
    test = ask(phone, made["sha256"], kind="laps", laps=1)
    told = until(phone, test["test_id"], is_over)
    assert (told["state"], told["done_n"]) == ("done", 1), told


def test_a_test_is_its_owners(organiser: Organiser, phone: Phone, model: str) -> None:
    """It should be asked for and seen by who has the model, and by organisers."""
    other = Phone(organiser, "Apex Tester")
    body = {"sha256": model, "kind": "laps"}
    assert other.http.post("/workshop/tests", json=body).json()["code"] == "unknown_model"
    asked = {"driver_id": phone.driver_id}
    answer = organiser.http.post("/workshop/tests", json={**body, "laps": 2}, params=asked)
    test_id = answer.json()["test_id"]
    assert test_id not in {each["test_id"] for each in other.http.get("/workshop/tests").json()}
    assert other.http.delete(f"/workshop/tests/{test_id}").json()["code"] == "unknown_test"
    until(phone, test_id, is_over)
    other.http.close()
    unknown = {**body, "track": "nowhere"}
    assert phone.http.post("/workshop/tests", json=unknown).json()["code"] == "unknown_track"


def driving(folder: Path) -> list[psutil.Process]:
    """Return what drives a model of this server's at this moment."""
    lines = [(each, each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
    return [
        each
        for each, line in lines
        if "--json-lines" in line and any(str(folder) in part for part in line)
    ]


def test_a_heat_stops_it_where_it_is(
    organiser: Organiser, phone: Phone, model: str, folder: Path
) -> None:
    """It should stand still while a heat is at the line, say so, and go on afterwards."""
    test = ask(phone, model, kind="laps", laps=100, track="bean")
    until(phone, test["test_id"], lambda told: told["done_n"] > 0)
    (process,) = driving(folder)
    plan = organiser.plan()
    organiser.post(f"{plan['path']}/next")
    wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
    held = until(phone, test["test_id"], lambda told: told["holds"] is not None)
    assert (held["holds"], held["heat_number"]) == ("heat_called", 1)
    organiser.stop_running_heat()
    until(phone, test["test_id"], lambda told: told["done_n"] > held["done_n"] + 1)
    assert process.status() != psutil.STATUS_STOPPED
    assert phone.http.delete(f"/workshop/tests/{test['test_id']}").status_code == 204


def test_it_can_be_ended(phone: Phone, model: str, folder: Path) -> None:
    """It should end its process, keep nothing of it, and be forgotten."""
    test = ask(phone, model, kind="laps", laps=99, track="bean")
    until(phone, test["test_id"], lambda told: told["done_n"] > 0)
    (process,) = driving(folder)
    assert phone.http.delete(f"/workshop/tests/{test['test_id']}").status_code == 204
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert phone.http.get("/workshop/tests").json() == [] or all(
        each["test_id"] != test["test_id"] for each in phone.http.get("/workshop/tests").json()
    )


def test_without_the_cars_packages_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should name what is missing, and take no test; nothing of training is asked for."""
    assert not {"torch", "stable_baselines3"} & set(evaluating.PACKAGES)
    monkeypatch.setattr(evaluating, "PACKAGES", ("numpy", "no_such_package"))
    with organising(tmp_path) as organiser:
        assert organiser.get("/workshop/tests/desk") == {"is_open": False, "lacks": "car"}


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    with workshop_in(tmp_path, monkeypatch) as made:
        yield made


def test_a_training_makes_way(workshop: Workshop) -> None:
    """It should run before a training goes on, which stands still meanwhile and is unharmed."""
    training = workshop.order()
    workshop.tell(training, round_line(2048, 3))
    workshop.until(training, lambda found: found["steps"] == 2048)
    process = workshop.until_process(training)
    phone = Phone(workshop.organiser, "Guest")
    model = phone.bring("fast.onnx", (LIBRARY / "fast.onnx").read_bytes()).json()["sha256"]
    test = ask(phone, model, kind="laps", laps=20, track="oval")
    workshop.until_process(training, psutil.STATUS_STOPPED)
    assert workshop.get(training)["holds"] == "model_test"
    until(phone, test["test_id"], is_over)
    wait_until(lambda: process.status() != psutil.STATUS_STOPPED)
    workshop.tell(training, round_line(4096, 5))
    workshop.until(training, lambda found: found["steps"] == 4096)
    phone.http.close()


def test_what_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should tell the command's own sentence."""
    command = [sys.executable, "-c", "import sys; sys.exit('paddock: the wheel fell off')"]
    monkeypatch.setattr(main, "CommandEvaluator", partial(CommandEvaluator, command))
    with organising(tmp_path) as organiser:
        phone = Phone(organiser, "Unlucky")
        model = phone.bring("fast.onnx", (LIBRARY / "fast.onnx").read_bytes()).json()["sha256"]
        told = until(phone, ask(phone, model, kind="stress")["test_id"], is_over)
        assert (told["state"], told["sentence"]) == ("failed", "the wheel fell off")
        phone.http.close()
