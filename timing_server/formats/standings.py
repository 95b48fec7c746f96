"""A row of the standings: what every format's ranking returns."""

from dataclasses import dataclass

from timing_server.rules.units import CarId, EntryId, HeatId, PassRef


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands in a stage, and by what.

    ``rank`` counts from 1; equal entries share one and the next rank is skipped. Durations are
    truncated to the stage's resolution, as they rank: ``best_lap_ns`` is the smallest of
    ``laps_ns``, the valid laps in the order in which they were driven. ``gap_ns`` is to the
    leader, ``interval_ns`` to the row above; both None without a lap, 0 for the leader.
    ``decided_by`` names the tie-break where an equal best lap was told apart from a neighbour's.
    ``key`` is what was compared, smaller is better. ``best_car_id`` and ``best_model_sha256``
    drove the best lap, or, where there is none, the entry's last run.
    """

    rank: int
    entry_id: EntryId
    best_lap_ns: int | None
    best_lap_bound_ns: int | None
    best_lap_ref: PassRef | None
    best_lap_number: int | None
    best_heat_id: HeatId | None
    laps_ns: tuple[int, ...]
    heats_run: int
    gap_ns: int | None
    interval_ns: int | None
    decided_by: str | None
    best_car_id: CarId | None
    best_model_sha256: str | None
    key: tuple[int, ...]
