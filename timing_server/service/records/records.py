"""Takes cars' records, bound to the runs that they are of, and plays laps from them."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

from timing_server.contract.machines.records import RecordOffer, RecordPlace, ReplayTrace
from timing_server.rules.answers.heats.measuring import driven_entry
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap
from timing_server.rules.state.event import EventState
from timing_server.rules.units import CarId, EntryId, HeatId
from timing_server.service.errors import UnknownIdError
from timing_server.service.records.errors import RecordUnwantedError
from timing_server.service.records.ports import RecordCard, RecordFolder
from timing_server.service.records.trace import LapWindow, PlayedRecord, open_played

#: How many records stay open for those who look at laps; each is a few megabytes of numbers.
OPEN_KEPT = 6


class Records:
    """All of it reads or writes files: not for the event loop."""

    def __init__(self, folder: RecordFolder) -> None:
        self._folder = folder
        self._open: OrderedDict[str, PlayedRecord] = OrderedDict()
        self._lock = Lock()

    def take_offer(self, state: EventState, car_id: str, offer: RecordOffer) -> RecordPlace:
        """Say whether a record is wanted, and from where on.

        Raises RecordUnwantedError where the car drove no such run here, RecordsFullError.
        """
        heat = state.heats.get(HeatId(offer.heat_id))
        entry_id = None if heat is None else driven_entry(heat, CarId(car_id))
        if entry_id is None or entry_id != offer.entry_id:
            message = f"'{car_id}' drove no run of entry {offer.entry_id} in that heat."
            raise RecordUnwantedError(message, car_id=car_id, heat_id=offer.heat_id)
        card = RecordCard(
            record_id=offer.sha256,
            event_id=offer.event_id,
            heat_id=offer.heat_id,
            entry_id=entry_id,
            car_id=car_id,
            model_name=offer.model_name,
            wall_utc=offer.wall_utc,
            size_bytes=offer.size_bytes,
        )
        return _place(card, self._folder.begin(card))

    def take_piece(self, car_id: str, record_id: str, offset: int, piece: bytes) -> RecordPlace:
        """Keep a piece of a record that was offered.

        Raises UnknownIdError where it wasn't since the server's start, RecordPieceError.
        """
        card = self._folder.offered(record_id)
        if card is None or card.car_id != car_id:
            raise UnknownIdError("record", record_id)
        return _place(card, self._folder.append(card, offset, piece))

    def of_event(self, event_id: str) -> Sequence[RecordCard]:
        """Return the records of an event, the oldest first."""
        return self._folder.cards(event_id)

    def of_heat(self, event_id: str, heat_id: str) -> Sequence[RecordCard]:
        """Return the records of a heat's runs."""
        return [each for each in self._folder.cards(event_id) if each.heat_id == heat_id]

    def of_entry(self, event_id: str, entry_id: str) -> Sequence[RecordCard]:
        """Return the records of an entry's runs."""
        return [each for each in self._folder.cards(event_id) if each.entry_id == entry_id]

    def card(self, event_id: str, record_id: str) -> RecordCard:
        """Return what a record is of. Raises UnknownIdError."""
        for each in self._folder.cards(event_id):
            if each.record_id == record_id:
                return each
        raise UnknownIdError("record", record_id)

    def file(self, card: RecordCard) -> Path:
        """Return a record's file. Raises UnknownIdError."""
        found = self._folder.find(card.event_id, card.record_id)
        if found is None:
            raise UnknownIdError("record", card.record_id)
        return found

    def delete(self, card: RecordCard) -> None:
        """Forget a record. Raises StorageFailedError."""
        with self._lock:
            self._open.pop(card.record_id, None)
            self._folder.delete(card.event_id, card.record_id)

    def picture(self, event_id: str, record_id: str, index: int) -> bytes:
        """Return a picture as a JPEG. Raises UnknownIdError, RecordUnreadableError."""
        found = self._played(event_id, record_id).picture(index)
        if found is None:
            raise UnknownIdError("picture", str(index))
        return found

    def trace(
        self, state: EventState, event_id: str, run: tuple[str, str], lap: int
    ) -> ReplayTrace:
        """Return a lap of a run (heat and entry); lap 0 is the newest record from end to end.

        Raises UnknownIdError, RecordUnreadableError, StorageFailedError.
        """
        heat_id, entry_id = run
        played = self.of_run(event_id, heat_id, entry_id)
        if not played:
            raise UnknownIdError("record", f"{heat_id}/{entry_id}")
        window = None if lap == 0 else lap_window(state, HeatId(heat_id), EntryId(entry_id), lap)
        found = None if window is None else covering(played, window)
        return (found or played[-1]).trace(window)

    def of_run(self, event_id: str, heat_id: str, entry_id: str) -> Sequence[PlayedRecord]:
        """Return a run's records ready to be played, the oldest first.

        Raises RecordUnreadableError, StorageFailedError.
        """
        cards = [each for each in self.of_heat(event_id, heat_id) if each.entry_id == entry_id]
        return [self._played(event_id, each.record_id) for each in cards]

    def _played(self, event_id: str, record_id: str) -> PlayedRecord:
        with self._lock:
            found = self._open.get(record_id)
            if found is not None:
                self._open.move_to_end(record_id)
                return found
            path = self._folder.find(event_id, record_id)
            if path is None:
                raise UnknownIdError("record", record_id)
            folder = self._folder.playing_folder(event_id, record_id)
            found = self._open[record_id] = open_played(record_id, path, folder)
            while len(self._open) > OPEN_KEPT:
                self._open.popitem(last=False)
            return found


def covering(records: Sequence[PlayedRecord], lap: LapWindow) -> PlayedRecord | None:
    """Return the first record in which any of a lap is."""
    return next((each for each in records if each.covers(lap)), None)


def lap_window(state: EventState, heat_id: HeatId, entry_id: EntryId, number: int) -> LapWindow:
    """Return when a lap was driven. Raises UnknownIdError, also for one that no passes show."""
    for lap, window in driven_laps(state, heat_id, entry_id):
        if lap.number == number:
            return window
    raise UnknownIdError("lap", str(number))


def driven_laps(
    state: EventState, heat_id: HeatId, entry_id: EntryId
) -> Iterator[tuple[Lap, LapWindow]]:
    """Yield a run's laps that passes show, each with when it was driven."""
    if heat_id not in state.heats:
        return
    passes = state.heats[heat_id].passes
    for run in score_heat(state, heat_id).runs:
        for lap in run.laps if run.entry_id == entry_id else ():
            if not lap.is_credited:
                opening = passes.get(lap.opening_ref)
                counted_ns = lap.closed_race_ns - lap.duration_ns
                begin_ns = counted_ns if opening is None else opening.race_ns
                yield lap, LapWindow(lap.number, begin_ns, lap.closed_race_ns, lap.bound_ns)


def _place(card: RecordCard, received: int | None) -> RecordPlace:
    if received is None:
        return RecordPlace(received_bytes=card.size_bytes, is_kept=True)
    return RecordPlace(received_bytes=received, is_kept=False)
