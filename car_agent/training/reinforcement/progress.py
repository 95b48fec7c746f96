"""Shows a training in the terminal: a line that moves where there is one, else a line a round."""

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from car_agent.training.reinforcement.course import Standing

_SHOWN_LINES = 8


class Progress:
    """Tells how a training goes on a console; to be used in a ``with``.

    ``max_s`` is the time that it may take.
    """

    def __init__(self, console: Console, max_s: float) -> None:
        self._console = console
        self._max_s = max_s
        self._latest: list[Standing] = []
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, words: str, /) -> None:
        """Print a line above what moves."""
        self._console.print(Text(words), soft_wrap=True)

    def tell(self, standing: Standing, /) -> None:
        """Show the latest rounds."""
        if self._live is None:
            line = ", ".join(f"{name} {value}" for name, value in figures(standing).items())
            self._console.print(Text(line), soft_wrap=True)
            return
        self._latest = [*self._latest, standing][-_SHOWN_LINES:]
        self._live.update(self._picture(standing), refresh=True)

    def _picture(self, standing: Standing) -> Group:
        table = Table(box=None, pad_edge=False)
        for name in figures(standing):
            table.add_column(name, justify="right")
        for each in self._latest:
            table.add_row(*figures(each).values())
        left_s = max(0.0, self._max_s - standing.spent_s)
        minutes, seconds = divmod(round(left_s), 60)
        words = Text(f"at most {minutes}:{seconds:02} left; Ctrl-C keeps the best model so far")
        # The bar ends without a line's end, so that it has to come last.
        return Group(table, words, ProgressBar(self._max_s, min(self._max_s, standing.spent_s)))


def figures(standing: Standing) -> dict[str, str]:
    """Return what is shown of a round, by the column's name."""
    round_ = standing.round
    reward = round_.reward_per_step if round_ else None
    progress = round_.progress if round_ else None
    exam = standing.exam
    times_s = [time_ns / 1e9 for time_ns in exam.times_ns]
    return {
        "steps": f"{standing.steps:,}",
        "reward/step": "–" if reward is None else f"{reward:.3f}",
        "progress": "–" if progress is None else f"{progress:.0f} %",
        "entropy": "–" if round_ is None else f"{round_.entropy:.2f}",
        "clean laps": f"{exam.clean_laps} of {len(exam.laps)}",
        "mean lap": f"{sum(times_s) / len(times_s):.2f} s" if times_s else "–",
        "time": f"{standing.spent_s:.0f} s",
    }
