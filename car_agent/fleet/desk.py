"""The thread that tells race control how the car is, and does what the answer asks for."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import httpx2
import structlog
from pydantic import ValidationError

from car_agent.fleet.cache import ModelCache
from car_agent.fleet.deliveries import Deliveries
from car_agent.fleet.garage import Garage
from car_agent.fleet.log_tail import LogTail
from car_agent.fleet.machine import read_machine, read_uptime_s, read_wifi_dbm
from car_agent.link.client import close_after
from timing_server.contract.machines.fleet import CarCondition, CarErrand, CarOrders

_log = structlog.get_logger()

REPORT_PERIOD_S = 2.0
#: The machine is asked less often: on a Pi that starts a program.
MACHINE_PERIODS = 5
CLOSE_PATIENCE_S = 3.0
_DONE_KEPT = 8


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the desk tells of and hands on to."""

    deliveries: Deliveries
    garage: Garage
    cache: ModelCache
    log_tail: LogTail
    is_restartable: bool
    restart: Callable[[], None]


class FleetDesk:
    """Reports, and heeds the answers. ``report`` is one round."""

    def __init__(self, client: httpx2.Client, car_id: str, parts: DeskParts) -> None:
        """``client`` is this thread's own, with the car's token."""
        self._client = client
        self._car_id = car_id
        self._parts = parts
        self._done: deque[str] = deque(maxlen=_DONE_KEPT)
        self._machine = read_machine(parts.cache.folder)
        self._rounds = 0
        self._must_restart = False
        self._is_troubled = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)

    def start(self) -> None:
        """Start reporting."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        close_after(self._thread, self._client, CLOSE_PATIENCE_S)

    def report(self) -> None:
        """Say how the car is, and do what the answer asks for."""
        answer = self._send("POST", "condition", self.condition().model_dump_json().encode())
        if answer is None:
            return
        if self._must_restart:
            # The server has heard that this is being done: it won't ask again after the start.
            self._parts.restart()
            return
        try:
            orders = CarOrders.model_validate_json(answer)
        except ValidationError as error:
            _log.error("fleet_orders_not_understood", reason=str(error.errors()[0]["msg"]))
            return
        self._parts.deliveries.take(orders)
        for errand in orders.errands:
            if errand.errand_id not in self._done:
                self._do(errand)

    def condition(self) -> CarCondition:
        """Return how the car is now."""
        parts = self._parts
        if self._rounds % MACHINE_PERIODS == 0:
            self._machine = read_machine(parts.cache.folder)
        self._rounds += 1
        machine = self._machine
        return CarCondition(
            version=version("paddock"),
            uptime_s=read_uptime_s(),
            cpu_temp_c=machine.cpu_temp_c,
            disk_free_bytes=machine.disk_free_bytes,
            wifi_dbm=read_wifi_dbm(),
            is_undervolted=machine.is_undervolted,
            is_throttled=machine.is_throttled,
            loaded_sha256=parts.garage.loaded_sha256,
            loading_sha256=parts.garage.loading_sha256,
            load_trouble=parts.garage.trouble,
            deliveries=parts.deliveries.report(),
            is_restartable=parts.is_restartable,
            done_errand_ids=tuple(self._done),
        )

    def _do(self, errand: CarErrand) -> None:
        if errand.kind == "send_log":
            if self._send("PUT", "log", self._parts.log_tail.read(), "text/plain") is not None:
                self._done.append(errand.errand_id)
        elif self._parts.is_restartable:
            _log.info("restart_asked")
            self._done.append(errand.errand_id)
            self._must_restart = True
            self.report()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.report()
            except Exception:  # noqa: BLE001 - at the edge of a thread, and logged
                _log.exception("fleet_report_failed_unexpectedly")
            self._stop.wait(REPORT_PERIOD_S)

    def _send(
        self, method: str, what: str, content: bytes, media_type: str = "application/json"
    ) -> bytes | None:
        """Send, and return the answer; None where there was none, or a refusal."""
        path, headers = f"cars/{self._car_id}/{what}", {"Content-Type": media_type}
        try:
            answer = self._client.request(method, path, content=content, headers=headers)
        except httpx2.HTTPError as error:
            self._note_trouble(str(error) or type(error).__name__)
            return None
        if not answer.is_success:
            self._note_trouble(f"{path} was answered {answer.status_code}")
            return None
        self._is_troubled = False
        return answer.content

    def _note_trouble(self, reason: str) -> None:
        """Log when it begins, not each time."""
        if not self._is_troubled:
            self._is_troubled = True
            _log.info("condition_not_taken", reason=reason)
