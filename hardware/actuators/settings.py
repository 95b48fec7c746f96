"""How a car's wheels are wired: table [car.wheels] of paddock.toml; see docs/car-safety.md."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Channel = Annotated[int, Field(ge=0, le=15, strict=True)]
Pin = Annotated[int, Field(ge=0, le=511, strict=True)]

PWM_ROOT = Path("/sys/class/pwm")
GPIO_ROOT = Path("/sys/class/gpio")


class WheelsSettings(BaseModel):
    """Which outputs turn and drive the wheels; what other actuators need is ignored.

    ``calibration``: the file with the pulses, in DeepRacer's format. ``pwm_chip``: name below
    ``/sys/class/pwm``; by default the DeepRacer board's, else the only one. ``enable_gpio``: the
    line (its number below ``/sys/class/gpio``) that lets the pulses out while it is low, as a
    DeepRacer's board has it. Channels are those of the PWM chip or of the PCA9685 on ``i2c_bus`` at
    ``i2c_address``; pins are gpiozero's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    calibration: Path | None = None
    throttle_channel: Channel = 0
    steering_channel: Channel = 1
    pwm_chip: Annotated[str, Field(pattern=r"^pwmchip\d{1,4}$")] | None = None
    pwm_root: Path = PWM_ROOT
    enable_gpio: Annotated[int, Field(ge=0, le=4095, strict=True)] | None = None
    gpio_root: Path = GPIO_ROOT
    i2c_bus: Annotated[int, Field(ge=0, le=255, strict=True)] = 1
    i2c_address: Annotated[int, Field(ge=0x40, le=0x7F, strict=True)] = 0x40
    throttle_pin: Pin = 12
    steering_pin: Pin = 13
    pin_factory: str | None = None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.throttle_channel == self.steering_channel or self.throttle_pin == self.steering_pin:
            message = "throttle and steering need a channel and a pin each of their own"
            raise ValueError(message)
        return self
