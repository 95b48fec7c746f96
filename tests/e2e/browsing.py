"""The browser of the page tests: its arguments, the names it knows, and what no page may do."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    Page,
    Request,
    sync_playwright,
)

from tests.network.loopback import LOOPBACK

#: The tests' own server, as another machine knows it: browsers grant a page of localhost or
#: 127.0.0.1 what needs a secure context, and plain HTTP from another host has none of that.
PAGE_HOST: Final = "paddock.test"

#: Every other host is nowhere.
HOSTS: Final = (
    f"MAP {PAGE_HOST} {LOOPBACK}, MAP *.local {LOOPBACK}, EXCLUDE {LOOPBACK}, MAP * ~NOTFOUND"
)

#: No sandbox, since tests may run as root in a container; the rest keeps the browser from
#: talking to anybody but the test's own server.
BROWSER_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules={HOSTS}",
)

INSTALLED: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

PROJECTOR: Final = (1280, 720)
LAPTOP: Final = (1280, 800)
PHONE: Final = (390, 844)

#: How long a page may take for anything: what it waits for may start processes, and the machine may
#: do much else.
PATIENCE_MS: Final = 60_000

#: Waits in a page until what was changed is drawn, in the letters that it will have.
DRAWN: Final = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""

#: What pages whose time is held take for now.
HELD_UTC: Final = datetime(2026, 5, 2, 14, 0, tzinfo=UTC)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield an installed Chromium where there is one, else the test tool's own."""
    installed = next(filter(None, map(shutil.which, INSTALLED)), None)
    with sync_playwright() as tool:
        launched = tool.chromium.launch(executable_path=installed, args=list(BROWSER_ARGUMENTS))
        yield launched
        launched.close()


def page_url(url: str) -> str:
    """Return the address by which a browser opens a server of this machine."""
    return url.removesuffix("/api/v1").replace(LOOPBACK, PAGE_HOST)


def hold_time(page: Page) -> None:
    """Let the time of what the page opens next stand still but for ``page.clock.run_for``.

    What a page shows for some seconds then stays until the test lets them pass: on a busy machine
    they may be over before the test has looked. What comes from the server is shown as ever;
    nothing is drawn frame by frame.
    """
    page.clock.install(time=HELD_UTC)
    page.clock.pause_at(HELD_UTC + timedelta(seconds=1))


def call(page: Page, module: str, function: str, *arguments: Any) -> Any:
    """Call an exported function of a static module; undefined comes back as None."""
    return page.evaluate(
        "async ([module, name, args]) => (await import(module))[name](...args)",
        [f"/static/{module}", function, list(arguments)],
    )


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Return a context set as all are unless ``options`` say otherwise, as patient as all."""
    settings = {"locale": "en-GB", "reduced_motion": "reduce"} | options
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE_MS)
    return context


@contextmanager
def watched_page(
    browser: Browser, size: tuple[int, int], *, is_loopback: bool = False, **options: Any
) -> Iterator[Page]:
    """Yield a page in a context of its own; at its end it must have done nothing it may not.

    ``size`` is width and height in px; ``is_loopback`` lets a page be opened by an address of
    loopback, for what pages say to somebody who sits at the server.
    """
    width_px, height_px = size
    viewport = {"width": width_px, "height": height_px}
    context = new_context(browser, viewport=viewport, **options)
    faults = watch(context, is_loopback=is_loopback)
    yield context.new_page()
    # An answer from the browser comes after whatever its pages told before.
    context.cookies()
    # Closing cuts off what a page was still loading: no fault of the page's.
    found = tuple(faults)
    context.close()
    assert not found, "\n".join(found)


def watch(context: BrowserContext, *, is_loopback: bool = False) -> list[str]:
    """Return the list to which each fault of the context's pages is added as it happens.

    A fault is a script's error, an error on the console (what the policy of a page blocked is
    one), and a request to another host than the page's own. Such a request always fails, by the
    page's policy or for want of an address: to be told of each request that is made would cost an
    eighth of what it takes to load a page.
    """
    faults: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_answer(message):
            faults.append(f"console: {message.text} ({message.location.get('url')})")

    def note_failed(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("data", "blob") or request.is_navigation_request():
            return
        if asked.netloc != urlsplit(request.frame.url).netloc:
            faults.append(f"asked another host: {request.url}")

    def note_opened(frame: Frame) -> None:
        if urlsplit(frame.url).hostname == LOOPBACK and not is_loopback:
            faults.append(f"opened by {LOOPBACK}, not by a name: {frame.url}")

    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    context.on("console", note_console)
    context.on("requestfailed", note_failed)
    context.on("page", lambda page: page.on("framenavigated", note_opened))
    return faults


def _is_answer(message: ConsoleMessage) -> bool:
    """Say whether this is how the browser tells that the server refused, or was away.

    A test wants just that, and the page words it for people: 4xx, or 503 for 'ask again'. A file
    that isn't there is a fault.
    """
    if not message.text.startswith("Failed to load resource"):
        return False
    path = urlsplit(message.location.get("url", "")).path
    return "net::ERR_" in message.text or (
        path.startswith("/api/") and re.search(r"status of (4|503)", message.text) is not None
    )
