"""The photo finish of a pass in a real browser: opened, enlarged, stepped through."""

import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.e2e.marshal.test_marshal import choose_heat, open_tab, pass_row, raced
from tests.timing_server.web.live_server import NODE_ID
from tests.timing_server.web.marshal.raced import Raced

__all__ = ["raced"]

pytestmark = pytest.mark.e2e

APART_US = 33_000


def frame(at: int) -> bytes:
    """Draw a car that has come ``at`` steps of the way over the line."""
    image = Image.new("L", (320, 240), 60)
    drawing = ImageDraw.Draw(image)
    drawing.line((160, 0, 160, 240), fill=220, width=4)
    drawing.rectangle((40 * at, 90, 40 * at + 90, 150), fill=240)
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()


def test_a_marshal_looks_at_the_photo_finish(phone_page: Page, raced: Raced) -> None:
    """It should show each frame with its distance from the beam, the nearest one first to see."""
    node = {"Authorization": f"Bearer {raced.organiser.token('node', NODE_ID)}"}
    node_id, journal_id, seq = raced.refs[0][1].split(":")
    for index in range(5):
        path = f"/nodes/{node_id}/journals/{journal_id}/passes/{seq}/frames/{index}"
        offset_us = (index - 2) * APART_US + 4_000
        sent = raced.organiser.http.put(
            path, params={"offset_us": offset_us}, content=frame(index), headers=node
        )
        assert sent.status_code == 204
    open_tab(phone_page, raced)
    choose_heat(phone_page, 1)
    row = pass_row(phone_page, raced, 0, 1)
    row.get_by_text("Photo finish and edges").click()
    frames = row.get_by_role("list", name="Photo finish").get_by_role("button")
    expect(frames).to_have_text(["-62 ms", "-29 ms", "+4 ms", "+37 ms", "+70 ms"])
    expect(frames.nth(2)).to_have_attribute("aria-current", "true")
    width_px, inner_px = phone_page.evaluate("[document.body.scrollWidth, window.innerWidth]")
    assert width_px <= inner_px
    frames.nth(2).click()
    dialog = phone_page.get_by_role("dialog", name="Photo finish")
    expect(dialog.get_by_role("img", name="+4.0 ms")).to_be_visible()
    dialog.get_by_role("button", name="Later").click()
    expect(dialog.get_by_role("img", name="+37.0 ms")).to_be_visible()
    expect(dialog.get_by_role("button", name="Later")).to_be_enabled()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
