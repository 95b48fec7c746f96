"""Writes the tables of docs/rules.md from the registries: formats, presets, stages' options.

Run by ``make docs``. A table stands between two marks and is made anew; the text around it stays.
"""

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

RULES_PAGE = Path(__file__).parent / "rules.md"
_ENGLISH = Path(__file__).parents[1] / "display" / "static" / "i18n" / "en.json"
_NS_PER = {"_s": 1_000_000_000, "_ms": 1_000_000}


def words() -> Mapping[str, str]:
    """Return what the pages say in English, so that the documentation says the same."""
    found: dict[str, str] = json.loads(_ENGLISH.read_text(encoding="utf-8"))
    return found


def _load(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _told_apart(codes: tuple[str, ...]) -> str:
    said = words()
    return "; ".join(said[f"tie_break.{code}"] for code in codes) or "nothing: nobody is ranked"


def formats_table() -> str:
    """Return every format: how it ranks, and what tells equal values apart."""
    said = words()
    rows = ["| format | how it ranks | equal values are told apart by |", "|---|---|---|"]
    for name, form in _load("timing_server.formats.registry", "FORMATS").items():
        title = said[f"format_title.{name}"]
        rows.append(f"| **{title}** | {form.description} | {_told_apart(form.tie_breaks)} |")
    return "\n".join(rows)


def presets_table() -> str:
    """Return every preset: in a sentence, and where it comes from."""
    rows = ["| rules | in a sentence | after |", "|---|---|---|"]
    presets = _load("timing_server.formats.presets", "PRESETS").values()
    rows += [f"| **{each.title}** | {each.description} | {each.source} |" for each in presets]
    return "\n".join(rows)


def options_table() -> str:
    """Return every option of a stage: as the page words it, its default, its range, its name."""
    said = words()
    options = _load("timing_server.contract.race.plan", "StageOptions")
    rows = [
        "| option | unless the stage says otherwise | from – to | `name` |",
        "|---|---|---|---|",
    ]
    for name, field in options.model_fields.items():
        label = said.get(f"stage.{name}", "Laps that the format is about")
        default, limits = _worded(name, field.default), _range_of(name)
        rows.append(f"| {label} | {default} | {limits} | `{name}` |")
    return "\n".join(rows)


def _worded(name: str, value: Any) -> str:
    said = words()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return said.get(f"stage_{name}.{value}") or said[f"format_title.{value}"]
    if value is None:
        return "empty"
    return "the format's own" if value == () else f"{value:g}"


def _range_of(name: str) -> str:
    """Return the smallest and the largest value, in the unit of the name."""
    rules = importlib.import_module("timing_server.rules.answers.options")
    if name in rules.OPTION_CHOICES:
        return ", ".join(_worded(name, each) for each in rules.OPTION_CHOICES[name])
    if name in rules.OPTION_RANGES:
        return "{} – {}".format(*rules.OPTION_RANGES[name])
    if name == "laps_n":
        return "{} – {}".format(*rules.LAPS_RANGE)
    for suffix, unit_ns in _NS_PER.items():
        in_ns = f"{name.removesuffix(suffix)}_ns"
        if name.endswith(suffix) and in_ns in rules.OPTION_RANGES_NS:
            least, most = rules.OPTION_RANGES_NS[in_ns]
            return f"{_plain(least / unit_ns)} – {_plain(most / unit_ns)}"
    return "–"


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


BLOCKS: Mapping[str, Callable[[], str]] = {
    "formats": formats_table,
    "presets": presets_table,
    "options": options_table,
}


def filled(text: str) -> str:
    """Return the page with each table between its marks made anew."""
    for name, table in BLOCKS.items():
        begin, end = f"<!-- {name}: written by make docs -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n\n{table()}\n\n{end}{after}"
    return text


def write_rules() -> None:
    """Write the page's tables."""
    RULES_PAGE.write_text(filled(RULES_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
