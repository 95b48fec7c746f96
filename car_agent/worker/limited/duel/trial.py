"""A race of two in processes of its own: one that drives, and one below it for each model."""

from car_agent.worker.limited.duel.orders import DuelOrder
from car_agent.worker.limited.orders import DuelEnded, Failed
from car_agent.worker.limited.trial import UNREADABLE, LimitedProcess, Tick, Told, started

_CHILD = "car_agent.worker.limited.duel.child"


class DuelTrial(LimitedProcess):
    """Begins a race; ``models`` are the files' bytes, one after the other as the order names them.

    What ends the process that drives is no model's fault: they are in others.
    """

    def __init__(self, order: DuelOrder, models: bytes) -> None:
        super().__init__(order, models, started(_CHILD), is_played=order.is_played)

    def listen(
        self, tick: Tick, every_s: float, on_the_way: Told = lambda _: None
    ) -> DuelEnded | Failed:
        """Return how the race ended; see ``hear``."""
        ended = self.hear(tick, every_s, on_the_way)
        if isinstance(ended, DuelEnded):
            return ended
        failed = ended if isinstance(ended, Failed) else UNREADABLE
        if failed.whose == "model":
            return Failed(whose="stage", sentence=f"The race broke off. {failed.sentence}")
        return failed
