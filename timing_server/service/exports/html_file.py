"""The event as one HTML file that needs nothing else: to mail, to publish, to print.

No script, no picture, no link to a server: what it shows in ten years is what it shows today.
Every text from people is escaped; the page's own policy forbids it to load or run anything.
"""

from collections.abc import Iterable, Iterator
from html import escape

from timing_server.contract.race.sheets import EventResults, HeatSheet, StageSheet
from timing_server.service.exports import shown
from timing_server.service.exports.driven import driven_texts
from timing_server.service.exports.shown import Table
from timing_server.service.exports.wording import Wording

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
#: A table with more columns is printed across the page.
_PORTRAIT_COLUMNS = 9
_STYLE = """
:root{color-scheme:light dark;--ink:#18181b;--dim:#52525b;--line:#d4d4d8;--back:#fff;--top:#f4f4f5}
@media(prefers-color-scheme:dark){:root{--ink:#fafafa;--dim:#a1a1aa;--line:#3f3f46;--back:#18181b;
--top:#27272a}}
*{box-sizing:border-box}body{margin:0 auto;padding:2rem 1rem 4rem;max-width:64rem;color:var(--ink);
background:var(--back);font:16px/1.45 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
h1{margin:0;font-size:2.2rem;line-height:1.1;overflow-wrap:anywhere}
h2{margin:2.5rem 0 .25rem;font-size:1.35rem}h3{margin:1.5rem 0 .25rem;font-size:1rem}
p{margin:.25rem 0;color:var(--dim)}nav{margin:1rem 0 0;display:flex;flex-wrap:wrap;gap:.25rem 1rem}
a{color:inherit}.warning{color:var(--ink);border-inline-start:4px solid #d97706;
padding-inline-start:.75rem}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;text-align:start;border-bottom:1px solid var(--line);vertical-align:top}
th{background:var(--top);font-size:.8rem;font-weight:600;white-space:nowrap}
td{overflow-wrap:break-word}td.n,th.n{text-align:end;white-space:nowrap;width:1%}
tr.s td{font-weight:650}
.runs{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:0 2rem}
dl{margin:.5rem 0}dt{font-weight:650}dd{margin:0 0 .5rem}
footer{margin-top:3rem;padding-top:1rem;border-top:2px solid var(--ink);font-size:.85rem;
overflow-wrap:anywhere}
@page{size:A4;margin:14mm}@page across{size:A4 landscape}
@media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}
.across{page:across}.wide{overflow:visible}table{font-size:8.5pt}th{font-size:7pt}
th,td{padding:2pt 4pt}
h2,h3{break-after:avoid}tr,.run{break-inside:avoid}a{text-decoration:none}}
"""


def results_html(event: EventResults, words: Wording) -> bytes:
    """Return the page as UTF-8."""
    return "\n".join(_page(event, words)).encode()


def _page(event: EventResults, words: Wording) -> Iterator[str]:
    heading = words.t("paper.title")
    title = escape(f"{event.name} · {heading}")
    yield "<!doctype html>"
    yield f'<html lang="{escape(words.language)}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{title}</title><style>{_STYLE}</style></head><body>"
    yield f"<header><h1><bdi>{escape(event.name)}</bdi></h1>"
    for sentence in warnings_of(event, words):
        yield f'<p class="warning">{escape(sentence)}</p>'
    yield from _contents(event, words)
    yield "</header><main>"
    if event.places:
        yield f'<section><h2 id="places">{escape(words.t("paper.places"))}</h2>'
        yield from _table(shown.places_table(event, words))
        yield "</section>"
    for stage in event.stages:
        yield from _stage(stage, words)
    yield from _awards(event, words)
    if event.heats:
        yield f'<section><h2 id="heats">{escape(words.t("paper.heat_sheets"))}</h2>'
        for heat in event.heats:
            yield from _heat(heat, words)
        yield "</section>"
    yield "</main>"
    yield from _footer(event, words)
    yield "</body></html>"


def warnings_of(event: EventResults, words: Wording) -> tuple[str, ...]:
    """Return what a reader must know first: that it is a demo, that it isn't over."""
    found = []
    if event.is_demo:
        found.append(words.t("paper.demo"))
    if not event.is_over:
        found.append(words.t("paper.not_over"))
    return tuple(found)


def timing_lines(event: EventResults, words: Wording) -> tuple[str, ...]:
    """Return how exact the venue's lines measured themselves to be; nothing where none did."""
    lines = ", ".join(
        words.t(
            "timing.line",
            line=f"{each.gate}/{each.sensor}",
            us=-(-each.error_max_ns // 1000),
            n=each.pulses,
            day=each.measured_utc.date().isoformat(),
        )
        for each in event.timing
    )
    return (words.t("paper.timing", lines=lines),) if lines else ()


def closing_lines(event: EventResults, words: Wording) -> tuple[str, ...]:
    """Return what stands at the end of every export: of which log it is, and how to check it."""
    return (
        *timing_lines(event, words),
        words.t("paper.close"),
        words.t("paper.made", facts=event.facts, when=event.exported_utc[:19].replace("T", " "))
        + f" UTC · Paddock {event.paddock_version}",
        words.t("paper.venue_key", key=event.venue_key),
        words.t("paper.check", key=event.venue_key),
    )


def _contents(event: EventResults, words: Wording) -> Iterator[str]:
    links = [("places", words.t("paper.places"))] if event.places else []
    links += [(f"stage-{each.stage_id}", each.title) for each in event.stages]
    links += [("heats", words.t("paper.heat_sheets"))] if event.heats else []
    yield "<nav>"
    for anchor, title in links:
        yield f'<a href="#{escape(anchor)}"><bdi>{escape(title)}</bdi></a>'
    yield "</nav>"


def _stage(stage: StageSheet, words: Wording) -> Iterator[str]:
    table = shown.stage_table(stage, words)
    turned = ' class="across"' if len(table.columns) > _PORTRAIT_COLUMNS else ""
    anchor = escape(f"stage-{stage.stage_id}")
    yield f'<section{turned}><h2 id="{anchor}"><bdi>{escape(stage.title)}</bdi></h2>'
    described = words.code("format_description", stage.format_name)
    yield f"<p>{escape(words.code('format_title', stage.format_name))}: {escape(described)}</p>"
    for sentence in (shown.track_sentence(stage, words), shown.tie_break_sentence(stage, words)):
        if sentence:
            yield f"<p>{escape(sentence)}</p>"
    if stage.rows:
        yield from _table(table)
    else:
        yield f"<p>{escape(words.t('paper.no_results'))}</p>"
    yield "</section>"


def _awards(event: EventResults, words: Wording) -> Iterator[str]:
    if not event.awards:
        return
    yield f"<section><h2>{escape(words.t('paper.awards'))}</h2><dl>"
    for each in event.awards:
        reason = shown.award_reason(each, words)
        yield f"<dt><bdi>{escape(shown.award_title(each, words))}</bdi></dt>"
        yield f"<dd><bdi>{escape(each.driver)}</bdi>"
        yield f" — {escape(reason)}</dd>" if reason else "</dd>"
    yield "</dl></section>"


def _heat(heat: HeatSheet, words: Wording) -> Iterator[str]:
    yield f"<h3><bdi>{escape(shown.heat_title(heat, words))}</bdi></h3>"
    yield '<div class="runs">'
    for run in heat.runs:
        car = f" · <bdi>{escape(run.car)}</bdi>" if run.car else ""
        yield f'<div class="run"><p>{run.number} · <bdi>{escape(run.driver)}</bdi>{car}</p>'
        if note := shown.run_note(run, words):
            yield f"<p>{escape(note)}</p>"
        for text in driven_texts(run, words):
            yield f"<p><bdi>{escape(text)}</bdi></p>"
        yield from _table(shown.run_table(run, words))
        yield "</div>"
    yield "</div>"


def _table(table: Table) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(_cells("th", (title for title, _ in table.columns), table))
    yield "</tr></thead><tbody>"
    for at, row in enumerate(table.rows):
        mark = ' class="s"' if at in table.strong else ""
        yield f"<tr{mark}>{''.join(_cells('td', row, table))}</tr>"
    yield "</tbody></table></div>"


def _cells(tag: str, texts: Iterable[str], table: Table) -> Iterator[str]:
    for text, (_, is_figure) in zip(texts, table.columns, strict=True):
        mark = ' class="n"' if is_figure else ""
        yield f"<{tag}{mark}><bdi>{escape(text)}</bdi></{tag}>"


def _footer(event: EventResults, words: Wording) -> Iterator[str]:
    yield "<footer>"
    for line in closing_lines(event, words):
        yield f"<p>{escape(line)}</p>"
    yield "</footer>"
