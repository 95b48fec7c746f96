"""Chooses who is told of a training: a person at a terminal or another program, and a view."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from car_agent.training.clone import check_writable
from car_agent.training.reinforcement.telling.json_lines import JsonLines
from car_agent.training.reinforcement.telling.show import Show, Together
from car_agent.training.reinforcement.telling.terminal import Terminal
from car_agent.training.reinforcement.telling.view import View
from car_agent.training.rewards.errors import RewardError


@contextmanager
def show_to(
    max_s: float, spent_s: Callable[[], float], view: Path | None, *, as_json: bool
) -> Iterator[Show]:
    """Yield who is told; a reward's fault is told, too, and passed on.

    ``spent_s`` tells how much of ``max_s`` is over. Raises ModelFileError where the view can't be
    written.
    """
    views: list[Show] = []
    if view is not None:
        check_writable(view)
        views.append(View(view))
    if not as_json:
        with Terminal(Console(), max_s, spent_s) as terminal:
            yield Together(terminal, *views)
        return
    lines = JsonLines()
    try:
        yield Together(lines, *views)
    except RewardError as error:
        lines.fault(error)
        raise
