"""Makes the golden virtual race: ``python -m tests.golden.record_virtual_league`` writes it.

Run it only when a rule was meant to change; the difference in the two files is the change.

Three entries submit to a virtual stage with a sealed track, run by two workers at the same time:
a clean run, one with resets and a collision, one that had to begin over from the grid, a model that
was refused, one that two workers were lost with, and one that was taken back.
"""

from dataclasses import replace
from pathlib import Path

from tests.golden.record_first_race import standings_as_json
from tests.timing_server.rules.virtual.league import (
    NOW,
    SEALED,
    TRACK,
    VirtualRace,
    s,
    virtual_race,
)
from timing_server.rules.commands.virtual import (
    RefuseSubmission,
    RetrySubmission,
    RevealTrack,
    WithdrawSubmission,
)
from timing_server.rules.units import SubmissionId

LOG_PATH = Path(__file__).with_name("virtual_league.jsonl")
STANDINGS_PATH = Path(__file__).with_name("virtual_league.standings.json")


def record() -> VirtualRace:
    """Return the race as it was driven."""
    race = virtual_race(entries=3, rules=replace(SEALED, submissions_max=3))
    stage_id = next(iter(race.state.stages))
    race.ask(RevealTrack(stage_id, "esses", TRACK, "salt", NOW))
    for name, entry, model in (("clean", 1, "a"), ("rough", 2, "b"), ("gone", 3, "c")):
        race.at(race.now_ms + 1_000).ask(race.submit(name, entry, model), actor=f"driver-{entry}")
    # Both ran at once: their instants overlap.
    race.ask(race.record("clean", 1.250000123, 9.75, 18.000000007, 26.1), actor="worker-1")
    rough = race.record("rough", 1.1, 8.8, 16.2, 24.0, worker="worker-2")
    race.at(race.now_ms + 40)
    race.ask(replace(rough, resets_ns=s(0.5, 9.5, 10.5), collisions_ns=s(20.0)), actor="worker-2")
    race.ask(RefuseSubmission(SubmissionId("gone"), "worker_lost", "Lost."), actor="server")
    race.at(race.now_ms + 5_000).ask(RetrySubmission(SubmissionId("gone")))
    gone = race.record("gone", 1.0, 9.1, 75.0, 83.05)
    race.ask(replace(gone, beginnings_ns=s(69.0), laps_tried=3), actor="worker-1")
    race.at(race.now_ms + 1_000).ask(race.submit("odd", 2, "d"), actor="driver-2")
    sentence = "It answered with a value that is not a number."
    race.ask(RefuseSubmission(SubmissionId("odd"), "model", sentence), actor="worker-2")
    race.ask(race.submit("shy", 3, "c"), actor="driver-3")
    race.ask(WithdrawSubmission(SubmissionId("shy")), actor="driver-3")
    return race


if __name__ == "__main__":
    recorded = record()
    LOG_PATH.write_bytes(b"".join(line + b"\n" for line in recorded.stored))
    STANDINGS_PATH.write_text(standings_as_json(recorded.standings()), encoding="utf-8")
