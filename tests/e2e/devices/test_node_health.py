"""How nodes are, as organisers see it under Devices: one that runs, and one in trouble."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e

TROUBLED = {
    "boot_id": "11111111-1111-4111-8111-111111111111",
    "mono_ns": 5,
    "wall_utc": "2026-05-01T10:00:00Z",
    "states": ["undervoltage"],
    "sensors": [{"gate": "sector-1", "sensor": "beam", "state": "chatter"}],
    "queue_records": 12,
    "memory_records": 0,
    "journal_seq": 99,
    "journal_bytes": 4_200_000,
    "cpu_temp_c": 61.4,
    "loopback": {
        "gate": "sector-1",
        "sensor": "beam",
        "pulses": 200,
        "error_median_ns": 2_000,
        "error_max_ns": 8_100,
        "measured_utc": "2026-05-01T09:00:00Z",
    },
}


def test_organisers_see_how_nodes_are(track_stack: Stack, phone_page: Page) -> None:
    """It should show the running node as well, and name what is wrong with another."""
    made = track_stack.api.post("/credentials", {"role": "node", "principal": "node-sector"})
    answer = httpx2.post(
        f"{track_stack.url}/api/v1/nodes/node-sector/health",
        json=TROUBLED,
        headers={"Authorization": f"Bearer {made['token']}"},
    )
    assert answer.status_code == 204, answer.text
    track_stack.log_in(phone_page)
    phone_page.goto(f"{track_stack.page_url}/control#devices")
    sector = phone_page.locator("[data-node=node-sector]")
    expect(sector).to_contain_text("too little voltage")
    expect(sector).to_contain_text("sector-1/beam: chatters")
    expect(sector).to_contain_text("line sector-1/beam: ±9 µs, n=200")
    expect(phone_page.locator(".row", has_text="all well")).to_be_visible()
