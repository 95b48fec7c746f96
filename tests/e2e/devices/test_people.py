"""People come in by their own phones, devices by their codes; whatever they are called is text."""

import io
import re
import threading
from pathlib import Path
from queue import Queue

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from hardware.pairing import pair_into, paired_scope
from tests.e2e.browsing import LAPTOP
from tests.e2e.stack import Stack
from tests.waiting import PATIENCE_S
from timing_server.contract.people.pairing import PairingRequest

pytestmark = pytest.mark.e2e

HOSTILE = "<img src=x onerror=alert(1)>"
ROSTER = "name;number;region\nNova Kerb;70;North\nPit Lane;71;South\n"


def open_event(stack: Stack) -> str:
    event = str(stack.api.post("/events", {"name": "Campus Cup"})["event_id"])
    stack.api.post(f"/events/{event}/open")
    return event


def join(page: Page, name: str, nickname: str) -> None:
    page.get_by_label("Full name", exact=True).fill(name)
    page.get_by_label("Nickname", exact=True).fill(nickname)
    page.locator("select[name=shown_as]").select_option("nickname")
    expect(page.get_by_test_id("shown")).to_have_text(nickname)
    page.get_by_role("button", name="Sign me up").click()


def test_from_the_wall_to_the_queue(
    stack: Stack, organiser_page: Page, phone_page: Page, board_page: Page
) -> None:
    """It should sign up by phone, wait, be let in, be shown as chosen, and queue for a run."""
    event = open_event(stack)
    body = {"title": "Open laps", "is_open": True}
    stack.api.post(f"/events/{event}/stages", body)
    board_page.goto(stack.page_url)
    organiser_page.get_by_role("link", name="People").click()
    qr = organiser_page.get_by_alt_text("QR code of the sign-up page")
    expect(qr).to_be_visible()
    assert qr.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    link = organiser_page.get_by_role("link", name="Open the page").get_attribute("href")
    assert link == f"/join?event={event}"
    address = organiser_page.get_by_label("Address of the sign-up page")
    expect(address).to_have_value(f"{stack.page_url}/join")
    organiser_page.get_by_role("button", name="Larger").click()
    box = qr.bounding_box()
    assert box is not None
    assert box["width"] == box["height"] < LAPTOP[1], "whole on the screen, and square"

    phone_page.goto(f"{stack.page_url}{link}")
    expect(phone_page.get_by_role("heading", name="Campus Cup")).to_be_visible()
    join(phone_page, "Wilhelmina Apexhausen", HOSTILE)
    expect(phone_page).to_have_url(f"{stack.page_url}/me")
    expect(phone_page.get_by_test_id("my-status")).to_contain_text("Waiting for the organiser")

    waiting = organiser_page.get_by_test_id("registrations")
    expect(waiting).to_contain_text("Wilhelmina Apexhausen")
    expect(waiting).to_contain_text(HOSTILE)
    assert HOSTILE not in board_page.content()
    waiting.get_by_role("button", name="Let in", exact=True).click()
    expect(organiser_page.get_by_test_id("notice")).to_have_text(f"{HOSTILE} is in.")

    expect(phone_page.locator(".plate")).to_have_text("1")
    expect(phone_page.get_by_test_id("my-name")).to_have_text(HOSTILE)
    phone_page.get_by_role("button", name="Queue up").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("You are in the queue.")
    expect(phone_page.get_by_test_id("my-heats")).to_contain_text("next")
    expect(board_page.locator("body")).to_contain_text(HOSTILE)
    assert "Apexhausen" not in board_page.content()
    for page in (phone_page, organiser_page, board_page):
        assert page.locator("img[src=x]").count() == 0

    organiser_page.on("dialog", lambda dialog: dialog.accept())
    organiser_page.get_by_test_id("people").locator("summary").first.click()
    organiser_page.get_by_role("button", name="Forget for good").click()
    expect(board_page.locator("body")).to_contain_text("#1")
    assert HOSTILE not in board_page.content()


def test_a_no_is_read_on_the_phone(stack: Stack, organiser_page: Page, phone_page: Page) -> None:
    """It should show the reason, and the way to ask again."""
    event = open_event(stack)
    phone_page.goto(f"{stack.page_url}/join?event={event}")
    join(phone_page, "Rusty Chicane", "Rusty")
    expect(organiser_page.get_by_role("status", name="Waiting for you: 1")).to_have_text("1")
    organiser_page.get_by_role("link", name="People").click()
    waiting = organiser_page.get_by_test_id("registrations")
    waiting.get_by_text("Number, groups, or decline").click()
    waiting.get_by_label("Reason, which they read").fill("Bring your own car, please.")
    waiting.get_by_role("button", name="Decline").click()
    status = phone_page.get_by_test_id("my-status")
    expect(status).to_contain_text("Bring your own car, please.")
    expect(status.get_by_role("link", name="Ask again")).to_be_visible()


def test_a_roster_is_checked_and_taken(stack: Stack, organiser_page: Page) -> None:
    """It should show problems by row, take what is mended, and sign a driver's phone in."""
    event = open_event(stack)
    organiser_page.get_by_role("link", name="People").click()
    organiser_page.get_by_text("A CSV file, or rows pasted from it").click()
    rows = organiser_page.get_by_label("Or paste the rows")
    rows.fill(ROSTER.replace("71", "70"))
    organiser_page.get_by_role("button", name="Check").click()
    preview = organiser_page.get_by_test_id("roster-preview")
    expect(preview).to_contain_text("Number 70 is there more than once.")
    expect(preview.get_by_role("button", name="Take all")).to_have_count(0)
    rows.fill(ROSTER)
    organiser_page.get_by_role("button", name="Check").click()
    organiser_page.get_by_role("button", name="Take all 2 rows").click()
    notice = organiser_page.get_by_test_id("notice")
    expect(notice).to_have_text("Drivers added: 2; entries: 2.")
    assert len(stack.api.get(f"/events/{event}/entries")) == 2
    people = organiser_page.get_by_test_id("people")
    people.get_by_text("Nova Kerb").click()
    people.get_by_role("button", name="Code for their phone").first.click()
    expect(people.get_by_test_id("driver-code").locator("textarea")).to_have_value(
        re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
    )


def test_a_node_is_let_in_by_its_digits(stack: Stack, organiser_page: Page, tmp_path: Path) -> None:
    """It should list the device, take what it shows, and leave it with a token of its own."""
    said: Queue[str] = Queue()
    file = tmp_path / "node.token"
    request = PairingRequest(role="node", name="node-finish")
    device = threading.Thread(target=pair_into, args=(file, stack.url, request, said.put))
    device.start()
    organiser_page.get_by_role("link", name="Devices").click()
    row = organiser_page.locator("[data-pairing=node-finish]")
    expect(row).to_be_visible()
    digits = digits_of(said)
    row.get_by_label("The six digits that it shows").fill(digits)
    row.get_by_role("button", name="Let it in").click()
    expect(organiser_page.get_by_test_id("notice")).to_have_text("node-finish is paired.")
    device.join(PATIENCE_S)
    assert not device.is_alive()
    assert len(file.read_text().strip()) >= 43
    expect(organiser_page.locator(".row").filter(has_text="node-finish")).to_have_count(1)


def test_the_organiser_says_which_car_a_device_is(
    stack: Stack, organiser_page: Page, tmp_path: Path
) -> None:
    """It should offer the cars that are signed up, and give the token of the one chosen."""
    stack.api.post("/cars", {"car_id": "red", "name": "Red Rocket"})
    stack.api.post("/cars", {"car_id": "green", "name": "Green Comet"})
    said: Queue[str] = Queue()
    file = tmp_path / "car.token"
    request = PairingRequest(role="car", name="borrowed-pi")
    device = threading.Thread(target=pair_into, args=(file, stack.url, request, said.put))
    device.start()
    organiser_page.get_by_role("link", name="Devices").click()
    row = organiser_page.locator("[data-pairing=borrowed-pi]")
    expect(row).to_be_visible()
    row.get_by_label("The six digits that it shows").fill(digits_of(said))
    row.get_by_label("Which car it is").select_option("green")
    row.get_by_role("button", name="Let it in").click()
    expect(organiser_page.get_by_test_id("notice")).to_have_text("borrowed-pi is paired.")
    device.join(PATIENCE_S)
    assert not device.is_alive()
    assert paired_scope(file) == "green"


def test_sign_up_is_closed_and_reopened(
    stack: Stack, organiser_page: Page, phone_page: Page
) -> None:
    """It should tell phones that nobody can sign up any more, until it is open again."""
    event = open_event(stack)
    organiser_page.get_by_role("link", name="People").click()
    organiser_page.get_by_role("button", name="Close sign-up").click()
    expect(organiser_page.get_by_test_id("sign-up")).to_contain_text("Sign-up is closed")
    phone_page.goto(f"{stack.page_url}/join?event={event}")
    expect(phone_page.get_by_test_id("closed")).to_contain_text("Speak to the organiser")
    organiser_page.get_by_role("button", name="Reopen sign-up").click()
    expect(organiser_page.get_by_test_id("sign-up")).to_contain_text("Sign-up is open")
    phone_page.reload()
    expect(phone_page.get_by_role("button", name="Sign me up")).to_be_visible()


def digits_of(said: "Queue[str]") -> str:
    """Return the digits that a device shows, once it has said them."""
    while True:
        line = said.get(timeout=PATIENCE_S)
        found = re.search(r"Pairing code.*?(\d{3} \d{3})", line, re.DOTALL)
        if found is not None:
            return found[1]


def photograph(folder: Path) -> Path:
    """Write what a phone's camera might have taken, larger than anybody needs."""
    path = folder / "photograph.jpg"
    Image.new("RGB", (2400, 1800), "#c026d3").save(path, "JPEG")
    return path


def test_a_picture_goes_from_the_phone_to_the_board(
    stack: Stack, organiser_page: Page, phone_page: Page, board_page: Page, tmp_path: Path
) -> None:
    """It should be shown on the own page, in the people tab and on the board, until taken away."""
    event = open_event(stack)
    driver = stack.api.post("/drivers", {"name": "Mina Apex"})["driver_id"]
    stage = stack.api.post(f"/events/{event}/stages", {"title": "Laps"})["stage_id"]
    entry = stack.api.post(f"/events/{event}/entries", {"driver_ids": [driver]})["entry_id"]
    stack.api.post(f"/events/{event}/heats", {"stage_id": stage, "entry_ids": [entry]})
    stack.api.post(f"/events/{event}/next")
    board_page.goto(stack.page_url)
    expect(board_page.get_by_test_id("driver")).to_have_text("Mina Apex")
    expect(board_page.get_by_test_id("face")).to_have_count(0)

    body = {"role": "driver", "principal": driver, "scope": driver}
    code = stack.api.post("/codes", body)["code"]
    phone_page.goto(f"{stack.page_url}/me#code={code}")
    phone_page.get_by_text("Picture", exact=True).click()
    phone_page.get_by_label("Choose a picture").set_input_files(photograph(tmp_path))
    expect(phone_page.get_by_test_id("notice")).to_contain_text("The picture is up.")
    for page in (phone_page, board_page):
        face = page.get_by_test_id("face").first
        expect(face).to_be_visible()
        page.wait_for_function(
            "() => document.querySelector('[data-testid=face]').naturalWidth === 256"
        )
    content = phone_page.request.get(f"{stack.url}/api/v1/drivers/{driver}/picture").body()
    pixel = Image.open(io.BytesIO(content)).getpixel((128, 128))
    assert isinstance(pixel, tuple)
    assert pixel[0] > pixel[1] < pixel[2]

    organiser_page.get_by_role("link", name="People").click()
    people = organiser_page.get_by_test_id("people")
    people.get_by_text("Mina Apex").click()
    people.get_by_role("button", name="Take the picture away").click()
    expect(people.get_by_test_id("face")).to_have_count(0)
    expect(board_page.get_by_test_id("face")).to_have_count(0)
    wrong = tmp_path / "notes.jpg"
    wrong.write_text("no picture at all")
    people.get_by_label("Choose a picture").set_input_files(wrong)
    notice = organiser_page.get_by_test_id("notice")
    expect(notice).to_have_text("That isn't a picture that can be used. Send a JPEG or PNG file.")


def test_a_new_car_is_named_and_coloured_as_it_is_paired(
    stack: Stack, organiser_page: Page, tmp_path: Path
) -> None:
    """It should be signed up with what the organiser typed beside its digits."""
    said: Queue[str] = Queue()
    request = PairingRequest(role="car", name="kart-7")
    file = tmp_path / "kart-7.token"
    device = threading.Thread(target=pair_into, args=(file, stack.url, request, said.put))
    device.start()
    organiser_page.get_by_role("link", name="Devices").click()
    row = organiser_page.locator("[data-pairing=kart-7]")
    expect(row.get_by_label("Which car it is")).to_have_value("+")
    row.get_by_label("Name of the car").fill("Volt")
    row.get_by_label("Colour").fill("#a3e635")
    row.get_by_label("The six digits that it shows").fill(digits_of(said))
    row.get_by_role("button", name="Let it in").click()
    device.join(PATIENCE_S)
    assert not device.is_alive()
    assert paired_scope(file) == "kart-7"
    expect(organiser_page.locator("[data-car=kart-7]")).to_contain_text("Volt")
    (car,) = stack.api.get("/cars")
    assert (car["name"], car["colour"]) == ("Volt", "#a3e635")
