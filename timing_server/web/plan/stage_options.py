"""A stage's options between the interface, which has seconds, and the rules' nanoseconds."""

from collections.abc import Mapping

from timing_server.contract.plan import StageOptions, StageRequest, StageRow
from timing_server.formats.presets import PRESETS, Preset
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
    ("lap_min_s", "lap_min_ns", NS_PER_S),
    ("lap_max_s", "lap_max_ns", NS_PER_S),
    ("off_track_penalty_s", "off_track_penalty_ns", NS_PER_S),
    ("reset_penalty_s", "reset_penalty_ns", NS_PER_S),
    ("protest_limit_s", "protest_limit_ns", NS_PER_S),
)
_IN_UNITS = frozenset(name for name, _, _ in _UNITS)
#: Those that are the same on both sides.
_ALIKE = tuple(name for name in StageOptions.model_fields if name not in _IN_UNITS)


def asked_options(body: StageRequest) -> tuple[str, HeatOptions]:
    """Return the format and the options of a new stage, with the preset's where none are sent.

    Raises UnknownIdError for a preset that this release doesn't have.
    """
    preset = None if body.preset is None else _preset(body.preset)
    sent = body if preset is None else _with_preset(body, preset.options)
    options = HeatOptions(
        **{name: getattr(sent, name) for name in _ALIKE},
        **{ns: round(getattr(sent, name) * unit) for name, ns, unit in _UNITS},
    )
    default = "practice" if body.kind == "practice" else "time_trial"
    return body.format_name or (default if preset is None else preset.format_name), options


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise UnknownIdError("preset", name)
    return PRESETS[name]


def _with_preset(body: StageRequest, options: HeatOptions) -> StageRequest:
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


def stage_row(stage: Stage) -> StageRow:
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
            **shown_options(stage.options),
        }
    )
