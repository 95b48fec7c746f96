"""The composition root of ``paddock stock-car``: race control's orders become console calls."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

import httpx2
import structlog

from car_agent.fleet.cache import ModelCache
from car_agent.fleet.log_tail import LogTail
from car_agent.link.client import make_client
from car_agent.link.orders import OrderBook
from car_agent.link.server_link import ServerLink
from car_agent.link.uplink import Uplink, UplinkSource
from car_agent.signals import stopped_by_signals
from car_agent.stock.certificate import CertificatePin
from car_agent.stock.console import StockConsole
from car_agent.stock.delivery import check_archive
from car_agent.stock.desk import DeskParts, StockDesk
from car_agent.stock.errors import CertificateChangedError, ConsoleError, ConsolePasswordError
from car_agent.stock.settings import StockCarSettings
from car_agent.stock.watch import CarHealth, ConsoleWatch, StockRecord
from car_agent.stock.wheels import StockWheels
from car_agent.telemetry import Tally
from hardware.actuators.command import CarReading
from hardware.pairing import Say, pair_into, paired_scope
from hardware.server_access import read_token
from timing_server.contract.log import configure_log
from timing_server.contract.people.pairing import PairingRequest

_log = structlog.get_logger()

#: How soon the end of a lease is noticed; a stop that is sent wakes the loop at once.
STEP_S = 0.05
#: How long a car that is switched off is waited for before it is tried again.
AWAY_S = 2.0
#: What race control's archives may take on the bridge's disk.
ARCHIVES_BYTES = 1024 * 1024 * 1024
_TIMEOUT = httpx2.Timeout(6.0, connect=3.0)


def run_stock_car(settings: StockCarSettings) -> None:
    """Drive a stock car through its console until SIGTERM or SIGINT, then stop it.

    Raises PasswordMissingError, ConsolePasswordError, CertificateChangedError, ModelFileError or
    TokenError, each one sentence, where that can't be.
    """
    log_tail = LogTail()
    configure_log(out=log_tail)
    settings = _as_paired(settings)
    token = read_token(settings.token_path)
    password = settings.console_password()
    if settings.model is not None:
        check_archive(settings.model)
    with stopped_by_signals() as stop, ExitStack() as parts:
        pin = CertificatePin(settings.certificate_path)
        console = StockConsole(settings.console_url, password, pin)
        parts.callback(console.close)
        wheels = StockWheels(console, settings.throttle_limit_pct)
        health = CarHealth()
        link = ServerLink(settings.server_url, token, settings.car_id, None, wheels)
        uplink = _uplink(
            settings, token, link, StockRecord(wheels, health, lambda: console.trouble)
        )
        # The server hears of a car that is away, too.
        for part in (link, uplink):
            parts.callback(part.close)
            part.start()
        if not _meet(console, stop):
            return
        _log.warning(
            "stock_car_ready",
            car_id=settings.car_id,
            console=settings.console_url,
            meaning="no guard: the car drives on where this program or its Wi-Fi dies",
        )
        with_what = DeskParts(
            console, _cache(settings), health, log_tail, lambda: _is_standing(wheels, link.book)
        )
        for later in (ConsoleWatch(console, health), _desk(settings, token, with_what)):
            parts.callback(later.close)
            later.start()
        drive(wheels, link.book, stop.is_set)


def drive(wheels: StockWheels, book: OrderBook, should_stop: Callable[[], bool]) -> None:
    """Bring the car to what the orders say until told to stop, then stop it.

    Raises TokenError where the server won't have this car.
    """
    try:
        while not should_stop():
            if book.refusal is not None:
                raise book.refusal
            permission = book.permission(time.monotonic_ns())
            wheels.step(permission.is_allowed, permission.throttle_scale)
            wheels.wait(STEP_S)
    finally:
        wheels.park()


def _is_standing(wheels: StockWheels, book: OrderBook) -> bool:
    """Say whether the car stands, and has no leave to go either."""
    return not wheels.is_running and not book.permission(time.monotonic_ns()).is_allowed


def pair_stock_car(settings: StockCarSettings, say: Say) -> None:
    """Get this car a token of its own. Raises PairingRefusedError or TokenFileError."""
    request = PairingRequest(role="car", name=settings.car_id)
    pair_into(settings.token_path, settings.server_url, request, say)


def _as_paired(settings: StockCarSettings) -> StockCarSettings:
    scope = paired_scope(settings.token_path)
    if scope is None or scope == settings.car_id:
        return settings
    _log.info("car_paired_as", car_id=scope, asked_as=settings.car_id)
    kept = {"token_file": settings.token_path, "certificate_file": settings.certificate_path}
    return settings.model_copy(update={"car_id": scope, **kept})


def _uplink(
    settings: StockCarSettings, token: str, link: ServerLink, record: StockRecord
) -> Uplink:
    def told(now_ns: int) -> Mapping[str, Any]:
        return {**link.told(now_ns), "has_guard": False}

    source = UplinkSource(record, lambda: Tally(0, 0, CarReading()), told)
    return Uplink(settings.server_url, token, settings.car_id, link.book, source)


def _desk(settings: StockCarSettings, token: str, parts: DeskParts) -> StockDesk:
    client = make_client(settings.server_url, token, _TIMEOUT)
    return StockDesk(client, settings.car_id, parts, settings.model)


def _cache(settings: StockCarSettings) -> ModelCache:
    folder = settings.certificate_path.parent / f"car-{settings.car_id}.archives"
    return ModelCache(folder, ARCHIVES_BYTES, ".archive")


def _meet(console: StockConsole, stop: threading.Event) -> bool:
    """Log in, once the car is there; False where told to stop before."""
    while not stop.is_set():
        try:
            console.log_in()
        except (ConsolePasswordError, CertificateChangedError):
            raise
        except ConsoleError as error:
            _log.warning("car_away", reason=str(error), retry_s=AWAY_S)
            stop.wait(AWAY_S)
        else:
            return True
    return False
