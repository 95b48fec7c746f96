"""From the edge at a pin to the change on the board, beside the smallest page there can be."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from tests.bench.live.hall import line_of, process
from tests.bench.table import BenchRow, BenchTable
from tests.e2e.browsing import PROJECTOR, chromium, page_url, watched_page
from tests.faults.siege import MortalNode, MortalServer
from tests.network.loopback import free_port
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until

REPETITIONS = 40
WARM_UP = 3
#: Beam breaks closer together than 500 ms are one pass.
APART_S = 0.6
#: What the smallest page is sent: as much as a lap's patch.
PATCH_BYTES = 1_500
#: Notes at which instant (ms since 1970, by the browser's steady clock) a text became another.
_WATCH = """([selector]) => {
  const read = () => document.querySelector(selector)?.textContent ?? "";
  let before = read();
  window.changed = [];
  new MutationObserver(() => {
    const now = read();
    if (now === before) return;
    before = now;
    window.changed.push(performance.timeOrigin + performance.now());
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
_NEXT = """async (count) => {
  while (window.changed.length < count) await new Promise(requestAnimationFrame);
  return window.changed[count - 1];
}"""


class Watched:
    """A page whose changes of one text are told in CLOCK_MONOTONIC."""

    def __init__(self, page: Page, selector: str) -> None:
        self._page = page
        self._count = 0
        page.evaluate(_WATCH, [selector])

    def next_ns(self) -> int:
        """Wait for the next change; return its instant."""
        self._count += 1
        wall_ms = self._page.evaluate(_NEXT, self._count)
        wall_ahead_ns = time.time_ns() - time.monotonic_ns()
        return int(wall_ms * 1e6) - wall_ahead_ns


class Race:
    """The real server and node with a heat under way, and its board."""

    def __init__(self, stack: ExitStack, folder: Path, page: Page) -> None:
        (folder / "server").mkdir()
        server = MortalServer(folder / "server", free_port())
        stack.callback(server.close)
        wait_until(server.is_answering, "the server")
        organiser = Organiser(server.url, server.folder)
        stack.callback(organiser.close)
        plan = organiser.plan(window_s=3600, idle_limit_s=600, dead_time_s=0.001)
        token = organiser.token("node", "node-finish")
        self._node = MortalNode(server.url.removesuffix("/api/v1"), folder / "node", token)
        stack.callback(self._node.close)
        organiser.start_next(plan)
        page.goto(f"{page_url(server.url)}/?lang=en")
        page.get_by_test_id("laps").wait_for(state="attached")
        for _ in range(2):
            self.pass_ns()
        page.get_by_test_id("laps").get_by_role("listitem").first.wait_for()
        self.board = Watched(page, "[data-testid=laps]")

    def pass_ns(self) -> int:
        """Let a car pass; return the instant of the edge."""
        time.sleep(APART_S)
        self._node.break_beam()
        self._node.hear()
        return self._node.seen.certain_ns[-1]


def measure() -> BenchTable:
    """Measure both pages in turn, in one browser."""
    bare_us, ours_us = [], []
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        ours = stack.enter_context(watched_page(browser, PROJECTOR))
        bare = stack.enter_context(watched_page(browser, PROJECTOR, is_loopback=True))
        race = Race(stack, Path(stack.enter_context(tempfile.TemporaryDirectory())), ours)
        feed = stack.enter_context(process("tests.bench.live.bare_feed"))
        bare.goto(f"http://127.0.0.1:{line_of(feed)}/page")
        bare.wait_for_function("document.title === 'open'")
        smallest = Watched(bare, "p")
        for repetition in range(REPETITIONS + WARM_UP):
            ours.bring_to_front()
            edge_ns = race.pass_ns()
            taken_us = (race.board.next_ns() - edge_ns) / 1000
            bare.bring_to_front()
            assert feed.stdin is not None
            feed.stdin.write(f"{PATCH_BYTES + repetition}\n")
            feed.stdin.flush()
            shown_ns = smallest.next_ns()
            bare_taken_us = (shown_ns - int(line_of(feed))) / 1000
            if repetition >= WARM_UP:
                ours_us.append(taken_us)
                bare_us.append(bare_taken_us)
    row = BenchRow(
        "edge at the pin → change on the board, in Chromium",
        "a page with one EventSource, from its server's write",
        bare_us,
        ours_us,
    )
    return BenchTable("Edge to pixels", (row,))
