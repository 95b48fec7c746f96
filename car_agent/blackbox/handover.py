"""The thread that mends records and hands them over when no heat of the car's own is on.

What was sent stays sent: after a broken link, or a heat in between, it goes on where it was.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import httpx2
import structlog
from pydantic import ValidationError

from car_agent.blackbox.shelf import Kept, Shelf
from car_agent.link.client import close_after
from timing_server.contract.blackbox.reading import RecordDamagedError, read_about
from timing_server.contract.machines.records import MAX_RECORD_BYTES, RecordOffer, RecordPlace

_log = structlog.get_logger()

#: How often to look whether there is a record to send.
LOOK_S = 2.0
#: How long a record isn't offered again that the server can't take now, or doesn't want.
PUT_OFF_S = 30.0
UNWANTED_S = 900.0
ANSWER_S = 10.0
CLOSE_PATIENCE_S = 2.0
PIECE_BYTES = 256 * 1024
#: Between two pieces, so that other cars' heats keep the hall's Wi-Fi: 2.5 MB a second at most.
BREATH_S = 0.1

_UNWANTED = frozenset({403, 404, 413, 422})


@dataclass(frozen=True, slots=True)
class _Digest:
    sha256: str
    size_bytes: int


class Handover:
    """Sends whole records, the newest first; ``is_free`` says whether no heat needs the car now."""

    def __init__(
        self,
        client: httpx2.Client,
        car_id: str,
        shelf: Shelf,
        is_free: Callable[[], bool],
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``client`` is this thread's own. Made before anything is recorded."""
        self._left_open = shelf.open_records()
        self._client = client
        self._car_id = car_id
        self._shelf = shelf
        self._is_free = is_free
        self._clock_s = clock_s
        self._put_off_until_s: dict[str, float] = {}
        self._digests: dict[str, _Digest] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="handover", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def close(self) -> None:
        """End; what was sent half goes on at the next start."""
        self._closing.set()
        close_after(self._thread, self._client, CLOSE_PATIENCE_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._mend()
                self.work()
            except Exception:  # noqa: BLE001 - without this thread no record is fetched any more
                _log.exception("handover_failed_unexpectedly")
            self._closing.wait(LOOK_S)

    def work(self) -> None:
        """Send what is there, for as long as nothing else needs the car."""
        for kept in reversed(self._shelf.records()):
            if not self._may_go_on():
                return
            until_s = self._put_off_until_s.get(kept.path.name, 0.0)
            if not kept.is_fetched and self._clock_s() >= until_s:
                self._hand_over(kept)

    def _mend(self) -> None:
        """Make whole what a power cut left; reading it takes seconds that a heat needs."""
        while self._left_open and self._may_go_on():
            self._shelf.mend([self._left_open.pop()])

    def _may_go_on(self) -> bool:
        return self._is_free() and not self._closing.is_set()

    def _hand_over(self, kept: Kept) -> None:
        try:
            offer = self._offer(kept)
            if offer is None:
                return
            place = self._ask("POST", f"cars/{self._car_id}/records", json=offer.model_dump())
            while not place.is_kept and self._may_go_on():
                place = self._send_piece(kept.path, offer, place.received_bytes)
                self._closing.wait(BREATH_S)
        except httpx2.HTTPStatusError as error:
            self._note_refusal(kept, error.response.status_code)
        except (httpx2.HTTPError, ValidationError, OSError) as error:
            self._put_off(kept, PUT_OFF_S)
            _log.info("record_not_sent", record=kept.path.name, reason=str(error)[:200])
        else:
            if place.is_kept:
                self._shelf.mark_fetched(kept.path)
                _log.info("record_sent", record=kept.path.name, size_bytes=kept.size_bytes)

    def _offer(self, kept: Kept) -> RecordOffer | None:
        try:
            about = read_about(kept.path)
        except RecordDamagedError as error:
            self._put_off(kept, UNWANTED_S)
            _log.warning("record_damaged", record=kept.path.name, reason=str(error))
            return None
        digest = self._digest(kept)
        if not 0 < digest.size_bytes <= MAX_RECORD_BYTES:
            self._put_off(kept, UNWANTED_S)
            _log.warning("record_too_large", record=kept.path.name, size_bytes=digest.size_bytes)
            return None
        return RecordOffer(
            event_id=about.event_id,
            heat_id=about.heat_id,
            entry_id=about.entry_id,
            sha256=digest.sha256,
            size_bytes=digest.size_bytes,
            model_name=about.model_name,
            wall_utc=about.wall_utc,
        )

    def _digest(self, kept: Kept) -> _Digest:
        known = self._digests.get(kept.path.name)
        if known is None:
            with kept.path.open("rb") as file:
                sha256 = file_digest(file, "sha256").hexdigest()
                known = _Digest(sha256, file.tell())
            self._digests[kept.path.name] = known
        return known

    def _send_piece(self, path: Path, offer: RecordOffer, offset: int) -> RecordPlace:
        with path.open("rb") as file:
            file.seek(offset)
            piece = file.read(PIECE_BYTES)
        return self._ask(
            "PUT",
            f"cars/{self._car_id}/records/{offer.sha256}",
            params={"offset": offset},
            content=piece,
            headers={"Content-Type": "application/octet-stream"},
        )

    def _ask(self, method: str, path: str, **more: Any) -> RecordPlace:
        response = self._client.request(method, path, **more)
        response.raise_for_status()
        return RecordPlace.model_validate_json(response.content)

    def _note_refusal(self, kept: Kept, status: int) -> None:
        self._put_off(kept, UNWANTED_S if status in _UNWANTED else PUT_OFF_S)
        _log.info("record_not_taken", record=kept.path.name, status=status)

    def _put_off(self, kept: Kept, duration_s: float) -> None:
        self._put_off_until_s[kept.path.name] = self._clock_s() + duration_s
