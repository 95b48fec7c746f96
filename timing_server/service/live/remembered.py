"""Parts of a live document as JSON, made anew only where what they are made from has changed."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from timing_server.rules.units import NS_PER_US

JsonObject = dict[str, Any]
Source = TypeVar("Source")


def us(value_ns: int) -> int:
    """Return nanoseconds as whole microseconds, truncated as all times that are shown."""
    return value_ns // NS_PER_US


def bound_us(bound_ns: int) -> int:
    """Return a bound as whole microseconds, rounded up: a bound that is too small is none."""
    return -(-bound_ns // NS_PER_US)


def maybe_us(value_ns: int | None) -> int | None:
    """Return ``us`` of a value that may be missing."""
    return None if value_ns is None else value_ns // NS_PER_US


def to_json_object(model: BaseModel) -> JsonObject:
    """Return a model as JSON without its None: a merge patch has no other way to say it."""
    return model.model_dump(mode="json", exclude_none=True)


class Remembered:
    """Parts of a document by key; one that stays is the same object.

    So comparing documents needs no look inside.
    """

    def __init__(self) -> None:
        self._parts: dict[str, tuple[Any, JsonObject]] = {}

    def parts(
        self, sources: Mapping[str, Source], build: Callable[[Source], BaseModel]
    ) -> dict[str, JsonObject]:
        """Return the part of each source; parts of other sources are forgotten."""
        before, self._parts = self._parts, {}
        for key, source in sources.items():
            known = before.get(key)
            if known is None or (known[0] is not source and known[0] != source):
                known = source, to_json_object(build(source))
            self._parts[key] = known
        return {key: part for key, (_, part) in self._parts.items()}
