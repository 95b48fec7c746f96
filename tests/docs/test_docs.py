"""The documentation tells the truth: pages are up to date, and everything is mentioned."""

import re
import tomllib
from pathlib import Path

import pytest

from docs.draw.header import pin_name
from docs.draw.write_wiring import PICTURES, WIRING_DIR
from docs.write_reference import PAGES, REFERENCE_DIR, SETTINGS_CLASSES, load
from docs.write_rules import BLOCKS, RULES_PAGE, filled, words
from timing_server.contract.config_file import TABLES, load_settings

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


@pytest.mark.parametrize("name", PICTURES)
def test_wiring_pictures_are_up_to_date(name: str) -> None:
    """It should be what 'make docs' draws from the profiles, and be shown in the wiring page."""
    assert (WIRING_DIR / f"{name}.svg").read_text(encoding="utf-8") == PICTURES[name]().svg()
    shown = (ROOT / "docs" / "wiring.md").read_text(encoding="utf-8")
    assert re.search(rf"!\[[^\]]{{10,}}\]\(images/wiring/{name}\.svg\)", shown)


def test_there_are_no_other_wiring_pictures() -> None:
    """It should keep no picture that nothing draws."""
    assert {path.stem for path in WIRING_DIR.iterdir()} == set(PICTURES)


def _configurations() -> list[tuple[str, str]]:
    return [
        (page.name, block)
        for page in sorted((ROOT / "docs").glob("*.md"))
        for block in re.findall(
            r"^ *```toml\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
    ]


@pytest.mark.parametrize(("page", "block"), _configurations())
def test_configurations_load(page: str, block: str, tmp_path: Path) -> None:
    """It should show only lines of paddock.toml that the processes take."""
    config = tmp_path / "paddock.toml"
    config.write_text(block, encoding="utf-8")
    tables = tomllib.loads(block)
    assert tables
    for table in tables:
        settings = load(*SETTINGS_CLASSES[table])
        # What every device needs, and what a page needn't say again.
        given = {"server_url": "http://127.0.0.1"} if "server_url" in settings.model_fields else {}
        assert load_settings(settings, table, path=config, **given)


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


def test_the_kit_costs_what_is_said() -> None:
    """It should add up its table, and stay below 100 euros."""
    text = (ROOT / "docs" / "shopping-list.md").read_text(encoding="utf-8")
    kit = text.split("\n## ")[0]
    prices = [int(price) for price in re.findall(r"\| € (\d+) \|$", kit, flags=re.MULTILINE)]
    (together,) = re.findall(r"\*\*€ (\d+)\*\*", kit)
    assert len(prices) > 5
    assert sum(prices) == int(together) < 100


def test_the_pins_are_those_of_the_header() -> None:
    """It should list the header's 40 pins as the pictures have them."""
    text = (ROOT / "docs" / "wiring.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \| \| (.+?) \| (\d+) \|$", text, flags=re.MULTILINE)
    listed = {
        int(pin): name
        for odd, one, other, even in rows
        for pin, name in ((odd, one), (even, other))
    }
    assert set(listed) == set(range(1, 41))
    for pin, name in listed.items():
        assert re.sub(r"\*\*(.+)\*\*.*", r"\1", name) == pin_name(pin)
