"""Pages that tests use one after the other: nothing of a test reaches the next one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browsing import LAPTOP, PHONE
from tests.e2e.feed_server import FeedServer
from tests.e2e.kept_pages import KeptPages

pytestmark = pytest.mark.e2e

STORE = """async () => {
  localStorage.setItem("kept", "yes");
  sessionStorage.setItem("kept", "yes");
  document.cookie = "kept=yes";
  await new Promise((done) => { indexedDB.open("kept").onsuccess = done; });
}"""
STORED = """async () => [
  localStorage.length,
  sessionStorage.length,
  document.cookie,
  (await indexedDB.databases()).length,
  innerWidth,
]"""

#: How many of the page's files came over the network.
FETCHED = """() => performance.getEntriesByType("resource").filter(
  (each) => each.name.includes("/static/") && each.transferSize,
).length"""


@pytest.fixture
def subject(browser: Browser) -> Iterator[KeptPages]:
    made = KeptPages(browser)
    yield made
    made.close()


def test_nothing_is_left(subject: KeptPages, feed: FeedServer) -> None:
    """It should be the same page at another size, with nothing stored and no other page beside."""
    with subject.page(LAPTOP) as first:
        first.goto(f"{feed.url}/season")
        first.evaluate(STORE)
        assert first.evaluate(STORED) == [1, 1, "kept=yes", 1, LAPTOP[0]]
        first.context.new_page().goto(f"{feed.url}/season")
    with subject.page(PHONE) as second:
        assert second == first
        assert (second.url, second.context.pages) == ("about:blank", [second])
        second.goto(f"{feed.url}/static/icon.svg")
        assert second.evaluate(STORED) == [0, 0, "", 0, PHONE[0]]


def test_files_are_asked_for_once(subject: KeptPages, feed: FeedServer) -> None:
    """It should find the files of a page in the browser, and ask the server for the page alone."""
    counts = []
    for _ in range(2):
        with subject.page(LAPTOP) as page:
            page.goto(f"{feed.url}/season")
            page.wait_for_load_state("networkidle")
            counts.append(page.evaluate(FETCHED))
    assert counts[0] > 20
    assert counts[1] == 0


@pytest.mark.parametrize(
    "asking",
    [
        lambda page: page.add_init_script("window.before = true"),
        lambda page: page.on("dialog", lambda dialog: dialog.accept()),
        lambda page: page.route("**/season", lambda route: route.abort()),
        lambda page: page.clock.install(),
        lambda page: page.context.set_offline(offline=True),
        lambda page: page.keyboard.down("Shift"),
        lambda page: page.close(),
    ],
)
def test_what_lasts_is_closed(subject: KeptPages, asking: Callable[[Page], object]) -> None:
    """It should give no test a page of which another asked what would last."""
    with subject.page(LAPTOP) as first:
        asking(first)
    with subject.page(LAPTOP) as second:
        assert second != first
        assert first.is_closed()


def test_settings_and_sites_are_kept_apart(subject: KeptPages, feed: FeedServer) -> None:
    """It should hand a page on to who wants its settings, unless it has been to two sites."""
    with subject.page(LAPTOP, color_scheme="dark") as dark, subject.page(LAPTOP) as plain:
        assert dark != plain
    with subject.page(PHONE) as second, subject.page(PHONE) as third:
        assert second == plain
        assert third not in (dark, plain)
    with subject.page(LAPTOP, is_loopback=True) as wanderer:
        wanderer.goto(f"{feed.url}/static/icon.svg")
        wanderer.goto(f"{feed.loopback_url}/static/icon.svg")
    with subject.page(LAPTOP, is_loopback=True) as other:
        assert other != wanderer


def test_a_fault_is_told_once(subject: KeptPages, feed: FeedServer) -> None:
    """It should fail on what a page did that it may not, and leave the next test in peace."""
    with ExitStack() as test:
        first = test.enter_context(subject.page(LAPTOP))
        first.goto(f"{feed.url}/season")
        first.evaluate("console.error('lost a wheel')")
        with pytest.raises(AssertionError, match="lost a wheel"):
            test.close()
    with subject.page(LAPTOP) as second:
        second.goto(f"{feed.url}/season")
    assert second != first
