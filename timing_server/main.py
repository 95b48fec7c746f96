"""The server's composition root: puts adapters, service, web and pages together and runs them."""

import asyncio
import importlib.util
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.routing import BaseRoute

from display.catalogues import catalogue
from display.club_theme import ClubTheme, read_club_theme
from display.pages.routes import create_display_routes
from timing_server.adapters.folder.data_folder import DataFolder, locked_data_folder
from timing_server.adapters.folder.frames import FrameFolder
from timing_server.adapters.folder.measured import KeptMeasured
from timing_server.adapters.folder.models import KeptModels
from timing_server.adapters.folder.positions import KeptPositions
from timing_server.adapters.folder.records import KeptRecords
from timing_server.adapters.folder.rewards import KeptRewards
from timing_server.adapters.folder.snapshots import SnapshotFolder
from timing_server.adapters.folder.tracks import KeptTracks
from timing_server.adapters.folder.training_logs import KeptTrainingLogs
from timing_server.adapters.folder.trainings import KeptTrainings
from timing_server.adapters.folder.venue_key import open_venue_key
from timing_server.adapters.heartbeat import keep_beating
from timing_server.adapters.listening import listen
from timing_server.adapters.machine import KeptMachine
from timing_server.adapters.network import NetworkPresence, Presence
from timing_server.adapters.parquet import installed_parquet
from timing_server.adapters.processes.camera_matcher import CommandMatcher
from timing_server.adapters.processes.evaluating import CommandEvaluator
from timing_server.adapters.processes.lab_benches import CommandBenches
from timing_server.adapters.processes.model_trial import CommandTrial
from timing_server.adapters.processes.rerunning import RERUNS
from timing_server.adapters.processes.track_reader import CommandTrackReader
from timing_server.adapters.processes.training import CommandTrainer
from timing_server.adapters.random_secrets import RandomSecrets
from timing_server.adapters.speech import installed_speech
from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.adapters.system_clock import KernelClock, new_id
from timing_server.address import reachable_url
from timing_server.contract.supervision import ENDING, READY, notify
from timing_server.service.kit import Kit
from timing_server.service.measured.ports import MatchTools
from timing_server.service.outside import Outside
from timing_server.service.tracks.ports import TrackDesk, TrackTools
from timing_server.service.upkeep.wifi import Wifi
from timing_server.service.workshop.workshop import Tools
from timing_server.settings import ServerSettings
from timing_server.web.app import build_app

_log = structlog.get_logger()

#: How long requests under way may take once the server is told to end.
GRACE_S = 1
#: Python lets a busy thread keep the interpreter for 5 ms by default; screens shall not wait so
#: long for a pass because the writer looks already at what is due next.
SWITCH_INTERVAL_S = 0.0005


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server can be reached, and the setup code that waits to be used, if any."""

    url: str
    setup_code: str | None


Announce = Callable[[Address], None]


def create_app(settings: ServerSettings) -> FastAPI:
    """Return the app over a data folder that it opens when it starts and frees when it ends."""

    @asynccontextmanager
    async def provide() -> AsyncIterator[Kit]:
        with open_folder(settings) as (_, kit):
            yield kit

    return build_app(provide, version("paddock"), create_display_routes(_club_theme(settings)))


def _club_theme(settings: ServerSettings) -> ClubTheme | None:
    """Return what the club changes on the pages, having said what of it is hard to read.

    Raises ClubThemeError.
    """
    if settings.theme is None:
        return None
    theme = read_club_theme(settings.theme)
    for warning in theme.warnings:
        _log.warning("club_theme_hard_to_read", file=str(settings.theme), what=warning)
    return theme


@contextmanager
def open_folder(settings: ServerSettings) -> Iterator[tuple[DataFolder, Kit]]:
    """Hold the data folder and everything in it.

    Raises AdapterError, LogDamagedError or StorageFailedError, each with one sentence.
    """
    with locked_data_folder(settings.data_dir) as folder:
        store = SqlStore(open_database(folder.database_file))
        try:
            outside = Outside(
                store=store,
                system=KernelClock(),
                secrets=RandomSecrets(),
                setup_file=folder,
                snapshots=SnapshotFolder(folder.database_file, folder.backup_folder),
                frames=FrameFolder(folder.frame_folder),
                model_folder=KeptModels(folder.model_folder),
                record_folder=KeptRecords(
                    folder.record_folder, settings.records_limit_mb * 1_000_000
                ),
                position_folder=KeptPositions(folder.position_folder),
                log_folder=KeptTrainingLogs(folder.training_log_folder),
                tracks=_track_tools(folder),
                matching=MatchTools(KeptMeasured(folder.measured_folder), CommandMatcher()),
                model_trial=CommandTrial(),
                workshop=Tools(
                    KeptRewards(folder.reward_folder),
                    KeptTrainings(folder.training_folder),
                    CommandTrainer(cluster=settings.training_cluster),
                    CommandEvaluator(),
                ),
                lab_benches=CommandBenches(),
                venue_key=open_venue_key(folder),
                catalogues=catalogue,
                new_id=new_id,
                version=version("paddock"),
                machine=KeptMachine(is_kept=settings.keeps_machine),
                wifi=Wifi(settings.wifi_ssid, settings.wifi_passphrase),
                drive_again=RERUNS if CommandEvaluator().lacks() is None else None,
                print_marks=_print_marks if importlib.util.find_spec("cv2") else None,
                speech=installed_speech(),
                write_parquet=installed_parquet(),
            )
            kit = Kit(outside)
            with kit.writing():
                yield folder, kit
        finally:
            store.close()


def _print_marks(numbers: Sequence[int]) -> bytes:
    """Return the marks to cut out as a PDF. Only a machine with OpenCV can draw them."""
    from hardware.camera_gate.reading.paper import marks_pdf  # noqa: PLC0415 - loads OpenCV

    return marks_pdf(numbers)


def _track_tools(folder: DataFolder) -> TrackTools:
    path = folder.track_folder
    return TrackTools(
        folder=KeptTracks(path),
        photos=KeptTracks(path / "photos"),
        reader=CommandTrackReader(path / "incoming"),
        open_desk=_track_desk if importlib.util.find_spec("numpy") else None,
    )


def _track_desk() -> TrackDesk:
    """Return what measures tracks. Only a machine with numpy has it."""
    from hardware.virtual.tracks import desk  # noqa: PLC0415 - loads numpy

    return desk.TrackDesk()


def run_server(settings: ServerSettings, announce: Announce | None = None) -> None:
    """Serve until SIGINT or SIGTERM; ``announce`` is called once when the server answers.

    Raises what ``open_folder`` raises, ClubThemeError, and AdapterError where the address can't be
    had, each with one sentence, before anything is served.
    """
    tune_process()
    pages = create_display_routes(_club_theme(settings))
    with open_folder(settings) as (folder, kit):
        listener = listen(settings.host, settings.port)
        try:
            _serve(folder, kit, listener, settings, pages, announce)
        finally:
            listener.close()
            folder.delete_address()


def tune_process() -> None:
    """Let the event loop's thread have the interpreter soon; for a process that only serves."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)


def _serve(
    folder: DataFolder,
    kit: Kit,
    listener: socket.socket,
    settings: ServerSettings,
    pages: list[BaseRoute],
    announce: Announce | None,
) -> None:
    port = listener.getsockname()[1]
    network = NetworkPresence(
        Presence(settings.host, port, version("paddock"), settings.mdns_interfaces)
    )

    @asynccontextmanager
    async def provide() -> AsyncIterator[Kit]:
        yield kit

    def url_now() -> str:
        """Return it anew each time: a network may come up later than the server."""
        return reachable_url(settings.host, port)

    kit.reachable_url = url_now
    kit.found_devices = network.devices

    def on_started() -> None:
        url = url_now()
        folder.write_address(url)
        if settings.announces:
            network.start()
        if announce is not None:
            announce(Address(url, kit.access.open_setup_code()))

    app = build_app(provide, version("paddock"), pages)
    server = _Server(server_config(app), kit, on_started)
    with _ending_quietly():
        server.run(sockets=[listener])
    network.close()


def server_config(app: FastAPI) -> uvicorn.Config:
    """Return how the app is served."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        log_level="warning",
        # Nobody tells this server who its clients are: X-Forwarded-For would be anyone's claim.
        proxy_headers=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_S,
    )


class _Server(uvicorn.Server):
    """Says when it answers and that it is alive, and lets streams go first when it ends."""

    def __init__(self, config: uvicorn.Config, kit: Kit, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._kit = kit
        self._on_started = on_started
        self._heart: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_started()
            self._heart = asyncio.create_task(keep_beating(self._kit.writer))
            notify(READY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, which would last for ever, then the rest."""
        notify(ENDING)
        if self._heart is not None:
            self._heart.cancel()
        self._kit.hub.close()
        await super().shutdown(sockets=sockets)


@contextmanager
def _ending_quietly() -> Iterator[None]:
    """Let the signals that end a server end it with a clean-up and success.

    uvicorn raises the signal once more when it has ended, under the handler that it found.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
