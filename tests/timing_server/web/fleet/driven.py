"""A heat that was driven and recorded, for tests of the record's way to race control and back."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import httpx2
import numpy as np

from car_agent.blackbox.handover import Handover
from car_agent.blackbox.shelf import Shelf
from car_agent.link.client import make_client
from tests.timing_server.contract.blackbox.records import PERIOD_NS, about, write_record
from tests.timing_server.web.live_server import Node, Organiser
from timing_server.rules.units import NS_PER_MS, NS_PER_S

LAPS_MS = (300, 250)
RACE_OFFSET_NS = -77 * NS_PER_S


def picture(seq: int) -> bytes:
    """Return a picture whose brightness is its number."""
    _, encoded = cv2.imencode(".jpg", np.full((60, 80), 5 * seq % 250, dtype=np.uint8))
    return encoded.tobytes()


@dataclass
class Driven:
    """A heat with two laps of the red car, and the record of it on the car's disk."""

    organiser: Organiser
    plan: dict[str, Any]
    heat_id: str
    shelf: Shelf
    record: bytes
    driver: httpx2.Client
    stranger: httpx2.Client
    handover: Handover

    @property
    def record_id(self) -> str:
        return hashlib.sha256(self.record).hexdigest()

    @property
    def replay(self) -> str:
        return f"{self.plan['path']}/heats/{self.heat_id}/replay"

    def lap(self, number: int) -> str:
        entry_id = self.plan["entries"][0]
        return f"{self.plan['path']}/heats/{self.heat_id}/runs/{entry_id}/laps/{number}/replay"


def browser(organiser: Organiser, driver_id: str) -> httpx2.Client:
    """Sign a driver in as a phone does."""
    body = {"role": "driver", "principal": driver_id, "scope": driver_id}
    code = organiser.post("/codes", body)["code"]
    origin = organiser.url.removesuffix("/api/v1")
    client = httpx2.Client(base_url=organiser.url, headers={"Origin": origin}, timeout=20)
    assert client.post("/session", json={"code": code}).is_success
    return client


@contextmanager
def driven_heat(
    organiser: Organiser,
    folder: Path,
    while_driving: Callable[[int], None] = lambda _: None,
    jpeg: Callable[[int], bytes] = picture,
    **record_fields: Any,
) -> Iterator[Driven]:
    """Drive two laps of 300 and 250 ms; the record begins one picture before the first crossing.

    ``while_driving`` is called with the first crossing's instant, before the heat is over;
    ``jpeg`` makes its pictures, ``record_fields`` are what else the record holds.
    """
    token = organiser.token("car", "red")
    plan = organiser.plan(dead_time_s=0.01)
    heat_id = plan["heats"][0]
    node = Node(organiser)
    organiser.post(f"{plan['path']}/next")
    equipment = {"entry_id": plan["entries"][0], "car_id": "red", "model_sha256": None}
    organiser.post(f"{plan['path']}/heats/{heat_id}/equip", equipment)
    organiser.post(f"{plan['path']}/heats/{heat_id}/start")
    at_ns = node.now_mono_ns()
    begin_race_ns = at_ns + node.race_offset_ns
    node.send(node.clock(), node.passing(at_ns))
    for lap_ms in LAPS_MS:
        at_ns += lap_ms * NS_PER_MS
        node.send(node.passing(at_ns))
    while_driving(begin_race_ns)
    time.sleep(max(0, at_ns - node.now_mono_ns()) / NS_PER_S)
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    record = write_record(
        frames=20,
        of=about(plan["event_id"], heat_id, plan["entries"][0]),
        race_offset_ns=RACE_OFFSET_NS,
        jpeg=jpeg,
        begin_ns=begin_race_ns - RACE_OFFSET_NS - PERIOD_NS,
        **record_fields,
    )
    shelf = Shelf(folder, limit_mb=100, free_mb=0)
    (folder / "a.mcap").write_bytes(record)
    driver_ids = [each["driver_ids"][0] for each in organiser.get(f"{plan['path']}/entries")]
    stranger_id = organiser.post("/drivers", {"name": "Apex Tester"})["driver_id"]
    driver, stranger = browser(organiser, driver_ids[0]), browser(organiser, stranger_id)
    origin = organiser.url.removesuffix("/api/v1")
    client = make_client(origin, token, httpx2.Timeout(20))
    handover = Handover(client, "red", shelf, lambda: True)
    handover._closing.wait = lambda _: False  # type: ignore[method-assign, assignment, misc]
    yield Driven(organiser, plan, heat_id, shelf, record, driver, stranger, handover)
    for each in (driver, stranger, client):
        each.close()
