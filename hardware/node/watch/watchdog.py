"""Feeds systemd's watchdog for as long as the node can time laps and tell of them."""

import threading

import structlog

from timing_server.contract.supervision import ALIVE, notify

_log = structlog.get_logger()

#: The node's threads without which it times nothing or tells nobody.
VITAL_THREADS = frozenset({"journal", "intake", "uplink"})


def beat() -> None:
    """Tell the watchdog that the node is alive, unless one of its vital threads isn't."""
    alive = {thread.name for thread in threading.enumerate()}
    if alive >= VITAL_THREADS:
        notify(ALIVE)
    else:
        _log.error("watchdog_not_fed", missing=sorted(VITAL_THREADS - alive))
