"""The Devices tab in a real browser: codes, tokens, gates and marks."""

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import TOKEN, open_control
from tests.e2e.race_views import event_view

pytestmark = pytest.mark.e2e


def test_devices(phone_page: Page, feed: FeedServer) -> None:
    """It should make codes and tokens, revoke them, and give a gate its job."""
    code = {"code": "731902", "expires_utc": "2026-05-02T10:05:00Z"}
    feed.answers = {
        "/codes": lambda _: JSONResponse(code),
        "/credentials": lambda _: JSONResponse({"credential_id": "c2", "token": TOKEN}),
    }
    open_control(phone_page, feed, event_view("idle"), "#devices")
    phone_page.get_by_label("Role").select_option("car")
    phone_page.locator("select[name=principal]").select_option("Swift One (car-1)")
    secret = phone_page.locator(".secret textarea")
    phone_page.get_by_role("button", name="Make a code", exact=True).click()
    expect(secret).to_have_value("731902")
    phone_page.get_by_role("button", name="Make a token").click()
    expect(secret.first).to_have_value(TOKEN)
    token_box = secret.first.evaluate("box => [box.scrollHeight, box.clientHeight]")
    assert token_box[0] <= token_box[1]
    phone_page.set_viewport_size({"width": 360, "height": 740})
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(phone_page.get_by_text("save the token as the file car-1.token")).to_be_visible()
    expect(secret.last).to_have_value(
        f".venv/bin/paddock car --car-id car-1 --server {feed.url} "
        "--token-file car-1.token --model MODEL.onnx"
    )
    phone_page.get_by_role("button", name="Copy").last.click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Copied.")
    phone_page.get_by_label("Role").select_option("node")
    phone_page.get_by_label("Name, such as").fill("Node Finish")
    phone_page.get_by_role("button", name="Make a token").click()
    expect(secret.last).to_have_value(
        f".venv/bin/paddock node --name node-finish --server {feed.url} "
        "--token-file node-finish.token"
    )
    phone_page.get_by_label("Role").select_option("marshal")
    phone_page.get_by_label("Name of the person").fill("Mara")
    phone_page.get_by_role("button", name="Make a code", exact=True).click()
    expect(secret.last).to_have_value(f"{feed.url}/control#code=731902")
    phone_page.get_by_role("button", name="Revoke").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Revoked.")
    phone_page.get_by_role("combobox", name="Node", exact=True).fill("node-finish")
    phone_page.get_by_role("button", name="Set its job").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The gate has its job.")
    node = {"principal": "node-finish", "scope": "node-finish"}
    assert [(sent.method, sent.path, sent.body) for sent in feed.commands] == [
        ("POST", "/codes", {"role": "car", "principal": "car-1", "scope": "car-1"}),
        ("POST", "/credentials", {"role": "car", "principal": "car-1", "scope": "car-1"}),
        ("POST", "/credentials", {"role": "node"} | node),
        ("POST", "/codes", {"role": "marshal", "principal": "Mara", "scope": None}),
        ("DELETE", "/credentials/c1", {}),
        ("POST", "/gates", {"node_id": "node-finish", "gate": "finish", "role": "finish"}),
    ]


def test_a_driver_is_shut_out_by_name(phone_page: Page, feed: FeedServer) -> None:
    """It should name a driver whose credential has an id alone, and a device by its own name."""
    open_control(phone_page, feed, event_view("idle"), "#devices")
    feed.reads["/drivers"] = [{"driver_id": "d-17", "name": "Mossy", "colour": "#22c55e"}]
    feed.reads["/credentials"] = [
        {"credential_id": "c1", "principal": "d-17", "role": "driver", "kind": "session"},
        {"credential_id": "c2", "principal": "lab-1", "role": "worker", "kind": "token"},
    ]
    phone_page.reload()
    rows = phone_page.get_by_test_id("credentials").locator(".row__main bdi")
    expect(rows).to_have_text(["Mossy", "lab-1"])


def test_gates_and_marks_tell_cars_apart(phone_page: Page, feed: FeedServer) -> None:
    """It should give a gate a single lane, and let a car wear a mark."""
    open_control(phone_page, feed, event_view("idle"), "#devices")
    expect(phone_page.locator("marks-card .row")).to_have_text("tag-7 Swift One")
    phone_page.get_by_role("combobox", name="Node", exact=True).fill("node-finish")
    phone_page.get_by_label("Lane, where").fill("2")
    phone_page.get_by_role("button", name="Set its job").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The gate has its job.")
    phone_page.get_by_label("Mark", exact=True).fill("tag-8")
    phone_page.locator("marks-card select").select_option("Swift One (car-1)")
    phone_page.get_by_role("button", name="Let it wear the mark").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("wears the mark")
    gate = {"node_id": "node-finish", "gate": "finish", "role": "finish", "lane": 2}
    assert [(sent.path, sent.body) for sent in feed.commands] == [
        ("/gates", gate),
        ("/events/ev1/marks", {"mark": "tag-8", "car_id": "car-1"}),
    ]
