"""The device stream as a node hears it: orders for itself, and everything else let pass."""

import socket
import threading
from collections.abc import Iterator

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.node.uplink.orders import OrderListener
from tests.hardware.node.fake_server import JournalServer
from tests.waiting import PATIENCE_S
from timing_server.contract.machines.cameras import CameraOrder
from timing_server.contract.machines.devices import ResendOrder

ORDER = ResendOrder(node_id="node-finish", first_seq=3, last_seq=9).model_dump_json()


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


def listener(asked: list[tuple[int, int]], url: str = "http://127.0.0.1:9") -> OrderListener:
    client = httpx2.Client(base_url=url, trust_env=False)
    return OrderListener(client, "node-finish", lambda first, last: asked.append((first, last)))


@given(st.text(max_size=12) | st.just("resend"), st.text() | st.just(ORDER))
def test_any_event_is_borne(event: str, body: str) -> None:
    """It should act on its own order alone, whatever else the stream says."""
    asked: list[tuple[int, int]] = []
    listener(asked).take(event, body)
    assert asked == ([(3, 9)] if (event, body) == ("resend", ORDER) else [])


def test_another_nodes_order() -> None:
    """It should leave alone what another node is asked for."""
    asked: list[tuple[int, int]] = []
    other = ResendOrder(node_id="node-sector", first_seq=1, last_seq=2)
    listener(asked).take("resend", other.model_dump_json())
    assert asked == []


def test_a_cameras_order() -> None:
    """It should hand on what its own node's camera is asked, and nothing that is no line."""
    asked: list[CameraOrder] = []
    client = httpx2.Client(base_url="http://127.0.0.1:9", trust_env=False)
    subject = OrderListener(client, "node-finish", on_camera=asked.append)
    mine = CameraOrder(node_id="node-finish", gate="finish", line_px=((0, 9), (90, 9)))
    other = mine.model_copy(update={"node_id": "node-sector"})
    for order in (mine, other):
        subject.take("camera", order.model_dump_json())
    subject.take("camera", mine.model_dump_json().replace("90", "9"))
    assert asked == [mine]


def test_bytes_that_fit_no_charset() -> None:
    """It should go on where the stream's bytes aren't what its own header says they are."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-16\r\n\r\nabc\n\n"
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(20)
        subject = listener([], f"http://127.0.0.1:{door.getsockname()[1]}")
        subject.start()
        for _ in range(2):
            line, _address = door.accept()
            with line:
                line.recv(4096)
                line.sendall(answer)
        subject.close()


def test_hears_again_after_a_loss(server: JournalServer) -> None:
    """It should take its order over a real stream, behind noise, and again after a cut."""
    asked: list[tuple[int, int]] = []
    is_heard = threading.Event()
    client = httpx2.Client(base_url=server.url, trust_env=False)

    def note(first_seq: int, last_seq: int) -> None:
        asked.append((first_seq, last_seq))
        is_heard.set()

    subject = OrderListener(client, "node-finish", note)
    subject.start()
    server.events.append(b"\xff\xfe: what?\nevent: resend\ndata: {\n\n")
    server.events.append(f"event: resend\ndata: {ORDER}\n\n".encode())
    assert is_heard.wait(PATIENCE_S)
    server.close()
    is_heard.clear()
    again = JournalServer(port=server.port)
    again.events.append(f"event: resend\ndata: {ORDER}\n\n".encode())
    assert is_heard.wait(PATIENCE_S)
    assert asked == [(3, 9), (3, 9)]
    again.close()
    subject.close()
