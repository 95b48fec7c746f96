"""Models that were given up a moment ago, so that a slip of the thumb can be taken back.

Kept in memory alone: what an undo can bring back is a matter of minutes, not of records.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from timing_server.rules.units import NS_PER_S
from timing_server.service.entities import Model, ModelKey

#: So long a model that was given up can be had back; its file stays as long.
KEPT_S = 600


@dataclass(frozen=True, slots=True)
class _Deleted:
    model: Model
    until_ns: int


class DeletedModels:
    """``now_ns`` is a clock that only goes on."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._kept: dict[ModelKey, _Deleted] = {}

    def put(self, model: Model) -> None:
        """Keep a model's row for a while."""
        until_ns = self._now_ns() + KEPT_S * NS_PER_S
        self._kept[model.sha256, model.owner] = _Deleted(model, until_ns)

    def get(self, key: ModelKey) -> Model | None:
        """Return a model that can still be had back."""
        self._drop_old()
        found = self._kept.get(key)
        return None if found is None else found.model

    def take_out(self, key: ModelKey) -> None:
        """Keep a model no more: it is back."""
        self._kept.pop(key, None)

    def models(self) -> Iterable[Model]:
        """Return all that can still be had back."""
        self._drop_old()
        return [each.model for each in self._kept.values()]

    def keep_only(self, owners: Callable[[str], bool]) -> None:
        """Forget the models of owners who aren't known any more."""
        self._kept = {key: each for key, each in self._kept.items() if owners(key[1])}

    def _drop_old(self) -> None:
        now_ns = self._now_ns()
        self._kept = {key: each for key, each in self._kept.items() if each.until_ns > now_ns}
