"""The pictures of README and docs: each has its line in the table, its file, and its place."""

import re
from pathlib import Path

import pytest
from PIL import Image

from docs.screenshots.cli import IMAGES_DIR
from docs.screenshots.moments import MOMENTS, STEPS
from docs.screenshots.scene import Scene
from docs.screenshots.scenes import SCENES

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
MOST_BYTES = 4_200_000


def shown_pictures() -> set[Path]:
    """Return every file that a document shows, written as Markdown or as HTML."""
    shown = set()
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        found = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
        found += re.findall(r"<img [^>]*src=\"([^\"]+)\"", text)
        shown |= {(page.parent / each).resolve() for each in found if "://" not in each}
    return shown


def test_every_picture_shown_is_there() -> None:
    """It should show no picture that isn't kept."""
    shown = shown_pictures()
    assert shown
    assert not [each for each in shown if not each.is_file()]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_scene_is_shown(scene: Scene) -> None:
    """It should show each picture of the table in some document, at its size."""
    file = IMAGES_DIR / f"{scene.name}.png"
    assert file in shown_pictures()
    if not scene.of:
        with Image.open(file) as picture:
            assert picture.size == scene.size


def test_there_are_no_other_pictures() -> None:
    """It should keep no picture that 'make screenshots' doesn't take, and all within bounds."""
    files = sorted(IMAGES_DIR.glob("*.*"))
    assert {file.stem for file in files} == {scene.name for scene in SCENES}
    assert len({scene.name for scene in SCENES}) == len(SCENES)
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


def test_every_moment_is_brought_about() -> None:
    """It should know how the race comes to each moment, and take something at each."""
    assert tuple(STEPS) == MOMENTS
    assert {scene.moment for scene in SCENES} == set(MOMENTS)


@pytest.mark.parametrize("page", sorted({*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")}))
def test_every_picture_says_what_it_shows(page: Path) -> None:
    """It should have words for whoever can't see it."""
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"!\[.{0,9}\]\(", text)
    assert len(re.findall(r"<img ", text)) == len(re.findall(r"<img [^>]*alt=\"[^\"]{10,}\"", text))
