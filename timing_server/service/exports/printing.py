"""Which sheets are printed. What makes PDF is imported with the first of them: it takes a server's
start a second on a small board, and most servers print once a day.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Literal

from timing_server.contract.race.sheets import EventResults
from timing_server.service.exports.wording import Wording

Paper = Literal["results", "heats", "drivers", "certificates"]

_PAPER = "timing_server.service.exports.paper"
_WRITERS: dict[Paper, tuple[str, str]] = {
    "results": (f"{_PAPER}.results", "results_pdf"),
    "heats": (f"{_PAPER}.results", "heats_pdf"),
    "drivers": (f"{_PAPER}.results", "drivers_pdf"),
    "certificates": (f"{_PAPER}.certificates", "certificates_pdf"),
}


def printed(paper: Paper) -> Callable[[EventResults, Wording], bytes]:
    """Return what writes an event's results on that paper, as PDF."""

    def write(event: EventResults, words: Wording) -> bytes:
        module, name = _WRITERS[paper]
        content: bytes = getattr(import_module(module), name)(event, words)
        return content

    return write
