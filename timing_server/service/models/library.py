"""The model library: what is known of each model, side by side where somebody wants it so."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from difflib import SequenceMatcher

from timing_server.contract.machines.evaluations import StressCard
from timing_server.contract.machines.library import (
    DiffLine,
    LibraryRow,
    ModelComparison,
    ModelHistory,
    RealLaps,
    Relative,
)
from timing_server.contract.machines.models import (
    ModelAbout,
    ModelOrigin,
    ModelSource,
    ModelView,
)
from timing_server.service.entities import Evaluation, Model, ModelKey, RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.models.evaluations import (
    KEPT_PER_MODEL,
    newest_cards,
    newest_per_track,
    stress_card,
    verdict,
    virtual_laps,
)
from timing_server.service.models.ports import ModelFolder
from timing_server.service.models.real_laps import RealLapBook
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.ports import Store


class Library:
    """Lives in the event loop; what reads files or the database says so."""

    def __init__(
        self,
        writer: Writer,
        office: Office,
        store: Store,
        folder: ModelFolder,
        real: RealLapBook,
    ) -> None:
        self._writer = writer
        self._office = office
        self._store = store
        self._folder = folder
        self._real = real

    def views(self, registry: RegistryRows, owner: str | None) -> list[ModelView]:
        """Return models, the newest first; ``owner`` None: everybody's.

        Looks at files and the database.
        """
        found = [each for each in registry.models.values() if owner in (None, each.owner)]
        found.sort(key=lambda each: (each.made_wall_utc, each.sha256), reverse=True)
        cards = newest_cards(self._store, {each.sha256 for each in found})
        return [self._view(each, registry, cards) for each in found]

    def view(self, model: Model, registry: RegistryRows) -> ModelView:
        """Return a model as people see it. Looks at files and the database."""
        return self._view(model, registry, newest_cards(self._store, {model.sha256}))

    def _view(
        self, model: Model, registry: RegistryRows, cards: Mapping[str, StressCard]
    ) -> ModelView:
        driver = registry.drivers.get(model.owner)
        about = ModelAbout.model_validate_json(model.about)
        card = cards.get(model.sha256)
        return ModelView(
            sha256=model.sha256,
            driver_id=model.owner or None,
            driver_name=None if driver is None else driver.shown_name,
            name=model.name,
            size_bytes=model.size_bytes,
            made_utc=model.made_wall_utc,
            is_here=self._folder.find(model.sha256) is not None,
            about=about,
            source=_source(model, about),
            origin=origin_of(model),
            notes=model.notes,
            verdict=None if card is None else verdict(card),
        )

    async def real_laps(self) -> Mapping[str, RealLaps]:
        """Return what every model drove on real tracks, by hash."""
        return await self._real.of_all()

    async def rows(self, owner: str | None) -> list[LibraryRow]:
        """Return models with what they drove, the newest first; ``owner`` None: everybody's."""
        registry = self._writer.known.registry
        real = await self.real_laps()
        views = await asyncio.to_thread(self.views, registry, owner)
        sha256s = {each.sha256 for each in views}
        driven = await asyncio.to_thread(self._store.evaluations, sha256s, "laps")
        by_model: dict[str, list[Evaluation]] = {}
        for row in driven:
            by_model.setdefault(row.sha256, []).append(row)
        return [
            LibraryRow(
                model=each,
                real=real.get(each.sha256, RealLaps()),
                virtual=newest_per_track(
                    [virtual_laps(row) for row in by_model.get(each.sha256, ())]
                ),
            )
            for each in views
        ]

    async def history(self, key: ModelKey, seen_by: str | None) -> ModelHistory:
        """Return all that is known of a model; ``seen_by`` None sees everybody's relatives.

        Raises UnknownIdError.
        """
        registry = self._writer.known.registry
        model = registry.models.get(key)
        if model is None:
            raise UnknownIdError("model", key[0])
        real = (await self._real.of_all()).get(model.sha256, RealLaps())
        return await asyncio.to_thread(self._history, model, registry, seen_by, real)

    def _history(
        self, model: Model, registry: RegistryRows, seen_by: str | None, real: RealLaps
    ) -> ModelHistory:
        driven = self._store.evaluations({model.sha256})
        origin = origin_of(model)
        visible = [each for each in registry.models.values() if seen_by in (None, each.owner)]
        parent = None if origin is None else origin.parent_sha256
        return ModelHistory(
            model=self.view(model, registry),
            parent=None if parent is None else _relative(parent, model.owner, visible),
            children=tuple(_children(model, visible)),
            reward=self._reward(origin),
            real=real,
            virtual=tuple(virtual_laps(row) for row in driven if row.kind == "laps"),
            stress=tuple(stress_card(row) for row in driven if row.kind == "stress"),
        )

    async def compare(
        self, first: ModelKey, second: ModelKey, seen_by: str | None
    ) -> ModelComparison:
        """Return two models and how their reward functions differ. Raises UnknownIdError."""
        one, other = [await self.history(key, seen_by) for key in (first, second)]
        has_sources = one.reward is not None and other.reward is not None
        diff = diff_lines(one.reward or "", other.reward or "") if has_sources else None
        return ModelComparison(first=one, second=other, reward_diff=diff)

    def change(
        self, caller: Caller, key: ModelKey, name: str | None, notes: str | None
    ) -> "Future[Outcome]":
        """Call a model otherwise, or note something of it. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            model = draft.known.registry.models.get(key)
            if model is None:
                raise UnknownIdError("model", key[0])
            changed = replace(
                model,
                name=model.name if name is None else name,
                notes=model.notes if notes is None else notes,
            )
            draft.put_model(changed)
            return {"sha256": model.sha256}

        return self._office.once(caller, work)

    def keep(self, evaluation: Evaluation) -> "Future[None]":
        """Keep what a model did on a virtual track; of one that is gone by now, nothing."""

        def work(draft: Draft) -> None:
            if any(sha256 == evaluation.sha256 for sha256, _ in draft.known.registry.models):
                draft.rows.put_evaluation(evaluation, KEPT_PER_MODEL)

        return self._writer.submit(work)

    def _reward(self, origin: ModelOrigin | None) -> str | None:
        if origin is None or origin.reward_sha256 is None:
            return None
        source = self._store.reward_source(origin.reward_sha256)
        return None if source is None else source.decode("utf-8", "replace")


def origin_of(model: Model) -> ModelOrigin | None:
    """Return how a model was trained here, None where it was brought."""
    return ModelOrigin.model_validate_json(model.origin) if model.origin else None


def diff_lines(first: str, second: str) -> tuple[DiffLine, ...]:
    """Return two sources' lines laid side by side, in reading order."""
    one, other = first.splitlines(), second.splitlines()
    lines: list[DiffLine] = []
    for tag, one_from, one_to, other_from, other_to in SequenceMatcher(
        None, one, other, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            lines += [DiffLine(kind="same", text=each) for each in one[one_from:one_to]]
            continue
        lines += [DiffLine(kind="first", text=each) for each in one[one_from:one_to]]
        lines += [DiffLine(kind="second", text=each) for each in other[other_from:other_to]]
    return tuple(lines)


def _source(model: Model, about: ModelAbout) -> ModelSource:
    if model.origin:
        return "trained"
    return "archive" if about.kind == "frozen" or about.archive_bytes is not None else "brought"


def _relative(sha256: str, owner: str, visible: Sequence[Model]) -> Relative:
    """Name a model as its child's owner knows it, else as anybody does who may be seen."""
    found = [each for each in visible if each.sha256 == sha256]
    found.sort(key=lambda each: each.owner != owner)
    if not found:
        return Relative(sha256=sha256, name=None)
    return Relative(sha256=sha256, name=found[0].name, driver_id=found[0].owner or None)


def _children(model: Model, visible: Iterable[Model]) -> Iterable[Relative]:
    for each in visible:
        origin = origin_of(each)
        if origin is not None and origin.parent_sha256 == model.sha256:
            yield Relative(sha256=each.sha256, name=each.name, driver_id=each.owner or None)
