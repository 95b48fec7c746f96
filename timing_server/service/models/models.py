"""Models that drivers bring: taken in, tried, kept under their hash, bound to entries, given up."""

import asyncio
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from timing_server.contract.machines.fleet import ArchiveWanted
from timing_server.contract.machines.models import MAX_UPLOAD_BYTES, ModelAbout
from timing_server.contract.names import MAX_NAME_LENGTH, clean_text
from timing_server.rules.heat_phases import OVER
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StreamId
from timing_server.service.entities import Model, RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.models.deleted import DeletedModels
from timing_server.service.models.errors import (
    DiskNearlyFullError,
    ModelGoneError,
    ModelInUseError,
    ModelRacingError,
    ModelRefusedError,
    ModelsBusyError,
    ModelsUncheckedError,
    ModelWaitsError,
    TooManyModelsError,
)
from timing_server.service.models.library import origin_of
from timing_server.service.models.ports import (
    Brought,
    ModelFolder,
    ModelTrial,
    Parcel,
    Trained,
    TrialOutcome,
)
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.virtual.head_to_head.matches import racing_in

#: What the race needs of the disk; a model is not to take it.
KEPT_FREE_BYTES = 512 * 1024 * 1024
MODELS_PER_OWNER = 20
#: A trial takes a few seconds, and there is one at a time: so many people wait a minute at most.
MAX_WAITING = 12
#: So that one address alone can't shut all others out.
MAX_FROM_ONE_ADDRESS = 3
#: The owner of a model that an organiser brought for the venue.
VENUE = ""


class Models:
    """Lives in the event loop; what reads or writes files says so."""

    def __init__(
        self,
        writer: Writer,
        office: Office,
        folder: ModelFolder,
        trial: ModelTrial,
        now_ns: Callable[[], int],
    ) -> None:
        self._writer = writer
        self._office = office
        self._folder = folder
        self._trial = trial
        self._deleted = DeletedModels(now_ns)
        self._turn = asyncio.Lock()
        # Between a file's coming and its row, nothing may sweep it away.
        self._keeping = asyncio.Lock()
        self._waiting: Counter[str] = Counter()

    def missing(self) -> str | None:
        """Return why this server can't take models, None where it can."""
        return self._trial.missing()

    @contextmanager
    def receiving(self, client: str) -> Iterator[Parcel]:
        """Give one upload room on the disk for as long as the block lasts; ``client`` is whence.

        Raises ModelsUncheckedError, ModelsBusyError or DiskNearlyFullError before a byte is read.
        """
        reason = self._trial.missing()
        if reason is not None:
            raise ModelsUncheckedError(reason)
        self._check_room(client)
        self._waiting[client] += 1
        try:
            with self._folder.receiving() as parcel:
                yield parcel
        finally:
            self._waiting[client] -= 1
            self._waiting += Counter()

    def _check_room(self, client: str) -> None:
        waiting = self._waiting.total()
        room = (self._folder.free_bytes() - KEPT_FREE_BYTES) // (2 * MAX_UPLOAD_BYTES)
        if room < 1:
            raise DiskNearlyFullError("The server's disk is nearly full; it takes no more models.")
        if waiting >= min(room, MAX_WAITING) or self._waiting[client] >= MAX_FROM_ONE_ADDRESS:
            raise ModelsBusyError("Many models are being tried; send it again in a minute.")

    async def take(
        self,
        caller: Caller,
        parcel: Parcel,
        brought: Brought,
        owner: str,
        trained: Trained | None = None,
    ) -> Model:
        """Try an upload and keep what drives. One trial at a time, whoever sends how many.

        ``trained`` says how it was made, where that was here. Raises ModelRefusedError with the
        trial's sentence, TooManyModelsError, StorageFailedError.
        """
        async with self._turn:
            outcome = await asyncio.to_thread(self._trial.judge, parcel, brought)
        if outcome.reason is not None:
            raise ModelRefusedError(outcome.reason)
        async with self._keeping:
            return await self._keep(caller, parcel, brought, owner, outcome, trained)

    async def _keep(
        self,
        caller: Caller,
        parcel: Parcel,
        brought: Brought,
        owner: str,
        outcome: TrialOutcome,
        trained: Trained | None,
    ) -> Model:
        size_bytes = await asyncio.to_thread(self._folder.keep, parcel.made, outcome.sha256)
        if outcome.archive is not None:
            await asyncio.to_thread(self._folder.keep_archive, *outcome.archive)
        key = (outcome.sha256, owner)

        def work(draft: Draft) -> Outcome:
            models = draft.known.registry.models
            if owner != VENUE and owner not in draft.known.registry.drivers:
                # Forgotten while the model was tried.
                raise UnknownIdError("driver", owner)
            if key not in models:
                _check_number(models.values(), owner)
            if trained is not None and trained.reward is not None:
                draft.rows.put_reward_source(*trained.reward)
            name = called(brought.file_name) if trained is None else trained.name
            model = Model(*key, name, size_bytes, draft.wall_utc, outcome.about)
            draft.put_model(_as_before(model, models.get(key), trained))
            return {"sha256": outcome.sha256}

        try:
            await asyncio.wrap_future(self._office.once(caller, work))
        finally:
            await self._sweep()
        return self._writer.known.registry.models[key]

    def file_of(self, sha256: str) -> Path:
        """Return where a model's file is. Raises UnknownIdError."""
        found = self._folder.find(sha256)
        if found is None:
            raise UnknownIdError("model", sha256)
        return found

    def content_of(self, sha256: str) -> bytes | None:
        """Return a model's bytes, None where they aren't here. Reads a file."""
        found = self._folder.find(sha256)
        return None if found is None else found.read_bytes()

    def archive_of(self, sha256: str, registry: RegistryRows) -> Path:
        """Return where the archive is that a model came in. Raises UnknownIdError."""
        model = by_hash(registry).get(sha256)
        wanted = None if model is None else archive_wanted(model)
        found = None if wanted is None else self._folder.find_archive(wanted.sha256)
        if found is None:
            raise UnknownIdError("archive", sha256)
        return found

    def delete(self, caller: Caller, sha256: str, owner: str) -> "Future[Outcome]":
        """Give a model up; ``restore`` has it back. The future raises UnknownIdError,
        ModelWaitsError, ModelRacingError or ModelInUseError.
        """

        def work(draft: Draft) -> Outcome:
            models = draft.known.registry.models
            if (sha256, owner) not in models:
                raise UnknownIdError("model", sha256)
            others = [key for key in models if key[0] == sha256 and key[1] != owner]
            if any(each.model_sha256 == sha256 for each in draft.known.jobs.values()):
                raise ModelWaitsError("This model waits to be driven; take it back first.")
            stage = None if others else racing_in(draft, sha256)
            if stage is not None:
                message = f"This model races in '{stage.title}', which isn't decided yet."
                raise ModelRacingError(message, title=stage.title)
            active = draft.known.venue.active_event_id
            if not others and active is not None:
                _check_unused(draft.head(StreamId(active)).state, sha256)
            self._deleted.put(models[sha256, owner])
            draft.delete_model((sha256, owner))
            return {"sha256": sha256}

        return self._office.once(caller, work)

    def restore(self, caller: Caller, sha256: str, owner: str) -> "Future[Outcome]":
        """Have a model back that was given up a moment ago.

        The future raises ModelGoneError or TooManyModelsError.
        """
        key = (sha256, owner)

        def work(draft: Draft) -> Outcome:
            model = self._deleted.get(key)
            models = draft.known.registry.models
            if model is None and key not in models:
                raise ModelGoneError("This model was given up too long ago; bring it again.")
            if model is not None and key not in models:
                _check_number(models.values(), owner)
                draft.put_model(model)
            self._deleted.take_out(key)
            return {"sha256": sha256}

        return self._office.once(caller, work)

    async def sweep(self) -> None:
        """Delete what is kept of models that nobody has any more: files, laps, rewards' sources."""
        async with self._keeping:
            await self._sweep()
            await asyncio.wrap_future(self._writer.submit(self._sweep_rows))

    async def _sweep(self) -> None:
        registry = self._writer.known.registry
        self._deleted.keep_only(lambda owner: owner == VENUE or owner in registry.drivers)
        models = [*registry.models.values(), *self._deleted.models()]
        archives = [archive_wanted(each) for each in models]
        known = {each.sha256 for each in models} | {each.sha256 for each in archives if each}
        await asyncio.to_thread(self._folder.sweep, frozenset(known))

    def _sweep_rows(self, draft: Draft) -> None:
        models = [*draft.known.registry.models.values(), *self._deleted.models()]
        origins = [origin for each in models if (origin := origin_of(each)) is not None]
        rewards = {each.reward_sha256 for each in origins if each.reward_sha256}
        draft.rows.keep_only({each.sha256 for each in models}, rewards)


def by_hash(registry: RegistryRows) -> dict[str, Model]:
    """Return models by their hash alone, whosever they are."""
    return {sha256: model for (sha256, _), model in registry.models.items()}


def archive_wanted(model: Model) -> ArchiveWanted | None:
    """Return the archive that a model came in, None where no stock car can drive with it."""
    about = ModelAbout.model_validate_json(model.about)
    if about.archive_bytes is None:
        return None
    return ArchiveWanted(
        sha256=about.source_sha256, size_bytes=about.archive_bytes, name=model.name
    )


def called(file_name: str) -> str:
    """Return a file's name as a model's: no path, no ending, short, nothing invisible."""
    last = PurePosixPath(PureWindowsPath(file_name).name).name
    stem = last.split(".", 1)[0] if not last.startswith(".") else last
    plain = "".join(char for char in unicodedata.normalize("NFC", stem) if _is_clean(char)).strip()
    return plain[:MAX_NAME_LENGTH].strip() or "model"


def _is_clean(char: str) -> bool:
    try:
        return bool(clean_text(char, 1))
    except ValueError:
        return False


def _check_number(models: Iterable[Model], owner: str) -> None:
    if sum(each.owner == owner for each in models) >= MODELS_PER_OWNER:
        message = f"Only {MODELS_PER_OWNER} models are kept for each; delete one first."
        raise TooManyModelsError(message, most=MODELS_PER_OWNER)


def _as_before(model: Model, before: Model | None, trained: Trained | None) -> Model:
    """Return a model with what was known of it when it came before, and how it was made."""
    origin = b"" if trained is None else trained.origin
    if before is None:
        return replace(model, origin=origin)
    return replace(before, about=model.about, origin=origin or before.origin)


def _check_unused(state: EventState, sha256: str) -> None:
    for entry in state.entries.values():
        if entry.model_sha256 == sha256:
            message = f"Number {entry.number} drives with this model; choose another for it first."
            raise ModelInUseError(message, number=entry.number)
    for heat in state.heats.values():
        runs = () if heat.phase in OVER else heat.runs.values()
        if any(run.equipment and run.equipment[-1].model_sha256 == sha256 for run in runs):
            message = f"Heat {heat.number} is to be driven with this model."
            raise ModelInUseError(message, number=heat.number)
