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


def apply_patch(document: Any, patch: Any) -> Any:
    """Return the document as the patch leaves it (RFC 7396, section 2)."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(document) if isinstance(document, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = apply_patch(merged.get(key), value)
    return merged
