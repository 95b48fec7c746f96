"""The reward lab in a real browser: a real server, real benches, and functions in the sandbox."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.car_agent.training.rewards.sandboxed import needs_sandbox
from tests.command_line import paddock
from tests.e2e.accessibility import check_access
from tests.e2e.stack import Stack
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, needs_sandbox]

PLANTED = """def reward_function(params):
    reward = 1.0 - params["distance_from_center"] / params["track_width"]
    if params["steps"] > 1:
        return reward
    return reward / params["speed"]
"""


def keep(stack: Stack, source: str, name: str = "planted") -> str:
    body = {"name": name, "source": source}
    return str(stack.api.post("/rewards", body)["reward_id"])


def open_lab(stack: Stack, page: Page, **chosen: str) -> None:
    """Open the lab as an organiser, with a track and a reward."""
    code = stack.api.post("/codes", {"role": "organiser", "principal": "o"})["code"]
    search = "&".join(f"{key}={value}" for key, value in chosen.items())
    page.goto(f"{stack.page_url}/lab?{search}#code={code}")


def reward_of(page: Page) -> float:
    return float(page.get_by_test_id("reward").get_attribute("data-reward") or "nan")


def parameter(page: Page, name: str) -> str:
    return page.locator(f"[data-parameter={name}] dd").inner_text()


def centre_of(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def put(page: Page, x: float, y: float) -> None:
    """Drag the ghost to a place, a share of the map's width and height."""
    box = page.locator(".lab__stage lab-map").bounding_box()
    assert box is not None
    page.mouse.move(*centre_of(page.locator(".ghost__body").first))
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=4)
    page.mouse.up()


def last_question(page: Page, kind: str) -> dict[str, Any]:
    """The newest question of a kind; the pose by which the command is asked as well."""
    found: dict[str, Any] = page.evaluate("(kind) => window.asked[kind]", kind)
    return found


def note_questions(page: Page) -> None:
    """Keep in the page what it asks, and the lab's answer to it."""
    page.add_init_script(
        """window.asked = {};
        const plain = window.fetch;
        window.fetch = async (path, options) => {
          const answer = await plain(path, options);
          const kind = String(path).match(/lab\\/(at|map|fuzz|compare)$/)?.[1];
          if (kind && answer.ok)
            window.asked[kind] = {
              body: JSON.parse(options.body),
              answer: await answer.clone().json(),
            };
          return answer;
        };"""
    )


def write(page: Page, body: str) -> None:
    """Type another function; the editor indents by itself."""
    page.locator("code-editor .cm-content").press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(f"def reward_function(params):\n{body}")


def heat_of(canvas: Locator) -> str:
    """The map's colours as the browser has them."""
    return str(canvas.evaluate("canvas => canvas.toDataURL()"))


def test_the_reward_at_the_ghost_is_what_the_command_says(
    stack: Stack, laptop_page: Page, tmp_path: Path
) -> None:
    """It should tell the same parameters and reward as the command, wherever the ghost is put."""
    page = laptop_page
    note_questions(page)
    open_lab(stack, page, track="oval", reward=keep(stack, PLANTED))
    expect(page.get_by_test_id("reward")).to_have_text(re.compile(r"\d\.\d+"))
    before = parameter(page, "x")
    put(page, 0.75, 0.2)
    expect(page.locator("[data-parameter=x] dd")).not_to_have_text(before)
    page.get_by_role("slider", name="Commanded speed").fill("2.5")
    expect(page.locator("[data-parameter=speed] dd")).to_have_text("2.50 m/s")
    page.keyboard.press("Tab")
    asked = last_question(page, "at")
    pose = asked["body"]["pose"]
    file = tmp_path / "planted.py"
    file.write_text(PLANTED)
    words = [
        *("reward", "at", str(file), "--track", "oval", "--json"),
        *("--heading", repr(pose["heading_deg"]), "--speed", "2.5"),
        *("--", repr(pose["x_m"]), repr(pose["y_m"])),
    ]
    done = paddock(*words, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == asked["answer"]
    assert reward_of(page) == told["reward"]
    assert parameter(page, "x") == f"{told['parameters']['x']:.3f} m"
    assert parameter(page, "all_wheels_on_track") == str(told["parameters"]["all_wheels_on_track"])


def test_a_tap_places_the_ghost_and_keys_move_and_turn_it(stack: Stack, laptop_page: Page) -> None:
    """It should go where somebody taps, by 5 cm with an arrow, and turn by 5 degrees."""
    page = laptop_page
    open_lab(stack, page, track="oval")
    expect(page.locator("[data-parameter=x] dd")).to_be_visible()
    plan = page.get_by_role("application", name="Ghost car")
    before = parameter(page, "x")
    page.mouse.click(*centre_of(plan))
    expect(page.locator("[data-parameter=x] dd")).not_to_have_text(before)
    expect(page.locator("[data-parameter=is_offtrack] dd")).to_have_text("True")
    plan.focus()
    x_m = float(parameter(page, "x").removesuffix(" m"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-parameter=x] dd")).to_have_text(f"{x_m + 0.05:.3f} m")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("[data-parameter=x] dd")).to_have_text(f"{x_m + 0.04:.3f} m")
    turned = page.get_by_role("slider", name="Turned from the road")
    page.keyboard.press(",")
    expect(turned).to_have_value("5")
    page.mouse.move(*centre_of(page.locator(".ghost__handle").first))
    page.mouse.down()
    page.mouse.move(10, 400, steps=3)
    page.mouse.up()
    expect(turned).not_to_have_value("5")


def test_the_map_shows_another_reward_otherwise(stack: Stack, laptop_page: Page) -> None:
    """It should paint the chosen reward, and another speed's where the reward looks at it."""
    page = laptop_page
    open_lab(stack, page, reward=keep(stack, 'def reward_function(p):\n    return p["x"]\n', "x"))
    canvas = page.locator(".lab__stage canvas")
    expect(page.locator(".lab__stage lab-map .map__plan--heat")).to_be_visible()
    first = heat_of(canvas)
    choice = page.get_by_role("combobox", name="Reward function")
    choice.select_option(label="Along the left border")
    page.wait_for_function(
        "(first) => document.querySelector('canvas').toDataURL() !== first", arg=first
    )
    colours = canvas.evaluate(
        """canvas => new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          .data.filter((_, at) => at % 4 === 0)).size"""
    )
    assert colours > 20
    expect(page.get_by_test_id("reward")).to_have_text(re.compile(r"0\.\d+"))


def test_what_is_typed_is_asked_and_kept(stack: Stack, laptop_page: Page) -> None:
    """It should mark a faulty line while somebody writes, and keep the text under its name."""
    page = laptop_page
    open_lab(stack, page, reward=keep(stack, PLANTED))
    expect(page.get_by_test_id("reward")).to_be_visible()
    write(page, "return params['sped']")
    expect(page.get_by_test_id("fault")).to_contain_text("planted.py, line 2, raised KeyError")
    expect(page.locator("code-editor .cm-line--fault").first).to_be_visible()
    write(page, "return 0.25")
    expect(page.get_by_test_id("reward")).to_have_text("0.250")
    page.get_by_role("textbox", name="Name").fill("quarter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_test_id("notice")).to_have_text("quarter is kept.")
    (kept,) = [each for each in stack.api.get("/rewards") if not each["is_example"]]
    assert kept["name"] == "quarter"
    assert "0.25" in stack.api.get(f"/rewards/{kept['reward_id']}")["source"]


def test_a_reward_that_is_kept_leads_to_a_training(stack: Stack, laptop_page: Page) -> None:
    """It should take reward and track along, and offer nothing that isn't kept."""
    page = laptop_page
    open_lab(stack, page, track="oval", reward=keep(stack, PLANTED))
    link = page.get_by_role("link", name="Train with this reward")
    expect(link).to_be_visible()
    write(page, "return 1.0")
    expect(link).to_have_count(0)
    page.reload()
    link.click()
    expect(page).to_have_url(re.compile("/train$"))
    expect(page.get_by_label("Begin with")).to_have_value(re.compile("."))
    expect(page.locator("code-editor")).to_contain_text("distance_from_center")
    expect(page.get_by_test_id("track-choice")).to_have_value("oval")


def test_a_planted_division_is_found_and_shown(stack: Stack, laptop_page: Page) -> None:
    """It should name line and needs, and put the ghost to the place on a click."""
    page = laptop_page
    open_lab(stack, page, reward=keep(stack, PLANTED))
    page.get_by_role("button", name="Look for faults").click()
    finding = page.get_by_test_id("finding")
    expect(finding).to_have_count(1)
    expect(finding).to_have_attribute("data-line", "5")
    expect(finding).to_contain_text("ZeroDivisionError")
    expect(finding).to_contain_text("What it takes: speed, steps.")
    finding.get_by_role("button").click()
    expect(page.get_by_test_id("fault")).to_contain_text("line 5, raised ZeroDivisionError")
    expect(page.get_by_role("slider", name="Commanded speed")).to_have_value("0")
    expect(page.get_by_role("slider", name="Steps so far")).to_have_value("1")
    check_access(page)


def test_two_rewards_are_compared(stack: Stack, laptop_page: Page) -> None:
    """It should show both maps, what they have in common, and where they differ most."""
    page = laptop_page
    open_lab(stack, page, reward=keep(stack, PLANTED))
    page.get_by_role("combobox", name="Compare with").select_option(label="Along the right border")
    page.get_by_role("button", name="Compare", exact=True).click()
    maps = [
        page.get_by_test_id(f"compared-{which}").locator("canvas")
        for which in ("0", "1", "difference")
    ]
    for each in maps:
        expect(each).to_be_visible()
    wait_until(lambda: len({heat_of(each) for each in maps}) == 3, "three maps to be painted")
    figures = page.get_by_test_id("correlation").locator("dd")
    assert all(-1 <= float(each) <= 1 for each in figures.all_inner_texts())
    row = page.get_by_test_id("comparison").locator(".rows .row").first
    place = re.search(r"x (-?[\d.]+) m, y (-?[\d.]+) m", row.inner_text())
    assert place is not None
    row.get_by_role("button").click()
    expect(page.locator("[data-parameter=x] dd")).to_have_text(re.compile(re.escape(place[1])))
    check_access(page)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import os\n    while True: os.fork()", "PermissionError"),
        ("return float(open('/etc/passwd').read())", "FileNotFoundError"),
        ("while True: pass", "did not return within 2 s"),
        ("print('x' * 10 ** 7)\n    return 1 / 0", "ZeroDivisionError"),
    ],
)
def test_hostile_code_ends_with_a_sentence(
    stack: Stack, laptop_page: Page, body: str, words: str
) -> None:
    """It should say what it did, and go on with another reward at once."""
    page = laptop_page
    source = f"def reward_function(params):\n    {body}\n"
    open_lab(stack, page, reward=keep(stack, source, "hostile"))
    expect(page.get_by_test_id("fault")).to_contain_text(words)
    page.get_by_role("combobox", name="Reward function").select_option(
        label="Close to the centre line"
    )
    expect(page.get_by_test_id("reward")).to_have_text(re.compile(r"\d"))
    assert stack.api.is_answering()


def test_a_driver_on_a_phone_reads_spanish(stack: Stack, phone_page: Page) -> None:
    """It should have all words in Spanish, fit the width, and be found from the driver's page."""
    driver_id = stack.api.post("/drivers", {"name": "Curious Camber"})["driver_id"]
    body = {"role": "driver", "principal": driver_id, "scope": driver_id}
    code = stack.api.post("/codes", body)["code"]
    phone_page.goto(f"{stack.page_url}/me?lang=es#code={code}")
    phone_page.get_by_role("link", name="Laboratorio de recompensas").click()
    expect(phone_page.get_by_role("heading", name="Laboratorio de recompensas")).to_be_visible()
    expect(phone_page.get_by_test_id("reward")).to_have_text(re.compile(r"\d,\d+"))
    expect(phone_page.get_by_test_id("parameters")).to_contain_text("desde la línea central")
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_closes_for_a_heat_and_opens_again(stack: Stack, laptop_page: Page) -> None:
    """It should say which heat has the machine, and ask again by itself when it is over."""
    page = laptop_page
    open_lab(stack, page)
    expect(page.get_by_test_id("reward")).to_have_text(re.compile(r"\d"))
    event_id = stack.api.post("/events", {"name": "Friday league"})["event_id"]
    path = f"/events/{event_id}"
    stage_id = stack.api.post(f"{path}/stages", {"title": "Time trial"})["stage_id"]
    stack.api.post(f"{path}/open", {})
    driver_id = stack.api.post("/drivers", {"name": "Turbo Tester"})["driver_id"]
    entry_id = stack.api.post(f"{path}/entries", {"driver_ids": [driver_id]})["entry_id"]
    heat = {"stage_id": stage_id, "entry_ids": [entry_id]}
    heat_id = stack.api.post(f"{path}/heats", heat)["heat_id"]
    stack.api.post(f"{path}/next", {})
    stack.api.post(f"{path}/heats/{heat_id}/arm", {})
    page.get_by_role("slider", name="Commanded speed").fill("3")
    closed = page.get_by_text("Heat 1 is on track, and its timing has this machine to itself.")
    expect(closed).to_be_visible()
    expect(page.get_by_test_id("reward")).to_have_text("–")
    stack.api.post(f"{path}/heats/{heat_id}/stop", {})
    expect(closed).to_have_count(0)
    expect(page.locator("[data-parameter=speed] dd")).to_have_text("3 m/s")


def test_a_fault_leaves_the_page_where_it_is(stack: Stack, phone_page: Page) -> None:
    """It should bring the line into sight within the code, and the map stay under the finger."""
    page = phone_page
    padding = "".join(f"    # {number}\n" for number in range(60))
    source = (
        f'def reward_function(params):\n{padding}    return 1.0 / params["all_wheels_on_track"]\n'
    )
    open_lab(stack, page, reward=keep(stack, source))
    expect(page.get_by_test_id("reward")).to_have_text("1.000")
    plan = page.get_by_role("application", name="Ghost car")
    page.mouse.click(*centre_of(plan))
    expect(page.get_by_test_id("fault")).to_contain_text("line 62")
    assert page.evaluate("scrollY") == 0
    # The editor scrolls once it has measured its lines.
    page.wait_for_function(
        "() => document.querySelector('code-editor').shadowRoot"
        ".querySelector('.cm-scroller').scrollTop > 0"
    )


def test_boxes_on_the_road_are_told(stack: Stack, laptop_page: Page) -> None:
    """It should draw as many as are chosen, and tell the function of them."""
    page = laptop_page
    source = """
    def reward_function(params):
        return float(sum(params["objects_distance"]))
    """
    open_lab(stack, page, reward=keep(stack, textwrap.dedent(source)))
    expect(page.get_by_test_id("reward")).to_have_text("0.000")
    page.get_by_role("combobox", name="Boxes on the road").select_option("2")
    expect(page.locator(".lab__stage .box")).to_have_count(2)
    expect(page.get_by_test_id("reward")).not_to_have_text("0.000")


def test_strangers_are_asked_to_sign_in(stack: Stack, laptop_page: Page) -> None:
    """It should say who may try rewards out, and take a code."""
    laptop_page.goto(f"{stack.page_url}/lab")
    expect(laptop_page.get_by_text("Whoever takes part, and organisers, can try")).to_be_visible()
    check_access(laptop_page)
