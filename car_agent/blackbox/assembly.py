"""Puts the black box together for one car: where its records lie, and what they are of."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

import httpx2
import structlog

from car_agent.blackbox.handover import ANSWER_S, Handover
from car_agent.blackbox.session import Session, SessionLimits
from car_agent.blackbox.settings import RecordSettings
from car_agent.blackbox.shelf import Shelf
from car_agent.blackbox.steps import OwnRun
from car_agent.blackbox.tape import Tape
from car_agent.errors import RecordTroubleError
from car_agent.link.client import make_client
from car_agent.link.orders import OrderBook
from car_agent.models.card import DiscreteOutput
from car_agent.models.load import LoadedModel
from car_agent.settings import CarSettings
from hardware.race_clock import read_boot_id
from timing_server.contract.blackbox.rows import ActionLabel, RecordAbout
from timing_server.contract.machines.devices import HeatOrder

_log = structlog.get_logger()

#: From its call to its end a heat is one record; pictures begin when it is armed.
_RECORDED = frozenset({"called", "armed", "running", "paused"})
_WITHOUT_PICTURES = "called"
_MB = 1_000_000


def make_shelf(settings: CarSettings) -> Shelf:
    """Return the car's records: in its data folder unless another is named."""
    record = settings.record
    folder = record.folder or settings.data_path / "records"
    return Shelf(folder, record.limit_mb, record.free_mb)


def own_run_of(order: HeatOrder | None, car_id: str) -> OwnRun | None:
    """Return the car's part in the heat that an order is about, None where it has none now."""
    run = None if order is None else order.run_of(car_id)
    if order is None or run is None or order.phase not in _RECORDED:
        return None
    if order.event_id is None or order.heat_id is None:
        return None
    return OwnRun(
        order.event_id, order.heat_id, run.entry_id, is_shown=order.phase != _WITHOUT_PICTURES
    )


def make_handover(
    server_url: str, token: str, car_id: str, shelf: Shelf, book: OrderBook
) -> Handover:
    """Return who hands records over while no heat of the car's own is on."""
    client = make_client(server_url, token, httpx2.Timeout(ANSWER_S))
    return Handover(client, car_id, shelf, lambda: own_run_of(book.order, car_id) is None)


class RecordStarter:
    """Opens a record for each run; None, and a line in the log, where that can't be."""

    def __init__(
        self,
        settings: RecordSettings,
        shelf: Shelf,
        car_id: str,
        model: Callable[[], LoadedModel | None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``model`` is what drives at the time."""
        self._settings = settings
        self._shelf = shelf
        self._car_id = car_id
        self._model = model
        self._now = now

    def __call__(self, run: OwnRun, mono_ns: int) -> Session | None:
        """Begin the record of a run."""
        settings, shelf, model = self._settings, self._shelf, self._model()
        if not settings.is_on or model is None:
            return None
        now = self._now()
        output = model.card.output
        actions = output.actions if isinstance(output, DiscreteOutput) else ()
        about = RecordAbout(
            event_id=run.event_id,
            heat_id=run.heat_id,
            entry_id=run.entry_id,
            car_id=self._car_id,
            boot_id=read_boot_id(),
            began_mono_ns=mono_ns,
            wall_utc=now.isoformat(timespec="seconds"),
            release=version("paddock"),
            model_name=model.card.name,
            model_sha256=model.sha256,
            actions=tuple(
                ActionLabel(steering_deg=each.steering_deg, speed_mps=each.speed_mps)
                for each in actions
            ),
        )
        limit_bytes = settings.heat_limit_mb * _MB
        shelf.make_room(min(limit_bytes, settings.limit_mb * _MB))
        if not shelf.has_room():
            _log.warning("run_not_recorded", heat_id=run.heat_id, reason="the disk is nearly full")
            return None
        try:
            tape = Tape(shelf.new_path(run.heat_id, f"{now:%Y%m%dT%H%M%S_%f}"), about)
        except RecordTroubleError as error:
            _log.warning("run_not_recorded", heat_id=run.heat_id, reason=str(error))
            return None
        return Session(
            tape,
            SessionLimits(limit_bytes, settings.width_px, settings.quality),
            shelf.has_room,
            lambda tape: _keep(shelf, tape),
            has_actions=bool(actions),
        )


def _keep(shelf: Shelf, tape: Tape) -> None:
    kept = shelf.finish(tape.path)
    _log.info("run_recorded", record=kept.name)
