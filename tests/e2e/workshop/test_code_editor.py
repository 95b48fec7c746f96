"""The editor of reward functions: colours, keys, one line marked, under the pages' own policy."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import page_url
from tests.timing_server.web.live_server import Organiser

pytestmark = pytest.mark.e2e

SOURCE = "def reward_function(params):\n    return 1.0  # always\n"
OPEN = """
async (source) => {
  await import("/static/parts/code/editor.js");
  const editor = document.createElement("code-editor");
  editor.setAttribute("label", "Reward");
  editor.value = source;
  editor.heard = 0;
  editor.addEventListener("change", () => (editor.heard += 1));
  document.body.replaceChildren(editor);
}
"""
ASK = "(name) => document.querySelector('code-editor')[name]"


@pytest.fixture
def page(organiser: Organiser, laptop_page: Page) -> Page:
    """A page with nothing but an editor in it."""
    laptop_page.goto(f"{page_url(organiser.url)}/join")
    laptop_page.evaluate(OPEN, SOURCE)
    return laptop_page


def test_code_is_written_with_its_keys(page: Page) -> None:
    """It should number lines, indent as Python is, let Tab indent, and tell what was written."""
    text = page.get_by_role("textbox", name="Reward")
    expect(text).to_contain_text("def reward_function(params):")
    expect(page.locator("code-editor .cm-lineNumbers")).to_contain_text("2")
    text.press("Control+End")
    assert page.evaluate(ASK, "heard") == 0
    page.keyboard.type("if True:\npass\n")
    assert page.evaluate(ASK, "value") == f"{SOURCE}if True:\n    pass\n    "
    page.keyboard.press("Tab")
    assert str(page.evaluate(ASK, "value")).endswith("pass\n        ")
    assert page.evaluate(ASK, "heard") > 1


def test_code_has_its_colours(page: Page) -> None:
    """It should colour keywords and comments by the theme: the page's policy must let it."""
    line = page.locator("code-editor .cm-line").first
    keyword = line.locator("span").first
    expect(keyword).to_have_text("def")
    inks = [
        each.evaluate("node => getComputedStyle(node).color")
        for each in (
            line,
            keyword,
            page.locator("code-editor .cm-line").nth(1).locator("span").last,
        )
    ]
    assert len(set(inks)) == 3


def test_a_faulty_line_is_marked_until_it_is_written_in(page: Page) -> None:
    """It should mark a line, keep the mark on it while others move, and clear it by an edit."""
    mark = page.locator("code-editor .cm-line.cm-line--fault")
    page.evaluate("document.querySelector('code-editor').faultLine = 2")
    expect(mark).to_have_text("    return 1.0  # always")
    text = page.get_by_role("textbox", name="Reward")
    text.press("Control+Home")
    page.keyboard.type("import math\n")
    expect(mark).to_have_text("    return 1.0  # always")
    assert page.evaluate(ASK, "faultLine") == 3
    mark.click()
    page.keyboard.type(" ")
    expect(mark).to_have_count(0)


def test_the_keyboard_can_leave(page: Page) -> None:
    """It should let Tab go on to what follows, after Escape."""
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('button'), {id: 'b'}))"
    )
    page.get_by_role("textbox", name="Reward").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "b"
