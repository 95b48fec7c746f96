"""What a table of results shows, in words: the same cells on a page and on paper."""

from dataclasses import dataclass

from timing_server.contract.race.measures import SpeedView
from timing_server.contract.race.sheets import (
    Award,
    EventResults,
    HeatSheet,
    LapSheet,
    RunSheet,
    SheetRow,
    StageSheet,
)
from timing_server.rules.heat_phases import HeatPhase
from timing_server.service.exports.driven import controls_text
from timing_server.service.exports.times import NONE_YET, shown_time, time_within
from timing_server.service.exports.wording import Wording

_MM_PER_CM = 10

#: A column: its heading, and whether its cells are figures, which stand to the right.
Column = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text. ``strong`` are the rows that stand out."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()


def places_table(event: EventResults, words: Wording) -> Table:
    """Return who came where in the whole event."""
    return Table(
        columns=(
            (words.t("paper.place"), True),
            (words.t("paper.entry"), True),
            (words.t("standings.name"), False),
            (words.t("paper.decided_by_stage"), False),
        ),
        rows=tuple(
            (str(each.place), str(each.number), each.driver, each.stage_title)
            for each in event.places
        ),
        strong=frozenset(at for at, each in enumerate(event.places) if each.place <= 3),
    )


def stage_table(stage: StageSheet, words: Wording) -> Table:
    """Return a stage's standings; columns that nobody has anything in are left out."""
    optional = {
        words.t("paper.region"): [row.region or "" for row in stage.rows],
        words.t("paper.class"): [row.class_name or "" for row in stage.rows],
        words.t("paper.team"): [row.team or "" for row in stage.rows],
        words.t("paper.car"): [row.car or "" for row in stage.rows],
    }
    kept = {title: cells for title, cells in optional.items() if any(cells)}
    # Where the best lap is what ranks, it needn't be told twice.
    has_best = any(row.best_lap_us != row.value_us for row in stage.rows)
    has_ideal = any(row.ideal_us is not None for row in stage.rows)
    notes = [row_note(row, words) for row in stage.rows]
    mark = words.decimal_mark
    columns: tuple[Column, ...] = (
        (words.t("standings.rank"), True),
        (words.t("paper.entry"), True),
        (words.t("standings.name"), False),
        *((title, False) for title in kept),
        (words.code("format_value", stage.format_name), True),
        (words.t("standings.gap"), True),
        *([(words.t("paper.best_lap"), True)] if has_best else []),
        *([(words.t("paper.ideal"), True)] if has_ideal else []),
        (words.t("paper.laps"), True),
        *([(words.t("paper.note"), False)] if any(notes) else []),
    )
    rows = tuple(
        (
            str(row.rank) if row.is_ranked else NONE_YET,
            str(row.number),
            row.driver,
            *(cells[at] for cells in kept.values()),
            worth(row, words),
            gap(row, words),
            *([time_within(row.best_lap_us, row.best_lap_bound_us, mark)] if has_best else []),
            *([shown_time(row.ideal_us, mark)] if has_ideal else []),
            str(row.laps),
            *([notes[at]] if any(notes) else []),
        )
        for at, row in enumerate(stage.rows)
    )
    strong = {at for at, row in enumerate(stage.rows) if row.is_ranked and row.rank <= 3}
    return Table(columns, rows, frozenset(strong))


def run_table(run: RunSheet, words: Wording) -> Table:
    """Return a run's laps, each with what is to be said of it."""
    optional = {
        words.t("paper.sectors"): (False, [sectors_text(lap, words) for lap in run.laps]),
        words.t("paper.top_speed"): (True, [speed_text(lap.top_speed, words) for lap in run.laps]),
    }
    kept = {title: column for title, column in optional.items() if any(column[1])}
    return Table(
        columns=(
            (words.t("paper.lap"), True),
            (words.t("paper.time"), True),
            *((title, is_figure) for title, (is_figure, _) in kept.items()),
            (words.t("paper.note"), False),
        ),
        rows=tuple(
            (
                *(str(lap.number), _lap_time(lap, words)),
                *(cells[at] for _, cells in kept.values()),
                lap_note(lap, words),
            )
            for at, lap in enumerate(run.laps)
        ),
        strong=frozenset(at for at, lap in enumerate(run.laps) if lap.is_best),
    )


def worth(row: SheetRow, words: Wording) -> str:
    """Return what ranks: points, or a time behind the laps where the format counts them."""
    if row.value_points is not None:
        return str(row.value_points)
    text = time_within(row.value_us, row.bound_us, words.decimal_mark)
    return text if row.value_laps is None else f"{row.value_laps} · {text}"


def gap(row: SheetRow, words: Wording) -> str:
    """Return how far behind the leader a row is; "" for the leader and without a value."""
    mark = "≈ " if row.is_close else ""
    if row.gap_points is not None:
        return f"{mark}−{row.gap_points}" if row.gap_points else ""
    if row.gap_laps:
        return words.t("standings.laps_behind", laps=row.gap_laps)
    return f"{mark}+{shown_time(row.gap_us, words.decimal_mark)}" if row.gap_us else ""


def row_note(row: SheetRow, words: Wording) -> str:
    """Return what else is to be said of a row: a guest's car, status, penalties, the tie-break."""
    notes = []
    if row.is_timed_only:
        notes.append(words.t("entry.timed_only"))
    if row.status is not None:
        notes.append(words.code("run_status", row.status))
    if row.penalty_us:
        notes.append(words.t("paper.penalty", time=shown_time(row.penalty_us, words.decimal_mark)))
    if row.decided_by is not None:
        what = words.code("tie_break", row.decided_by)
        notes.append(words.t("standings.decided_by", what=what))
    return ", ".join(notes)


def run_note(run: RunSheet, words: Wording) -> str:
    """Return what is to be said of a run as a whole: its end, its start, its car after the laps."""
    notes = []
    if run.status is not None:
        notes.append(words.code("run_status", run.status))
    if run.is_confirmed:
        notes.append(words.t("paper.confirmed"))
    if run.false_starts_n:
        notes.append(words.t("paper.false_start"))
    if run.reaction_us is not None:
        time = time_within(run.reaction_us, run.reaction_bound_us, words.decimal_mark)
        notes.append(words.t("paper.reaction", time=time))
    if run.controls:
        notes.append(controls_text(run.controls, words))
    return ", ".join(notes)


def lap_note(lap: LapSheet, words: Wording) -> str:
    """Return why a lap doesn't count, and what happened in it."""
    notes = []
    if lap.is_best:
        notes.append(words.t("paper.best"))
    if lap.invalid is not None:
        notes.append(words.code("lap_invalid", lap.invalid))
    if lap.off_tracks:
        notes.append(words.t("paper.off_tracks", count=lap.off_tracks))
    if lap.resets:
        notes.append(words.t("paper.resets", count=lap.resets))
    if lap.penalty_us:
        notes.append(words.t("paper.penalty", time=shown_time(lap.penalty_us, words.decimal_mark)))
    if lap.controls:
        notes.append(controls_text(lap.controls, words))
    return ", ".join(notes)


def sectors_text(lap: LapSheet, words: Wording) -> str:
    """Return a lap's sectors, such as ``S1 3.000 · S2–3 6.000``; "" where it has none."""
    texts = []
    for each in lap.sectors:
        code = "sector.name" if each.first == each.last else "sector.joined"
        bound_s = words.decimals(f"{-(-each.bound_us // 1000) / 1000}")
        about = f" ±{bound_s} s" if each.bound_us else ""
        name = words.t(code, first=each.first, last=each.last)
        texts.append(f"{name} {shown_time(each.duration_us, words.decimal_mark)}{about}")
    return " · ".join(texts)


def speed_text(speed: SpeedView | None, words: Wording) -> str:
    """Return ``3.42 m/s ±0.03``; the bound covers what rounding takes away. "" without a speed."""
    if speed is None:
        return ""
    cm = round(speed.speed_mmps / _MM_PER_CM)
    rounded_mm = abs(speed.speed_mmps - cm * _MM_PER_CM)
    bound_cm = -(-(speed.bound_mmps + rounded_mm) // _MM_PER_CM)
    speed_mps, bound_mps = (words.decimals(f"{each / 100:.2f}") for each in (cm, bound_cm))
    return words.t("speed.value", speed=speed_mps, bound=bound_mps)


def heat_title(heat: HeatSheet, words: Wording) -> str:
    """Return what a heat is called: its stage, its number, its round or match, and whether
    nothing of it counts."""
    parts = [heat.stage_title, words.t("paper.heat", number=heat.number)]
    if heat.match_name:
        parts.append(heat.match_name)
    elif heat.round_number > 1:
        parts.append(words.t("paper.round", number=heat.round_number))
    if heat.phase == HeatPhase.ABANDONED:
        parts.append(words.t("paper.abandoned"))
    return " · ".join(parts)


def award_title(award: Award, words: Wording) -> str:
    """Return what an award is called."""
    return award.title if award.kind == "own" else words.code("award", award.kind)


def award_reason(award: Award, words: Wording) -> str:
    """Return what an award is for."""
    if award.kind == "own":
        return award.reason
    mark = words.decimal_mark
    return words.code(
        "award_why",
        award.kind,
        **{"from": shown_time(award.from_us, mark), "to": shown_time(award.to_us, mark)},
        heat=award.heat_number,
        laps=award.laps,
        incidents=award.incidents,
        place=award.place,
    )


def tie_break_sentence(stage: StageSheet, words: Wording) -> str:
    """Return how ties are broken in a stage, "" where its format has no such rule."""
    if not stage.tie_breaks:
        return ""
    listed = "; ".join(words.code("tie_break", each) for each in stage.tie_breaks)
    return words.t("paper.tie_breaks", list=listed)


def track_sentence(stage: StageSheet, words: Wording) -> str:
    """Return what a stage was raced on, "" where nobody told it, or while it is a secret."""
    if stage.track is None:
        return ""
    return words.t("paper.virtual_track" if stage.is_virtual else "paper.track", track=stage.track)


def _lap_time(lap: LapSheet, words: Wording) -> str:
    text = time_within(lap.duration_us, lap.bound_us, words.decimal_mark)
    return f"({text})" if lap.invalid is not None else text
