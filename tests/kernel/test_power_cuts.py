"""The power goes in mid-race, again and again, on one disk: whatever was acknowledged is there."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.kernel.machine import is_prepared
from tests.kernel.plan import (
    FINISH,
    FOUND_DIR,
    SENSORS,
    Toggle,
    cars_beside_chatter,
    read_boot_id,
    read_toggled,
)
from tests.kernel.summary import report, say
from tests.kernel.track import Journaled, Track, journal_in, of_kind

CUTS = int(os.environ.get("PADDOCK_POWER_CUTS", "20"))

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.timeout(300 + 60 * CUTS),
    pytest.mark.skipif(
        not is_prepared(), reason="run by 'make test-kernel', which builds a kernel"
    ),
]

#: More crossings than a boot is given time for.
PASSES = 30
#: One cut in so many comes before the node is up, while it reads its journal.
EARLY_EVERY = 5
#: In one boot of so many the server stops answering: what follows lies on the node's disk alone.
#: Every other time it doesn't answer from the start.
ALONE_EVERY = 4


@dataclass(frozen=True, slots=True)
class Cut:
    """What was there at one power cut."""

    toggles: list[Toggle]
    shared: Path
    acked_seq: int
    stored: list[Journaled]


class CutRace:
    """A race through many power cuts, and everything it left behind."""

    def __init__(self, folder: Path) -> None:
        self.cuts: list[Cut] = []
        track = Track(folder)
        try:
            self._run(track)
            self.boots = list(track.machine.boots)
            self.stored = track.stored()
            self.acked_seq = track.acked_seq()
            api = track.stack.api
            self.log_passes = int(api.get("/log/summary")["passes"])
            self.passes: list[dict[str, Any]] = api.get(f"/events/{self._event_id}/passes")
            self.view: dict[str, Any] = api.get(f"/events/{self._event_id}/view")["view"]
            self.server_log = (folder / "logs" / "server.log").read_text(encoding="utf-8")
        finally:
            track.close()

    def _run(self, track: Track) -> None:
        self._event_id = track.start_heat()
        chance = Random(20)  # noqa: S311 - chance for a test
        for n in range(CUTS):
            toggles = cars_beside_chatter(chance, PASSES)
            is_alone = n % ALONE_EVERY == ALONE_EVERY - 1
            with track.server_silent(is_so=is_alone and n % (2 * ALONE_EVERY) >= ALONE_EVERY):
                shared = track.machine.boot(toggles)
                if n % EARLY_EVERY == EARLY_EVERY - 1:
                    time.sleep(chance.uniform(1.0, 5.0))
                else:
                    track.machine.wait_until_ready()
                    time.sleep(chance.uniform(1.0, 4.0))
                with track.server_silent(is_so=is_alone):
                    time.sleep(chance.uniform(0.0, 3.0))
                    track.machine.cut()
            track.stack.watch.rest(0.3)  # what was on its way to the server when the power went
            self.cuts.append(Cut(toggles, shared, track.acked_seq(), track.stored()))
            say(f"power cut {n + 1} of {CUTS}: {self.cuts[-1].acked_seq} records acknowledged")
        self._settle(track)

    def _settle(self, track: Track) -> None:
        """Switch on once more and wait until the server has the whole journal."""
        track.machine.boot([])
        track.machine.wait_until_ready()
        quiet_since_s, mark = time.monotonic(), -1
        deadline_s = time.monotonic() + 120
        while time.monotonic() - quiet_since_s < 3:
            assert time.monotonic() < deadline_s, track.machine.console_end()
            track.stack.watch.rest(0.2)
            if track.acked_seq() != mark:
                quiet_since_s, mark = time.monotonic(), track.acked_seq()
        track.machine.cut()


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> CutRace:
    return CutRace(tmp_path_factory.mktemp("cuts"))


def found_after(race: CutRace, n: int) -> list[Journaled]:
    """Return the journal as cut ``n`` left it, from the copy that the next whole boot made of it.

    Between them are only boots that were cut before they had started a node.
    """
    copied_by = next(each for each in race.boots[n + 1 :] if read_boot_id(each))
    return journal_in(copied_by / FOUND_DIR)


def finish_passes(records: list[Journaled], boot_id: str | None = None) -> list[Journaled]:
    """Return the passes of the finish line, of one boot where it is given."""
    return [each for each in of_kind(records, "pass", boot_id) if each.body["gate"] == "finish"]


def test_the_journal_is_never_behind_the_server(race: CutRace) -> None:
    """It should hold after each cut, unchanged, every record that the server had acknowledged."""
    ahead, missing = 0, 0
    for n, cut in enumerate(race.cuts):
        found = {each.seq: each.body for each in found_after(race, n)}
        stored = {each.seq: each.body for each in cut.stored}
        acked = range(1, cut.acked_seq + 1)
        missing += sum(found.get(seq) != stored[seq] for seq in acked)
        assert sorted(found) == list(range(1, len(found) + 1))
        ahead += max(found, default=0) - cut.acked_seq
    report("power cuts in mid-race", len(race.cuts))
    report("acknowledged records missing on the node's disk after a cut", missing)
    report("records on the node's disk alone at a cut, delivered later", ahead)
    assert missing == 0
    assert ahead > 0 or CUTS < ALONE_EVERY


def test_no_acknowledged_pass_is_lost_or_doubled(race: CutRace) -> None:
    """It should have in the end, once, each pass that was acknowledged before any cut."""
    stored = Counter(each.seq for each in of_kind(race.stored, "pass"))
    assert max(stored.values()) == 1
    lost = {
        each.seq
        for cut in race.cuts
        for each in of_kind(cut.stored, "pass")
        if each.seq <= cut.acked_seq and each not in race.stored
    }
    report("acknowledged passes lost", len(lost))
    report("passes of all boots in the server's log", race.log_passes)
    assert not lost
    refs = [each["pass_ref"] for each in race.passes]
    assert len(refs) == len(set(refs)) == sum(stored.values()) == race.log_passes
    assert [each.seq for each in race.stored] == list(range(1, race.acked_seq + 1))
    assert "conflict" not in race.server_log


def test_what_a_boot_has_journaled_has_no_hole(race: CutRace) -> None:
    """It should have every edge of a boot up to a moment, and a pass for each crossing of them."""
    never_written = 0
    for cut in race.cuts:
        boot_id = read_boot_id(cut.shared)
        edges = [each.body for each in of_kind(race.stored, "edge", boot_id)] if boot_id else []
        wanted = [(*SENSORS[each.line], each.level) for each in cut.toggles]
        arrived = [(edge["gate"], edge["sensor"], edge["level"]) for edge in edges]
        assert arrived == wanted[: len(arrived)]
        made = read_toggled(cut.shared)
        for edge, toggled in zip(edges, made, strict=False):
            assert toggled.before_ns <= edge["mono_ns"]
        never_written += max(0, len(made) - len(edges))
        crossed_ns = [
            edge["mono_ns"]
            for edge in edges
            if (edge["gate"], edge["sensor"]) == SENSORS[FINISH] and edge["level"] == 1
        ]
        passes = finish_passes(race.stored, boot_id) if boot_id else []
        assert [each.body["mono_ns"] for each in passes] == crossed_ns
    report("edges that a cut kept from the disk", never_written)


def test_each_boot_is_another_one(race: CutRace) -> None:
    """It should give each boot an id of its own, and the disk a journal to recover."""
    boot_ids = [boot_id for each in race.boots if (boot_id := read_boot_id(each))]
    assert len(boot_ids) == len(set(boot_ids))
    assert {each.boot_id for each in race.stored} <= set(boot_ids)
    consoles = [(each / "console.log").read_text(errors="replace") for each in race.boots]
    recovered = sum("recovery complete" in console for console in consoles)
    report("boots that found ext4 in need of recovery", recovered)
    assert recovered > 0


def test_no_lap_is_timed_across_a_cut(race: CutRace) -> None:
    """It should count the laps within each boot, exact, and none from one boot into the next."""
    by_boot: dict[str, list[int]] = {}
    related = {each.boot_id for each in of_kind(race.stored, "clock")}
    for each in finish_passes(race.stored):
        if each.boot_id in related:
            by_boot.setdefault(each.boot_id, []).append(each.body["mono_ns"])
    expected_us = Counter(
        (later - earlier) // 1000
        for stamps_ns in by_boot.values()
        for earlier, later in pairwise(stamps_ns)
    )
    laps = list(race.view["heat"]["laps"].values())
    counted_us = Counter(each["duration_us"] for each in laps if each["state"] == "valid")
    assert counted_us == expected_us
    across = [each["invalid"] for each in laps if each["state"] != "valid"]
    assert across == ["two_boots"] * (len(by_boot) - 1)
    report("laps timed within a boot, exact", sum(counted_us.values()))
    report("laps across a cut, shown and not counted", len(across))
    unrelated = [each for each in of_kind(race.stored, "pass") if each.boot_id not in related]
    assert sum(each["crossed_us"] is None for each in race.passes) == len(unrelated)
    report("passes of boots that never heard the server, listed", len(unrelated))
