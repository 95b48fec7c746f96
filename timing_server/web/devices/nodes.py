"""Routes for timing nodes: their journals come in, their state goes out."""

import hashlib
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Path

from timing_server.contract.machines.devices import ResendOrder, ResendRequest
from timing_server.contract.machines.journal import (
    ClockRecord,
    JournalAck,
    JournalBatch,
    Record,
    StartRecord,
)
from timing_server.contract.node_health import NodeHealth
from timing_server.contract.server.status import GateJob, NodeStatus, SilentGate
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, NS_PER_US, BootId, JournalId, NodeId, StreamId
from timing_server.service.devices.device_board import TIMING_BLOB, NodeSeen
from timing_server.service.devices.gate_jobs import job_of
from timing_server.service.devices.ingest import Incoming
from timing_server.service.devices.silence import Silence, silent_gates
from timing_server.service.entities import Credential, Evidence
from timing_server.service.errors import JournalConflictError, UnknownIdError
from timing_server.service.kit import Kit
from timing_server.web.asking import answer
from timing_server.web.auth import NODE, AnyKit, Marshal
from timing_server.web.devices.sensed import fact_of
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["nodes"])
#: A node reports every five seconds; after three reports that didn't come it isn't heard.
HEARD_NS = 15 * NS_PER_S
TheNode = Annotated[Credential, Depends(NODE)]
#: A node's name becomes part of passes' addresses, so it has no colon.
NodeInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


@router.post(
    "/nodes/{node_id}/journal",
    summary="Store a part of a node's journal",
    responses=refusals(401, 403, 409, 413, 422, 503),
)
async def store_journal(
    node_id: NodeInPath, body: JournalBatch, kit: AnyKit, _who: TheNode
) -> JournalAck:
    """Records in any order, with any repeats. Acknowledged after the commit.

    A record that comes under a stored key with other content is answered with 409
    ``journal_conflict`` and its ``seq``; the rest of the batch is stored all the same.
    """
    records = [incoming_of(node_id, body.journal_id, record) for record in body.records]
    stored = await answer(
        kit.ingest.store(NodeId(node_id), JournalId(body.journal_id), records, body.complete)
    )
    _note(kit, node_id, body, stored.acked_seq)
    if stored.conflicts:
        seq = stored.conflicts[0]
        message = (
            f"Record {seq} of this journal is stored with other content; the rest was stored. "
            "Start a fresh journal if this one was copied or restored."
        )
        raise JournalConflictError(message, seq=seq, acked_seq=stored.acked_seq)
    return JournalAck(journal_id=body.journal_id, acked_seq=stored.acked_seq)


@router.post(
    "/nodes/{node_id}/resend",
    summary="Ask a node for a part of its journal once more",
    status_code=204,
    responses=refusals(401, 403, 404, 422),
)
async def ask_again(node_id: NodeInPath, body: ResendRequest, kit: AnyKit, _who: Marshal) -> None:
    """Only a node that listens hears it. What is stored already changes nothing."""
    if node_id not in kit.board.nodes:
        raise UnknownIdError("node", node_id)
    kit.hub.resend(ResendOrder(node_id=node_id, first_seq=body.first_seq, last_seq=body.last_seq))


@router.post(
    "/nodes/{node_id}/health",
    summary="Report how the node is doing",
    status_code=204,
    responses=refusals(401, 403, 413, 422),
)
async def take_health(node_id: NodeInPath, body: NodeHealth, kit: AnyKit, _who: TheNode) -> None:
    """Every few seconds. Only the newest is kept; it is no fact.

    The result of a loop-back self-test is kept for the next start, and shown to spectators.
    """
    report = None if body.loopback is None else kit.board.with_line(node_id, body.loopback)
    if report is not None:
        content = report.model_dump_json().encode()
        await answer(kit.writer.submit(lambda draft: draft.rows.put_blob(TIMING_BLOB, content)))
        kit.board.take_timing(report)
    seen = replace(kit.board.node(node_id), health=body, heard_race_ns=kit.clock.now_ns())
    kit.board.take_node(seen)


@router.get("/nodes", summary="List timing nodes", responses=refusals(401, 403))
async def list_nodes(kit: AnyKit, _who: Marshal) -> list[NodeStatus]:
    """Every node that ever sent something, and when it was heard last."""
    now_ns = kit.clock.now_ns()
    silent = _silent(kit, now_ns)
    return [
        NodeStatus(
            node_id=each.node_id,
            acked_seq=each.acked_seq,
            heard_us=None if each.heard_race_ns is None else each.heard_race_ns // NS_PER_US,
            bound_us=None if each.bound_ns is None else each.bound_ns // NS_PER_US,
            version=each.version,
            pin_factory=each.pin_factory,
            gates=each.gates,
            silent_s=None
            if each.heard_race_ns is None
            else (now_ns - each.heard_race_ns) // NS_PER_S,
            silent_gates=tuple(
                SilentGate(gate=one.gate, role=one.role, quiet_s=one.quiet_ns // NS_PER_S)
                for one in silent
                if one.node_id == each.node_id
            ),
            jobs=_jobs(kit, each, now_ns),
            health=each.health,
        )
        for each in sorted(kit.board.nodes.values(), key=lambda each: each.node_id)
    ]


def _open_state(kit: Kit) -> EventState | None:
    known = kit.writer.known
    event = known.venue.open_event
    head = known.heads.get(StreamId(event.event_id)) if event else None
    return head.state if head else None


def _jobs(kit: Kit, node: NodeSeen, now_ns: int) -> tuple[GateJob, ...]:
    """Return what the node's gates are for now, in the order of their names."""
    state, venue = _open_state(kit), kit.writer.known.venue
    bound = {gate for node_id, gate in venue.gates if node_id == node.node_id}
    jobs = []
    for gate in sorted(_gates_of(node) | bound):
        job = job_of(state, venue, (NodeId(node.node_id), gate), now_ns)
        jobs.append(GateJob(gate=gate, role=job.role, lane=job.lane, priority=job.priority))
    return tuple(jobs)


def _silent(kit: Kit, now_ns: int) -> tuple[Silence, ...]:
    """Return the gates of heard nodes by which a running heat's cars should have come by now."""
    heard = [each for each in kit.board.nodes.values() if _is_heard(each, now_ns)]
    gates = {(NodeId(each.node_id), gate) for each in heard for gate in _gates_of(each)}
    return silent_gates(_open_state(kit), gates, now_ns)


def _is_heard(node: NodeSeen, now_ns: int) -> bool:
    return node.heard_race_ns is not None and now_ns - node.heard_race_ns <= HEARD_NS


def _gates_of(node: NodeSeen) -> frozenset[str]:
    """Return the gates that the node has now; what it said when it started may be a day old."""
    if node.health is not None and node.health.sensors:
        return frozenset(each.gate for each in node.health.sensors)
    return frozenset(node.gates)


def incoming_of(node_id: str, journal_id: str, record: Record) -> Incoming:
    """Return a record as evidence, with the fact that it states."""
    content = record.model_dump_json().encode()
    evidence = Evidence(
        node_id=NodeId(node_id),
        boot_id=BootId(record.boot_id),
        journal_id=JournalId(journal_id),
        seq=record.seq,
        kind=record.kind,
        content=content,
        content_sha256=hashlib.sha256(content).hexdigest(),
    )
    return Incoming(evidence, fact_of(evidence, record))


def _note(kit: Kit, node_id: str, batch: JournalBatch, acked_seq: int) -> None:
    seen = replace(kit.board.node(node_id), acked_seq=acked_seq, heard_race_ns=kit.clock.now_ns())
    for record in batch.records:
        if isinstance(record, ClockRecord):
            seen = replace(seen, bound_ns=record.bound_ns)
        elif isinstance(record, StartRecord):
            seen = replace(
                seen,
                version=record.version,
                pin_factory=record.pin_factory,
                gates=record.gates,
            )
    kit.board.take_node(seen)
