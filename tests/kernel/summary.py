"""What the run shows: a line now and then while it goes on, figures at its end."""

import sys

FIGURES: dict[str, str] = {}


def say(sentence: str) -> None:
    """Tell whoever waits how far it is."""
    sys.stdout.write(f"\n  {sentence}")
    sys.stdout.flush()


def report(what: str, figure: object) -> None:
    """Keep a figure for the end of the run."""
    FIGURES[what] = str(figure)
