"""What a guard is told when it starts."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from hardware.actuators.registry import ActuatorRequest
from hardware.actuators.settings import Pin, WheelsSettings
from timing_server.contract.base import Message, Slug


class StopButtonSettings(BaseModel):
    """The car's own emergency stop: a contact to ground on ``pin``.

    ``is_inverted``: it is closed at rest, so that a cut wire counts as pressed. ``gpio_chip``: on a
    board that is no Raspberry Pi, the number N of its /dev/gpiochipN.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pin: Pin
    is_inverted: bool = False
    pin_factory: str | None = None
    gpio_chip: int | None = Field(default=None, ge=0, le=255)


class GuardRequest(Message):
    """Which car is guarded and by what; travels as JSON on the guard's command line.

    ``latch_file``: where a latched emergency stop is noted, so that it outlives the guard.
    """

    car_id: Slug
    actuators: str
    venue_socket: Path | None = None
    wheels: WheelsSettings = Field(default_factory=WheelsSettings)
    stop_button: StopButtonSettings | None = None
    latch_file: Path | None = None

    def actuator_request(self) -> ActuatorRequest:
        """Return what the actuators need to know."""
        return ActuatorRequest(self.car_id, self.venue_socket, self.wheels)
