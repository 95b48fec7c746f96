"""``paddock evaluate --json-lines``: for a program that watches, a JSON object a line, at once.

``{"kind": "lap", …}`` after each lap, ``{"kind": "stress", …}`` after each line of the stress card,
and at the end ``{"kind": "report", …}`` or ``{"kind": "card", …}`` with what ``--json`` prints.
"""

import json
from typing import Any, Literal

from car_agent.simulation.league import LeagueLap

Kind = Literal["lap", "stress", "report", "card"]


def line(kind: Kind, told: dict[str, Any]) -> str:
    """Return one line of the output."""
    return json.dumps({"kind": kind, **told})


def lap_line(lap: LeagueLap, count: int) -> str:
    """Return the line that tells of a lap; ``driven_us`` is without penalties."""
    driven_us = None if lap.driven_ns is None else lap.driven_ns // 1000
    return line("lap", {"count": count, "driven_us": driven_us, "resets": lap.resets})
