"""Results on paper: the event's pages, a sheet for each heat and driver, certificates."""

from typing import Literal

from timing_server.contract.race.sheets import EventResults, HeatSheet, SheetRow
from timing_server.service.exports import shown
from timing_server.service.exports.driven import driven_texts
from timing_server.service.exports.html_file import closing_lines, warnings_of
from timing_server.service.exports.paper.page import INK, Paper
from timing_server.service.exports.times import time_within
from timing_server.service.exports.wording import Wording

#: A table with more columns is printed across.
_PORTRAIT_COLUMNS = 9


def results_pdf(event: EventResults, words: Wording) -> bytes:
    """Return places, every stage, awards, and how to check them."""
    tables = [shown.stage_table(each, words) for each in event.stages]
    is_wide = any(len(each.columns) > _PORTRAIT_COLUMNS for each in tables)
    paper = _paper(event, words, "landscape" if is_wide else "portrait")
    paper.add_page()
    paper.heading(event.name, 20)
    for sentence in warnings_of(event, words):
        paper.paragraph(sentence, 9, INK)
    paper.ln(3)
    if event.places:
        paper.heading(words.t("paper.places"), 13)
        table = shown.places_table(event, words)
        paper.results_table(table)
    for stage, stage_table in zip(event.stages, tables, strict=True):
        paper.heading(stage.title, 13)
        paper.paragraph(words.code("format_title", stage.format_name))
        for sentence in (
            shown.track_sentence(stage, words),
            shown.tie_break_sentence(stage, words),
        ):
            if sentence:
                paper.paragraph(sentence)
        if stage.rows:
            paper.results_table(stage_table)
        else:
            paper.paragraph(words.t("paper.no_results"))
            paper.ln(3)
    _awards(paper, event, words)
    paper.ln(2)
    for line in closing_lines(event, words):
        paper.paragraph(line, 7)
    return paper.finished()


def heats_pdf(event: EventResults, words: Wording) -> bytes:
    """Return a sheet for each heat that was driven: every run with every lap."""
    paper = _paper(event, words)
    for heat in event.heats:
        paper.add_page()
        paper.heading(shown.heat_title(heat, words), 16)
        _runs(paper, heat, words)
    return _or_empty(paper, words)


def drivers_pdf(event: EventResults, words: Wording) -> bytes:
    """Return a sheet for each entry that drove: its place in each stage, its runs and laps."""
    paper = _paper(event, words)
    for entry_id in _entries(event):
        paper.add_page()
        rows = [(stage, row) for stage in event.stages for row in stage.rows]
        own = [(stage, row) for stage, row in rows if row.entry_id == entry_id]
        heats = [each for each in event.heats if _drove(each, entry_id)]
        run = next(run for heat in heats for run in heat.runs if run.entry_id == entry_id)
        paper.heading(f"{run.number} · {run.driver}", 18)
        paper.paragraph(event.name, 10)
        paper.ln(3)
        for stage, row in own:
            paper.paragraph(_summary(stage.title, row, words), 10, INK)
        paper.ln(3)
        for heat in heats:
            paper.heading(shown.heat_title(heat, words), 12)
            _runs(paper, heat, words, entry_id)
    return _or_empty(paper, words)


def _paper(
    event: EventResults, words: Wording, orientation: Literal["portrait", "landscape"] = "portrait"
) -> Paper:
    return Paper(
        title=event.name,
        language=words.language,
        made_utc=event.exported_utc,
        page_words=lambda page, pages: words.t("paper.page", page=page, pages=pages),
        orientation=orientation,
    )


def _or_empty(paper: Paper, words: Wording) -> bytes:
    """Say that nobody has driven, rather than make a document without a page."""
    if paper.page == 0:
        paper.add_page()
        paper.paragraph(words.t("paper.no_results"), 12)
    return paper.finished()


def _entries(event: EventResults) -> list[str]:
    """Return who drove, by start number."""
    numbers = {run.entry_id: run.number for heat in event.heats for run in heat.runs}
    return sorted(numbers, key=lambda each: numbers[each])


def _drove(heat: HeatSheet, entry_id: str) -> bool:
    return any(run.entry_id == entry_id for run in heat.runs)


def _summary(title: str, row: SheetRow, words: Wording) -> str:
    rank = f"{words.t('paper.place')} {row.rank} · " if row.is_ranked else ""
    lap = time_within(row.best_lap_us, row.best_lap_bound_us, words.decimal_mark)
    best = f"{words.t('paper.best_lap')} {lap}"
    return f"{title}: {rank}{shown.worth(row, words)} · {best}"


def _runs(paper: Paper, heat: HeatSheet, words: Wording, entry_id: str | None = None) -> None:
    for run in heat.runs:
        if entry_id is not None and run.entry_id != entry_id:
            continue
        if entry_id is None:
            paper.heading(f"{run.number} · {run.driver}", 11)
        notes = [run.car or ""]
        notes.append(shown.run_note(run, words))
        if any(notes):
            paper.paragraph(" · ".join(each for each in notes if each))
        for text in driven_texts(run, words):
            paper.paragraph(text)
        table = shown.run_table(run, words)
        if table.rows:
            paper.results_table(table)
        else:
            paper.paragraph(words.t("paper.no_results"))


def _awards(paper: Paper, event: EventResults, words: Wording) -> None:
    if not event.awards:
        return
    paper.heading(words.t("paper.awards"), 13)
    for each in event.awards:
        reason = shown.award_reason(each, words)
        text = f"{shown.award_title(each, words)}: {each.driver}"
        paper.paragraph(f"{text} ({reason})" if reason else text, 9, INK)
