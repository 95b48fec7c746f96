"""What somebody does on a page before its picture is taken."""

from playwright.sync_api import Page, expect

from docs.screenshots.day import Day

PATIENCE_MS = 30_000
#: The tabs of race control stay at the top while the rest scrolls.
BELOW_THE_TABS = """card => { card.scrollIntoView(); scrollBy(0, -70); }"""


def fill_in_the_form(page: Page, _day: Day) -> None:
    """A driver signs up by phone."""
    page.get_by_label("Full name", exact=True).fill("Wilhelmina Apexhausen")
    page.get_by_label("Nickname", exact=True).fill("Overcut")
    page.locator("select[name=shown_as]").select_option("nickname")
    page.locator("input[name=colour]").fill("#c084fc")
    page.get_by_role("heading").first.click()


def foretell_a_ruling(page: Page, day: Day) -> None:
    """A marshal asks what voiding the false trigger would change."""
    passes = [each for each in day.get("/passes") if each["heat_id"] == day.heat_id]
    row = page.locator(f'[data-pass="{passes[-2]["pass_ref"]}"]')
    row.locator("summary").first.click()
    row.get_by_role("button", name="Void pass").click()
    dialog = page.get_by_role("dialog", name="Void pass")
    dialog.get_by_label("Why").fill("A hand in the beam.")


def log_in_at_the_car(page: Page, day: Day) -> None:
    """Whoever stands beside the car types the code that it shows."""
    page.get_by_label("Code").fill(day.venue.console_code())
    page.get_by_role("button", name="Log in").click()


def set_another_lap_beside(page: Page, _day: Day) -> None:
    """A driver looks at two laps at the same place, half-way round."""
    page.get_by_test_id("beside").click()
    expect(page.get_by_test_id("side-1")).to_be_visible(timeout=PATIENCE_MS)
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")


def look_at_a_finding(page: Page, _day: Day) -> None:
    """A driver looks at the lap that a finding is about, where one is, half-way round."""
    page.locator("[data-plot=steering] canvas").wait_for()
    for button in page.get_by_test_id("findings").get_by_role("button").all()[:1]:
        button.click()
    page.locator("[data-plot=steering]").click(position={"x": 260, "y": 50})
    page.evaluate("scrollTo(0, 0)")


def look_at_the_curves(page: Page, _day: Day) -> None:
    """A driver looks at the map and at where the lap was lost, on the phone."""
    page.locator("[data-plot=steering] canvas").wait_for()
    page.get_by_test_id("map").evaluate("card => card.scrollIntoView()")


def show_who_goes_on(page: Page, _day: Day) -> None:
    """The organiser looks at the cut."""
    card = page.locator("progression-card")
    card.get_by_label("To the stage").select_option(label="Knock-out")
    card.get_by_text("Drift Llama").first.wait_for()
    card.evaluate(BELOW_THE_TABS)


def show_the_fleet(page: Page, _day: Day) -> None:
    """The organiser looks at the cars."""
    page.get_by_test_id("fleet").evaluate(BELOW_THE_TABS)


def show_the_stages(page: Page, _day: Day) -> None:
    """The organiser looks at the plan."""
    page.get_by_test_id("stages").evaluate(BELOW_THE_TABS)


def show_my_laps(page: Page, _day: Day) -> None:
    """A driver looks at the laps of the day."""
    page.get_by_test_id("my-laps").evaluate("card => card.scrollIntoView()")


def pull_a_corner_tight(page: Page, _day: Day) -> None:
    """Move a point of a track by keys, so that a corner is marked."""
    page.locator(".canvas").focus()
    for key in ("n",) * 6 + ("ArrowLeft",) * 4 + ("ArrowUp",) * 1:
        page.keyboard.press(key)
    page.locator(".canvas__trouble").first.wait_for()
