"""The timing node's composition root: puts the parts together, and takes them apart at the end."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import httpx2
import structlog

from hardware.gates.factories import factory_name
from hardware.gates.pins import GatePins, HeaderPins, PinSource, SensorWiring
from hardware.node.clock import ClockKeeper
from hardware.node.detector import PassDetector
from hardware.node.errors import DataFolderError, NodeRunningError, TokenError
from hardware.node.health import Alarms, Counters, report_health
from hardware.node.intake import EdgeIntake, MonoClock, recover
from hardware.node.journal import JOURNAL_FILE, Journal, JournalReader, explained
from hardware.node.sensing.sensing import Sensing, fit_to
from hardware.node.sensing.speed import SpeedTrap
from hardware.node.stopping import StopFlag, ended_by_crashes, ended_by_signals
from hardware.node.uplink.batches import Address
from hardware.node.uplink.delivery import Delivery
from hardware.node.uplink.orders import OrderListener
from hardware.node.uplink.resending import resend_range
from hardware.node.uplink.uplink import Uplink, UplinkEvents
from hardware.node.watch.machine import read_machine
from hardware.node.watch.reporter import HealthReporter, HealthSource, read_loopback
from hardware.node.watch.watchdog import beat
from hardware.node.writer import JournalWriter
from hardware.pairing import Say, pair_into
from hardware.race_clock import read_boot_id
from hardware.server_access import check_token, read_token
from hardware.settings import NodeSettings
from hardware.signals.signals import Signals
from timing_server.contract.log import configure_log
from timing_server.contract.machines.journal import StartRecord
from timing_server.contract.people.pairing import PairingRequest
from timing_server.contract.supervision import ENDING, READY, notify

_log = structlog.get_logger()

LOCK_FILE = "node.lock"
LOOPBACK_FILE = "loopback.json"
TOKEN_FILE = "token"  # noqa: S105 - the name of a file
HEALTH_EVERY_S = 60.0
BEAT_EVERY_S = 5.0
_HTTP_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)

OpenPins = Callable[[tuple[SensorWiring, ...], StopFlag], PinSource]


def run_node(
    settings: NodeSettings,
    pins: OpenPins | None = None,
    clock_ns: MonoClock = time.monotonic_ns,
) -> None:
    """Run a timing node until a signal ends it, or a PaddockError says why it can't.

    ``pins`` None takes the pins that the settings name: header or virtual venue. ``clock_ns``
    is the clock that they stamp with: CLOCK_MONOTONIC, unless a recording is fed back faster.
    """
    configure_log()
    token = _token(settings)
    stop = StopFlag()
    with ExitStack() as stack:
        data_dir = stack.enter_context(locked_folder(settings.data_dir))
        stack.enter_context(ended_by_signals(stop))
        stack.enter_context(ended_by_crashes(stop))
        source = (pins or partial(open_pins, settings, data_dir))(wirings(settings), stop)
        stack.callback(source.close)
        _run_parts(settings, token, data_dir / JOURNAL_FILE, (source, clock_ns), stop)
    if stop.error is not None:
        raise stop.error


def _run_parts(
    settings: NodeSettings,
    token: str,
    path: Path,
    pins: tuple[PinSource, MonoClock],
    stop: StopFlag,
) -> None:
    """Start every part in the order in which records flow, wait, and end them the other way."""
    source, clock_ns = pins
    journal, boot_id = Journal(path), read_boot_id()
    alarms, counters = Alarms(), Counters()
    writer = JournalWriter(journal, alarms, counters)
    clock = ClockKeeper(_client(settings, token), writer, boot_id, alarms, counters)
    uplink = Uplink(
        _client(settings, token),
        Address(settings.name, journal.journal_id),
        partial(JournalReader, path),
        writer,
        Delivery.resume(journal.acked_seq),
        UplinkEvents(lambda sentence: stop.stop(TokenError(sentence)), clock.measure_soon),
        (alarms, counters),
    )
    signals = Signals(settings, source.factory, (writer, boot_id), clock, alarms)
    orders = OrderListener(
        _client(settings, token), settings.name, uplink.resend, signals.take_heat
    )
    sensing = _sensing(settings)
    intake = EdgeIntake(sensing, writer, boot_id, clock_ns, alarms, counters)
    with ExitStack() as stack:
        writer.start(uplink.take_commit)
        stack.callback(writer.close)
        _journal_start(settings, source, boot_id, writer)
        _recover(path, sensing.detector, boot_id, writer)
        health = HealthSource(
            boot_id,
            (alarms, counters),
            partial(read_machine, path.parent),
            lambda: sensing.board.states,
            read_loopback(path.parent / LOOPBACK_FILE),
        )
        reporter = HealthReporter(_client(settings, token), settings.name, health)
        for part in (uplink, clock, signals, orders):
            part.start()
            stack.callback(part.close)
        stack.callback(writer.flush)  # so that the uplink's last batch has the last pass
        intake.start()
        stack.callback(intake.close)
        on_edge = intake.take_to_disk if source.is_waiting_for_disk else intake.take
        wired = (*wirings(settings), *signals.wirings)
        gate_pins = GatePins(source, wired, signals.sorting(on_edge))
        stack.callback(gate_pins.close)
        for wiring in signals.note_held(gate_pins.broken()):
            intake.note_broken(wiring.gate, wiring.sensor)
        _log.info("node_ready", name=settings.name, journal_id=journal.journal_id, file=str(path))
        notify(READY)
        reporter.start()
        stack.callback(reporter.close)
        _watch(stop, alarms, counters)
        notify(ENDING)
    report_health(alarms, counters)


def _watch(stop: StopFlag, alarms: Alarms, counters: Counters) -> None:
    """Feed the watchdog until the end, on a thread that never waits for a network or a name."""
    logged_s = time.monotonic()
    while not stop.wait(BEAT_EVERY_S):
        beat()
        if time.monotonic() - logged_s >= HEALTH_EVERY_S:
            logged_s = time.monotonic()
            report_health(alarms, counters)


def _sensing(settings: NodeSettings) -> Sensing:
    traps = [
        SpeedTrap(trap.from_gate, trap.to_gate, trap.distance_mm, trap.bound_mm)
        for trap in settings.speed_traps
    ]
    return fit_to(wirings(settings), traps)


def _recover(path: Path, detector: PassDetector, boot_id: str, writer: JournalWriter) -> None:
    with explained(path), closing(JournalReader(path)) as reader:
        recover(reader, detector, boot_id, time.monotonic_ns(), writer)


def wirings(settings: NodeSettings) -> tuple[SensorWiring, ...]:
    """Return the sensors of the settings with their profiles."""
    return tuple(
        SensorWiring(
            sensor.gate, sensor.sensor, sensor.pin, sensor.profile_as_wired(), sensor.is_wide
        )
        for sensor in settings.gates
    )


def open_pins(
    settings: NodeSettings,
    work_dir: Path,
    wired: tuple[SensorWiring, ...],
    stop: StopFlag,
) -> PinSource:
    """Return the pins that the settings name: this machine's header, or a virtual venue's.

    ``work_dir`` is writable. Raises PinFactoryError or PinError with one sentence.
    """
    if settings.venue_socket is None:
        return HeaderPins(factory_name(settings.pin_factory), work_dir, settings.gpio_chip)
    from hardware.gates.venue import VenueSource  # noqa: PLC0415 - only for the virtual venue

    return VenueSource(settings.venue_socket.absolute(), wired, lambda: stop.is_set)


def _token(settings: NodeSettings) -> str:
    """Return the bearer token. Raises TokenError or TokenFileError with one sentence."""
    if settings.token is not None:
        return check_token(settings.token.get_secret_value(), "The setting [node] token")
    if settings.token_file is not None or token_path(settings).exists():
        return read_token(token_path(settings))
    raise TokenError(
        "The node has no token: start it once with --pair, or give --token-file FILE with one of "
        f"role 'node' and scope '{settings.name}'."
    )


def own_token(settings: NodeSettings) -> str | None:
    """Return this node's token; None where it was never paired. Raises TokenFileError."""
    try:
        return _token(settings)
    except TokenError:
        return None


def token_path(settings: NodeSettings) -> Path:
    """Return where the node's token is kept: in its own folder unless a file is named."""
    return settings.token_file or settings.data_dir / TOKEN_FILE


def resend(settings: NodeSettings, first_seq: int, last_seq: int, say: Say) -> None:
    """Send a part of this node's journal once more. Raises JournalError or ResendError."""
    with _client(settings, _token(settings)) as client:
        resend_range(client, settings.name, settings.data_dir, (first_seq, last_seq), say)


def pair_node(settings: NodeSettings, say: Say) -> None:
    """Get this node a token of its own. Raises PairingRefusedError or TokenFileError."""
    request = PairingRequest(role="node", name=settings.name)
    pair_into(token_path(settings), settings.server_url, request, say)


@contextmanager
def locked_folder(folder: Path) -> Iterator[Path]:
    """Make the node's folder and hold it alone; yields its absolute path.

    Raises DataFolderError where it can't be written, NodeRunningError where another node has it.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK_FILE).open("a")
    except OSError as error:
        raise DataFolderError(
            f"The node's folder {folder} can't be written ({error.strerror}); "
            "choose another with --data."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NodeRunningError(
                f"Another node already works in {folder}; end it, or choose another with --data."
            ) from error
        yield folder


def node_client(settings: NodeSettings) -> httpx2.Client:
    """Return a client that speaks for this node. Raises TokenError or TokenFileError."""
    return _client(settings, _token(settings))


def _client(settings: NodeSettings, token: str) -> httpx2.Client:
    # trust_env off: a proxy for the Internet must not come between a node and its server.
    return httpx2.Client(
        base_url=settings.server_url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=_HTTP_TIMEOUT,
        trust_env=False,
    )


def _journal_start(
    settings: NodeSettings, source: PinSource, boot_id: str, writer: JournalWriter
) -> None:
    gates = tuple(dict.fromkeys(sensor.gate for sensor in settings.gates))
    writer.submit(
        partial(
            StartRecord,
            boot_id=boot_id,
            mono_ns=time.monotonic_ns(),
            wall_utc=datetime.now(UTC),
            version=version("paddock"),
            pin_factory=source.name,
            gates=gates,
        )
    )
