"""Follows an event's live stream as any screen does, for the launcher's organiser and marshal."""

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import structlog

from timing_server.contract.machines.devices import PositionReport

_log = structlog.get_logger()
_PAUSE_S = 0.3
_READ_TIMEOUT_S = 10.0


def merge_patch(document: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396) and return the new document."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


class LiveFollower:
    """Keeps the newest live document of one event in ``view``; resumes where it left off.

    ``on_positions`` is called from the follower's own thread.
    """

    def __init__(
        self, base_url: str, event_id: str, on_positions: Callable[[PositionReport], None]
    ) -> None:
        self._url = f"{base_url}/api/v1/events/{event_id}/live"
        self._on_positions = on_positions
        self._ending = threading.Event()
        self._last_event_id: str | None = None
        self.view: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._run, name="live-follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop following; the thread ends with the next message, at the latest a ping away."""
        self._ending.set()

    def _run(self) -> None:
        timeout = httpx2.Timeout(5.0, read=_READ_TIMEOUT_S)
        with httpx2.Client(timeout=timeout) as client:
            while not self._ending.is_set():
                try:
                    self._read(client)
                except httpx2.HTTPError as error:
                    _log.debug("live_stream_lost", error=str(error))
                self._ending.wait(_PAUSE_S)

    def _read(self, client: httpx2.Client) -> None:
        resume = {} if self._last_event_id is None else {"Last-Event-ID": self._last_event_id}
        with client.sse(self._url, headers=resume) as stream:
            for event in stream:
                if self._ending.is_set():
                    return
                if event.id:
                    self._last_event_id = event.id
                self._take(event.event, json.loads(event.data) if event.data else None)

    def _take(self, kind: str, message: Any) -> None:
        if kind == "snapshot":
            self.view = message["view"]
        elif kind == "patch":
            self.view = merge_patch(self.view, message["patch"])
        elif kind == "positions":
            self._on_positions(PositionReport.model_validate(message))
