"""Stores which marks were seen in passes: each once, in the stream that the pass is in."""

from collections.abc import Sequence
from concurrent.futures import Future

from timing_server.rules.facts.sensors import PassIdentified
from timing_server.rules.passes.placing import find_pass
from timing_server.rules.units import NodeId, PassRef, StreamId
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer


class Identifying:
    """Takes what cameras and decoders saw to the log."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def store(self, node_id: NodeId, seen: Sequence[PassIdentified]) -> "Future[int]":
        """Store what is news of it, and return how much that is; acknowledged after the commit.

        A pass that isn't known yet may still come: what was seen in it waits in the stream that
        has the gates, as the pass will.
        """
        return self._writer.submit(lambda draft: _store(draft, node_id, seen))


def _store(draft: Draft, node_id: NodeId, seen: Sequence[PassIdentified]) -> int:
    stored = 0
    for fact in seen:
        stream = _stream_of(draft, fact.pass_ref)
        if fact.mark in draft.head(stream).state.seen_marks.get(fact.pass_ref, ()):
            continue
        draft.append(stream, fact, f"node:{node_id}")
        stored += 1
    return stored


def _stream_of(draft: Draft, pass_ref: PassRef) -> StreamId:
    """Return the stream in which the pass is, as far as streams are in use."""
    heads = draft.known.heads.items()
    home = (stream for stream, head in heads if find_pass(head.state, pass_ref) is not None)
    return next(home, draft.known.venue.gate_stream)
