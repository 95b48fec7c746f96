"""Which timing nodes are heard, and since when without a break.

A node that isn't heard still journals what it sees: as long as no node of the finish line is heard,
silence says nothing about the race. Kept in memory: after a start of the server nobody was heard.
"""

from collections.abc import Collection

from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import FINISH_ROLE
from timing_server.rules.units import NS_PER_S, NodeId

#: Nodes measure their clock and send it every 30 s; two in a row may go amiss.
PATIENCE_NS = 65 * NS_PER_S


class Hearing:
    """Notes every sign of life; written by whoever hears nodes, read by the writer's thread."""

    def __init__(self) -> None:
        self._heard: dict[NodeId, tuple[int, int]] = {}

    def note(self, node_id: NodeId, now_race_ns: int) -> None:
        """Note that a node was heard now."""
        from_ns, last_ns = self._heard.get(node_id, (now_race_ns, now_race_ns))
        is_break = now_race_ns - last_ns > PATIENCE_NS
        # One frozen value for each node, so that a reader in another thread sees both or neither.
        self._heard[node_id] = (now_race_ns if is_break else from_ns, now_race_ns)

    def heard_from(self, node_ids: Collection[NodeId], now_race_ns: int) -> int | None:
        """Return since when one of these nodes is heard without a break; None while none is.

        Where there are no nodes, nobody is waited for: 0.
        """
        if not node_ids:
            return 0
        heard = [self._heard[each] for each in node_ids if each in self._heard]
        return min(
            (from_ns for from_ns, last_ns in heard if now_race_ns - last_ns <= PATIENCE_NS),
            default=None,
        )


def finish_nodes(state: EventState) -> frozenset[NodeId]:
    """Return the nodes that may see the finish line: those with such a gate, or without a word.

    A gate that nobody gave a role has the one of its name, so a node that only has related its
    clock counts; one whose gates all have other jobs doesn't.
    """
    roles: dict[NodeId, set[str]] = {}
    for (node_id, _), gates in state.gates.items():
        roles.setdefault(node_id, set()).update(each.role for each in gates[-1:])
    known = {each[0] for each in state.relations if each not in state.boots} | set(roles)
    return frozenset(each for each in known if FINISH_ROLE in roles.get(each, {FINISH_ROLE}))
