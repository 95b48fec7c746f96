"""Pages that are opened while nobody answers: they say so, and ask again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.browsing import page_url
from tests.timing_server.web.live_server import Organiser

pytestmark = pytest.mark.e2e

#: What each shows to an organiser once the server answers.
PAGES = {
    "/train": "track-plan .plan__road",
    "/lab": "[data-testid=ghost]",
    "/models": "[data-testid=shelf]",
    "/tracks": "[data-track=oval] .plan__road",
    "/virtual": "text=No virtual race is open",
}


class Cut:
    """A connection that is cut: whatever is asked of the server fails."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        context.route("**/api/v1/**", self._fail)

    @staticmethod
    def _fail(route: Route) -> None:
        route.abort("connectionrefused")

    def mend(self) -> None:
        """Let the server be reached."""
        self._context.unroute("**/api/v1/**", self._fail)


@pytest.fixture
def tabs(laptop_page: Page, organiser: Organiser) -> Iterator[dict[str, Page]]:
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    laptop_page.goto(f"{page_url(organiser.url)}/control#code={code}")
    expect(laptop_page.get_by_test_id("notice")).to_have_text("You are logged in.")
    opened = {path: laptop_page.context.new_page() for path in PAGES}
    yield opened
    for page in opened.values():
        page.close()


def test_pages_wait_for_the_server(
    tabs: dict[str, Page], laptop_page: Page, organiser: Organiser
) -> None:
    """It should ask nobody to sign in, ask again at a press, and go on by itself."""
    cut = Cut(laptop_page.context)
    for path, page in tabs.items():
        page.goto(f"{page_url(organiser.url)}{path}")
    for page in tabs.values():
        away = page.get_by_test_id("server-away")
        expect(away).to_contain_text("The server doesn't answer.")
        expect(page.locator("main login-form")).to_have_count(0)
        away.get_by_role("button", name="Try now").click()
        expect(away).to_contain_text("Trying …")
    cut.mend()
    for path, page in tabs.items():
        expect(page.locator(PAGES[path]).first).to_be_visible()
        expect(page.get_by_test_id("server-away")).to_have_count(0)
