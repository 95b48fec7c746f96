"""Start lights and buttons as wired, in [node] of paddock.toml; see docs/wiring.md."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from timing_server.contract.base import Slug
from timing_server.contract.machines.journal import ButtonRole, JudgeCall

JudgeRole = Literal["judge_off_track", "judge_reset"]
JUDGE_CALLS: Mapping[str, JudgeCall] = {"judge_off_track": "off_track", "judge_reset": "reset"}

Pin = Annotated[int, Field(ge=0, le=511, strict=True)]


def _one_pin_each(lamps: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(lamps)) < len(lamps):
        message = "two lamps hang on one pin"
        raise ValueError(message)
    return lamps


class StartLightsSettings(BaseModel):
    """Five red lamps or fewer, in the order in which they come on; BCM numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lamps: Annotated[
        tuple[Pin, ...], Field(min_length=1, max_length=5), AfterValidator(_one_pin_each)
    ]
    green: Pin | None = None
    buzzer: Pin | None = None
    is_active_low: bool = False

    def pins(self) -> dict[str, int]:
        """Return what hangs on which pin, by names that a person knows."""
        named = {f"lamp {n}": pin for n, pin in enumerate(self.lamps, 1)}
        named |= {} if self.green is None else {"green lamp": self.green}
        return named | ({} if self.buzzer is None else {"buzzer": self.buzzer})


class ButtonSettings(BaseModel):
    """One button: a contact to ground on ``pin``, open at rest, and what pressing it means.

    ``e_stop`` stops the heat; one that latches keeps it stopped until it is turned back. A
    ``manual_gate`` makes a pass at ``gate``, as precise as a hand is: ± ``bound_ms``.
    A judge's marks the car that left the track or was put back: the only one, or that of ``lane``.
    ``is_inverted``: the contact is closed at rest, so that a cut wire counts as pressed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    button: Slug
    role: ButtonRole | JudgeRole
    pin: Pin
    gate: Slug = "finish"
    bound_ms: Annotated[int, Field(ge=1, le=2_000, strict=True)] = 150
    is_inverted: bool = False
    lane: Annotated[int, Field(ge=1, le=16, strict=True)] | None = None

    @model_validator(mode="after")
    def _lane_is_a_judges(self) -> Self:
        if self.lane is not None and self.role not in JUDGE_CALLS:
            message = f"button {self.button} is no judge's, so that it has no lane"
            raise ValueError(message)
        return self
