"""Tracks in a real browser with a real server: listed, drawn, changed, deleted and brought back."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Dialog, Page, expect
from pypdf import PdfReader

from hardware.virtual.world.designs import track_named
from tests.e2e.accessibility import check_access
from tests.e2e.stack import Stack
from tests.hardware.virtual.tracks.photo.taken import Photo, photo_of

pytestmark = pytest.mark.e2e


def sign_in(stack: Stack, page: Page, role: str, principal: str, where: str = "") -> None:
    """Open the page as somebody; a driver is signed up first."""
    body = {"role": role, "principal": principal}
    if role == "driver":
        driver_id = stack.api.post("/drivers", {"name": principal})["driver_id"]
        body = {"role": role, "principal": driver_id, "scope": driver_id}
    code = stack.api.post("/codes", body)["code"]
    page.goto(f"{stack.page_url}/tracks{where}#code={code}")


def own_tracks(stack: Stack) -> list[Any]:
    return [each for each in stack.api.get("/tracks") if each["is_own"]]


def settled(stack: Stack, page: Page) -> float:
    """Wait until the editor shows the length of the points as they are; return it, in metres."""
    points, width_m = page.evaluate(
        "(({ points, widthM }) => [points, widthM])(document.querySelector('track-editor'))"
    )
    sketch = stack.api.post("/tracks/sketch", {"points": points, "width_m": width_m})
    page.wait_for_function(
        """(wantedM) => {
          const shown = document.querySelector("[data-testid=measures] dd")?.textContent;
          return Math.abs(parseFloat(shown) - wantedM) < 0.006;
        }""",
        arg=sketch["length_m"],
    )
    return float(sketch["length_m"])


def dot(page: Page, at: int) -> tuple[float, float]:
    """Return where the middle of a point is on the screen, once the drawing lies still."""
    point = page.locator(f"circle[data-at='{at}']")
    point.hover()
    box = point.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, at: int, dx: float, dy: float) -> None:
    x, y = dot(page, at)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()


def dots(page: Page) -> Any:
    return page.locator("circle[data-at]")


def test_everybody_sees_the_tracks(stack: Stack, laptop_page: Page) -> None:
    """It should show each design to scale, with its length, and nobody's buttons to strangers."""
    laptop_page.goto(f"{stack.page_url}/tracks")
    tracks = laptop_page.locator("[data-track]")
    expect(tracks).to_have_count(5)
    expect(tracks.first).to_contain_text("14.39 m long · 0.90 m wide")
    expect(laptop_page.locator("[data-track=speedway] svg")).to_be_visible()
    expect(laptop_page.get_by_role("button", name="Copy")).to_have_count(0)
    check_access(laptop_page)


def test_a_driver_draws_a_track_by_mouse(stack: Stack, laptop_page: Page) -> None:
    """It should measure while points are dragged, go back and forth, and keep what was saved."""
    page = laptop_page
    sign_in(stack, page, "driver", "Turbo Tester")
    page.get_by_role("button", name="Draw a new track").click()
    expect(page.get_by_test_id("troubles")).to_have_text("It can be driven.")
    before_m = settled(stack, page)
    drag(page, 3, 90, 0)
    expect(page.get_by_test_id("chosen")).to_contain_text("Point 4 of 9")
    longer_m = settled(stack, page)
    assert longer_m > before_m + 0.5
    page.get_by_role("button", name="↶").click()
    assert settled(stack, page) == before_m
    page.get_by_role("button", name="↷").click()
    assert settled(stack, page) == longer_m
    page.get_by_label("Name of the track").fill("Night circuit")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("notice")).to_have_text("Night circuit is saved.")
    [kept] = own_tracks(stack)
    assert (kept["name"], kept["driver_name"]) == ("Night circuit", "Turbo Tester")
    assert kept["length_m"] == longer_m
    page.get_by_role("button", name="To all tracks").click()
    mine = page.locator(f"[data-track='{kept['track_id']}']")
    expect(mine).to_contain_text("By Turbo Tester")
    mine.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Name of the track")).to_have_value("Night circuit")
    check_access(page)


def test_a_track_is_drawn_by_keys_alone(stack: Stack, laptop_page: Page) -> None:
    """It should choose, move, add, remove and take back without a pointer."""
    page = laptop_page
    sign_in(stack, page, "organiser", "race-office", "?new")
    expect(page.get_by_test_id("measures")).to_be_visible()
    drawing = page.get_by_role("application")
    drawing.focus()
    page.keyboard.press("n")
    expect(page.get_by_test_id("chosen")).to_contain_text("The first point")
    page.keyboard.press("n")
    right = page.get_by_label("To the right, m")
    expect(right).to_have_value("2.2")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    expect(right).to_have_value("2.29")
    page.keyboard.press("Insert")
    expect(dots(page)).to_have_count(10)
    page.keyboard.press("Delete")
    expect(dots(page)).to_have_count(9)
    page.keyboard.press("Control+z")
    expect(dots(page)).to_have_count(10)
    page.keyboard.press("p")
    page.keyboard.press("s")
    expect(page.get_by_test_id("chosen")).to_contain_text("The first point")
    page.keyboard.press("r")
    right.fill("2.5")
    right.press("Enter")
    page.get_by_label("Road's width, m").first.fill("0.6")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("notice")).to_have_text("New track is saved.")
    [kept] = own_tracks(stack)
    plan = stack.api.get(f"/tracks/{kept['track_id']}")
    assert (plan["points"][0], plan["width_m"]) == ([2.5, 0.0], 0.6)
    assert plan["points"][-1] != [3.1, 0.7], "it goes the other way round"


def test_what_cannot_be_driven_is_marked(stack: Stack, laptop_page: Page) -> None:
    """It should say in words which corner is too tight, and mark it on the drawing."""
    page = laptop_page
    sign_in(stack, page, "organiser", "race-office", "?new")
    expect(page.get_by_test_id("troubles")).to_have_text("It can be driven.")
    expect(page.locator(".canvas__trouble")).to_have_count(0)
    drag(page, 7, 130, 0)
    expect(page.get_by_test_id("troubles")).to_contain_text("tighter than")
    expect(page.locator(".canvas__trouble").first).to_be_visible()


def test_a_design_is_copied_and_the_copy_deleted_and_brought_back(
    stack: Stack, laptop_page: Page
) -> None:
    """It should leave the design alone, and undo a deletion."""
    page = laptop_page
    sign_in(stack, page, "organiser", "race-office")
    page.locator("[data-track=oval]").get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("notice")).to_have_text("Copy of oval is saved.")
    page.get_by_role("button", name="To all tracks").click()
    expect(page.locator("[data-track]")).to_have_count(6)
    mine = page.locator("[data-track]").last
    expect(mine).to_contain_text("The venue's")
    mine.get_by_role("button", name="Delete").click()
    expect(page.locator("[data-track]")).to_have_count(5)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-track]")).to_have_count(6)
    page.go_back()
    expect(page.get_by_role("application")).to_be_visible()


def test_what_was_changed_is_not_lost_by_a_slip(stack: Stack, laptop_page: Page) -> None:
    """It should ask before it leaves a drawing that isn't saved."""
    page = laptop_page
    asked: list[str] = []

    def stay_once(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", stay_once)
    sign_in(stack, page, "organiser", "race-office", "?new")
    expect(page.get_by_test_id("measures")).to_be_visible()
    drag(page, 3, 40, 0)
    page.get_by_role("button", name="To all tracks").click()
    expect(page.get_by_role("application")).to_be_visible()
    assert "isn't saved" in asked[0]
    page.get_by_role("button", name="To all tracks").click()
    expect(page.locator("[data-track=demo]")).to_be_visible()


def test_a_track_is_drawn_by_thumb(stack: Stack, phone_page: Page) -> None:
    """It should add a point where the ground is tapped, at snapped places, and fit the screen."""
    page = phone_page
    sign_in(stack, page, "driver", "Apex Tester", "?new")
    expect(page.get_by_test_id("measures")).to_be_visible()
    page.get_by_text("Points snap to 10 cm").click()
    drawing = page.get_by_role("application")
    drawing.scroll_into_view_if_needed()
    (x1, y1), (x2, y2) = dot(page, 5), dot(page, 4)
    page.mouse.click((x1 + x2) / 2, (y1 + y2) / 2 - 40)
    expect(dots(page)).to_have_count(10)
    expect(page.get_by_test_id("chosen")).to_contain_text("Point 6 of 10")
    value = page.get_by_label("Up, m").input_value()
    assert float(value) * 10 == pytest.approx(round(float(value) * 10))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("notice")).to_have_text("New track is saved.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(stack.api.get(f"/tracks/{own_tracks(stack)[0]['track_id']}")["points"]) == 10


def tap_corners(page: Page, photo: Photo) -> None:
    """Choose the photo's file, tap its mat's corners, and type how large the mat is."""
    canvas = page.get_by_role("application", name="Photo with the rectangle's corners")
    canvas.hover()  # in sight, and lying still
    for x, y in photo.taps.corners:
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.get_by_label("From 1 to 2, m").fill(f"{photo.taps.width_m:.2f}")
    page.get_by_label("From 2 to 3, m").fill(f"{photo.taps.height_m:.2f}")


def test_a_photo_of_a_mat_becomes_a_track(stack: Stack, phone_page: Page, tmp_path: Path) -> None:
    """It should find the road on a driver's photo, lay it over the ground, and keep both."""
    page, photo = phone_page, photo_of(track_named("oval"))
    file = tmp_path / "mat.jpg"
    file.write_bytes(photo.jpeg())
    sign_in(stack, page, "driver", "Turbo Tester", "?photo")
    page.get_by_label("Photo, JPEG or PNG").set_input_files(file)
    tap_corners(page, photo)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(2000 / 1500, abs=0.02), "not stretched"
    check_access(page)
    page.get_by_role("button", name="Find the road").click()
    expect(page.get_by_test_id("notes")).to_contain_text("The road was found")
    expect(page.locator("svg image")).to_have_attribute("href", re.compile("ground.jpg$"))
    assert settled(stack, page) == pytest.approx(track_named("oval").length_m, abs=0.25)
    page.get_by_label("Name of the track").fill("Gym mat")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("notice")).to_have_text("Gym mat is saved.")
    [kept] = own_tracks(stack)
    assert (kept["has_ground"], kept["driver_name"]) == (True, "Turbo Tester")
    page.get_by_role("button", name="To all tracks").click()
    page.locator(f"[data-track='{kept['track_id']}']").get_by_role("button", name="Edit").click()
    image = page.locator("svg image")
    expect(image).to_be_visible()
    assert (
        page.evaluate(
            "(href) => fetch(href).then((answer) => answer.headers.get('content-type'))",
            image.get_attribute("href"),
        )
        == "image/jpeg"
    )


def test_a_photo_without_a_road_says_so(stack: Stack, laptop_page: Page, tmp_path: Path) -> None:
    """It should offer a plain round over the picture, and words for what is no photo."""
    page, photo = laptop_page, photo_of(track_named("oval"))
    photo.picture[:] = np.random.default_rng(3).integers(90, 130, photo.picture.shape)
    blank, wrong = tmp_path / "blank.jpg", tmp_path / "wrong.jpg"
    blank.write_bytes(photo.jpeg())
    wrong.write_bytes(b"no picture")
    sign_in(stack, page, "organiser", "race-office", "?photo")
    chooser = page.get_by_label("Photo, JPEG or PNG")
    chooser.set_input_files(wrong)
    expect(page.get_by_role("alert")).to_contain_text("can't read this file as a picture")
    chooser.set_input_files(blank)
    canvas = page.get_by_role("application", name="Photo with the rectangle's corners")
    canvas.focus()
    page.keyboard.press("1")  # beyond 2, which becomes the first after it
    for _ in range(70):
        page.keyboard.press("ArrowRight")
    tap_corners(page, photo)
    page.get_by_role("button", name="Find the road").click()
    expect(page.get_by_test_id("notes")).to_contain_text("No road was found")
    expect(dots(page)).to_have_count(10)


def test_a_community_file_is_imported(stack: Stack, laptop_page: Page, tmp_path: Path) -> None:
    """It should open its line in the editor under the file's name; a wrong file changes nothing."""
    page, esses, evil = laptop_page, tmp_path / "Esses.npy", tmp_path / "evil.npy"
    np.save(esses, track_named("esses").rows())
    evil.write_bytes(b"\x80\x04cos\nsystem\n.")
    sign_in(stack, page, "organiser", "race-office")
    chooser = page.get_by_label("Import a file")
    chooser.set_input_files(evil)
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("can't be used as a track")
    chooser.set_input_files(esses)
    expect(page.get_by_label("Name of the track")).to_have_value("Esses")
    expect(page.get_by_test_id("measures")).to_contain_text("25.5")
    page.get_by_role("button", name="Save").click()
    expect(notice).to_have_text("Esses is saved.")
    page.get_by_role("button", name="To all tracks").click()
    mine = page.locator(f"[data-track='{own_tracks(stack)[0]['track_id']}']")
    with page.expect_download() as download:
        mine.get_by_role("link", name=".npy").click()
    assert np.load(download.value.path()).shape[1] == 6


def test_a_track_is_printed_from_its_card(stack: Stack, phone_page: Page) -> None:
    """It should tell the sheets before they are made, anew for each choice, and give the PDF."""
    page = phone_page
    sign_in(stack, page, "driver", "Turbo Tester")
    card = page.locator("[data-track=oval]")
    card.get_by_text("Print to scale").click()
    sheets = card.get_by_test_id("sheets")
    expect(sheets).to_contain_text("Sheets: 239")
    card.get_by_label("What to print").select_option("centre")
    expect(sheets).to_contain_text("Sheets: 53")
    check_access(page)
    with page.expect_download() as download:
        card.get_by_role("link", name="Get the PDF").click()
    assert len(PdfReader(download.value.path()).pages) == 54
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_training_begins_on_a_chosen_track(stack: Stack, laptop_page: Page) -> None:
    """It should lead from a track's card to the training page with that track chosen."""
    page = laptop_page
    sign_in(stack, page, "driver", "Turbo Tester")
    page.locator("[data-track=bean]").get_by_role("link", name="Train on it").click()
    expect(page).to_have_url(f"{stack.page_url}/train")
    expect(page.locator("option:checked", has_text="Bean")).to_have_count(1)
