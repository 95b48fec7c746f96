"""Keeps the journal below a size: gives up the oldest raw edges that the server has acknowledged.

Passes, clock relations and starts are kept for good: a million passes are some 400 MB. Raw edges
are evidence for a marshal, which the server then has; what it hasn't acknowledged is never given
up, however large the journal grows.
"""

import sqlite3

import structlog

from hardware.node.health import Counters
from hardware.node.journal import Journal

_log = structlog.get_logger()

#: The newest records stay: a restart feeds a gate's last edges to the detector again.
KEPT_SEQS = 10_000
#: In one transaction, so that no pass waits long for the disk.
AT_ONCE = 2_000
#: The journal's size is asked for after so many records.
EVERY_SEQS = 500


class Pruner:
    """Used by the journal's writer, on its thread, after each commit."""

    def __init__(self, journal: Journal, limit_bytes: int, counters: Counters) -> None:
        """``limit_bytes`` is the size above which acknowledged edges are given up."""
        self._journal = journal
        self._limit_bytes = limit_bytes
        self._counters = counters
        self._looked_at_seq = -EVERY_SEQS
        self._is_above = False

    def after_commit(self) -> None:
        """Give up some edges where the journal is too large; never raises, never takes long."""
        journal = self._journal
        if not self._is_above and journal.last_seq - self._looked_at_seq < EVERY_SEQS:
            return
        self._looked_at_seq = journal.last_seq
        try:
            used_bytes = journal.used_bytes
            self._counters.put("journal_bytes", used_bytes)
            given_up = 0
            if used_bytes > self._limit_bytes:
                given_up = journal.give_up_edges(journal.last_seq - KEPT_SEQS, AT_ONCE)
        except sqlite3.Error as error:
            _log.warning("journal_not_pruned", reason=str(error))
            return
        # Where nothing could be given up, there is no use in asking at every commit.
        self._is_above = given_up > 0
        if given_up:
            self._counters.add("edges_given_up", given_up)
            _log.info("edges_given_up", edges=given_up, upto_seq=journal.pruned_seq)
