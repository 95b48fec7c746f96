"""Tells a stress card in the terminal as it is driven: as drawn, as measured, or both."""

import json
from collections.abc import Iterator
from typing import Literal, NoReturn

import typer

from car_agent.models.load import LoadedModel
from car_agent.simulation.json_lines import line
from car_agent.simulation.league import LeagueRules
from car_agent.simulation.stress.card import (
    CardAbout,
    Change,
    SetUp,
    StressLine,
    card_report,
    changes,
    stress_lines,
    stress_report,
    verdict_of,
    verdict_sentence,
)

Manner = Literal["words", "json", "lines"]


def card_told(
    model: LoadedModel,
    set_up: SetUp,
    rules: LeagueRules,
    about: CardAbout,
    manner: Manner,
    beside: SetUp | None = None,
) -> None:
    """Print a card; ends with 1 where the model isn't ready for a car at all.

    ``beside`` sets up the card as drawn that stands beside this one, with the change of each row.
    """
    if beside is not None:
        _both_told(model, (beside, set_up), rules, about, as_json=manner == "json")
    known = _driven(stress_lines(model, set_up, about.track, rules, about.seed), manner)
    if manner == "words":
        typer.echo(verdict_sentence(known))
    else:
        card = card_report(known, about).model_dump()
        typer.echo(line("card", card) if manner == "lines" else json.dumps(card, indent=2))
    raise typer.Exit(1 if verdict_of(known) == "not_ready" else 0)


def _both_told(
    model: LoadedModel,
    set_ups: tuple[SetUp, SetUp],
    rules: LeagueRules,
    about: CardAbout,
    *,
    as_json: bool,
) -> NoReturn:
    """Print both cards: as drawn, then as measured, whose verdict decides how it ends.

    Each row is driven both ways before the next, so that it can be told at once.
    """
    rows: list[tuple[StressLine, StressLine]] = []
    lines = (stress_lines(model, each, about.track, rules, about.seed) for each in set_ups)
    if not as_json:
        typer.echo("laps without a reset: as drawn, as measured, the change")
    for pair in zip(*lines, strict=True):
        rows.append((pair[0], pair[1]))
        if not as_json:
            typer.echo(_row(*rows[-1]))
    drawn, measured = tuple(one for one, _ in rows), tuple(other for _, other in rows)
    if as_json:
        plain_about = CardAbout(about.track, about.model_sha256, about.seed)
        told = {
            "plain": card_report(drawn, plain_about).model_dump(),
            "as_measured": card_report(measured, about).model_dump(),
            "change": [_change(each) for each in changes(drawn, measured)],
        }
        typer.echo(json.dumps(told, indent=2))
    else:
        typer.echo(f"As drawn: {verdict_sentence(drawn)}")
        typer.echo(f"As measured: {verdict_sentence(measured)}")
    raise typer.Exit(1 if verdict_of(measured) == "not_ready" else 0)


def _driven(lines: Iterator[StressLine], manner: Manner) -> tuple[StressLine, ...]:
    known: tuple[StressLine, ...] = ()
    for each in lines:
        known = (*known, each)
        if manner == "lines":
            typer.echo(line("stress", stress_report(each).model_dump()))
        elif manner == "words":
            typer.echo(_in_words(each))
    return known


def _in_words(each: StressLine) -> str:
    mark = "✓" if each.is_good else "✗"
    laps = f"{each.run.clean_laps:>3} of {len(each.run.laps)}"
    return f"{mark} {laps} laps without a reset: {each.sentence}"


def _change(each: Change) -> dict[str, object]:
    return {
        "name": each.name,
        "laps": each.laps,
        "laps_clean_plain": each.plain,
        "laps_clean": each.measured,
        "laps_more": each.laps_more,
    }


def _row(drawn: StressLine, measured: StressLine) -> str:
    (each,) = changes((drawn,), (measured,))
    more = f"{each.laps_more:+d}" if each.laps_more else "="
    return f"{each.plain:>3} {each.measured:>3} of {each.laps:<3} {more:>4}  {drawn.sentence}"
