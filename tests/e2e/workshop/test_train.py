"""The page on which models are trained, with trainings whose progress the tests tell."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import check_access
from tests.e2e.browsing import page_url
from tests.timing_server.web.workshop.workshop import (
    Workshop,
    outcome_line,
    place_line,
    round_line,
    workshop_in,
)
from timing_server.adapters.processes import training

pytestmark = pytest.mark.e2e

SAID = '{"kind":"said","words":"Warm start: an expert tries several lines."}'
CHOSEN = '{"kind":"said","words":"Chosen: 25% of the width left of the centre line, balanced."}'


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    with workshop_in(tmp_path / "server", monkeypatch) as made:
        yield made


class Driver:
    """A driver at the page."""

    def __init__(self, workshop: Workshop, page: Page, query: str = "") -> None:
        self.workshop = workshop
        self.page = page
        self.driver_id, self.headers = workshop.driver("Turbo Tess")
        page.on("dialog", lambda dialog: dialog.accept())
        body = {"role": "driver", "principal": self.driver_id, "scope": self.driver_id}
        code = workshop.organiser.post("/codes", body)["code"]
        page.goto(f"{page_url(workshop.organiser.url)}/train{query}#code={code}")
        expect(self.code).to_contain_text("def reward_function(params):")
        expect(page.get_by_role("img", name="Demo")).to_be_visible()

    @property
    def code(self) -> Locator:
        """The code of the reward, as it can be written."""
        return self.page.get_by_role("textbox", name="Code of the reward")

    def write(self, source: str) -> None:
        """Write another reward."""
        self.code.press("Control+a")
        self.page.keyboard.insert_text(source)

    def start(self) -> str:
        """Start training, and return the training's id once it is watched."""
        self.page.get_by_role("button", name="Start training").click()
        expect(self.page.get_by_test_id("clock")).to_be_visible()
        return self.page.url.rpartition("=")[2]


def test_a_training_is_begun_and_watched_to_its_model(
    workshop: Workshop, laptop_page: Page
) -> None:
    """It should need one press, then show how it goes, and lead to the model that laps."""
    driver = Driver(workshop, laptop_page)
    expect(laptop_page.get_by_label("Name of the model")).to_have_value(
        "Close to the centre line · Demo"
    )
    training_id = driver.start()
    expect(laptop_page.get_by_test_id("state")).to_have_text("trains")
    expect(laptop_page.get_by_text("Warm start: it watches an expert")).to_be_visible()
    workshop.tell(training_id, SAID)
    expect(laptop_page.locator(".watch__doing")).to_have_text(re.compile("An expert tries"))
    workshop.tell(training_id, CHOSEN, round_line(0, 4, None), round_line(2048, 7, 0.75))
    expect(laptop_page.get_by_text("a line 25 % of the width left")).to_be_attached()
    expect(laptop_page.get_by_test_id("laps")).to_have_text("7 of 10")
    expect(laptop_page.get_by_role("img", name="What the practising car sees")).to_be_visible()
    chart = laptop_page.get_by_role("img", name="Chart of 2 rounds")
    expect(chart.locator("canvas")).to_be_visible()
    workshop.tell(training_id, round_line(4096, 10, 1.5), outcome_line("laps", 4096, 10), "exit 0")
    ending = laptop_page.get_by_test_id("ending")
    expect(ending).to_contain_text("It laps: 10 of 10 clean laps.")
    expect(ending.get_by_role("link", name="Drive with it")).to_have_attribute("href", "/me")
    (model,) = workshop.organiser.http.get("/models", headers=driver.headers).json()
    assert model["origin"]["reward_name"] == "Close to the centre line"
    ending.get_by_test_id("to-model").click()
    expect(
        laptop_page.get_by_role("heading", name="Close to the centre line · Demo")
    ).to_be_visible()
    laptop_page.go_back()
    laptop_page.get_by_role("link", name="All trainings").click()
    row = laptop_page.locator(f"[data-training='{training_id}']")
    expect(row).to_contain_text("10 of 10")
    expect(row.get_by_test_id("state")).to_have_text("laps")


def test_a_model_is_trained_on_from(workshop: Workshop, laptop_page: Page) -> None:
    """It should bring back reward, track and seed, and make the model the parent of the next."""
    driver = Driver(workshop, laptop_page)
    training_id = driver.start()
    workshop.tell(training_id, round_line(2048, 10, 1.5), outcome_line("laps", 2048, 10), "exit 0")
    laptop_page.get_by_role("link", name="Train on with a changed reward").click()
    expect(laptop_page.get_by_text("Its parent is model")).to_be_visible()
    driver.write("def reward_function(params):\n    return params['speed']\n")
    again = driver.start()
    order = workshop.get(again)
    assert order["parent_sha256"] == workshop.get(training_id)["model_sha256"]
    assert order["is_from_parent"]
    expect(laptop_page.get_by_text("begins with its parent's weights")).to_be_visible()
    assert "params['speed']" in order["source"]
    # The same from the library, whose model knows by what it was trained.
    laptop_page.goto(f"{page_url(workshop.organiser.url)}/train?id={training_id}")
    laptop_page.get_by_test_id("to-model").click()
    laptop_page.get_by_role("link", name="Change its reward and train again").click()
    expect(laptop_page.get_by_text("Its parent is model")).to_be_visible()
    expect(laptop_page.get_by_label("Its name")).to_have_value("Close to the centre line")
    weights = laptop_page.get_by_role("checkbox", name="Begin with what it has learnt")
    expect(weights).to_be_checked()
    laptop_page.get_by_text("More: actions, network, seed").click()
    laptop_page.get_by_label("Network").select_option("classic")
    expect(weights).to_be_disabled()
    expect(weights).not_to_be_checked()
    expect(laptop_page.get_by_text("Its weights can't be used")).to_be_visible()
    laptop_page.get_by_label("Network").select_option("small")
    expect(weights).to_be_checked()
    weights.uncheck()
    expect(weights).not_to_be_checked()


def test_rewards_are_kept_and_chosen(workshop: Workshop, laptop_page: Page) -> None:
    """It should keep what was written under its name, choose among them, and ask before a loss."""
    driver = Driver(workshop, laptop_page)
    keep = laptop_page.get_by_role("button", name="Keep")
    expect(keep).to_be_disabled()
    driver.write("def reward_function(params):\n    return 2.0\n")
    laptop_page.get_by_label("Its name").fill("Two for all")
    keep.click()
    choice = laptop_page.get_by_test_id("reward-choice")
    expect(choice.locator("option:checked")).to_have_text("Two for all")
    choice.select_option(label="Along the left border")
    expect(driver.code).to_contain_text("WANTED = 0.25")
    choice.select_option(label="Two for all")
    expect(driver.code).to_contain_text("return 2.0")
    laptop_page.get_by_role("button", name="Delete").click()
    expect(choice.locator("option", has_text="Two for all")).to_have_count(0)
    kept = workshop.organiser.http.get("/rewards", headers=driver.headers).json()
    assert all(each["is_example"] for each in kept)


def test_what_was_written_outlives_the_tab(workshop: Workshop, laptop_page: Page) -> None:
    """It should find a draft again that nobody kept."""
    driver = Driver(workshop, laptop_page)
    driver.write("def reward_function(params):\n    return 3.5\n")
    expect(laptop_page.get_by_role("button", name="Keep")).to_be_enabled()
    laptop_page.goto(f"{page_url(workshop.organiser.url)}/train")
    expect(driver.code).to_contain_text("return 3.5")


def test_a_fault_is_found_before_the_start(workshop: Workshop, laptop_page: Page) -> None:
    """It should try the reward once, mark the faulty line, and train nothing until it is mended."""
    driver = Driver(workshop, laptop_page)
    driver.write("def reward_function(params):\n    return 1 / 0\n")
    laptop_page.get_by_role("button", name="Start training").click()
    mark = laptop_page.locator(".cm-line.cm-line--fault")
    expect(mark).to_have_text("    return 1 / 0")
    expect(laptop_page.get_by_test_id("fault")).to_contain_text("line 2, raised ZeroDivisionError")
    driver.write("def reward_function(params:\n    return 1.0\n")
    laptop_page.get_by_role("button", name="Start training").click()
    expect(mark).to_have_text("def reward_function(params:")
    assert workshop.organiser.get("/workshop/trainings") == []
    driver.write("def reward_function(params):\n    return 1.0\n")
    expect(laptop_page.get_by_test_id("fault")).to_be_empty()
    expect(mark).to_have_count(0)
    driver.start()


def test_a_reward_is_checked_in_many_cases(workshop: Workshop, laptop_page: Page) -> None:
    """It should find a fault that shows only somewhere, and say so where there is none."""
    driver = Driver(workshop, laptop_page)
    rare = "def reward_function(params):\n    return 1 / max(0, 3.5 - params['speed'])\n"
    driver.write(rare)
    check = laptop_page.get_by_role("button", name="Check the reward")
    check.click()
    expect(laptop_page.get_by_test_id("fault")).to_contain_text("ZeroDivisionError")
    expect(laptop_page.locator(".cm-line.cm-line--fault")).to_contain_text("return 1 / max")
    driver.write("def reward_function(params):\n    return 1.0\n")
    check.click()
    expect(laptop_page.get_by_test_id("checked")).to_contain_text("No fault in")


def test_a_fault_in_training_is_shown_in_its_line(workshop: Workshop, laptop_page: Page) -> None:
    """It should tell the sentence, mark the line, and mark it in the editor to correct it."""
    driver = Driver(workshop, laptop_page)
    driver.write("def reward_function(params):\n    return 1 / params['steps']\n")
    training_id = driver.start()
    sentence = "reward.py, line 2, raised ZeroDivisionError: division by zero at x=1."
    fault = json.dumps({"kind": "fault", "sentence": sentence, "line": 2})
    workshop.tell(training_id, SAID, fault, "exit 1")
    ending = laptop_page.get_by_test_id("ending")
    expect(ending).to_contain_text(sentence)
    mark = laptop_page.locator(".cm-line.cm-line--fault")
    expect(mark).to_have_text("    return 1 / params['steps']")
    ending.get_by_role("link", name="Correct the reward").click()
    expect(laptop_page.get_by_test_id("fault")).to_contain_text("ZeroDivisionError")
    expect(mark).to_have_text("    return 1 / params['steps']")


def test_it_begins_with_what_is_kept(workshop: Workshop, laptop_page: Page) -> None:
    """It should open with a reward by its address, as the lab links it."""
    Driver(workshop, laptop_page)
    laptop_page.goto(f"{page_url(workshop.organiser.url)}/train?reward=example-hug_left")
    expect(laptop_page.get_by_label("Its name")).to_have_value("Along the left border")
    choice = laptop_page.get_by_test_id("reward-choice")
    expect(choice.locator("option:checked")).to_have_text("Along the left border")


def test_an_action_space_of_ones_own(workshop: Workshop, laptop_page: Page, tmp_path: Path) -> None:
    """It should take a list, two ranges, or DeepRacer's file, and say what is wrong with one."""
    driver = Driver(workshop, laptop_page)
    laptop_page.get_by_text("More: actions, network, seed").click()
    kind = laptop_page.get_by_test_id("actions-kind")
    kind.select_option("list")
    laptop_page.get_by_role("button", name="Add an action").click()
    steering = laptop_page.get_by_label("Steering of action 11, degrees")
    steering.fill("7")
    steering.press("Tab")
    laptop_page.get_by_role("button", name="Remove action 1", exact=True).click()
    expect(laptop_page.get_by_label("Steering of action 10, degrees")).to_have_value("7")
    brought = laptop_page.get_by_label("or from a DeepRacer model_metadata.json")
    file = tmp_path / "model_metadata.json"
    file.write_text('{"action_space": [{"steering_angle": 90, "speed": 1}, {}]}')
    brought.set_input_files(file)
    expect(laptop_page.get_by_text("An action lies beyond ±30°")).to_be_visible()
    ranges = {"steering_angle": {"low": -20, "high": 25}, "speed": {"low": 0.5, "high": 3}}
    file.write_text(json.dumps({"action_space": ranges}))
    brought.set_input_files(file)
    expect(kind).to_have_value("ranges")
    expect(laptop_page.get_by_label("Speed, m/s: to")).to_have_value("3")
    laptop_page.get_by_label("Algorithm").select_option("sac")
    found = workshop.get(driver.start())
    assert (found["algorithm"], found["action_space"]["steering_high_deg"]) == ("sac", 25)


def test_it_waits_for_a_heat_and_is_paused(workshop: Workshop, laptop_page: Page) -> None:
    """It should say which heat holds it, and be paused, gone on with and ended by buttons."""
    plan = workshop.organiser.plan()
    driver = Driver(workshop, laptop_page)
    training_id = driver.start()
    workshop.tell(training_id, round_line(2048, 6))
    expect(laptop_page.get_by_test_id("laps")).to_have_text("6 of 10")
    heat_id = workshop.organiser.start_next(plan)
    expect(laptop_page.get_by_text("Heat 1 is on track: the training waits")).to_be_visible()
    workshop.organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    expect(laptop_page.get_by_test_id("state")).to_have_text("trains")
    laptop_page.get_by_role("button", name="Pause").click()
    expect(laptop_page.get_by_test_id("state")).to_have_text("paused")
    workshop.until_process(training_id, psutil.STATUS_STOPPED)
    laptop_page.get_by_role("button", name="Go on").click()
    expect(laptop_page.get_by_test_id("state")).to_have_text("trains")
    laptop_page.get_by_role("button", name="End and keep the best").click()
    expect(laptop_page.get_by_test_id("ending")).to_contain_text("6 of 10 laps are clean.")
    laptop_page.get_by_role("button", name="Delete").click()
    expect(laptop_page.get_by_role("button", name="Start training")).to_be_visible()
    expect(laptop_page.get_by_test_id("trainings")).to_have_count(0)


def test_the_queue_tells_its_places(workshop: Workshop, laptop_page: Page) -> None:
    """It should say who is next and when that will be at the latest."""
    workshop.until_process(workshop.order(max_minutes=7))
    driver = Driver(workshop, laptop_page)
    driver.start()
    # The other has seven minutes, less what the test took up to here.
    told = re.compile(r"Place 1 in the queue: it begins in [4-7] min")
    expect(laptop_page.get_by_text(told)).to_be_visible()


def test_it_says_where_the_cars_drive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, laptop_page: Page
) -> None:
    """It should say beforehand that there is a cluster, then where cars are, and why not there."""
    address = "ray://127.0.0.2:10001"
    with workshop_in(tmp_path / "server", monkeypatch, training_cluster=address) as workshop:
        driver = Driver(workshop, laptop_page)
        expect(laptop_page.get_by_text("The cars drive on this server's cluster")).to_be_visible()
        training_id = driver.start()
        workshop.tell(training_id, place_line(2), SAID)
        place = laptop_page.get_by_test_id("place")
        expect(place).to_contain_text("on 2 processors of the cluster")
        workshop.tell(training_id, place_line(None, f"No cluster answers at {address}."))
        expect(place).to_contain_text(
            "The cluster can't be used now: the cars drive on this server"
        )
        expect(place).not_to_contain_text(address)


def test_a_server_without_what_it_takes_says_so(
    workshop: Workshop, laptop_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should name the commands, and let rewards be written meanwhile."""
    monkeypatch.setattr(training, "PACKAGES", ("torch_of_another_world",))
    monkeypatch.setattr(training, "SANDBOX", "no-such-sandbox")
    Driver(workshop, laptop_page)
    lacking = laptop_page.get_by_test_id("lacking")
    expect(lacking).to_contain_text("make setup-train")
    expect(lacking).to_contain_text("make setup-sandbox")
    expect(laptop_page.get_by_role("button", name="Start training")).to_be_disabled()


def test_a_stranger_is_told_how_to_come_in(workshop: Workshop, phone_page: Page) -> None:
    """It should offer the sign-up and the code."""
    phone_page.goto(f"{page_url(workshop.organiser.url)}/train")
    expect(phone_page.get_by_role("link", name="Sign up")).to_have_attribute("href", "/join")
    expect(phone_page.get_by_role("textbox", name="Code")).to_be_visible()


@pytest.mark.parametrize("query", ["", "?lang=es"])
def test_nothing_is_cut_off_on_a_phone(workshop: Workshop, phone_page: Page, query: str) -> None:
    """It should fit a phone's width before, during and after a training."""
    fits = "document.documentElement.scrollWidth <= innerWidth"
    phone_page.goto(f"{page_url(workshop.organiser.url)}/train{query}")
    code = workshop.organiser.post("/codes", {"role": "organiser", "principal": "olga"})["code"]
    phone_page.get_by_role("textbox").fill(code)
    phone_page.get_by_role("textbox").press("Enter")
    start = phone_page.locator(".command--go")
    expect(start).to_be_enabled()
    assert phone_page.evaluate(fits)
    start.click()
    expect(phone_page.get_by_test_id("clock")).to_be_visible()
    training_id = phone_page.url.rpartition("=")[2]
    workshop.tell(training_id, round_line(2048, 9, 123.456))
    expect(phone_page.get_by_test_id("laps")).to_contain_text("9")
    assert phone_page.evaluate(fits)
    workshop.tell(training_id, outcome_line("time", 2048, 9), "exit 0")
    expect(phone_page.get_by_test_id("to-model")).to_be_visible()
    assert phone_page.evaluate(fits)


def test_everybody_can_use_it(workshop: Workshop, laptop_page: Page) -> None:
    """It should hold nothing against it that axe finds, before and during a training."""
    driver = Driver(workshop, laptop_page)
    laptop_page.get_by_text("More: actions, network, seed").click()
    laptop_page.get_by_test_id("actions-kind").select_option("list")
    laptop_page.get_by_text("What params holds").click()
    check_access(laptop_page)
    training_id = driver.start()
    workshop.tell(training_id, SAID, round_line(2048, 7), outcome_line("time", 2048, 7), "exit 0")
    expect(laptop_page.get_by_test_id("to-model")).to_be_visible()
    check_access(laptop_page)
