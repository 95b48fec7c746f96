"""What is written and read of models: rows, what they did on virtual tracks, rewards' sources."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from sqlalchemy import CursorResult, Executable, RowMapping, Select, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from timing_server.adapters.sqlite.tables import EVALUATIONS, MODELS, REWARD_SOURCES
from timing_server.service.entities import Evaluation, EvaluationKind, Model, ModelKey

#: What makes two evaluations the same one: then the later replaces the earlier.
_SETTING = ("sha256", "kind", "track_sha256", "seed", "laps", "versions", "as_measured")


class _Executing(Protocol):
    has_forgotten: bool

    def _execute(
        self, statement: Executable, rows: dict[str, Any] | None = None
    ) -> CursorResult[Any]: ...

    def _put_row(self, value: Model) -> None: ...


class _Reading(Protocol):
    def _rows(self, wanted: Select[*tuple[Any, ...]]) -> Sequence[RowMapping]: ...


class ModelWrites:
    """The part of a transaction that is about models."""

    def put_model(self: _Executing, model: Model) -> None:
        """Add or replace a model's row."""
        self._put_row(model)

    def delete_model(self: _Executing, key: ModelKey) -> None:
        """Remove a model's row."""
        sha256, owner = key
        self._execute(delete(MODELS).where(MODELS.c.sha256 == sha256, MODELS.c.owner == owner))

    def put_evaluation(self: _Executing, evaluation: Evaluation, most: int) -> None:
        """Keep an evaluation in the place of one of the same setting; of a model the newest n."""
        row = {column.name: getattr(evaluation, column.name) for column in EVALUATIONS.c}
        same = (EVALUATIONS.c[name] == row[name] for name in _SETTING)
        self._execute(delete(EVALUATIONS).where(*same))
        self._execute(insert(EVALUATIONS), row)
        of_model = EVALUATIONS.c.sha256 == evaluation.sha256
        newest = (
            select(EVALUATIONS.c.evaluation_id)
            .where(of_model)
            .order_by(EVALUATIONS.c.made_wall_utc.desc(), EVALUATIONS.c.evaluation_id.desc())
            .limit(most)
        )
        older = EVALUATIONS.c.evaluation_id.not_in(newest.scalar_subquery())
        self._execute(delete(EVALUATIONS).where(of_model, older))

    def put_reward_source(self: _Executing, sha256: str, content: bytes) -> None:
        """Keep a reward function's source under its hash."""
        statement = upsert(REWARD_SOURCES).on_conflict_do_nothing()
        self._execute(statement, {"sha256": sha256, "content": content})

    def keep_only(self: _Executing, models: Collection[str], rewards: Collection[str]) -> None:
        """Forget what other models did, and other rewards' sources; both by hashes."""
        for table, known in ((EVALUATIONS, models), (REWARD_SOURCES, rewards)):
            found = self._execute(select(table.c.sha256).distinct()).scalars()
            for sha256 in set(found).difference(known):
                # A reward function is somebody's own writing.
                self.has_forgotten = True
                self._execute(delete(table).where(table.c.sha256 == sha256))


class ModelReads:
    """The part of a store that is about models."""

    def evaluations(
        self: _Reading, sha256s: Collection[str], kind: EvaluationKind | None = None
    ) -> Sequence[Evaluation]:
        """Return what models of those hashes did on virtual tracks, the newest first."""
        wanted = select(EVALUATIONS).where(EVALUATIONS.c.sha256.in_(sha256s))
        if kind is not None:
            wanted = wanted.where(EVALUATIONS.c.kind == kind)
        wanted = wanted.order_by(
            EVALUATIONS.c.made_wall_utc.desc(), EVALUATIONS.c.evaluation_id.desc()
        )
        return [Evaluation(**row) for row in self._rows(wanted)]

    def reward_source(self: _Reading, sha256: str) -> bytes | None:
        """Return the source of a reward function of that hash."""
        wanted = select(REWARD_SOURCES.c.content).where(REWARD_SOURCES.c.sha256 == sha256)
        found = self._rows(wanted)
        return bytes(found[0]["content"]) if found else None
