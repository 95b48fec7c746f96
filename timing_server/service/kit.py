"""The service put together: everything that a web route or a test needs, and its life."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog

from timing_server.contract.machines.discovery import FoundDevice
from timing_server.rules.commands.heats import NoteInterruption
from timing_server.rules.facts.sensors import ServerStarted
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, VENUE_STREAM, EventId, StreamId
from timing_server.service.access import Access
from timing_server.service.analysis.desk import open_records
from timing_server.service.backups import Backups
from timing_server.service.devices.cameras import PassCameras
from timing_server.service.devices.device_board import DeviceBoard, remembered_board
from timing_server.service.devices.frames import PhotoFinish
from timing_server.service.devices.identifying import Identifying
from timing_server.service.devices.ingest import Ingest
from timing_server.service.errors import LogDamagedError, TooManyFollowedError, UnknownIdError
from timing_server.service.exports.award_book import AwardBook
from timing_server.service.exports.press import Press
from timing_server.service.fleet.fleet import Fleet
from timing_server.service.lab.lab import Lab
from timing_server.service.live.hub import Hub
from timing_server.service.live.publisher import Publisher
from timing_server.service.log.calendar import VenueClock
from timing_server.service.log.draft import Draft
from timing_server.service.log.hearing import Hearing
from timing_server.service.log.idle_states import IdleStates
from timing_server.service.log.known import read_opening
from timing_server.service.log.race_clock import RaceClock, continue_race_clock
from timing_server.service.log.writer import Committed, Writer
from timing_server.service.measured.cars import Around, MeasuredCars
from timing_server.service.models.library import Library
from timing_server.service.models.models import Models
from timing_server.service.models.real_laps import RealLapBook
from timing_server.service.models.sending import Sending
from timing_server.service.office import Office
from timing_server.service.outside import Outside
from timing_server.service.people.names import Names
from timing_server.service.people.pairings import Pairings
from timing_server.service.people.registrations import Registrations
from timing_server.service.people.rosters import Rosters
from timing_server.service.pictures.drivers import Pictures
from timing_server.service.pictures.sponsors import SponsorPictures
from timing_server.service.progression.drawing import Drawing
from timing_server.service.results.seals import Sealer
from timing_server.service.results.stories import StoryTeller
from timing_server.service.seasons import Seasons
from timing_server.service.speech import Speaker
from timing_server.service.tracks.reading import open_tracks
from timing_server.service.upkeep.calendar import Calendar
from timing_server.service.upkeep.machine import Keeper
from timing_server.service.upkeep.scene import ShownScene
from timing_server.service.upkeep.wifi import PublicWifi, shown_wifi
from timing_server.service.virtual.proofs import Proofs, ProofTools
from timing_server.service.virtual.room import virtual_room
from timing_server.service.workshop.room import room_by
from timing_server.service.workshop.surroundings import Surroundings
from timing_server.service.workshop.workshop import Workshop

_log = structlog.get_logger()

#: How long an idempotency key is remembered.
RETRY_LIFE_S = 7 * 24 * 3600
SERVER_ACTOR = "server"
#: How often an event is followed anew whose channel was dropped before it was used.
FOLLOW_TRIES = 3


class Kit:
    """One server's service; ``writing`` is its life, ``running`` its time in an event loop."""

    def __init__(self, outside: Outside) -> None:
        opening = read_opening(outside.store)
        self.store, self.new_id = outside.store, outside.new_id
        self.system = VenueClock(outside.system, opening.last_correction)
        self.clock: RaceClock = continue_race_clock(self.system, opening.last_start, opening.newest)
        self.hub = Hub(self.clock.now_ns, self.system.boot_id)
        self.board: DeviceBoard = remembered_board(outside.store, self.hub)
        self._publisher = Publisher(outside.store, self.hub)
        self._idle_states = IdleStates(outside.store)
        self._loop: asyncio.AbstractEventLoop | None = None
        hearing = Hearing()
        self.writer = Writer(
            outside.store, self.clock, opening.known, self._project, self._deliver, hearing
        )
        self.speaker = Speaker(outside.speech)
        self.backups = Backups(outside.snapshots, self.system.wall_utc)
        self.office = Office(self.writer)
        self.drawing = Drawing(self.office, outside.new_id)
        self.names = Names(self.office)
        self.pictures = Pictures(self.office, outside.store)
        self.seasons = Seasons(self.writer, self.office, self._newest_state)
        self.registrations = Registrations(self.office, outside.new_id)
        self.rosters = Rosters(self.office, outside.new_id)
        self.ingest = Ingest(self.writer, hearing, self.clock.now_ns)
        self.identifying = Identifying(self.writer)
        self.photo_finish = PhotoFinish(outside.frames, outside.store)
        folder = outside.model_folder
        self.models = Models(
            *(self.writer, self.office, folder, outside.model_trial, self.clock.now_ns)
        )
        self.sending = Sending(self.writer, self.office, outside.store)
        self.library = Library(
            *(self.writer, self.office, outside.store, folder),
            RealLapBook(self.writer, outside.store, self._newest_state),
        )
        self.tracks, self.track_reading = open_tracks(
            outside.tracks, self.system.wall_utc, outside.new_id
        )
        self.lab = Lab(self.writer, self.tracks, outside.lab_benches)
        self.records, self.analysis = open_records(
            *(outside.record_folder, outside.position_folder, outside.log_folder),
            outside.write_parquet,
        )
        self.measured = MeasuredCars(
            outside.matching,
            Around(
                records=self.records,
                track_of=self.tracks.named,
                room=lambda: room_by(self.writer.known),
                new_id=outside.new_id,
                wall_utc=self.system.wall_utc,
            ),
        )
        self.workshop = Workshop(
            outside.workshop,
            Surroundings(
                models=self.models,
                keep=self.library.keep,
                room=lambda: room_by(self.writer.known),
                track_of=self.tracks.named,
                measured_of=lambda car_id: str(self.measured.file_of(car_id)),
                new_id=outside.new_id,
                wall_utc=self.system.wall_utc,
                now_ns=self.clock.now_ns,
                version=outside.version,
            ),
        )
        self.fleet = Fleet(
            self.board,
            self.clock.now_ns,
            outside.new_id,
            lambda sha256: folder.find(sha256) is not None,
        )
        self.virtual = virtual_room(
            *(self.writer, self.office, outside.model_folder, outside.secrets, outside.new_id),
            Proofs(
                self.writer,
                outside.store,
                ProofTools(
                    drive_again=outside.drive_again,
                    model=self.models.content_of,
                    room=lambda: room_by(self.writer.known),
                    wall_utc=self.system.wall_utc,
                ),
            ),
            (self.board, self.clock.now_ns),
        )
        self.cameras = PassCameras(self.writer, outside.store)
        self.access = Access(
            self.writer, self.clock.now_ns, outside.secrets, outside.new_id, outside.setup_file
        )
        self.sealer = Sealer(outside.venue_key)
        self.catalogues = outside.catalogues
        self.awards = AwardBook(self.office, outside.store)
        self.press = Press()
        self.story_teller = StoryTeller()
        self.pairings = Pairings(self.access, self.clock.now_ns, outside.secrets, outside.new_id)
        self.calendar = Calendar(self.office, self.system)
        self.keeper = Keeper(self.office, outside.machine, self.system, outside.store)
        self.wifi = PublicWifi(self.office, outside.store, outside.wifi)
        self.scene = ShownScene(self.office, outside.store)
        self.sponsors = SponsorPictures(self.office, outside.store)
        self.print_marks, self.version = outside.print_marks, outside.version
        #: Where people reach this server; who listens for it tells.
        self.reachable_url: Callable[[], str | None] = lambda: None
        #: What says on the network that it is a device; who listens for it tells.
        self.found_devices: Callable[[], list[FoundDevice]] = list

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Take jobs for as long as the block lasts, the first being the log's word of this start.

        Raises LogDamagedError or StorageFailedError where this start can't be logged.
        """
        self.writer.start()
        self.backups.start()
        try:
            self.writer.submit(self._begin).result()
            yield
        finally:
            self.writer.stop()
            self.backups.stop()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish and ping within ``writing``, for as long as the block lasts."""
        self._loop = asyncio.get_running_loop()
        await self.workshop.start()
        self.hub.show_wifi(shown_wifi(self.wifi.now))
        self.hub.show_scene(self.scene.now)
        self.hub.show_sponsors(self.sponsors.shown)
        beats = [
            asyncio.create_task(each)
            for each in (
                *(self.hub.keep_pinging(), self.hub.keep_leasing()),
                self.virtual.keeper.keep(),
            )
        ]
        try:
            yield
        finally:
            self.hub.close()
            await self.lab.close()
            await asyncio.to_thread(self.virtual.proofs.close)
            for beat in beats:
                beat.cancel()
            await asyncio.gather(*beats, return_exceptions=True)
            await self.workshop.close()
            await asyncio.to_thread(self.writer.stop)
            self._loop = None

    async def follow(self, event_id: str) -> None:
        """Make sure that the hub has the event's channel, until the caller next awaits something.

        Raises UnknownIdError, or TooManyFollowedError where the channel is dropped again and again
        for those of other events.
        """
        for _ in range(FOLLOW_TRIES):
            if self.hub.has_channel(event_id):
                return
            if event_id not in self.writer.known.venue.events:
                raise UnknownIdError("event", event_id)
            await asyncio.wrap_future(
                self.writer.submit(
                    lambda draft: self._publisher.follow(EventId(event_id), draft.known)
                )
            )
        if not self.hub.has_channel(event_id):
            message = "Too many events are being looked at; try again in a moment."
            raise TooManyFollowedError(message)

    async def state_of(self, event_id: str) -> EventState:
        """Return an event's newest state. Raises UnknownIdError, for a season's id too."""
        if event_id not in self.writer.known.venue.events:
            raise UnknownIdError("event", event_id)
        return await self._newest_state(event_id)

    async def _newest_state(self, event_or_season_id: str) -> EventState:
        """Return the state of a stream that this server knows to be there."""
        stream = StreamId(event_or_season_id)
        head = self.writer.known.heads.get(stream)
        if head is None:
            return await asyncio.to_thread(self._idle_states.state, stream)
        return head.state

    def _begin(self, draft: Draft) -> None:
        """Say in the log how the race clock lies now, and be ready for the screens that return."""
        fact = ServerStarted(self.system.boot_id, self.clock.race_offset_ns, self.version)
        draft.append(VENUE_STREAM, fact, SERVER_ACTOR)
        if draft.known.venue.gate_stream != VENUE_STREAM:
            note = NoteInterruption("server_restarted")
            draft.decide(draft.known.venue.gate_stream, note, SERVER_ACTOR)
        draft.rows.forget_retries(draft.at_race_ns - RETRY_LIFE_S * NS_PER_S)
        self.access.ensure_setup_code(draft)
        active = draft.known.venue.active_event_id
        if active is not None:
            try:
                self._publisher.follow(active, draft.known)
            except LogDamagedError as error:
                # It isn't open, or this server would not have begun; whoever asks for it hears so.
                _log.error("event_damaged", event_id=active, error=str(error))

    def _project(self, committed: Committed) -> Callable[[], None]:
        """Note what a committed group asks for, and project it (the writer's thread)."""
        if room_by(committed.before) != room_by(committed.after):
            # At once: from here on the machine is the race's.
            self.workshop.look()
        self.backups.note(committed.steps)
        for step in committed.steps:
            self.system.note(step.recorded)
        return self._publisher(committed)

    def _deliver(self, callback: Callable[[], None]) -> None:
        """Run a callback in the event loop, in order; at the very end there is none any more."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(callback)
                return
        callback()
