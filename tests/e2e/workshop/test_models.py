"""The model library in a browser: one's own models, tests with one tap, two side by side."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import Browser, Page, expect

from car_agent.models.card import CARD_KEY, ContinuousOutput, ModelCard, card_to_json
from tests.e2e.accessibility import check_access
from tests.e2e.browsing import LAPTOP, PHONE, page_url, watched_page
from tests.network.loopback import site_port
from tests.timing_server.web.fleet.test_models import LIBRARY, Phone
from tests.timing_server.web.live_server import Organiser, serving
from tests.timing_server.web.workshop.test_model_tests import SHORT_CARD_LAPS
from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.contract.machines.models import ModelOrigin
from timing_server.service.workshop.testing import job

pytestmark = pytest.mark.e2e

REWARDS = Path(__file__).parents[3] / "car_agent" / "training" / "rewards" / "examples"
#: A card has ten lines, and the machine may do much else.
CARD_PATIENCE_MS = 240_000


@pytest.fixture(autouse=True)
def short_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drive fewer laps for each line of a stress card, which the page shows alike."""
    monkeypatch.setattr(job, "STRESS_LAPS", SHORT_CARD_LAPS)


class Drivers:
    """A driver with models on a real server, and how to open pages as they do."""

    def __init__(self, organiser: Organiser, phone: Phone) -> None:
        self.organiser = organiser
        self.phone = phone

    def bring(self, name: str, content: bytes | None = None) -> str:
        """Bring a model, one of the demo's where no other is given; return its hash."""
        file = content or (LIBRARY / f"{name}.onnx").read_bytes()
        answer = self.phone.bring(f"{name}.onnx", file)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha256"])

    def open(self, page: Page, path: str = "/models", query: str = "") -> None:
        """Open a page, signed in as the driver."""
        driver_id = self.phone.driver_id
        body = {"role": "driver", "principal": driver_id, "scope": driver_id}
        code = self.organiser.post("/codes", body)["code"]
        page.goto(f"{page_url(self.organiser.url)}{path}{query}#code={code}")
        expect(page.get_by_test_id("notice")).not_to_be_empty()

    def key(self, sha256: str) -> str:
        """Return how the page's address names a model."""
        return f"{sha256}.{self.phone.driver_id}"


@contextmanager
def signed_in(url: str, folder: Path) -> Iterator[Drivers]:
    """Yield a driver of a server."""
    organiser = Organiser(url, folder)
    phone = Phone(organiser, "Turbo Tester")
    yield Drivers(organiser, phone)
    phone.http.close()
    organiser.close()


@pytest.fixture
def drivers(organiser: Organiser) -> Iterator[Drivers]:
    phone = Phone(organiser, "Turbo Tester")
    yield Drivers(organiser, phone)
    phone.http.close()


@pytest.fixture
def family(tmp_path: Path) -> Iterator[tuple[Drivers, str, str]]:
    """A driver with a model that was trained here and one that was trained on from it."""
    folder = tmp_path / "server"
    with serving(folder) as url, signed_in(url, folder) as made:
        parent, child = made.bring("balanced"), made.bring("wild")
        driver_id = made.phone.driver_id
    train(folder, (parent, driver_id), "centre_line")
    train(folder, (child, driver_id), "hug_left", parent)
    with serving(folder, site_port()) as url, signed_in(url, folder) as made:
        made.phone.driver_id = driver_id
        yield made, parent, child


def train(folder: Path, key: tuple[str, str], reward: str, parent: str | None = None) -> None:
    """Let a kept model be one that was trained here, as the workshop hands it over."""
    source = (REWARDS / f"{reward}.py").read_bytes()
    reward_sha256 = hashlib.sha256(source).hexdigest()
    exam = {"steps": 28_672, "clean_laps": 10, "laps": 10}
    how = {"track": "demo", "seed": 7, "network": "small", "algorithm": "ppo"}
    origin = ModelOrigin.model_validate(
        {
            "parent_sha256": parent,
            "reward_name": reward,
            "reward_sha256": reward_sha256,
            **exam,
            **how,
        }
    )
    store = SqlStore(open_database(folder / "paddock.sqlite3"))
    model = store.registry().models[key]
    with store.transaction() as rows:
        rows.put_reward_source(reward_sha256, source)
        rows.put_model(replace(model, origin=origin.model_dump_json().encode()))
    store.close()


def blind_model() -> bytes:
    """Return a model that goes straight on whatever it sees."""
    size = (1, 1, 60, 80)
    shape = numpy_helper.from_array(np.array([1, -1], dtype=np.int64), "shape")
    weights = numpy_helper.from_array(np.zeros((60 * 80, 2), dtype=np.float32), "weights")
    bias = numpy_helper.from_array(np.array([[0.0, -0.5]], dtype=np.float32), "bias")
    nodes = [
        helper.make_node("Reshape", ["picture", "shape"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["nothing"]),
        helper.make_node("Add", ["nothing", "bias"], ["answer"]),
    ]
    graph = helper.make_graph(
        nodes,
        "blind",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, size)],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, (1, 2))],
        [shape, weights, bias],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    output = ContinuousOutput(
        steering_low_deg=-30, steering_high_deg=30, speed_low_mps=0, speed_high_mps=4
    )
    card = ModelCard(name="blind", layout="NCHW", height_px=60, width_px=80, output=output)
    helper.set_model_props(made, {CARD_KEY: card_to_json(card)})
    content: bytes = made.SerializeToString()
    onnx.checker.check_model(made)
    return content


def test_a_model_is_looked_after(drivers: Drivers, phone_page: Page) -> None:
    """It should tell what a model is, keep its notes, and bring it back after a slip."""
    drivers.bring("balanced")
    drivers.open(phone_page)
    phone_page.get_by_test_id("shelf").get_by_role("link", name="balanced").click()
    origin = phone_page.get_by_test_id("origin")
    expect(origin.get_by_role("img", name="Any between −30° and 30°, 0 and 4 m/s")).to_be_visible()
    expect(origin).to_contain_text("balanced.onnx")
    expect(phone_page.get_by_test_id("real")).to_contain_text("No real laps yet.")
    notes = phone_page.get_by_test_id("notes")
    notes.get_by_label("Name").fill("Sunday line")
    notes.get_by_label("Notes").fill("brakes late\nshy of glare")
    notes.get_by_role("button", name="Save").click()
    expect(phone_page.get_by_role("heading", name="Sunday line")).to_be_visible()
    with phone_page.expect_download() as download:
        phone_page.get_by_role("link", name="Download .onnx").click()
    assert download.value.suggested_filename == "Sunday line.onnx"
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone_page.get_by_role("button", name="Delete").click()
    undo = phone_page.get_by_role("status").filter(has_text="Sunday line is deleted.")
    expect(phone_page.get_by_test_id("shelf")).to_contain_text("No model yet.")
    undo.get_by_role("button", name="Undo").click()
    phone_page.get_by_role("link", name="Sunday line").click()
    expect(phone_page.get_by_label("Notes")).to_have_value("brakes late\nshy of glare")


def test_laps_and_the_card_are_driven_from_the_browser(drivers: Drivers, laptop_page: Page) -> None:
    """It should drive for real on the track that was chosen, and fill the card line by line."""
    sha256 = drivers.bring("balanced")
    drivers.open(laptop_page)
    laptop_page.get_by_test_id("shelf").get_by_role("link", name="balanced").click()
    stress = laptop_page.get_by_test_id("stress")
    stress.get_by_label("Track").select_option(label="oval")
    stress.get_by_label("Laps").select_option("5")
    stress.get_by_role("button", name="Drive laps").click()
    table = laptop_page.get_by_test_id("virtual").get_by_role("table")
    expect(table.get_by_role("row", name=re.compile("oval 5 of 5"))).to_be_visible()
    stress.get_by_label("Track").select_option(label="demo")
    stress.get_by_role("button", name="Stress test").click()
    expect(stress.get_by_role("progressbar")).to_be_visible()
    expect(stress.locator("[data-stress=plain]")).to_be_visible()
    verdict = stress.locator(".stress__verdict [data-verdict=ready]")
    expect(verdict).to_be_visible(timeout=CARD_PATIENCE_MS)
    expect(stress.get_by_role("progressbar")).to_have_count(0)
    expect(stress.locator("[data-stress]")).to_have_count(14)
    laptop_page.get_by_role("link", name="All models").click()
    row = laptop_page.locator(f"[data-model='{sha256}']")
    expect(row).to_contain_text("ready")
    expect(row).to_contain_text("5 of 5 laps clean on oval")


def test_what_is_not_ready_goes_on_an_organisers_word(
    drivers: Drivers, browser: Browser, phone_page: Page
) -> None:
    """It should let an untested model drive, test it with one tap, then need the organiser."""
    organiser = drivers.organiser
    event = organiser.post("/events", {"name": "Cup"})["event_id"]
    organiser.post(f"/events/{event}/stages", {"title": "Time trial"})
    organiser.post(f"/events/{event}/open")
    body = {"driver_ids": [drivers.phone.driver_id]}
    entry = organiser.post(f"/events/{event}/entries", body)["entry_id"]
    sha256 = drivers.bring("blind", blind_model())
    drivers.open(phone_page, "/me")
    mine = phone_page.get_by_test_id("my-models")
    expect(mine).to_contain_text("Never stress-tested. It may race all the same.")
    expect(mine.get_by_role("button", name="Drive with this")).to_be_visible()
    mine.get_by_role("button", name="Stress test").click()
    expect(mine.locator("[data-verdict=not_ready]")).to_be_visible(timeout=CARD_PATIENCE_MS)
    expect(mine).to_contain_text("Doesn't lap reliably on demo, even in a plain hall.")
    expect(mine).to_contain_text("ask the organiser, who can send it anyway")
    expect(mine.get_by_role("button", name="Drive with this")).to_have_count(0)

    with watched_page(browser, LAPTOP) as control:
        code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
        control.goto(f"{page_url(organiser.url)}/control#code={code}")
        expect(control.get_by_test_id("notice")).not_to_be_empty()
        control.evaluate("location.hash = 'plan'")
        control.locator("entries-card summary").filter(has_text="Turbo Tester").first.click()
        control.get_by_test_id("entry-model").select_option(value=sha256)
        question = control.get_by_test_id("send-anyway")
        expect(question).to_contain_text("Doesn't lap reliably on demo")
        question.get_by_role("button", name="Send it anyway").click()
        expect(question).to_have_count(0)
        expect(control.get_by_test_id("entry-model")).to_have_value(sha256)
    (found,) = organiser.get(f"/events/{event}/entries")
    assert (found["entry_id"], found["model_sha256"]) == (entry, sha256)
    facts = [each["fact"] for each in organiser.get(f"/events/{event}/log")["facts"]]
    assert (facts[-1]["actor"], facts[-1]["body"]["despite"]) == ("boss", "not_ready")
    expect(mine).to_contain_text("drives")


def test_two_are_compared_on_a_phone(family: tuple[Drivers, str, str], browser: Browser) -> None:
    """It should lay origin, action spaces, laps, cards and rewards side by side, in Spanish too."""
    drivers, parent, child = family
    with watched_page(browser, PHONE) as page:
        drivers.open(page, query="?lang=es")
        shelf = page.get_by_test_id("shelf")
        expect(shelf.locator(f"[data-model='{parent}'] [data-model='{child}']")).to_be_visible()
        for name in ("balanced", "wild"):
            shelf.get_by_role("checkbox", name=f"Comparar {name}").check()
        shelf.get_by_role("link", name="Comparar estos dos").click()
        expect(page.get_by_role("img", name=re.compile("Cualquiera entre"))).to_have_count(2)
        diff = page.get_by_test_id("reward-diff")
        expect(diff.locator(".diff__line--first").first).to_contain_text("centre line")
        expect(diff.locator(".diff__line--second").first).to_contain_text("left border")
        expect(page.get_by_text("Entrenado a partir de")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        first, second = page.locator(".versus__row:has(.versus__side)").first.evaluate(
            "row => [...row.querySelectorAll('.versus__side')].slice(0, 2)"
            ".map((each) => each.getBoundingClientRect().toJSON())"
        )
        assert first["top"] == second["top"]
        assert first["right"] <= second["left"]


def test_a_family_is_walked(family: tuple[Drivers, str, str], phone_page: Page) -> None:
    """It should lead from a model to its parent and its children, and show what it was taught."""
    drivers, _, child = family
    drivers.open(phone_page)
    phone_page.get_by_test_id("shelf").get_by_role("link", name="wild").click()
    origin = phone_page.get_by_test_id("origin")
    expect(origin).to_contain_text("28,672")
    origin.get_by_text("The reward function").click()
    expect(origin.locator("pre")).to_contain_text("def reward_function(params)")
    origin.get_by_role("link", name="balanced").click()
    expect(phone_page.get_by_role("heading", name="balanced")).to_be_visible()
    expect(origin.get_by_role("link", name="wild")).to_be_visible()
    phone_page.go_back()
    expect(phone_page.get_by_role("heading", name="wild")).to_be_visible()
    origin.get_by_role("link", name="Change its reward and train again").click()
    expect(phone_page.get_by_text(f"{child[:8]}")).to_be_visible()
    expect(phone_page.locator("code-editor .cm-content")).to_contain_text("left border")


def test_everybody_can_use_it(family: tuple[Drivers, str, str], laptop_page: Page) -> None:
    """It should pass axe as a list, as one model and as two, in both themes and at both sizes."""
    drivers, parent, child = family
    drivers.open(laptop_page)
    expect(laptop_page.get_by_test_id("shelf")).to_be_visible()
    check_access(laptop_page)
    places = {
        f"model={drivers.key(child)}": "files",
        f"compare={drivers.key(parent)},{drivers.key(child)}": "reward-diff",
    }
    for place, shown in places.items():
        laptop_page.evaluate("(hash) => { location.hash = hash; }", place)
        expect(laptop_page.get_by_test_id(shown)).to_be_visible()
        check_access(laptop_page)
