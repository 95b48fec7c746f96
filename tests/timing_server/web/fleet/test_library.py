"""The model library over the interface: origin, notes, laps, verdicts, and what they gate."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.timing_server.web.fleet.test_models import LIBRARY, Phone
from tests.timing_server.web.live_server import Node, Organiser
from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.rules.units import NS_PER_MS
from timing_server.service.entities import Evaluation
from timing_server.service.models import deleted

TRACK_SHA = "7" * 64


@pytest.fixture(scope="module")
def phone(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Turbo Tester")
    yield opened
    opened.http.close()


@pytest.fixture(scope="module")
def other(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Apex Tester")
    yield opened
    opened.http.close()


@pytest.fixture
def model(phone: Phone) -> str:
    """A model of the driver's, brought for real the first time."""
    answer = phone.bring("balanced.onnx", (LIBRARY / "balanced.onnx").read_bytes())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha256"])


def card(folder: Path, model: str, verdict: str, at: str, weak: tuple[str, ...] = ()) -> None:
    """Keep a stress card as an evaluation that ended leaves one."""
    names = ("plain", "dim", "glare")
    stress = [
        {
            "name": name,
            "laps_started": 20,
            "laps_clean": 3 if name in weak else 20,
            "resets": 0,
            "is_good": name not in weak,
        }
        for name in names
    ]
    placed = {"track": "demo", "track_sha256": TRACK_SHA, "seed": 1, "versions": "paddock 1"}
    outcome = json.dumps({**placed, "verdict": verdict, "stress": stress}).encode()
    row = Evaluation(at, model, "stress", "demo", TRACK_SHA, 1, 20, at, at, outcome)
    keep(folder, row)


def keep(folder: Path, row: Evaluation) -> None:
    store = SqlStore(open_database(folder / "paddock.sqlite3"))
    with store.transaction() as rows:
        rows.put_evaluation(row, most=60)
    store.close()


def test_the_action_space_is_told(phone: Phone, model: str) -> None:
    """It should say between which angles and speeds a model drives."""
    about = next(each for each in phone.http.get("/models").json() if each["sha256"] == model)[
        "about"
    ]
    assert about["actions"] or about["ranges"]
    if about["ranges"]:
        assert about["ranges"]["steering_low_deg"] < 0 < about["ranges"]["steering_high_deg"]


def test_notes_and_name_are_changed(phone: Phone, other: Phone, model: str) -> None:
    """It should keep what its owner writes, over a second upload too, and let nobody else write."""
    body = {"name": "Sunday line", "notes": "brakes late\nshy of glare"}
    assert phone.http.patch(f"/models/{model}", json=body).is_success
    phone.bring("balanced.onnx", (LIBRARY / "balanced.onnx").read_bytes())
    (row,) = phone.http.get("/models/library").json()
    assert (row["model"]["name"], row["model"]["notes"]) == (body["name"], body["notes"])
    assert row["model"]["source"] == "brought"
    assert other.http.patch(f"/models/{model}", json=body).json()["code"] == "unknown_model"
    assert other.http.get(f"/models/{model}/history").json()["code"] == "unknown_model"
    hidden = {"notes": "right\u202eleft"}
    assert phone.http.patch(f"/models/{model}", json=hidden).status_code == 422


def test_a_model_that_was_given_up_comes_back(phone: Phone, model: str, folder: Path) -> None:
    """It should come back with its notes and laps for a while, and be gone with its file then."""
    phone.http.patch(f"/models/{model}", json={"notes": "keep me"})
    card(folder, model, "ready", "2026-01-01")
    assert phone.http.delete(f"/models/{model}").status_code == 204
    assert phone.http.get("/models").json() == []
    assert phone.http.post(f"/models/{model}/restore").is_success
    history = phone.http.get(f"/models/{model}/history").json()
    assert history["model"]["notes"] == "keep me"
    assert history["model"]["is_here"]
    assert len(history["stress"]) == 1


def test_after_a_while_it_is_gone(
    phone: Phone, model: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should forget file, laps and notes, and say so to who wants it back."""
    card(folder, model, "ready", "2026-01-01")
    monkeypatch.setattr(deleted, "KEPT_S", 0)
    assert phone.http.delete(f"/models/{model}").status_code == 204
    assert phone.http.post(f"/models/{model}/restore").json()["code"] == "model_gone"
    assert not (folder / "models" / f"{model}.onnx").exists()
    phone.bring("balanced.onnx", (LIBRARY / "balanced.onnx").read_bytes())
    assert phone.http.get(f"/models/{model}/history").json()["stress"] == []


def test_what_is_not_ready_needs_an_organisers_word(
    organiser: Organiser, phone: Phone, model: str, folder: Path
) -> None:
    """It should be refused for its driver with the reason, and go on an organiser's word."""
    event = organiser.post("/events", {"name": "Cup"})["event_id"]
    entry = organiser.post(f"/events/{event}/entries", {"driver_ids": [phone.driver_id]})
    path = f"/events/{event}/entries/{entry['entry_id']}/model"
    body = {"model_sha256": model}
    # Never tested: who has five minutes isn't held up.
    assert phone.http.put(path, json=body).is_success
    assert organiser.http.put(path, json={"model_sha256": None}).is_success
    card(folder, model, "care", "2026-02-01", weak=("dim",))
    (view,) = phone.http.get("/models").json()
    assert (view["verdict"]["verdict"], view["verdict"]["weak"]) == ("care", ["dim"])
    assert phone.http.put(path, json=body).is_success
    assert organiser.http.put(path, json={"model_sha256": None}).is_success

    card(folder, model, "not_ready", "2026-02-02", weak=("plain", "dim"))
    refused = phone.http.put(path, json={**body, "send_anyway": True}).json()
    assert refused["code"] == "model_not_ready"
    assert refused["params"] == {"track": "demo", "clean": 3, "laps": 20}
    assert organiser.http.put(path, json=body).json()["code"] == "model_needs_word"
    assert organiser.http.put(path, json={**body, "send_anyway": True}).is_success
    fact = organiser.get(f"/events/{event}/log")["facts"][-1]
    assert fact["fact"]["body"]["despite"] == "not_ready"
    assert fact["fact"]["actor"] == "organiser"
    card(folder, model, "care", "2026-02-03")


def test_a_marshal_does_not_pass_by_the_card(
    organiser: Organiser, phone: Phone, model: str, folder: Path
) -> None:
    """It should refuse such a model for a run, unless an organiser has sent it to the entry."""
    plan = organiser.plan()
    path, entry_id = plan["path"], plan["entries"][0]
    car = organiser.post("/cars", {"car_id": "green", "name": "Green"})["car_id"]
    equip = {"entry_id": entry_id, "car_id": car, "model_sha256": model}
    marshal = {"Authorization": f"Bearer {organiser.token('marshal', 'mo')}"}
    where = f"{path}/heats/{plan['heats'][0]}/equip"
    assert organiser.http.post(where, json=equip, headers=marshal).is_success
    card(folder, model, "not_ready", "2026-03-02", weak=("plain",))
    for who in (marshal, {}):
        refused = organiser.http.post(where, json=equip, headers=who).json()
        assert refused["code"] == "model_needs_entry"
        assert refused["params"] == {"track": "demo", "clean": 3, "laps": 20}
    assert organiser.http.post(where, json={**equip, "model_sha256": "cd" * 32}).is_success
    sent = {"model_sha256": model, "send_anyway": True}
    assert organiser.http.put(f"{path}/entries/{entry_id}/model", json=sent).is_success
    assert organiser.http.post(where, json=equip, headers=marshal).is_success
    card(folder, model, "care", "2026-03-03")
    assert organiser.http.put(
        f"{path}/entries/{entry_id}/model", json={**sent, "model_sha256": None}
    ).is_success
    assert organiser.http.post(where, json=equip, headers=marshal).is_success


def test_real_laps_are_counted_from_the_log(organiser: Organiser, phone: Phone, model: str) -> None:
    """It should count what passes show for the model that drove, and follow each ruling."""
    plan = organiser.plan(dead_time_s=0.01)
    heat = plan["heats"][0]
    car = organiser.post("/cars", {"car_id": "blue", "name": "Blue"})["car_id"]
    equip = {"entry_id": plan["entries"][0], "car_id": car, "model_sha256": model}
    organiser.post(f"{plan['path']}/heats/{heat}/equip", equip)
    node = Node(organiser)
    heat = organiser.post(f"{plan['path']}/next")["heat_id"]
    run = f"{plan['path']}/heats/{heat}/runs/{plan['entries'][0]}"
    organiser.post(f"{run}/confirm", {"reason": "a stock car"})
    organiser.post(f"{plan['path']}/heats/{heat}/start")
    at_ns = node.now_mono_ns()
    node.send(node.clock(), node.passing(at_ns))
    for lap_ms in (90, 110, 100):
        at_ns += lap_ms * NS_PER_MS
        node.send(node.passing(at_ns))
    real = real_of(phone, model)
    assert (real["laps"], real["best_us"], real["mean_us"]) == (3, 90_000, 100_000)
    assert [(each["name"], each["laps"]) for each in real["events"]] == [("Friday league", 3)]
    ref = f"{node.path.split('/')[2]}:{node.journal_id}:3"
    organiser.post(f"{plan['path']}/laps/{ref}/void", {"reason": "cut a corner"})
    assert real_of(phone, model)["best_us"] == 100_000
    organiser.stop_running_heat()


def real_of(phone: Phone, model: str) -> Any:
    rows = phone.http.get("/models/library").json()
    return next(each["real"] for each in rows if each["model"]["sha256"] == model)


def test_two_models_stand_side_by_side(
    organiser: Organiser, phone: Phone, other: Phone, model: str
) -> None:
    """It should tell both whole, for who may see both; without two sources there is no diff."""
    second = phone.bring("fast.onnx", (LIBRARY / "fast.onnx").read_bytes()).json()["sha256"]
    query = f"/models/compare?first={model}&second={second}"
    told = phone.http.get(query).json()
    assert told["first"]["model"]["sha256"] == model
    assert told["second"]["model"]["sha256"] == second
    assert told["reward_diff"] is None
    assert other.http.get(query).json()["code"] == "unknown_model"
    assert organiser.http.get(query).json()["code"] == "unknown_model"
    owner = phone.driver_id
    query += f"&first_driver_id={owner}&second_driver_id={owner}"
    assert organiser.http.get(query).is_success


def test_of_one_setting_the_newest_counts(folder: Path, phone: Phone, model: str) -> None:
    """It should keep one evaluation for each setting, the newest first."""
    placed = {"track": "demo", "track_sha256": TRACK_SHA, "seed": 1, "versions": "v"}
    figures = {"laps_started": 5, "laps_completed": 5, "laps_clean": 5, "resets": 0}
    for number, best_us in enumerate((9_000_000, 8_000_000)):
        outcome = json.dumps({**placed, **figures, "best_us": best_us, "average_us": best_us})
        where = (model, "laps", "demo", TRACK_SHA, 1, 5, "v", f"2026-03-0{number + 1}")
        keep(folder, Evaluation(f"e{number}", *where, outcome.encode()))  # type: ignore[arg-type]
    (row,) = [
        each
        for each in phone.http.get("/models/library").json()
        if each["model"]["sha256"] == model
    ]
    assert [each["best_us"] for each in row["virtual"]] == [8_000_000]


def test_a_hash_is_what_the_file_has(phone: Phone, model: str) -> None:
    """It should download as the file that drives."""
    assert sha256(phone.http.get(f"/models/{model}").content).hexdigest() == model
