"""Edges as gates give them, for tests: written down in milliseconds."""

from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.gates.profiles import Level

NS_PER_MS = 1_000_000

#: An edge of either sensor of one of two gates, somewhere in 40 s.
EDGES_OF_ANY_KIND = st.builds(
    Edge,
    st.sampled_from(["finish", "sector-1"]),
    st.sampled_from(["primary", "backup"]),
    st.integers(0, 40 * 10**9),
    st.sampled_from([0, 1]),
)


def edge(at_ms: float, level: Level = 1, sensor: str = "beam", gate: str = "finish") -> Edge:
    return Edge(gate, sensor, round(at_ms * NS_PER_MS), level)


def pulse(at_ms: float, width_ms: float, sensor: str = "beam", gate: str = "finish") -> list[Edge]:
    """Return a break at ``at_ms`` and the release ``width_ms`` after it."""
    return [edge(at_ms, 1, sensor, gate), edge(at_ms + width_ms, 0, sensor, gate)]


def burst(at_ms: float, edges: int, gap_ms: float, sensor: str = "beam") -> list[Edge]:
    """Return edges that alternate, the first of which is a break."""
    return [edge(at_ms + n * gap_ms, 1 if n % 2 == 0 else 0, sensor) for n in range(edges)]
