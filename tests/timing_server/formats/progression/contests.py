"""Contests for the tests of progression: who stands where, in which region and class."""

from collections.abc import Sequence
from dataclasses import replace

from timing_server.formats.progression.cut import Contest
from timing_server.formats.standings import NO_STANDING, Standing
from timing_server.rules.facts.options import ProgressionRule
from timing_server.rules.state.plan import Entry, NamedFinalist
from timing_server.rules.units import EntryId, StageId

FROM = StageId("qualifying")


def standing(entry: str, rank: int, value_ns: int | None) -> Standing:
    """Return a row of a time trial."""
    return replace(
        NO_STANDING,
        rank=rank,
        entry_id=EntryId(entry),
        value_ns=value_ns,
        best_lap_ns=value_ns,
        best_lap_bound_ns=0,
        heats_run=1,
        key=(2**63 if value_ns is None else value_ns,),
    )


def contest(
    rows: Sequence[tuple[str, int | None]],
    *,
    gone: Sequence[str] = (),
    put_in: Sequence[str] = (),
    kept_out: Sequence[str] = (),
    **rule: int,
) -> Contest:
    """Return a contest of rows (name, value), best first.

    A name's second letter is its region, its third its class: "1na" is of region n and class a; "-"
    is none. ``gone`` can't race any more, ``put_in`` and ``kept_out`` are the organiser's word.
    """
    ordered = sorted(rows, key=lambda each: (each[1] is None, each[1] or 0))
    standings = [standing(name, at, value) for at, (name, value) in enumerate(ordered, 1)]
    entries = {
        EntryId(name): Entry(
            EntryId(name),
            (),
            number,
            is_withdrawn=name in gone,
            region=None if name[1] == "-" else name[1],
            class_name=None if name[2] == "-" else name[2],
        )
        for number, (name, _) in enumerate(rows, 1)
    }
    named = [NamedFinalist(EntryId(name), True, "wildcard") for name in put_in]
    named += [NamedFinalist(EntryId(name), False, "absent") for name in kept_out]
    return Contest(standings, entries, ProgressionRule(FROM, **rule), named)
