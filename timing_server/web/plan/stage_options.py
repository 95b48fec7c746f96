"""A stage's options between the interface, which has seconds, and the rules' nanoseconds."""

from collections.abc import Mapping

from timing_server.contract.race.plan import StageChange, StageOptions, StageRequest, StageRow
from timing_server.formats.presets import PRESETS, Preset
from timing_server.rules.commands.plan import ChangeStage
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_MS, NS_PER_S
from timing_server.service.errors import UnknownIdError

#: The options whose unit differs: the interface's name, the rules' name, nanoseconds in one.
_UNITS: tuple[tuple[str, str, int], ...] = (
    ("window_s", "window_ns", NS_PER_S),
    ("grace_s", "grace_ns", NS_PER_S),
    ("idle_limit_s", "idle_limit_ns", NS_PER_S),
    ("dead_time_s", "dead_time_ns", NS_PER_S),
    ("resolution_ms", "resolution_ns", NS_PER_MS),
    ("timeout_s", "timeout_ns", NS_PER_S),
    ("contact_limit_s", "contact_limit_ns", NS_PER_S),
    ("lap_min_s", "lap_min_ns", NS_PER_S),
    ("lap_max_s", "lap_max_ns", NS_PER_S),
    ("off_track_penalty_s", "off_track_penalty_ns", NS_PER_S),
    ("reset_penalty_s", "reset_penalty_ns", NS_PER_S),
    ("protest_limit_s", "protest_limit_ns", NS_PER_S),
)
_IN_UNITS = frozenset(name for name, _, _ in _UNITS)
#: Those that are the same on both sides.
_ALIKE = tuple(name for name in StageOptions.model_fields if name not in _IN_UNITS)


def change_asked(body: StageChange, stage: Stage) -> ChangeStage:
    """Return the command that gives a stage what was sent, and leaves it the rest.

    Raises UnknownIdError for a preset that this release doesn't have.
    """
    preset = None if body.preset is None else _preset(body.preset)
    kind = body.kind or stage.kind
    format_name = stage.format_name if preset is None else preset.format_name
    if (kind == "practice") != (stage.kind == "practice") and preset is None:
        format_name = _format_of(kind)
    filled = _filled(body, stage.options if preset is None else preset.options)
    return ChangeStage(
        stage_id=stage.stage_id,
        title=body.title or stage.title,
        format_name=body.format_name or format_name,
        options=_options(filled),
        kind=kind,
        is_open=stage.is_open if body.is_open is None else body.is_open,
    )


def asked_options(body: StageRequest) -> tuple[str, HeatOptions]:
    """Return the format and the options of a new stage, with the preset's where none are sent.

    Raises UnknownIdError for a preset that this release doesn't have.
    """
    preset = None if body.preset is None else _preset(body.preset)
    options = _options(body if preset is None else _filled(body, preset.options))
    default = _format_of(body.kind) if preset is None else preset.format_name
    return body.format_name or default, options


def _format_of(kind: str) -> str:
    """Return the format of a stage for which none is named."""
    return "practice" if kind == "practice" else "time_trial"


def _options(told: StageOptions) -> HeatOptions:
    return HeatOptions(
        **{name: getattr(told, name) for name in _ALIKE},
        **{ns: round(getattr(told, name) * unit) for name, ns, unit in _UNITS},
    )


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise UnknownIdError("preset", name)
    return PRESETS[name]


def _filled(body: StageOptions, options: HeatOptions) -> StageOptions:
    """Return what was sent, with these options for what wasn't."""
    missing = {
        name: value
        for name, value in shown_options(options).items()
        if name not in body.model_fields_set
    }
    return body.model_copy(update=missing)


def shown_options(options: HeatOptions) -> Mapping[str, object]:
    """Return the options as the interface names them."""
    return {
        **{name: getattr(options, name) for name in _ALIKE},
        **{name: getattr(options, ns) / unit for name, ns, unit in _UNITS},
    }


def stage_row(stage: Stage, *, has_run: bool = False) -> StageRow:
    """Return a stage as a line of the plan."""
    return StageRow.model_validate(
        {
            "stage_id": stage.stage_id,
            "title": stage.title,
            "kind": stage.kind,
            "is_open": stage.is_open,
            "format_name": stage.format_name,
            "starts_utc": stage.starts_utc,
            "slot_s": stage.slot_ns / NS_PER_S,
            "field": stage.field,
            "has_run": has_run,
            "is_virtual": stage.virtual is not None,
            "track": stage.track and stage.track.name,
            "track_sha256": stage.track and stage.track.sha256,
            **shown_options(stage.options),
        }
    )
