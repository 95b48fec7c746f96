"""From a renewal of the server to leave to drive by the car's own clock: pure.

A renewal is worth the contact limit from the instant at which the server sent it. Where on the
car's clock that was is known within a bound; the earliest instant counts, so that nobody drives a
nanosecond longer than race control meant.
"""

from hardware.guard.lease import DriveLease
from hardware.race_clock import Relation
from timing_server.contract.machines.devices import HeatOrder, RunOrder
from timing_server.contract.machines.driving import LeaseRenewal

_NS_PER_MS = 1_000_000
_NS_PER_US = 1_000


def lease_by(
    order: HeatOrder, run: RunOrder, renewal: LeaseRenewal, relation: Relation, received_ns: int
) -> DriveLease | None:
    """Return what a renewal that was received then is worth; None where it is of another lease."""
    if run.lease_id is None or run.lease_id not in renewal.lease_ids:
        return None
    sent_ns = min(received_ns, relation.earliest_mono_ns(renewal.sent_race_ns))
    expires_ns = sent_ns + order.contact_limit_ms * _NS_PER_MS
    finish_ns = 0
    if order.contact_lost == "finish_lap" and run.lap_due_us is not None:
        finish_ns = max(expires_ns, relation.earliest_mono_ns(run.lap_due_us * _NS_PER_US))
    return DriveLease(run.lease_id, expires_ns, order.contact_lost, finish_ns)
