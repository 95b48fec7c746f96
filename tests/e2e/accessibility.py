"""What axe says of a page, in the dark and in the light, on a laptop and on a phone."""

from collections.abc import Callable
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.browsing import LAPTOP, PHONE

#: WCAG 2.1 up to AA, and what axe's makers hold to be good practice.
STANDARDS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
GOOD_PRACTICE: Final = "best-practice"


def check_access(
    page: Page, *, is_whole: bool = True, before: Callable[[], None] = lambda: None
) -> None:
    """Fail on what axe finds, one line for each element, in both themes and at both sizes.

    ``is_whole`` False is for graphics that are laid over a picture: they are no document, which
    has headings and landmarks. ``before`` is called before each look.
    """
    tags = [*STANDARDS, GOOD_PRACTICE] if is_whole else list(STANDARDS)
    everything = {"runOnly": {"type": "tag", "values": tags}}
    colours = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found = []
    for theme, size, options in (
        ("dark", LAPTOP, everything),
        ("light", LAPTOP, colours),
        ("light", PHONE, everything),
        ("dark", PHONE, colours),
    ):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate(
            "(theme) => document.dispatchEvent(new CustomEvent('choosetheme', { detail: theme }))",
            theme,
        )
        before()
        found += [f"{theme} {size[0]} px: {fault}" for fault in _faults_now(page, options)]
    assert not found, "\n".join(found)


def _faults_now(page: Page, options: dict[str, Any]) -> list[str]:
    # Half a megabyte of script, which the page needs to read once only.
    axe = Axe("") if page.evaluate("'axe' in window") else Axe()
    result = axe.run(page, options={"resultTypes": ["violations"], **options})
    return [
        f"{rule['id']}: {node['target']} {_why(node)} {node['html'][:120]}"
        for rule in result.response["violations"]
        for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    checks = (*node["any"], *node["all"], *node["none"])
    return "; ".join(check["message"] for check in checks)
