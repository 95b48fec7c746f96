"""Start lights as wired: the table [node.start_lights] of paddock.toml; see docs/wiring.md."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Pin = Annotated[int, Field(ge=0, le=53, strict=True)]


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
