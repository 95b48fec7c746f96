"""Race control by keyboard alone, and what a screen reader hears of a heat."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import check_access
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import answered, open_control
from tests.e2e.race_views import event_view, heat_view, ruling_view

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_345, 7_102_345)
TABS_MAX = 60
#: The focused element's name, or null where nobody could see that it has the focus.
FOCUSED = """() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const isSeen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.width > 0;
  return isSeen && at.matches(":focus-visible") ? at.innerText.trim().split("\\n")[0] : null;
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until that control has the focus; each one on the way must show that it has it."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if page.evaluate("document.activeElement === document.body"):
            continue  # from the page's end back to its beginning
        assert focused is not None, page.evaluate("document.activeElement.outerHTML")
        if focused == name:
            return
    raise AssertionError(f"no Tab led to {name!r}")


def test_a_heat_from_call_to_stop(laptop_page: Page, feed: FeedServer) -> None:
    """It should call, start, take a pass, undo and stop without a pointer, each focus in sight."""
    open_control(laptop_page, feed, event_view("idle"))
    notice = laptop_page.get_by_test_id("notice")
    tab_to(laptop_page, "Next")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_contain_text("called to the line")
    feed.show(event_view("called", heat_view("called")))
    expect(laptop_page.get_by_text("At the line")).to_be_visible()
    tab_to(laptop_page, "Start")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_have_text("The heat is running.")
    feed.show(event_view("running", heat_view("running", LAPS_US)))
    expect(laptop_page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    laptop_page.keyboard.press("Space")
    expect(notice).to_have_text("Pass entered.")
    tab_to(laptop_page, "Undo")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_have_text("The last ruling is taken back.")
    tab_to(laptop_page, "Stop")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_have_text("The heat is stopped.")
    sent = [command.path.rsplit("/", 1)[1] for command in feed.commands]
    assert sent == ["next", "start", "passes", "undo", "stop"]


def test_a_dialog_gives_the_focus_back(laptop_page: Page, feed: FeedServer) -> None:
    """It should hold the focus while a dialog asks, close by Escape, and return to the button."""
    feed.is_open_door = False
    view = event_view("running", heat_view("running", LAPS_US))
    open_control(laptop_page, feed, view)
    laptop_page.context.clear_cookies()
    tab_to(laptop_page, "Undo")
    laptop_page.keyboard.press("Enter")
    dialog = laptop_page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(6):
        laptop_page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert laptop_page.evaluate(inside)
    laptop_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(laptop_page.get_by_role("button", name="Undo")).to_be_focused()


def test_laps_are_heard_and_clocks_are_not(laptop_page: Page, feed: FeedServer) -> None:
    """It should tell a lap once and politely, while the clock that runs stays silent."""
    open_control(laptop_page, feed, event_view("running", heat_view("running", LAPS_US[:1])))
    news = laptop_page.get_by_test_id("news")
    expect(news).to_have_attribute("role", "status")
    expect(news).to_have_text("")
    feed.show(event_view("running", heat_view("running", LAPS_US)))
    expect(news).to_have_text("Lap 2: 7.102")
    feed.show(
        event_view(
            "running",
            heat_view("running", LAPS_US),
            rulings={"r1": ruling_view("r1", "LapVoided", "p2")},
        )
    )
    expect(laptop_page.get_by_role("timer").first).to_have_attribute("aria-live", "off")
    live = "[...document.querySelectorAll('[aria-live=polite], [role=status]')]"
    assert (
        laptop_page.evaluate(f"{live}.some((each) => each.querySelector('running-clock'))") is False
    )


def pressed(feed: FeedServer) -> list[str]:
    """Return what was sent so far: the last part of each path."""
    return [command.path.rsplit("/", 1)[1] for command in feed.commands]


def test_single_keys_run_a_heat(laptop_page: Page, feed: FeedServer) -> None:
    """It should call, ready, start, pause, flag, mark and stop, each key once its button can."""
    open_control(laptop_page, feed, event_view("idle"))
    notice = laptop_page.get_by_test_id("notice")

    def press(key: str, told: str) -> None:
        with answered(laptop_page):
            laptop_page.keyboard.press(key)
        expect(notice).to_contain_text(told)
        expect(laptop_page.get_by_role("button", name="Undo")).to_be_enabled()

    expect(laptop_page.get_by_role("button", name="Next")).to_be_enabled()
    press("n", "called to the line")
    feed.show(event_view("called", heat_view("called")))
    expect(laptop_page.get_by_text("At the line")).to_be_visible()
    press("a", "ready")
    press("s", "The heat is running.")
    heat = heat_view("running", LAPS_US)
    feed.show(event_view("running", heat))
    expect(laptop_page.get_by_role("button", name="Off track")).to_be_enabled()
    press("o", "off track")
    press("u", "taken back")
    press("y", "flag")
    press("p", "paused")
    press("Shift+S", "The heat is stopped.")
    assert pressed(feed) == [
        *("next", "arm", "start", "off-tracks", "undo", "flag", "pause", "stop"),
    ]
    press("Shift+E", "stop")
    assert pressed(feed)[-1] == "emergency-stop"


def test_keys_do_nothing_where_their_button_cannot(laptop_page: Page, feed: FeedServer) -> None:
    """It should leave alone what is switched off or elsewhere, and slips of a finger."""
    open_control(laptop_page, feed, event_view("running", heat_view("running", LAPS_US)))
    expect(laptop_page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    # Next and start are off while a heat runs; what ends it takes Shift, and no other key with it.
    for key in ("n", "s", "Shift+N", "r", "e", "Control+Shift+S", "Alt+u", "Meta+o"):
        laptop_page.keyboard.press(key)
    laptop_page.keyboard.press("2")
    expect(laptop_page.locator("marshal-tab")).to_be_attached()
    for key in ("o", "u", "Shift+S", "Shift+E"):
        laptop_page.keyboard.press(key)
    laptop_page.keyboard.press("1")
    expect(laptop_page.get_by_role("button", name="Undo")).to_be_visible()
    assert feed.commands == []
    laptop_page.keyboard.press("u")
    expect(laptop_page.get_by_test_id("notice")).to_contain_text("taken back")
    assert pressed(feed) == ["undo"]


def test_a_held_key_presses_once(laptop_page: Page, feed: FeedServer) -> None:
    """It should take the repeats of a key that is held down for one press."""
    open_control(laptop_page, feed, event_view("running", heat_view("running", LAPS_US)))
    expect(laptop_page.get_by_role("button", name="Off track")).to_be_enabled()
    laptop_page.keyboard.down("o")
    expect(laptop_page.get_by_test_id("notice")).to_contain_text("off track")
    expect(laptop_page.get_by_role("button", name="Off track")).to_be_enabled()
    laptop_page.keyboard.down("o")
    laptop_page.keyboard.up("o")
    laptop_page.keyboard.press("u")
    expect(laptop_page.get_by_test_id("notice")).to_contain_text("taken back")
    assert pressed(feed) == ["off-tracks", "undo"]


def test_typed_letters_are_text(laptop_page: Page, feed: FeedServer) -> None:
    """It should type into fields, choose in lists, and stay in a dialog that is open."""
    open_control(laptop_page, feed, event_view("running", heat_view("running", LAPS_US)))
    laptop_page.locator("summary", has_text="Abandon this heat").click()
    reason = laptop_page.get_by_label("Reason")
    reason.focus()
    laptop_page.keyboard.type("nosy 1 Undo? S")
    expect(reason).to_have_value("nosy 1 Undo? S")
    laptop_page.get_by_label("Language").focus()
    laptop_page.keyboard.press("u")
    expect(laptop_page.locator("race-tab")).to_be_visible()
    laptop_page.locator("h2").first.click()
    laptop_page.keyboard.press("?")
    dialog = laptop_page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    # Where nothing in the dialog has the focus, the page has: neither takes a key.
    dialog.get_by_text("A key presses the button").click()
    for key in ("u", "o", "Shift+S", "2", "Space"):
        laptop_page.keyboard.press(key)
    expect(dialog).to_be_visible()
    laptop_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(laptop_page.locator("race-tab")).to_be_visible()
    assert feed.commands == []


def test_the_list_of_keys(laptop_page: Page, feed: FeedServer) -> None:
    """It should open by its key and by its button, name every button's key, and switch keys off."""
    open_control(laptop_page, feed, event_view("running", heat_view("running", LAPS_US)))
    laptop_page.keyboard.press("?")
    dialog = laptop_page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("Emergency stop: all cars")).to_be_visible()
    listed = {
        text.replace("\n", "+")
        for text in dialog.locator("dt").evaluate_all(
            "all => all.map((each) => [...each.children].map((one) => one.textContent).join('+'))"
        )
    }
    on_buttons = laptop_page.locator("[aria-keyshortcuts]").evaluate_all(
        "all => all.map((each) => each.getAttribute('aria-keyshortcuts'))"
    )
    assert set(on_buttons) <= listed
    assert listed - set(on_buttons) == {"A", "Space"}  # at the line; on no button of its own
    expect(laptop_page.get_by_role("button", name="Stop", exact=True)).to_have_attribute(
        "title", "Key: Shift+S"
    )
    check_access(laptop_page)
    dialog.get_by_label("Use these keys on this device").uncheck()
    dialog.get_by_role("button", name="Close").click()
    for key in ("u", "2", "?", "Space"):
        laptop_page.keyboard.press(key)
    expect(dialog).to_be_hidden()
    expect(laptop_page.locator(".command__key").first).to_be_hidden()
    laptop_page.reload()
    expect(laptop_page.get_by_role("button", name="Undo")).to_be_visible()
    laptop_page.keyboard.press("u")
    laptop_page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Use these keys on this device").check()
    laptop_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    laptop_page.keyboard.press("u")
    expect(laptop_page.get_by_test_id("notice")).to_contain_text("taken back")
    assert pressed(feed) == ["undo"]


def test_the_list_in_spanish_fits_a_phone(phone_page: Page, feed: FeedServer) -> None:
    """It should be worded in Spanish and leave nothing cut off, with its way out in sight."""
    open_control(phone_page, feed, event_view("running", heat_view("running", LAPS_US)))
    phone_page.evaluate("localStorage.setItem('paddock.lang', 'es')")
    phone_page.reload()
    phone_page.get_by_role("button", name="Teclas").click()
    dialog = phone_page.get_by_role("dialog", name="Teclas")
    expect(dialog.get_by_role("button", name="Cerrar")).to_be_in_viewport()
    expect(dialog.get_by_text("Mayús").first).to_be_visible()
    assert dialog.evaluate("each => each.scrollWidth <= each.clientWidth")
