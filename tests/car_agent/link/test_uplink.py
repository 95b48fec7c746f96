"""Telemetry and pictures, over real HTTP on loopback."""

import queue
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from car_agent.driving.policy import Decision
from car_agent.link.orders import OrderBook
from car_agent.link.uplink import Uplink, UplinkSource, next_due_ns
from car_agent.telemetry import DriveRecord, Tally
from hardware.actuators.command import CarReading
from hardware.cameras.frames import Frame
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators, order_book
from tests.car_agent.race_server import TOKEN, RaceServer
from tests.waiting import PATIENCE_S

OWN = "aa" * 32


@pytest.fixture
def record() -> DriveRecord:
    found = DriveRecord(OWN)
    now_ns = time.monotonic_ns()
    found.note_frame(Frame(np.full((120, 160), 90, dtype=np.uint8), now_ns, 1), now_ns)
    found.note_drive(Decision(0.5, 0.25, 1), 1_000_000, 2_000_000)
    return found


@pytest.fixture
def book() -> OrderBook:
    clock = FakeClock()
    return order_book(GuardInPlace(RecordingActuators, clock), OWN)


def make_uplink(
    server_url: str, record: DriveRecord, book: OrderBook, token: str = TOKEN
) -> Uplink:
    source = UplinkSource(record, lambda: Tally(1, 2, CarReading(battery_frac=0.5)))
    return Uplink(server_url, token, "red", book, source)


def test_reports_by_itself_and_says_farewell(record: DriveRecord, book: OrderBook) -> None:
    """It should send the numbers on starting, and a last time when the car ends."""
    with RaceServer() as server:
        subject = make_uplink(server.url, record, book)
        subject.start()
        report = server.reports.get(timeout=PATIENCE_S)
        record.note_halt()
        subject.close()
        last = report
        while not server.reports.empty():
            last = server.reports.get()
    assert report.is_driving
    assert (report.dropped_frames, report.stale_commands, report.battery_frac) == (1, 2, 0.5)
    assert report.speed_mps is None
    assert not last.is_driving


def test_shows_each_picture_once_while_wanted(record: DriveRecord, book: OrderBook) -> None:
    """It should send a picture only while people want to see it, and no picture twice."""
    with RaceServer() as server:
        subject = make_uplink(server.url, record, book)
        assert not subject.send_view()
        record.show_view(True)
        assert subject.send_view()
        assert not subject.send_view()
        record.note_frame(Frame(np.zeros((480, 640, 3), dtype=np.uint8), 1, 2), 1)
        assert subject.send_view()
        subject.close()
        assert server.views.get(timeout=PATIENCE_S).startswith(b"\xff\xd8")
        assert server.views.get(timeout=PATIENCE_S).startswith(b"\xff\xd8")
        with pytest.raises(queue.Empty):
            server.views.get_nowait()


def test_a_server_that_is_away_costs_nothing_but_the_message(
    record: DriveRecord, book: OrderBook
) -> None:
    """It should skip, say so once, and carry on with the newest numbers."""
    with RaceServer() as gone:
        url = gone.url
    subject = make_uplink(url, record, book)
    with capture_logs() as lines:
        assert not subject.send_report()
        assert not subject.send_report()
    assert [line["event"] for line in lines] == ["telemetry_not_taken"]
    assert book.refusal is None
    subject.close()


def test_trouble_is_logged_when_it_begins_and_ends(record: DriveRecord, book: OrderBook) -> None:
    """It should not fill the log with one line a second."""
    with RaceServer() as server:
        subject = make_uplink(server.url, record, book)
        with capture_logs() as lines:
            assert subject.send_report()
            server.status = 503
            assert not subject.send_report()
            assert not subject.send_report()
            server.status = 200
            assert subject.send_report()
        subject.close()
    assert [line["event"] for line in lines] == ["telemetry_not_taken", "telemetry_taken"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_at_first_contact_is_final(
    record: DriveRecord, book: OrderBook, status: int
) -> None:
    """It should tell that the token is not for this car."""
    with RaceServer() as server:
        server.status = status
        subject = make_uplink(server.url, record, book)
        assert not subject.send_report()
        subject.close()
    assert "'red'" in str(book.refusal)


def test_a_refusal_later_is_not(record: DriveRecord, book: OrderBook) -> None:
    """It should not end a car that was accepted before."""
    with RaceServer() as server:
        subject = make_uplink(server.url, record, book)
        assert subject.send_report()
        server.status = 401
        assert not subject.send_report()
        subject.close()
    assert book.refusal is None


@given(st.integers(0, 10**12), st.integers(1, 10**10), st.integers(0, 10**12))
def test_the_beat_is_kept_and_missed_ones_left_out(
    due_ns: int, period_ns: int, late_ns: int
) -> None:
    """It should name the first instant of the beat that lies ahead."""
    now_ns = due_ns + late_ns
    found = next_due_ns(due_ns, period_ns, now_ns)
    assert now_ns < found <= now_ns + period_ns
    assert (found - due_ns) % period_ns == 0
