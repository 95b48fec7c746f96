"""The laps that a lap under way is held against."""

from timing_server.contract.base import Message, Us


class SplitView(Message):
    """``at_us`` after the lap's opening its sector ``sector`` ended; ``bound_us`` 0 means exact."""

    sector: int
    at_us: Us
    bound_us: Us = 0


class ReferenceLapView(Message):
    """An entry's best lap of the stage that counts, with its splits but for the finish.

    ``splits`` are empty where no gate parted it.
    """

    entry_id: str
    pass_ref: str
    duration_us: Us
    splits: tuple[SplitView, ...] = ()
