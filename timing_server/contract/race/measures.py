"""What is told beside a result and never alters it: sectors, and speeds between two gates."""

from timing_server.contract.base import Message, Us


class SectorView(Message):
    """A part of a lap: sector ``first``, or ``first`` to ``last`` where a gate missed the car.

    ``bound_us`` 0 means exact. The bests are those of the stage, of laps that count; in a lap under
    way they say that nothing quicker was driven so far.
    """

    first: int
    last: int
    duration_us: Us
    bound_us: Us = 0
    is_personal_best: bool = False
    is_overall_best: bool = False


class SpeedView(Message):
    """A mean speed on the way to ``gate`` in millimetres per second, ``± bound_mmps``."""

    gate: str
    speed_mmps: int
    bound_mmps: int
