"""The composition root of ``paddock car``: opens every part, joins them, and ends them in order."""

import gc
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import structlog

from car_agent.blackbox.assembly import RecordStarter, make_handover, make_shelf, own_run_of
from car_agent.blackbox.figures import Counts
from car_agent.blackbox.recorder import Recorder
from car_agent.blackbox.steps import OwnRun, Sources
from car_agent.console.agent_side import AgentSide
from car_agent.console.telling import CarParts
from car_agent.driving.choice import ChoiceRule
from car_agent.driving.frames import CameraFeed, NewestFrame
from car_agent.driving.health import LoopHealth, LoopWatch
from car_agent.driving.pace import Pace
from car_agent.driving.policy import ThrottleMap, make_policy
from car_agent.driving.preprocess import Preprocessor
from car_agent.driving.supervisor import DriveLimits, Leave, Pilot, Supervisor
from car_agent.fleet.link import CarAddress, FleetLink
from car_agent.fleet.log_tail import LogTail
from car_agent.guarding import actuators_name, guard_request
from car_agent.heartbeat import Heartbeat
from car_agent.link.orders import NO_MODEL
from car_agent.link.server_link import ServerLink
from car_agent.link.uplink import Uplink, UplinkSource
from car_agent.models.intake.open import open_model
from car_agent.models.load import LoadedModel
from car_agent.settings import CarSettings
from car_agent.sight import camera_opener
from car_agent.signals import stopped_by_signals
from car_agent.telemetry import DriveRecord, Tally
from hardware.errors import TokenFileError
from hardware.guard.client import GuardClient
from hardware.node.watch.machine import read_machine
from hardware.pairing import Say, pair_into, paired_scope
from hardware.server_access import read_token
from timing_server.contract.log import configure_log
from timing_server.contract.people.pairing import PairingRequest
from timing_server.contract.supervision import ENDING, READY, RESTART_CODE, notify

_log = structlog.get_logger()

#: Python lets a busy thread keep the interpreter for 5 ms by default; a frame shall not wait that
#: long behind a telemetry message.
SWITCH_INTERVAL_S = 0.0005


def run_car(settings: CarSettings) -> None:
    """Drive until SIGTERM or SIGINT, then neutral and a clean end.

    Raises a CarError or HardwareError, each one sentence, where the car can't be run.
    """
    log_tail = LogTail()
    configure_log(out=log_tail)
    settings = as_paired(settings)
    with stopped_by_signals() as stop, ExitStack() as parts:
        actuators = actuators_name(settings)
        token = own_token(settings)
        model = None if settings.model is None else open_model(settings.model)
        _tune_process()
        is_restart = threading.Event()

        def restart() -> None:
            is_restart.set()
            stop.set()

        joints = _Joints(token, log_tail, restart)
        supervisor = _assemble(settings, model, joints, parts)
        _log.info(
            "car_ready",
            car_id=settings.car_id,
            model=None if model is None else model.card.name,
            model_sha256=None if model is None else model.sha256,
            camera=settings.camera,
            actuators=actuators,
        )
        if model is None:
            _log.warning(
                "no_model_yet", meaning="race control sends one, or the car's own page loads one"
            )
        if token is None:
            _log.warning(
                "not_paired",
                token_file=str(settings.token_path),
                meaning="only its own page lets it drive; 'paddock car --pair' pairs it",
            )
        if actuators == "none":
            _log.warning("wheels_disconnected", meaning="commands are only written to the log")
        notify(READY)
        beat = Heartbeat()

        def is_over() -> bool:
            beat()
            return stop.is_set()

        supervisor.run(is_over)
        notify(ENDING)
        _log.info("car_ends", car_id=settings.car_id)
    if is_restart.is_set():
        sys.exit(RESTART_CODE)


def own_token(settings: CarSettings) -> str | None:
    """Return this car's token; None where it was never paired. Raises TokenFileError."""
    try:
        return read_token(settings.token_path)
    except TokenFileError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def as_paired(settings: CarSettings) -> CarSettings:
    """Return the settings of the car that the organiser said this is, when its token was made."""
    scope = paired_scope(settings.token_path)
    if scope is None or scope == settings.car_id:
        return settings
    _log.info("car_paired_as", car_id=scope, asked_as=settings.car_id)
    return settings.model_copy(update={"car_id": scope, "token_file": settings.token_path})


def pair_car(settings: CarSettings, say: Say) -> None:
    """Get this car a token of its own. Raises PairingRefusedError or TokenFileError."""
    request = PairingRequest(role="car", name=settings.car_id)
    pair_into(settings.token_path, settings.server_url, request, say)


@dataclass(frozen=True, slots=True)
class _Joints:
    """What several parts need: the token, the log's last lines, and how to be started anew.

    ``token`` None: the car isn't paired, and no server hears of it.
    """

    token: str | None
    log_tail: LogTail
    restart: Callable[[], None]


def _assemble(
    settings: CarSettings, model: LoadedModel | None, joints: _Joints, parts: ExitStack
) -> Supervisor:
    """Open and start every part; ``parts`` ends them in the opposite order."""
    now_ns = time.monotonic_ns
    slot = NewestFrame()
    token, car_id = joints.token or "", settings.car_id
    health = LoopHealth(settings.command_ttl_ms * 1_000_000, settings.frame_rate_hz)
    watch = LoopWatch(health)
    parts.callback(watch.close)
    record = DriveRecord(None if model is None else model.sha256, health)
    pace = Pace(settings.frame_rate_hz)
    feed = CameraFeed(camera_opener(settings, None if model is None else model.card), slot, pace)
    parts.callback(feed.close)
    guard = GuardClient(guard_request(settings), settings.guard_socket)
    parts.callback(guard.close)
    loaded_sha256 = NO_MODEL if model is None else model.sha256
    link = ServerLink(settings.server_url, token, car_id, loaded_sha256, guard)
    parts.callback(link.close)

    def dropped_frames() -> int:
        return slot.dropped + feed.lost + record.late_frames

    def tally() -> Tally:
        status = guard.status()
        dropped = slot.dropped + feed.lost
        told = status.stale_commands, status.reading, feed.is_gone, status.device_resets
        return Tally(dropped, *told)

    def own_run() -> OwnRun | None:
        return None if supervisor.model is None else own_run_of(link.book.order, car_id)

    shelf = make_shelf(settings)
    sources = Sources(
        guard=guard,
        own_run=own_run,
        leave=link.book.permission,
        counts=lambda: Counts(record.frames, dropped_frames(), guard.status().stale_commands),
        relation=lambda: link.relation,
        machine=lambda: read_machine(shelf.folder),
    )
    starter = RecordStarter(settings.record, shelf, car_id, lambda: supervisor.model)
    handover = make_handover(settings.server_url, token, car_id, shelf, link.book)
    recorder = Recorder(sources, starter)
    record.witness = recorder
    parts.callback(recorder.close)
    parts.callback(handover.close)
    source = UplinkSource(record, tally, link.told)
    uplink = Uplink(settings.server_url, token, car_id, link.book, source)
    parts.callback(uplink.close)
    console = AgentSide(settings, guard, link.book)
    fleet = _fleet(settings, model, joints, console.solo)
    parts.callback(fleet.close)
    pilot = None if model is None else _pilot(settings, model)
    limits = DriveLimits(settings.command_ttl_ms * 1_000_000, int(settings.camera_patience_s * 1e9))
    supervisor = Supervisor(slot, pilot, console.hand, console.solo, record, limits)
    supervisor.take_pilots_from(fleet.next_pilot)
    for part in (guard, feed, recorder, watch):
        part.start()
    if joints.token is not None:
        for line in (link, handover, uplink):
            line.start()
    fleet.start(has_server=joints.token is not None)
    for weakness in guard.weaknesses:
        _log.warning("guard_is_weaker", why=weakness)
    told = CarParts(
        car_id=settings.car_id,
        model_name=lambda: "" if supervisor.model is None else supervisor.model.card.name,
        choice=console.choose_from(fleet, lambda: supervisor.model is not None),
        telemetry=lambda: record.report(tally(), now_ns()),
        permission=lambda: console.solo.permission(now_ns()),
        is_camera_gone=lambda: feed.is_gone,
        device=lambda: guard.description,
        guard_status=guard.status,
        seat=console.seat,
        has_pulses=console.has_pulses,
        is_paired=joints.token is not None,
    )
    console.open(told, record.newest, parts)
    return supervisor


def _pilot(settings: CarSettings, model: LoadedModel) -> Pilot:
    throttle = ThrottleMap(settings.throttle_curve, settings.max_speed_mps, settings.throttle_scale)
    rule = ChoiceRule(settings.choice, settings.choice_seed, settings.entropy_limit_frac)
    return Pilot(Preprocessor(model.card), model, make_policy(model.card.output, throttle, rule))


def _fleet(
    settings: CarSettings, model: LoadedModel | None, joints: _Joints, leave: Leave
) -> FleetLink:
    """Join the fleet: say how the car is, and get the models of its next runs."""

    def open_pilot(path: Path) -> Pilot:
        found = open_model(path)
        camera_opener(settings, found.card)  # a model that sees with two cameras, say
        return _pilot(settings, found)

    address = CarAddress(
        settings.server_url,
        joints.token or "",
        settings.car_id,
        settings.sent_models_path,
        settings.model_cache_mb * 1024 * 1024,
    )
    return FleetLink(
        address,
        None if model is None or settings.model is None else (model.sha256, settings.model),
        open_pilot,
        lambda: leave.permission(time.monotonic_ns()).is_allowed,
        joints.log_tail,
        joints.restart,
    )


def _tune_process() -> None:
    """Make the tail short: no thread pool for small pictures, no long collector runs."""
    cv2.setNumThreads(1)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
