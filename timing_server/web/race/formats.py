"""The routes that say how a stage can be ranked: by which formats, under which presets."""

from dataclasses import fields

from fastapi import Depends

from timing_server.contract.race.formats import (
    FormatOptionView,
    FormatView,
    PresetRuleView,
    PresetView,
    TieBreakView,
)
from timing_server.formats.format import TIE_BREAKS, Format
from timing_server.formats.presets import PRESETS, Preset
from timing_server.formats.registry import FORMATS
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import NS_PER_MS, NS_PER_S
from timing_server.web.auth import PUBLIC
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["plan"])


@router.get("/formats", summary="List formats", dependencies=[Depends(PUBLIC)])
async def list_formats() -> list[FormatView]:
    """Every format that a stage can be planned under, with its own options and its tie-breaks."""
    return [format_view(each) for each in FORMATS.values()]


@router.get("/presets", summary="List presets", dependencies=[Depends(PUBLIC)])
async def list_presets() -> list[PresetView]:
    """Rules that drivers know by name, ready to plan a stage under or to score a log again by."""
    return [preset_view(each) for each in PRESETS.values()]


def preset_view(preset: Preset) -> PresetView:
    """Return a preset as people and screens read it."""
    return PresetView(
        name=preset.name,
        title=preset.title,
        title_key=f"preset_title.{preset.name}",
        description=preset.description,
        source=preset.source,
        format_name=preset.format_name,
        options=_told(preset.options),
        round_order=preset.round_order,
        rules=tuple(PresetRuleView(code=code, text=text) for code, text in preset.rules.items()),
        tie_breaks=_tie_breaks(preset.form),
    )


def _told(options: HeatOptions) -> dict[str, int | float | str | bool | tuple[int, ...] | None]:
    """Return the options that aren't the defaults, as a stage's request names them."""
    told: dict[str, int | float | str | bool | tuple[int, ...] | None] = {}
    for name in (each.name for each in fields(options)):
        value = getattr(options, name)
        if value == getattr(HeatOptions(), name):
            continue
        if name == "resolution_ns":
            told["resolution_ms"] = value / NS_PER_MS
        elif name.endswith("_ns"):
            told[f"{name.removesuffix('_ns')}_s"] = value / NS_PER_S
        else:
            told[name] = value
    return told


def _tie_breaks(form: Format) -> tuple[TieBreakView, ...]:
    return tuple(TieBreakView(code=code, description=TIE_BREAKS[code]) for code in form.tie_breaks)


def format_view(form: Format) -> FormatView:
    """Return a format as people and screens read it."""
    return FormatView(
        name=form.name,
        title=form.title,
        title_key=f"format_title.{form.name}",
        description=form.description,
        options=tuple(
            FormatOptionView(
                name=each.name,
                description=each.description,
                default=each.default,
                least=each.least,
                most=each.most,
            )
            for each in form.options
        ),
        tie_breaks=_tie_breaks(form),
    )
