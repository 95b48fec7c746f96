"""Start lights and buttons as wired, in [node] of paddock.toml; see docs/wiring.md."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from timing_server.contract.base import Slug
from timing_server.contract.machines.journal import ButtonRole

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
    ``is_inverted``: the contact is closed at rest, so that a cut wire counts as pressed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    button: Slug
    role: ButtonRole
    pin: Pin
    gate: Slug = "finish"
    bound_ms: Annotated[int, Field(ge=1, le=2_000, strict=True)] = 150
    is_inverted: bool = False
