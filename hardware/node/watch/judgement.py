"""Names what is wrong with a node, from its alarms, its machine and its counts: pure."""

from collections.abc import Mapping
from typing import get_args

from hardware.node.watch.machine import MachineReading
from timing_server.contract.node_health import NodeState

#: Below this the journal, which grows by less than a megabyte in an hour's racing, is in danger.
DISK_LOW_BYTES = 200_000_000
#: So many records wait for the server: minutes of racing that no board shows yet.
QUEUE_DEEP_RECORDS = 2_000
#: A Raspberry Pi slows down from 80 °C on.
HOT_C = 80.0
#: Laps across nodes are uncertain by this; a good network gives a tenth of it.
CLOCK_LOOSE_US = 20_000


def name_states(
    alarms: Mapping[str, str], machine: MachineReading, counts: Mapping[str, int]
) -> tuple[NodeState, ...]:
    """Return what is wrong, in the order of NodeState; nothing where all is well.

    ``alarms`` by name; those that aren't states (no contact with the server) are left out, since
    they can't be read there while they last.
    """
    free_bytes, temp_c = machine.disk_free_bytes, machine.cpu_temp_c
    is_so: dict[str, bool] = {
        "disk_low": free_bytes is not None and free_bytes < DISK_LOW_BYTES,
        "queue_deep": counts.get("unacked", 0) >= QUEUE_DEEP_RECORDS,
        "clock_loose": counts.get("clock_bound_us", 0) > CLOCK_LOOSE_US,
        "undervoltage": machine.is_undervolted is True,
        "throttled": machine.is_throttled is True,
        "hot": temp_c is not None and temp_c >= HOT_C,
    }
    names: tuple[NodeState, ...] = get_args(NodeState)
    return tuple(name for name in names if name in alarms or is_so.get(name, False))
