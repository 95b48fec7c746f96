"""Finds all processes that a process started, those in sessions and sandboxes of their own too."""

from collections import defaultdict
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """Return the ids of a process' children and theirs, each before its own; none without /proc."""
    children: dict[int, list[int]] = defaultdict(list)
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in brackets may hold anything; what follows the last one is fixed.
            parent = each.read_text("utf-8", "replace").rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        children[int(parent)].append(int(each.parent.name))
    found = [pid]
    for each_id in found:
        found += children[each_id]
    return found[1:]
