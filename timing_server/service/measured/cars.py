"""Measures real cars from their records, and keeps one measurement of each under its name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from timing_server.contract.measured_cars import (
    MatchRequest,
    MeasuredAbout,
    MeasuredView,
    PictureName,
    RecordChoice,
)
from timing_server.contract.workshop import RoomState
from timing_server.rules.answers.virtual.racing import CARS
from timing_server.rules.state.event import EventState
from timing_server.rules.units import HeatId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.live.projection import car_name
from timing_server.service.measured.errors import MatchBusyError, MatchClosedError
from timing_server.service.measured.ports import CAR_FILE, MatchTools, Measured
from timing_server.service.ports import NewId
from timing_server.service.records.records import Records

#: So many records are offered, the newest first.
RECORDS_SHOWN = 40
#: Those of virtual cars, whose cameras nobody needs to measure.
_VIRTUAL = frozenset(CARS.values())


@dataclass(frozen=True, slots=True)
class Around:
    """The server, as measuring sees it; ``track_of`` says what a command calls a track."""

    records: Records
    track_of: Callable[[str], str]
    room: Callable[[], RoomState]
    new_id: NewId
    wall_utc: Callable[[], str]


class MeasuredCars:
    """Reads and writes files: not for the event loop. One is measured at a time."""

    def __init__(self, tools: MatchTools, around: Around) -> None:
        self._folder = tools.folder
        self._matcher = tools.matcher
        self._around = around
        self._turn = Lock()

    @property
    def is_open(self) -> bool:
        """Whether this machine can match cameras."""
        return not self._matcher.lacks()

    def cars(self, registry: RegistryRows) -> tuple[MeasuredView, ...]:
        """Return the cars that were measured."""
        return tuple(_view(each, registry, is_kept=True) for each in self._folder.cars())

    def records(
        self, states: Iterable[EventState], registry: RegistryRows
    ) -> tuple[RecordChoice, ...]:
        """Return records of real cars in these events, the newest first."""
        found = [
            RecordChoice(
                event_id=card.event_id,
                event_name=registry.event_names.get(card.event_id, ""),
                heat_number=state.heats[HeatId(card.heat_id)].number,
                record_id=card.record_id,
                car_id=card.car_id,
                car_name=_called(card.car_id, registry),
                wall_utc=card.wall_utc,
            )
            for state in states
            for card in self._around.records.of_event(state.stream)
            if card.car_id not in _VIRTUAL and HeatId(card.heat_id) in state.heats
        ]
        found.sort(key=lambda each: each.wall_utc, reverse=True)
        return tuple(found[:RECORDS_SHOWN])

    def match(self, wanted: MatchRequest, registry: RegistryRows) -> MeasuredView:
        """Measure the car of a record; what is found is shown, and kept by ``keep`` alone.

        Raises MatchClosedError, MatchBusyError, MatchRefusedError, UnknownIdError.
        """
        if not self.is_open:
            raise MatchClosedError("This server can't match cameras; install its extra 'car'.")
        card = self._around.records.card(wanted.event_id, wanted.record_id)
        record = self._around.records.file(card)
        track = self._around.track_of(wanted.track)
        if not self._around.room().is_free:
            raise MatchBusyError("A heat is on; measure the car when it is over.")
        if not self._turn.acquire(blocking=False):
            raise MatchBusyError("Another car is being measured; try again in some seconds.")
        try:
            measured_id = self._around.new_id().replace("-", "")
            self._matcher.match(record, track, self._folder.place(measured_id))
            about = MeasuredAbout(
                car_id=card.car_id,
                event_id=wanted.event_id,
                record_id=wanted.record_id,
                track=wanted.track,
                made_utc=self._around.wall_utc(),
            )
            return _view(self._folder.finish(measured_id, about), registry, is_kept=False)
        finally:
            self._turn.release()

    def keep(self, car_id: str, measured_id: str, registry: RegistryRows) -> MeasuredView:
        """Make a measurement the car's own. Raises UnknownIdError where it isn't of that car."""
        found = self._folder.find(measured_id)
        if found is None or found.about.car_id != car_id:
            raise UnknownIdError("measurement", measured_id)
        self._folder.keep(measured_id, car_id)
        return _view(Measured(car_id, found.about, found.figures), registry, is_kept=True)

    def delete(self, car_id: str) -> None:
        """Forget what was measured of a car. Raises UnknownIdError."""
        if not self._folder.delete(car_id):
            raise UnknownIdError("measurement", car_id)

    def picture(self, measured_id: str, name: PictureName) -> Path:
        """Return where a picture of a measurement is. Raises UnknownIdError."""
        return self._file(measured_id, f"{name}.png")

    def file_of(self, car_id: str) -> Path:
        """Return the file that ``--as-measured`` takes. Raises UnknownIdError."""
        return self._file(car_id, CAR_FILE)

    def _file(self, measured_id: str, name: str) -> Path:
        found = self._folder.file(measured_id, name)
        if found is None:
            raise UnknownIdError("measurement", measured_id)
        return found


def _view(measured: Measured, registry: RegistryRows, *, is_kept: bool) -> MeasuredView:
    return MeasuredView(
        measured_id=measured.measured_id,
        car_name=_called(measured.about.car_id, registry),
        is_kept=is_kept,
        about=measured.about,
        figures=measured.figures,
    )


def _called(car_id: str, registry: RegistryRows) -> str:
    cars: Mapping[str, object] = registry.cars
    return car_name(car_id, registry.cars) if car_id in cars else car_id
