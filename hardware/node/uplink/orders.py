"""Listens to the server's device stream for what it wants of this node.

That is a part of its journal once more, what the heat wants of start lights, and what is asked of a
camera beside it, whose process listens by itself.
"""

import threading
from collections.abc import Callable

import httpx2
import structlog
from pydantic import ValidationError

from hardware.node.uplink.backoff import Backoff
from timing_server.contract.machines.cameras import CameraOrder
from timing_server.contract.machines.devices import HeatOrder, ResendOrder

_log = structlog.get_logger()

#: The server pings every two seconds; a silence of this long is a lost line.
SILENCE_S = 7.0
CLOSE_PATIENCE_S = 0.5

OnResend = Callable[[int, int], None]
OnHeat = Callable[[HeatOrder], None]
OnCamera = Callable[[CameraOrder], None]


class OrderListener:
    """The thread that listens, for ever; what it can't understand it lets pass.

    Losing the stream loses no pass: an order that was missed can be given again.
    """

    def __init__(
        self,
        client: httpx2.Client,
        node_id: str,
        on_resend: OnResend = lambda _first, _last: None,
        on_heat: OnHeat = lambda _: None,
        on_camera: OnCamera = lambda _: None,
    ) -> None:
        """``client`` is this thread's own, with the server's address as its base."""
        self._client = client
        self._node_id = node_id
        self._on_resend = on_resend
        self._on_heat = on_heat
        self._on_camera = on_camera
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="orders", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """End; the thread is a daemon, so that a stream that hangs is not waited for."""
        self._is_closing.set()
        self._thread.join(CLOSE_PATIENCE_S)

    def take(self, event: str, body: str) -> None:
        """Take one event of the stream; another node's, or one that is no order, is let pass."""
        try:
            if event == "heat":
                self._on_heat(HeatOrder.model_validate_json(body))
            elif event == "resend":
                self._resend(ResendOrder.model_validate_json(body))
            elif event == "camera":
                self._look(CameraOrder.model_validate_json(body))
        except ValidationError as error:
            _log.warning("order_not_understood", reason=str(error.errors()[0]["msg"]))

    def _resend(self, order: ResendOrder) -> None:
        if order.node_id == self._node_id:
            self._on_resend(order.first_seq, order.last_seq)

    def _look(self, order: CameraOrder) -> None:
        if order.node_id == self._node_id:
            self._on_camera(order)

    def _run(self) -> None:
        backoff = Backoff()
        while not self._is_closing.is_set():
            try:
                self._listen(backoff)
            # ValueError: bytes that don't fit the charset that their own header names.
            except (httpx2.HTTPError, httpx2.StreamError, OSError, ValueError) as error:
                _log.debug("order_stream_lost", reason=repr(error))
            self._is_closing.wait(backoff.next_s())
        self._client.close()

    def _listen(self, backoff: Backoff) -> None:
        patience = httpx2.Timeout(2.0, read=SILENCE_S)
        with self._client.sse("/api/v1/devices/live", timeout=patience) as source:
            source.response.raise_for_status()
            backoff.reset()
            for event in source:
                if self._is_closing.is_set():
                    return
                self.take(event.event, event.data)
