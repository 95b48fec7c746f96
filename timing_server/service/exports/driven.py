"""How a run was driven, in words: what was done to its car from outside, and what the car says."""

from collections.abc import Sequence

from timing_server.contract.live.laps import ControlView
from timing_server.contract.race.sheets import DrivenView, RunSheet
from timing_server.service.exports.wording import Wording

_US_PER_MS = 1_000


def controls_text(controls: Sequence[ControlView], words: Wording) -> str:
    """Return ``60 % speed · off track · go``, in order; "" where nothing was done."""
    return " · ".join(_control(each, words) for each in controls)


def driven_texts(run: RunSheet, words: Wording) -> tuple[str, ...]:
    """Return a line for each car that said how it drove the run, as the screens show it."""
    return tuple(_driven(each, words, is_one_of_many=len(run.driven) > 1) for each in run.driven)


def _control(control: ControlView, words: Wording) -> str:
    if control.kind == "speed":
        return words.t("drive.percent", percent=control.speed_pct)
    return words.code("car_control", control.kind)


def _driven(driven: DrivenView, words: Wording, *, is_one_of_many: bool) -> str:
    texts = [driven.car] if is_one_of_many else []
    if driven.latency_p50_us is not None and driven.latency_p95_us is not None:
        p50, p95 = _ms(driven.latency_p50_us, words), _ms(driven.latency_p95_us, words)
        texts.append(words.t("driven.latency", p50=p50, p95=p95))
    taken = driven.dropped_frames + driven.frames
    texts.append(words.t("driven.dropped", count=driven.dropped_frames, frames=taken))
    if driven.stale_commands:
        texts.append(words.t("driven.stale", count=driven.stale_commands))
    if driven.is_throttled:
        texts.append(words.t("driven.throttled"))
    if driven.is_undervolted:
        texts.append(words.t("driven.undervolted"))
    return " · ".join(texts)


def _ms(value_us: int, words: Wording) -> str:
    return f"{words.decimals(f'{value_us / _US_PER_MS:.1f}')} ms"
