from hardware.node.watch.judgement import QUEUE_DEEP_RECORDS, name_states
from hardware.node.watch.machine import MachineReading

WELL = MachineReading(10**10, 50.0, False, False)


def test_all_is_well() -> None:
    """It should name nothing, nor what only the node itself can know of the server."""
    assert name_states({"server_contact": "No contact."}, WELL, {"unacked": 3}) == ()
    assert name_states({}, MachineReading(), {}) == ()


def test_each_state_has_its_cause() -> None:
    """It should name what is wrong, worst first."""
    bad = MachineReading(10**6, 82.5, True, True)
    counts = {"unacked": QUEUE_DEEP_RECORDS, "clock_bound_us": 30_000}
    assert name_states({"race_clock": "…", "journal_disk": "…"}, bad, counts) == (
        "journal_disk",
        "disk_low",
        "queue_deep",
        "race_clock",
        "clock_loose",
        "undervoltage",
        "throttled",
        "hot",
    )
