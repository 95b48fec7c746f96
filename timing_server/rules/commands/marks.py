"""The command that says which car wears a mark."""

from dataclasses import dataclass

from timing_server.rules.units import CarId, MarkId


@dataclass(frozen=True, slots=True)
class BindMark:
    """Let a car wear a mark from now on; whoever wore it before wears it no more."""

    mark: MarkId
    car_id: CarId
