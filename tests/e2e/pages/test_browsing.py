"""What watches the pages of the browser tests: that it sees what no page may do."""

import pytest
from playwright.sync_api import Browser

from tests.e2e import browsing as subject
from tests.e2e.feed_server import FeedServer

pytestmark = pytest.mark.e2e

INLINE = """() => {
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.head.append(script);
  return window.ran === true;
}"""


def faults_of(browser: Browser, address: str, doing: str) -> list[str]:
    context = browser.new_context()
    faults = subject.watch(context)
    page = context.new_page()
    page.goto(address)
    page.evaluate(doing)
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    # An answer from the browser comes after whatever its pages told before.
    context.cookies()
    context.close()
    return faults


@pytest.mark.parametrize(
    ("doing", "word"),
    [
        ("() => { setTimeout(() => { throw new Error('spun off'); }); }", "script: spun off"),
        ("() => console.error('lost a wheel')", "console: lost a wheel"),
        ("() => fetch('/static/nothing.js').then(() => 0)", "status of 404"),
        ("() => fetch('http://elsewhere.test/').catch(() => 0)", "Content Security Policy"),
        (INLINE, "Content Security Policy"),
    ],
)
def test_what_a_page_may_not_do(browser: Browser, feed: FeedServer, doing: str, word: str) -> None:
    """It should see that a page errs, misses a file, or asks for what its policy blocks."""
    faults = faults_of(browser, f"{feed.url}/season", doing)
    assert any(word in fault for fault in faults), faults


def test_what_a_page_may_do(browser: Browser, feed: FeedServer) -> None:
    """It should have nothing against a page that is refused what it asked of the interface."""
    asking = "() => fetch('/api/v1/nothing').then(() => 0)"
    assert faults_of(browser, f"{feed.url}/season", asking) == []


def test_another_host_is_seen_where_no_policy_is(browser: Browser, feed: FeedServer) -> None:
    """It should note each request to another host than the page's own."""
    asking = "() => fetch('http://elsewhere.test/').catch(() => 0)"
    (fault, *_) = faults_of(browser, f"{feed.url}/api/v1/session", asking)
    assert fault == "asked another host: http://elsewhere.test/"


def test_a_page_is_opened_by_a_name(browser: Browser, feed: FeedServer) -> None:
    """It should open pages as from another machine: the context isn't a secure one."""
    (fault,) = faults_of(browser, f"{feed.loopback_url}/season", "() => 0")
    assert fault.startswith("opened by 127.0.0.1")
    secure = "() => { if (window.isSecureContext) throw new Error('secure'); }"
    assert faults_of(browser, f"{feed.url}/season", secure) == []
