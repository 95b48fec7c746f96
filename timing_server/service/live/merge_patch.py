"""The difference of two JSON documents as a merge patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

JsonObject = Mapping[str, Any]


def difference(before: JsonObject, after: JsonObject) -> dict[str, Any]:
    """Return the patch that turns ``before`` into ``after``; empty where nothing changed.

    Neither document may contain None: a merge patch says None for 'delete this key'. Parts that
    are the same object on both sides are taken as equal without a look inside.
    """
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, new in after.items():
        old = before.get(key)
        if old is new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            if inner := difference(old, new):
                patch[key] = inner
        elif old != new or type(old) is not type(new):
            patch[key] = new
    return patch
