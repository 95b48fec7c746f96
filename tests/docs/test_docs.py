"""The documentation tells the truth: pages are up to date, and everything is mentioned."""

import re
import tomllib
from pathlib import Path

import pytest

from docs.write_reference import PAGES, REFERENCE_DIR, SETTINGS_CLASSES, load
from docs.write_rules import BLOCKS, RULES_PAGE, filled, words
from timing_server.contract.config_file import TABLES

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", PAGES)
def test_reference_is_up_to_date(page: str) -> None:
    """It should be what 'make docs' writes, so that no command, setting, route or fact lacks."""
    assert (REFERENCE_DIR / page).read_text(encoding="utf-8") == PAGES[page](), "run 'make docs'"


def test_rules_are_up_to_date() -> None:
    """It should tell drivers every format, preset and option as the registries have them."""
    text = RULES_PAGE.read_text(encoding="utf-8")
    assert all(f"<!-- {name}: written by make docs -->" in text for name in BLOCKS)
    assert text == filled(text), "run 'make docs'"


def test_the_guide_words_things_as_the_pages_do() -> None:
    """It should name each button, field and card in bold as race control has it in English."""
    shown = {re.sub(r"\s*[:{].*", "", each) for each in words().values()}
    text = (ROOT / "docs" / "race-day.md").read_text(encoding="utf-8")
    named = {" ".join(each.split()) for each in re.findall(r"\*\*(.+?)\*\*", text, flags=re.DOTALL)}
    assert named
    assert not {each for each in named if re.sub(r"\s*[:{].*", "", each) not in shown}


@pytest.mark.parametrize("table", TABLES)
def test_settings_are_explained(table: str) -> None:
    """It should say what each setting is for."""
    settings = load(*SETTINGS_CLASSES[table])
    silent = [name for name, field in settings.model_fields.items() if not field.description]
    assert not silent


def test_every_dependency_has_its_line() -> None:
    """It should say why each library is there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    names = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted} - {"paddock"}
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert not {name for name in names if name not in text}


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")))
def test_links_lead_somewhere(page: Path) -> None:
    """It should link and name only files that exist."""
    text = page.read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    named = re.findall(r"`((?:docs|car_agent|hardware|timing_server|display)/[\w./-]+)`", text)
    missing = [name for name in linked if not (page.parent / name).exists()]
    missing += [name for name in named if not (ROOT / name).exists()]
    assert not missing


def test_every_make_target_named_exists() -> None:
    """It should name only make targets that are there."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    named = {name for page in pages for name in re.findall(r"\bmake ([a-z-]+)", _code(page))}
    assert named <= targets


def _code(page: Path) -> str:
    """Return what stands in backticks and code blocks."""
    text = page.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```.*?```|`[^`]+`", text, flags=re.DOTALL))
