"""Shows a training in the terminal: a table that moves where there is one, else a line a round."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from car_agent.simulation.league import in_words
from car_agent.training.reinforcement.telling.show import Outcome, Place, Standing
from hardware.cameras.frames import Pixels

_SHOWN_LINES = 8
_PER_SECOND = 4
_WHY = {
    "laps": "It laps reliably, and the reward no longer rises",
    "steps": "The steps are done",
    "time": "The time is over; the same command goes on from here",
    "stopped": "Stopped; the same command goes on from here",
}


class Terminal:
    """Implements ``Show`` on a console; to be used in a ``with``.

    ``max_s`` is the time that the training may take, ``spent_s`` tells how much it took so far.
    """

    def __init__(self, console: Console, max_s: float, spent_s: Callable[[], float]) -> None:
        self._console = console
        self._max_s = max_s
        self._spent_s = spent_s
        self._latest: list[Standing] = []
        self._is_over = False
        self._moved: tuple[int, int] | None = None
        # Drawn by a thread of its own: an update takes seconds in which nobody calls.
        self._live = (
            Live(console=console, get_renderable=self._picture, refresh_per_second=_PER_SECOND)
            if console.is_terminal
            else None
        )

    def __enter__(self) -> Self:
        if self._live is not None:
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTSTP, self._pause)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)

    def place(self, place: Place, /) -> None:
        """Print where cars drive."""
        if place.cluster is None:
            self.say(f"{place.problem} The cars drive on this machine instead.")
            return
        where = f"{place.processors} processors of the cluster at {place.cluster}"
        self.say(f"{place.cars} cars drive on {where}.")

    def say(self, words: str, /) -> None:
        """Print a line above what moves."""
        self._console.print(Text(words), soft_wrap=True)

    def see(self, picture: Pixels, /) -> None:
        """Show nothing: a terminal has no pictures."""

    def move(self, steps: int, of: int, /) -> None:
        """Show how far the round is."""
        self._moved = (steps, of)

    def tell(self, standing: Standing, /) -> None:
        """Show the latest rounds."""
        if self._live is None:
            line = ", ".join(f"{name} {value}" for name, value in figures(standing).items())
            self._console.print(Text(line), soft_wrap=True)
            return
        self._latest = [*self._latest, standing][-_SHOWN_LINES:]
        self._moved = None
        self._live.refresh()

    def end(self, outcome: Outcome, /) -> None:
        """Print what it came to."""
        self._close()
        self.say(f"{_WHY[outcome.reason]} ({outcome.steps:,} steps, {outcome.spent_s:.0f} s).")
        self.say(f"Wrote {outcome.out}, sha256 {outcome.sha256}")
        self.say(f"On {outcome.track}: {in_words(outcome.exam)}")

    def _pause(self, *_: object) -> None:
        """Stop at Ctrl-Z; what moves hides the cursor, which the shell wants."""
        self._console.show_cursor()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._console.show_cursor(show=False)

    def _close(self) -> None:
        self._is_over = True
        if self._live is not None:
            self._live.stop()

    def _picture(self) -> Group:
        latest = tuple(self._latest)
        parts: list[Table | Text | ProgressBar] = []
        if latest:
            table = Table(*figures(latest[-1]), box=None, pad_edge=False)
            for column in table.columns:
                column.justify = "right"
            for each in latest:
                table.add_row(*figures(each).values())
            parts.append(table)
        if not self._is_over:
            parts += self._present(is_moving=bool(latest))
        return Group(*parts)

    def _present(self, *, is_moving: bool) -> list[Text | ProgressBar]:
        """Return a line of what is done now, and a bar of the time."""
        spent_s = min(self._max_s, self._spent_s())
        minutes, seconds = divmod(round(self._max_s - spent_s), 60)
        words = doing(self._moved) if is_moving else "warms up"
        keeps = "; Ctrl-C keeps the best model so far" if is_moving else ""
        # The bar ends without a line's end, so that it has to come last.
        return [
            Text(f"{words}; at most {minutes}:{seconds:02} left{keeps}"),
            ProgressBar(self._max_s, spent_s),
        ]


def doing(moved: tuple[int, int] | None) -> str:
    """Return what a training does after ``steps`` of a round's."""
    if moved is None:
        return "begins a round"
    steps, of = moved
    return f"drives: step {steps:,} of {of:,}" if steps < of else "learns from the round"


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
