"""How old versions of facts are read as the present ones: pure functions from body to body."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from timing_server.rules.errors import MalformedFactError

#: Takes the body of a fact in one version to the body in the next.
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def _stage_planned_1(body: dict[str, Any]) -> dict[str, Any]:
    """Give the options ``laps_n``, which no format of that version heeded."""
    options = body.get("options")
    if not isinstance(options, dict) or "laps_n" in options:
        raise MalformedFactError("Version 1 of StagePlanned has options without 'laps_n'.")
    return {**body, "options": {**options, "laps_n": 3}}


#: (type, version) → how to read that version as the next one.
UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType(
    {("StagePlanned", 1): _stage_planned_1}
)
