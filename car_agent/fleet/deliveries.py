"""The thread that gets the car the models of its next runs, and has the next one loaded."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import structlog

from car_agent.errors import CarError, FetchBrokenError
from car_agent.fleet.cache import ModelCache
from car_agent.fleet.fetching import RateLimit, fetch_model
from car_agent.fleet.garage import Garage
from car_agent.link.client import close_after
from timing_server.contract.machines.fleet import CarOrders, Delivery, DeliveryState, ModelWanted

_log = structlog.get_logger()

#: How often the thread looks again whether the car stands, or a broken link is back.
LOOK_AGAIN_S = 0.5
FIRST_PAUSE_S = 0.5
MAX_PAUSE_S = 5.0
#: How long a model that was refused isn't asked for again.
REFUSED_PAUSE_S = 15.0
CLOSE_PATIENCE_S = 7.0


@dataclass(frozen=True, slots=True)
class _Trouble:
    reason: str
    until_s: float


class Deliveries:
    """``take`` says what is wanted; ``report`` how far it is."""

    def __init__(
        self,
        client: httpx2.Client,
        cache: ModelCache,
        garage: Garage,
        rate: RateLimit,
        clock_s: Callable[[], float],
        own: tuple[str, Path] | None,
    ) -> None:
        """``client`` is this thread's own; ``rate`` bounds a fetch while the car drives.

        ``own`` is the hash and the file of the model that the car was started with, if any.
        """
        self._client = client
        self._cache = cache
        self._garage = garage
        self._rate = rate
        self._clock_s = clock_s
        self._own = own
        self._orders = CarOrders()
        self._fetching: str | None = None
        self._troubles: dict[str, _Trouble] = {}
        self._pause_s = FIRST_PAUSE_S
        self._wake = threading.Event()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)

    def start(self) -> None:
        """Start fetching."""
        self._thread.start()

    def close(self) -> None:
        """End; what was received half stays for the next start."""
        self._is_closing = True
        self._wake.set()
        close_after(self._thread, self._client, CLOSE_PATIENCE_S)

    def take(self, orders: CarOrders) -> None:
        """Heed what the server wants now."""
        if orders != self._orders:
            self._orders = orders
            self._wake.set()

    def ask(self, path: Path) -> None:
        """Have a file loaded that a person beside the car chose."""
        self._garage.ask(path)
        self._wake.set()

    def report(self) -> tuple[Delivery, ...]:
        """Return how far each wanted model is, the soonest wanted first."""
        return tuple(self._delivery(each) for each in self._orders.fetch)

    def _delivery(self, wanted: ModelWanted) -> Delivery:
        sha256, size_bytes = wanted.sha256, wanted.size_bytes
        if self._find(sha256) is not None:
            return Delivery(
                sha256=sha256, state="ready", received_bytes=size_bytes, size_bytes=size_bytes
            )
        trouble = self._troubles.get(sha256)
        state: DeliveryState = "failed" if trouble else "waiting"
        if sha256 == self._fetching:
            state = "fetching"
        return Delivery(
            sha256=sha256,
            state=state,
            received_bytes=self._cache.received_bytes(sha256),
            size_bytes=size_bytes,
            reason=trouble.reason[:300] if trouble else "",
        )

    def _run(self) -> None:
        while not self._is_closing:
            self._wake.clear()
            try:
                self.work()
            except Exception:  # noqa: BLE001 - without this thread no model comes any more
                _log.exception("delivery_failed_unexpectedly")
            self._wake.wait(LOOK_AGAIN_S)

    def work(self) -> None:
        """Fetch what is missing, one after the other, and load what is to drive next."""
        orders = self._orders
        self._garage.load(orders.load_sha256, self._find)
        for wanted in orders.fetch:
            if self._is_closing or self._orders is not orders:
                return
            if self._find(wanted.sha256) is None and self._may_try(wanted.sha256):
                self._fetch(wanted, orders)
                self._garage.load(orders.load_sha256, self._find)

    def _find(self, sha256: str) -> Path | None:
        if self._own is not None and sha256 == self._own[0]:
            return self._own[1]
        return self._cache.find(sha256)

    def _may_try(self, sha256: str) -> bool:
        trouble = self._troubles.get(sha256)
        return trouble is None or self._clock_s() >= trouble.until_s

    def _fetch(self, wanted: ModelWanted, orders: CarOrders) -> None:
        sha256 = wanted.sha256
        kept = {each.sha256 for each in orders.fetch} | {self._garage.loaded_sha256 or ""}
        had_bytes = self._cache.received_bytes(sha256)
        self._fetching = sha256
        try:
            self._cache.make_room(max(0, wanted.size_bytes - had_bytes), kept)
            fetch_model(
                self._client, wanted, self._cache, lambda: self._is_unwanted(sha256), self._rate
            )
        except FetchBrokenError as error:
            if self._cache.received_bytes(sha256) > had_bytes:
                self._pause_s = FIRST_PAUSE_S
            self._note(sha256, str(error), self._pause_s)
            self._pause_s = min(2 * self._pause_s, MAX_PAUSE_S)
        except CarError as error:
            self._note(sha256, str(error), REFUSED_PAUSE_S)
        else:
            self._troubles.pop(sha256, None)
            self._pause_s = FIRST_PAUSE_S
            if self._cache.find(sha256) is not None:
                _log.info("model_fetched", model_sha256=sha256, size_bytes=wanted.size_bytes)
        finally:
            self._fetching = None

    def _is_unwanted(self, sha256: str) -> bool:
        return self._is_closing or all(each.sha256 != sha256 for each in self._orders.fetch)

    def _note(self, sha256: str, reason: str, pause_s: float) -> None:
        before = self._troubles.get(sha256)
        self._troubles[sha256] = _Trouble(reason, self._clock_s() + pause_s)
        if before is None:
            _log.warning("model_not_fetched", model_sha256=sha256, reason=reason)
        if len(self._troubles) > 2 * len(self._orders.fetch) + 8:
            wanted = {each.sha256 for each in self._orders.fetch}
            self._troubles = {key: each for key, each in self._troubles.items() if key in wanted}
