"""Gets a stock car the models of its next runs: race control's archives, through its console.

What it drives with nobody can prove from outside, so that ``loaded_sha256`` stays unsaid.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx2
import structlog
from pydantic import ValidationError

from car_agent.errors import CarError, ModelError
from car_agent.fleet.cache import ModelCache
from car_agent.fleet.fetching import fetch_model
from car_agent.fleet.log_tail import LogTail
from car_agent.fleet.machine import read_uptime_s
from car_agent.stock.delivery import ConsoleModels, deliver, folder_of
from car_agent.stock.errors import ConsoleRefusedError
from car_agent.stock.watch import CarHealth
from timing_server.contract.machines.fleet import (
    ArchiveWanted,
    CarCondition,
    CarErrand,
    CarOrders,
    Delivery,
    DeliveryState,
    ModelWanted,
)

_log = structlog.get_logger()

REPORT_PERIOD_S = 2.0
#: How long what couldn't be fetched or loaded isn't tried again.
PAUSE_S = 15.0
CLOSE_PATIENCE_S = 3.0
#: Beside a driving car, whose stops go the same way.
_DRIVING_BYTES_PER_S = 512 * 1024
_NOT_FOR_STOCK_CARS = "it came as no DeepRacer archive with a frozen graph"


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the desk works with. ``may_load`` says whether the car stands, with no leave to go."""

    console: ConsoleModels
    cache: ModelCache
    health: CarHealth
    log_tail: LogTail
    may_load: Callable[[], bool]


class StockDesk:
    """Reports in one thread, fetches and loads in another: an upload takes minutes."""

    def __init__(
        self, client: httpx2.Client, car_id: str, parts: DeskParts, own: Path | None
    ) -> None:
        """``client`` is this desk's own; ``own`` an archive that is loaded first."""
        self._client = client
        self._car_id = car_id
        self._parts = parts
        self._own = own
        self._orders = CarOrders()
        self._done: tuple[str, ...] = ()
        self._busy: str | None = None
        #: The archive that was loaded last, and those that weren't, with the reason.
        self._loaded: str | None = None
        self._troubles: dict[str, str] = {}
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(work, pause_s), name=name, daemon=True)
            for name, work, pause_s in (
                ("fleet", self.report, REPORT_PERIOD_S),
                ("delivery", self.work, REPORT_PERIOD_S),
            )
        ]

    def start(self) -> None:
        """Start both."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End; what was received half stays for the next start."""
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(CLOSE_PATIENCE_S)
        if not any(thread.is_alive() for thread in self._threads):
            self._client.close()

    def report(self) -> None:
        """Say how far the models are, and heed the answer."""
        condition = CarCondition(
            version=version("paddock"),
            uptime_s=read_uptime_s(),
            loading_sha256=self._busy,
            load_trouble=(self._parts.health.load_trouble or "")[:300],
            deliveries=tuple(map(self._delivery, self._orders.fetch)),
            done_errand_ids=self._done,
        )
        answer = self._send("POST", "condition", condition.model_dump_json().encode())
        if answer is None:
            return
        try:
            self._orders = CarOrders.model_validate_json(answer)
        except ValidationError as error:
            _log.error("fleet_orders_not_understood", reason=str(error.errors()[0]["msg"]))
            return
        for errand in self._orders.errands:
            if errand.errand_id not in self._done:
                self._do(errand)

    def work(self) -> None:
        """Fetch what is missing, the soonest wanted first, and load what is to drive next."""
        if self._own is not None and self._parts.may_load():
            is_settled = self._load(self._own, folder_of(self._own.name), self._own.name)
            self._own = None if is_settled else self._own
        orders = self._orders
        for wanted in orders.fetch:
            archive = wanted.archive
            if archive is None or self._stop.is_set() or self._orders is not orders:
                continue
            path = self._parts.cache.find(archive.sha256) or self._fetch(wanted, archive)
            if path is not None and wanted.sha256 == orders.load_sha256:
                self._load_wanted(wanted, archive, path)

    def _load_wanted(self, wanted: ModelWanted, archive: ArchiveWanted, path: Path) -> None:
        if archive.sha256 == self._loaded or archive.sha256 in self._troubles:
            return
        if self._parts.may_load():
            self._busy = wanted.sha256
            name = f"{folder_of(archive.name)[:40]}-{archive.sha256[:8]}"
            self._load(path, name, archive.sha256)
            self._busy = None

    def _load(self, path: Path, folder: str, key: str) -> bool:
        """Load an archive, or note why not; False where it is to be tried again."""
        parts = self._parts
        try:
            if not deliver(parts.console, path, folder, self._rest, self._stop.is_set):
                return False
        except (CarError, OSError) as error:
            parts.health.load_trouble = str(error)
            _log.error("model_not_loaded", model=folder, reason=str(error))
            if not isinstance(error, ConsoleRefusedError | ModelError):
                # The console was away: a car that was switched off, say.
                self._rest(PAUSE_S)
                return False
            self._troubles[key] = str(error)
            return True
        parts.health.model_name, parts.health.load_trouble = folder, None
        self._loaded, self._troubles = key, {}
        return True

    def _rest(self, rest_s: float) -> None:
        self._stop.wait(rest_s)

    def _fetch(self, wanted: ModelWanted, archive: ArchiveWanted) -> Path | None:
        parts, path = self._parts, f"models/{wanted.sha256}/archive"
        kept = {each.archive.sha256 for each in self._orders.fetch if each.archive}
        try:
            had_bytes = parts.cache.received_bytes(archive.sha256)
            parts.cache.make_room(max(0, archive.size_bytes - had_bytes), kept)
            fetch_model(
                self._client, archive, parts.cache, self._stop.is_set, self._rate, path=path
            )
        except CarError as error:
            _log.warning("archive_not_fetched", model=archive.name, reason=str(error))
            self._stop.wait(PAUSE_S)
        return parts.cache.find(archive.sha256)

    def _rate(self) -> int | None:
        return None if self._parts.may_load() else _DRIVING_BYTES_PER_S

    def _delivery(self, wanted: ModelWanted) -> Delivery:
        archive = wanted.archive
        if archive is None:
            size_bytes = wanted.size_bytes
            return Delivery(
                sha256=wanted.sha256,
                state="failed",
                size_bytes=size_bytes,
                reason=_NOT_FOR_STOCK_CARS,
            )
        trouble = self._troubles.get(archive.sha256, "")
        is_here = self._parts.cache.find(archive.sha256) is not None
        state: DeliveryState = "ready" if is_here else "waiting"
        return Delivery(
            sha256=wanted.sha256,
            state="failed" if trouble else state,
            received_bytes=self._parts.cache.received_bytes(archive.sha256),
            size_bytes=archive.size_bytes,
            reason=trouble[:300],
        )

    def _do(self, errand: CarErrand) -> None:
        """Send the bridge's log; nobody starts the bridge again, so that this is never asked."""
        if errand.kind == "send_log":
            sent = self._send("PUT", "log", self._parts.log_tail.read(), "text/plain")
            if sent is not None:
                self._done = (*self._done[-7:], errand.errand_id)

    def _send(
        self, method: str, what: str, content: bytes, media_type: str = "application/json"
    ) -> bytes | None:
        headers = {"Content-Type": media_type}
        try:
            answer = self._client.request(
                method, f"cars/{self._car_id}/{what}", content=content, headers=headers
            )
        except httpx2.HTTPError as error:
            _log.debug("condition_not_taken", reason=str(error))
            return None
        return answer.content if answer.is_success else None

    def _keep(self, work: Callable[[], None], pause_s: float) -> None:
        while not self._stop.is_set():
            try:
                work()
            except Exception:  # noqa: BLE001 - at the edge of a thread, and logged
                _log.exception("stock_desk_failed_unexpectedly")
            self._stop.wait(pause_s)
