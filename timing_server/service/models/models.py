"""Models that drivers bring: taken in, tried, kept under their hash, bound to entries, given up."""

import asyncio
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from timing_server.contract.machines.fleet import ArchiveWanted
from timing_server.contract.machines.models import MAX_UPLOAD_BYTES, ModelAbout, ModelView
from timing_server.contract.names import MAX_NAME_LENGTH, clean_text
from timing_server.rules.commands.plan import BindModel
from timing_server.rules.heat_phases import OVER
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, EventId, StreamId
from timing_server.service.entities import Model, RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.models.errors import (
    DiskNearlyFullError,
    ModelInUseError,
    ModelRefusedError,
    ModelsBusyError,
    ModelsUncheckedError,
    NotOwnModelError,
    TooManyModelsError,
)
from timing_server.service.models.ports import (
    Brought,
    ModelFolder,
    ModelTrial,
    Parcel,
    TrialOutcome,
)
from timing_server.service.office import Caller, Office, Outcome

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
        self, writer: Writer, office: Office, folder: ModelFolder, trial: ModelTrial
    ) -> None:
        self._writer = writer
        self._office = office
        self._folder = folder
        self._trial = trial
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

    async def take(self, caller: Caller, parcel: Parcel, brought: Brought, owner: str) -> Model:
        """Try an upload and keep what drives. One trial at a time, whoever sends how many.

        Raises ModelRefusedError with the trial's sentence, TooManyModelsError, StorageFailedError.
        """
        async with self._turn:
            outcome = await asyncio.to_thread(self._trial.judge, parcel, brought)
        if outcome.reason is not None:
            raise ModelRefusedError(outcome.reason)
        async with self._keeping:
            return await self._keep(caller, parcel, brought, owner, outcome)

    async def _keep(
        self, caller: Caller, parcel: Parcel, brought: Brought, owner: str, outcome: TrialOutcome
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
            if key not in models and len(_of(models.values(), owner)) >= MODELS_PER_OWNER:
                message = f"Only {MODELS_PER_OWNER} models are kept for each; delete one first."
                raise TooManyModelsError(message, most=MODELS_PER_OWNER)
            name = called(brought.file_name)
            model = Model(*key, name, size_bytes, draft.wall_utc, outcome.about)
            draft.put_model(model)
            return {"sha256": outcome.sha256}

        try:
            await asyncio.wrap_future(self._office.once(caller, work))
        finally:
            await self._sweep()
        return self._writer.known.registry.models[key]

    def views(self, registry: RegistryRows, owner: str | None) -> list[ModelView]:
        """Return models, the newest first; ``owner`` None: everybody's. Looks at files."""
        everybodys = registry.models.values()
        found = list(everybodys) if owner is None else _of(everybodys, owner)
        found.sort(key=lambda each: (each.made_wall_utc, each.sha256), reverse=True)
        return [self.view(each, registry) for each in found]

    def view(self, model: Model, registry: RegistryRows) -> ModelView:
        """Return a model as people see it. Looks at files."""
        driver = registry.drivers.get(model.owner)
        return ModelView(
            sha256=model.sha256,
            driver_id=model.owner or None,
            driver_name=None if driver is None else driver.shown_name,
            name=model.name,
            size_bytes=model.size_bytes,
            made_utc=model.made_wall_utc,
            is_here=self._folder.find(model.sha256) is not None,
            about=ModelAbout.model_validate_json(model.about),
        )

    def file_of(self, sha256: str) -> Path:
        """Return where a model's file is. Raises UnknownIdError."""
        found = self._folder.find(sha256)
        if found is None:
            raise UnknownIdError("model", sha256)
        return found

    def archive_of(self, sha256: str, registry: RegistryRows) -> Path:
        """Return where the archive is that a model came in. Raises UnknownIdError."""
        model = by_hash(registry).get(sha256)
        wanted = None if model is None else archive_wanted(model)
        found = None if wanted is None else self._folder.find_archive(wanted.sha256)
        if found is None:
            raise UnknownIdError("archive", sha256)
        return found

    def bind(
        self,
        caller: Caller,
        event_id: EventId,
        entry_id: EntryId,
        sha256: str | None,
        owner: str | None,
    ) -> "Future[Outcome]":
        """Let an entry drive with a model from now on; ``owner``: whose it must be, None: anyone's.

        Raises UnknownIdError or NotOwnModelError; the future raises what the rules refuse.
        """

        models = self._writer.known.registry.models
        if sha256 is not None and sha256 not in {known for known, _ in models}:
            raise UnknownIdError("model", sha256)
        if sha256 is not None and owner is not None and (sha256, owner) not in models:
            raise NotOwnModelError("A driver drives with models of their own; upload it first.")
        return self._office.command(caller, event_id, BindModel(entry_id, sha256))

    def delete(self, caller: Caller, sha256: str, owner: str) -> "Future[Outcome]":
        """Give a model up. The future raises UnknownIdError or ModelInUseError."""

        def work(draft: Draft) -> Outcome:
            models = draft.known.registry.models
            if (sha256, owner) not in models:
                raise UnknownIdError("model", sha256)
            others = [key for key in models if key[0] == sha256 and key[1] != owner]
            active = draft.known.venue.active_event_id
            if not others and active is not None:
                _check_unused(draft.head(StreamId(active)).state, sha256)
            draft.delete_model((sha256, owner))
            return {"sha256": sha256}

        return self._office.once(caller, work)

    async def sweep(self) -> None:
        """Delete the files of models that nobody has any more."""
        async with self._keeping:
            await self._sweep()

    async def _sweep(self) -> None:
        models = self._writer.known.registry.models
        archives = [archive_wanted(each) for each in models.values()]
        known = {sha256 for sha256, _ in models} | {each.sha256 for each in archives if each}
        await asyncio.to_thread(self._folder.sweep, frozenset(known))


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


def _of(models: Iterable[Model], owner: str) -> list[Model]:
    return [each for each in models if each.owner == owner]


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
