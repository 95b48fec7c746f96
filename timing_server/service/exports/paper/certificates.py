"""Certificates to hand out: one page for each entry that drove, and one for each award."""

from timing_server.contract.race.sheets import EventResults
from timing_server.service.exports import shown
from timing_server.service.exports.paper.page import DIM, INK, Paper
from timing_server.service.exports.times import shown_time
from timing_server.service.exports.wording import Wording

_KERB_RED = (220, 38, 38)
_KERB_MM = 12
_KERB_STONES = 21
_WHITE = (255, 255, 255)
#: A name of forty characters still fits its line.
_NAME_PT = (44.0, 14.0)


def certificates_pdf(event: EventResults, words: Wording) -> bytes:
    """Return the certificates in the order of places, then the awards'."""
    paper = Paper(
        title=event.name,
        language=words.language,
        made_utc=event.exported_utc,
        page_words=lambda page, pages: words.t("paper.page", page=page, pages=pages),
        orientation="landscape",
    )
    paper.has_foot = False
    paper.set_auto_page_break(auto=False)
    places = {each.entry_id: each.place for each in event.places}
    drivers = {run.entry_id: run.driver for heat in event.heats for run in heat.runs}
    ordered = sorted(drivers, key=lambda each: places.get(each, len(places) + 1))
    for entry_id in ordered:
        place = places.get(entry_id)
        what = (
            words.t("paper.certificate_part")
            if place is None
            else words.t("paper.certificate_place", place=place, count=len(places))
        )
        _page(paper, event, words, drivers[entry_id], what, _driven(event, entry_id, words))
    for award in event.awards:
        reason = shown.award_reason(award, words)
        _page(paper, event, words, award.driver, shown.award_title(award, words), reason)
    if paper.page == 0:
        paper.add_page()
        paper.paragraph(words.t("paper.no_results"), 12)
    return paper.finished()


def _driven(event: EventResults, entry_id: str, words: Wording) -> str:
    """Return how many laps an entry drove, and its best."""
    runs = [run for heat in event.heats for run in heat.runs if run.entry_id == entry_id]
    laps = sum(lap.invalid is None for run in runs for lap in run.laps)
    best_us = min((run.best_lap_us for run in runs if run.best_lap_us is not None), default=None)
    parts = [words.t("paper.certificate_laps", laps=laps)]
    if best_us is not None:
        parts.append(
            words.t("paper.certificate_best", time=shown_time(best_us, words.decimal_mark))
        )
    return " · ".join(parts)


def _page(
    paper: Paper, event: EventResults, words: Wording, name: str, what: str, details: str
) -> None:
    name = paper.drawable(name)
    paper.add_page()
    _kerb(paper, 0)
    _kerb(paper, paper.h - _KERB_MM)
    paper.set_y(38)
    paper.write_in(DIM, 16)
    paper.cell(
        0, 10, words.t("paper.certificate").upper(), align="C", new_x="LMARGIN", new_y="NEXT"
    )
    paper.set_y(66)
    paper.write_in(INK, _fitting_pt(paper, name), is_bold=True)
    paper.cell(0, 22, name, align="C", new_x="LMARGIN", new_y="NEXT")
    paper.write_in(INK, 22)
    paper.ln(4)
    paper.multi_cell(0, 11, paper.drawable(what), align="C", new_x="LMARGIN", new_y="NEXT")
    paper.write_in(DIM, 13)
    paper.ln(2)
    paper.multi_cell(0, 8, paper.drawable(details), align="C", new_x="LMARGIN", new_y="NEXT")
    paper.set_y(paper.h - 54)
    paper.write_in(INK, 18, is_bold=True)
    paper.multi_cell(0, 10, paper.drawable(event.name), align="C", new_x="LMARGIN", new_y="NEXT")
    paper.write_in(DIM, 9)
    paper.cell(0, 6, event.exported_utc[:10], align="C", new_x="LMARGIN", new_y="NEXT")
    if event.is_demo:
        paper.cell(0, 6, words.t("paper.demo"), align="C", new_x="LMARGIN", new_y="NEXT")


def _fitting_pt(paper: Paper, name: str) -> float:
    """Return the largest size in which a name fits its line."""
    size_pt, least_pt = _NAME_PT
    while size_pt > least_pt:
        paper.write_in(INK, size_pt, is_bold=True)
        if paper.get_string_width(name) <= paper.epw:
            break
        size_pt -= 2
    return size_pt


def _kerb(paper: Paper, top_mm: float) -> None:
    """Draw a band of kerbstones across the page."""
    stone_mm = paper.w / _KERB_STONES
    for at in range(_KERB_STONES):
        paper.set_fill_color(*(_KERB_RED if at % 2 == 0 else _WHITE))
        paper.rect(at * stone_mm, top_mm, stone_mm, _KERB_MM, style="F")
