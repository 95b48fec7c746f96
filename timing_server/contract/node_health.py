"""How a timing node says that it is: its queues, its machine, its clock and each of its sensors."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import AwareDatetime, Message, MonoNs, Slug, Uuid
from timing_server.contract.machines.journal import SensorName

#: Everything that may be wrong with a node, by name; a node that is well has none of them.
NodeState = Literal[
    "journal_disk",
    "journal_read",
    "disk_low",
    "queue_deep",
    "records_refused",
    "server_confirms",
    "race_clock",
    "clock_loose",
    "edge_stamps",
    "start_lights",
    "undervoltage",
    "throttled",
    "hot",
]
SensorState = Literal["ok", "stuck", "chatter", "silent", "drift"]

Count = Annotated[int, Field(ge=0, lt=2**63)]


class SensorHealth(Message):
    """One sensor, and whether it can be believed."""

    gate: Slug
    sensor: SensorName
    state: SensorState


class LoopbackResult(Message):
    """What a loop-back self-test measured: by how much this line's intervals were wrong.

    A spare output pin pulsed the input ``pulses`` times at known intervals; ``error_max_ns`` is the
    largest difference between an interval and what the edges' stamps made of it.
    """

    gate: Slug
    sensor: SensorName
    pulses: Annotated[int, Field(ge=2, le=100_000)]
    error_median_ns: Count
    error_max_ns: Count
    measured_utc: AwareDatetime


class TimingLine(LoopbackResult):
    """How exact a gate's line measured itself to be, as spectators are told."""

    node_id: Slug


class TimingReport(Message):
    """Event ``timing`` of the live stream, no fact: each line's newest self-test."""

    lines: Annotated[tuple[TimingLine, ...], Field(max_length=256)] = ()


class NodeHealth(Message):
    """``POST /api/v1/nodes/{node_id}/health``, every few seconds; only the newest is kept.

    ``queue_records`` are on the node's disk and not acknowledged, ``memory_records`` not even on
    its disk. None where the machine has no such sensor. ``sentences`` say of some states more than
    their names do.
    """

    boot_id: Uuid
    mono_ns: MonoNs
    wall_utc: AwareDatetime
    states: Annotated[tuple[NodeState, ...], Field(max_length=20)]
    sentences: Annotated[
        dict[NodeState, Annotated[str, Field(max_length=500)]], Field(default_factory=dict)
    ]
    sensors: Annotated[tuple[SensorHealth, ...], Field(max_length=16)] = ()
    queue_records: Count
    memory_records: Count
    journal_seq: Count
    journal_bytes: Count
    disk_free_bytes: Count | None = None
    cpu_temp_c: Annotated[float, Field(ge=-60, le=200, allow_inf_nan=False)] | None = None
    clock_bound_us: Count | None = None
    loopback: LoopbackResult | None = None
