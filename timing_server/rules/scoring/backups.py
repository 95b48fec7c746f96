"""Which passes of backup gates a primary saw as well: take-over without anybody's doing. Pure.

A line may have a primary gate and backups, on nodes of their own. Each sees every crossing, and one
of them shall count: the primary's, where it has one. A backup's pass that is near a pass of a gate
with a lower priority is ``backed_up``; one that no such gate saw counts, so that a primary that
fails costs no lap. Which pass comes first, or late, makes no difference.

Two cars may cross within the same half second: each pass of a gate answers for one pass of another
gate at most, the nearest.

A phone at the line is pressed at every crossing by somebody who sees whose it is. Such a pass is
spare wherever a sensor saw that entry within a second, whichever came first.
"""

from collections.abc import Callable, Iterable
from operator import itemgetter

from timing_server.rules.state.heat import HeatPass
from timing_server.rules.state.plan import FINISH_ROLE, SECTOR_ROLES
from timing_server.rules.units import NS_PER_S, EntryId, PassRef

#: As long as a node merges the edges of one crossing; what the clocks' bounds allow is added.
SAME_CROSSING_NS = NS_PER_S // 2
#: How far a hand's press may lie from the crossing that it means; no lap is that short.
HAND_REACH_NS = NS_PER_S


def has_backups(passes: Iterable[HeatPass]) -> bool:
    """Whether any pass is a backup's: nearly no heat has one, and then nothing is to be done."""
    return any(each.priority for each in passes)


def backed_up(passes: Iterable[HeatPass]) -> frozenset[PassRef]:
    """Return the backups' passes that a gate of a lower priority saw as well.

    A pass that a marshal struck, gave to somebody or restored needs no witness: it was judged. It
    remains one, since a crossing that was struck is struck whoever else saw it.
    """
    by_role: dict[str, list[HeatPass]] = {}
    for each in passes:
        is_timed = each.role == FINISH_ROLE or each.role in SECTOR_ROLES
        if is_timed and each.source == "sensor":
            by_role.setdefault(each.role, []).append(each)
    return frozenset().union(*map(_answered, by_role.values()))


def hands_backed_up(
    passes: Iterable[HeatPass], entry_of: Callable[[HeatPass], EntryId | None]
) -> frozenset[PassRef]:
    """Return the presses of a phone whose crossing a sensor saw as well.

    ``entry_of`` says whose a pass is. As with a backup gate, what was struck remains a witness and
    what a marshal restored needs none.
    """
    at_line = [each for each in passes if each.role == FINISH_ROLE]
    hands = [each for each in at_line if each.source == "manual" and each.priority]
    if not hands:
        return frozenset()
    seen = [(entry_of(each), each.race_ns) for each in at_line if each.source == "sensor"]
    return frozenset(
        each.pass_ref
        for each in hands
        if each.void_ruling_id is None
        and each.restore_ruling_id is None
        and (entry_id := entry_of(each)) is not None
        and any(
            whose == entry_id and abs(race_ns - each.race_ns) <= HAND_REACH_NS
            for whose, race_ns in seen
        )
    )


def _answered(passes: Iterable[HeatPass]) -> frozenset[PassRef]:
    """Return the backups' passes among those of one line that a lower priority saw as well."""
    by_priority: dict[int, list[HeatPass]] = {}
    for each in passes:
        by_priority.setdefault(each.priority, []).append(each)
    answered: set[PassRef] = set()
    witnesses: list[HeatPass] = []
    for priority in sorted(by_priority):
        present = by_priority[priority]
        judged_by_sensors = [each for each in present if not _is_ruled(each)]
        seen = _seen_by(witnesses, judged_by_sensors) if priority else frozenset()
        answered |= seen
        # A backup that took over is the witness for the next one.
        witnesses += [each for each in present if each.pass_ref not in seen]
    return frozenset(answered)


def _is_ruled(each: HeatPass) -> bool:
    rulings = (each.void_ruling_id, each.ruled_entry_id, each.restore_ruling_id)
    return any(ruling is not None for ruling in rulings)


def _seen_by(witnesses: Iterable[HeatPass], backups: Iterable[HeatPass]) -> frozenset[PassRef]:
    """Match passes nearest first, each with one of the other side."""
    ordered = sorted(witnesses, key=lambda each: each.race_ns)
    near: list[tuple[int, PassRef, PassRef]] = []
    for backup in backups:
        for witness in ordered:
            apart_ns = abs(witness.race_ns - backup.race_ns)
            reach_ns = SAME_CROSSING_NS + witness.bound_ns + backup.bound_ns
            if apart_ns < reach_ns and witness.lane == backup.lane:
                near.append((apart_ns, backup.pass_ref, witness.pass_ref))
    matched: dict[PassRef, PassRef] = {}
    taken: set[PassRef] = set()
    for _, backup_ref, witness_ref in sorted(near, key=itemgetter(0, 1, 2)):
        if backup_ref not in matched and witness_ref not in taken:
            matched[backup_ref] = witness_ref
            taken.add(witness_ref)
    return frozenset(matched)
