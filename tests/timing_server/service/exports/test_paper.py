"""PDF: what stands on paper, for any name, and on as many pages as it takes."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from tests.timing_server.service.exports.told import (
    ENGLISH,
    KEY,
    SPANISH,
    golden_results,
    with_driving,
    with_name,
    with_rows,
)
from timing_server.contract.race.sheets import EventResults
from timing_server.service.exports.paper import page as subject
from timing_server.service.exports.paper.certificates import certificates_pdf
from timing_server.service.exports.paper.results import drivers_pdf, heats_pdf, results_pdf
from timing_server.service.exports.wording import Wording

Write = Callable[[EventResults, Wording], bytes]
EVERY = [results_pdf, heats_pdf, drivers_pdf, certificates_pdf]


def pages(content: bytes) -> list[str]:
    """Return each page's text."""
    return [each.extract_text() for each in PdfReader(io.BytesIO(content)).pages]


def test_results_on_paper() -> None:
    """It should print places, standings, awards, and how to check them."""
    (text,) = pages(results_pdf(golden_results(), ENGLISH))
    for word in ("Friday league", "Wild Wanda", "7.310", "+0.674", "Cleanest run", KEY):
        assert word in text
    assert "Page 1 of 1" in text


def test_a_sheet_for_each_heat_and_driver() -> None:
    """It should print every lap of each heat, and of each driver by start number."""
    heats = pages(heats_pdf(golden_results(), ENGLISH))
    assert [("Heat 1" in heats[0]), ("Heat 4" in heats[3])] == [True, True]
    drivers = pages(drivers_pdf(golden_results(), ENGLISH))
    names = ("Turbo Tortoise", "Apex Otter", "Captain Kerb", "Wild Wanda")
    for text, name in zip(drivers, names, strict=True):
        assert name in text
    assert "struck by a ruling" in drivers[3]


def test_how_a_run_was_driven_on_paper() -> None:
    """It should stand on the heat's and the driver's sheet, beside its lap and above the laps."""
    for write in (heats_pdf, drivers_pdf):
        text = " ".join("\n".join(pages(write(with_driving(), ENGLISH))).split())
        for said in ("off track · go", "lost contact", "95 % within 58.9 ms"):
            assert said in text


def test_a_certificate_for_each_driver_and_award() -> None:
    """It should print the winner's first, and the awards last."""
    texts = pages(certificates_pdf(golden_results(), ENGLISH))
    assert "Wild Wanda" in texts[0]
    assert "Place 1 of 4" in texts[0]
    assert "Cleanest run" in texts[-1]
    assert len(texts) == 5


@pytest.mark.parametrize("write", EVERY)
@pytest.mark.parametrize("words", [ENGLISH, SPANISH])
def test_everything_is_worded(write: Write, words: Wording) -> None:
    """It should leave no key unworded in either language."""
    text = " ".join(pages(write(golden_results(), words)))
    assert "paper." not in text


@pytest.mark.parametrize("write", EVERY)
def test_the_same_results_make_the_same_file(write: Write) -> None:
    """It should depend on nothing but what it is told."""
    assert write(golden_results(), ENGLISH) == write(golden_results(), ENGLISH)


@pytest.mark.parametrize("write", EVERY)
def test_an_event_before_its_first_lap(write: Write) -> None:
    """It should make a page that says that nobody has driven."""
    event = golden_results()
    stages = tuple(each.model_copy(update={"rows": ()}) for each in event.stages)
    empty = event.model_copy(update={"places": (), "heats": (), "awards": (), "stages": stages})
    assert "Nobody has driven yet." in " ".join(pages(write(empty, ENGLISH)))


@pytest.mark.parametrize("write", EVERY)
@pytest.mark.parametrize("name", ["W" * 40, "Neon " * 8, "Сокол Неоновый", "a\u200db", "x" * 160])
def test_any_name_fits(write: Write, name: str) -> None:
    """It should print long names and those of other scripts without failing."""
    assert pages(write(with_name(name), ENGLISH))


def test_a_long_stage_goes_on_over_pages() -> None:
    """It should repeat the table's heading on each page, and turn a wide table across."""
    rows = [
        {
            "rank": at + 1,
            "driver": f"Driver {at:02}",
            "region": "North",
            "class_name": "Rookie",
            "team": "Team Kerb",
            "penalty_us": 2_000_000,
        }
        for at in range(60)
    ]
    content = results_pdf(with_rows(*rows), ENGLISH)
    reader = PdfReader(io.BytesIO(content))
    box = reader.pages[0].mediabox
    assert box.width > box.height
    texts = [each.extract_text() for each in reader.pages]
    assert all("Rookie" not in text or "Region" in text for text in texts)
    assert "Driver 59" in texts[-1]


@contextmanager
def paper() -> Iterator[subject.Paper]:
    made_utc = datetime(2026, 5, 1, tzinfo=UTC).isoformat()
    sheet = subject.Paper("A title", "en", made_utc, lambda page, of: f"{page}/{of}")
    yield sheet
    sheet.close()


def test_a_letter_that_no_font_has_is_a_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should never print nothing where somebody's name should stand."""
    monkeypatch.setattr(subject, "FALLBACK_FONTS", ())
    with paper() as sheet:
        assert sheet.drawable("霓虹 Falcon") == "□□ Falcon"
        assert sheet.drawable("Сокол ñ") == "Сокол ñ"


def test_a_font_that_cannot_be_read_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It should go on with the fonts that it has."""
    broken = tmp_path_factory.mktemp("fonts") / "broken.ttf"
    broken.write_bytes(b"not a font")
    monkeypatch.setattr(subject, "FALLBACK_FONTS", (broken,))
    with paper() as sheet:
        assert sheet.drawable("霓") == "□"
