"""What a car may be told: table [car] of paddock.toml, PADDOCK_CAR_… and arguments."""

from ipaddress import IPv4Address
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from car_agent.blackbox.settings import RecordSettings
from car_agent.driving.choice import Choice
from car_agent.driving.policy import ThrottleCurve
from hardware.actuators.settings import WheelsSettings
from hardware.cameras.light import Exposure, WhiteBalance
from hardware.guard.settings import StopButtonSettings
from hardware.server_access import FIND, FindableServerUrl
from timing_server.contract.base import Slug
from timing_server.contract.config_file import TableSettings


class CarSettings(TableSettings):
    """Settings of ``paddock car``."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_CAR_", extra="forbid", frozen=True)

    server_url: FindableServerUrl = Field(
        default=FIND,
        description="Address of the timing server; find: the one server of this network (mDNS).",
    )
    announces: bool = Field(
        default=True, description="Whether the car says on the network (mDNS) that it is there."
    )
    mdns_interfaces: tuple[IPv4Address, ...] = Field(
        default=(), description="Addresses of the interfaces for mDNS; else all of them."
    )
    car_id: Slug = Field(description="The car's id, as the organiser entered it.")
    token_file: Path | None = Field(
        default=None,
        description="File that holds this car's token; else car-ID.token in Paddock's data folder.",
    )
    model: Path | None = Field(
        default=None,
        description=(
            "The model's file that drives; without one the car waits for race control to send one, "
            "or for one chosen at its own page."
        ),
    )
    model_folder: Path | None = Field(
        default=None,
        description="Folder of models to choose from at the car's own page; else Paddock's models.",
    )
    camera: str = Field(
        default="usb:0",
        description="usb:N, usb:/dev/v4l/by-id/…, csi:N, virtual or file:VIDEO.",
    )
    camera_right: str | None = Field(
        default=None,
        description="The right one of two cameras, for a model that sees with two; named likewise.",
    )
    actuators: str | None = Field(
        default=None,
        description=(
            "pwm, pca9685, gpiozero, virtual, or none to move nothing; by default virtual where "
            "there is a venue, else none."
        ),
    )
    wheels: WheelsSettings = Field(
        default_factory=WheelsSettings,
        description=(
            "How the wheels are wired: calibration (file), throttle_channel, steering_channel, "
            "pwm_chip, enable_gpio, i2c_bus, i2c_address, throttle_pin, steering_pin, pin_factory."
        ),
    )
    stop_button: StopButtonSettings | None = Field(
        default=None,
        description=(
            "The emergency stop on the car: pin; is_inverted where its contact is closed at rest; "
            "gpio_chip on a board that is no Raspberry Pi."
        ),
    )
    guard_socket: Path | None = Field(
        default=None,
        description="Socket of the guard that systemd runs; by default the car starts its own.",
    )
    venue_socket: Path | None = Field(
        default=None, description="Socket of the virtual venue, for a virtual camera or car."
    )
    frame_rate_hz: float = Field(
        default=15.0,
        ge=15,
        le=60,
        description="Decisions a second; of more pictures than that, some are left out.",
    )
    camera_rate_hz: float | None = Field(
        default=None,
        gt=0,
        le=120,
        description="Pictures a second asked of the camera; by default frame_rate_hz.",
    )
    exposure: Exposure = Field(
        default="auto",
        description="auto, lock (hold what it settled at after 1.5 s), or a time in microseconds.",
    )
    white_balance: WhiteBalance = Field(
        default="auto", description="auto, lock likewise, or a colour temperature in kelvin."
    )
    camera_width_px: int = Field(default=640, ge=80, le=4096, description="Picture width asked.")
    camera_height_px: int = Field(default=480, ge=60, le=4096, description="Picture height asked.")
    throttle_curve: ThrottleCurve = Field(
        default="linear",
        description="linear: speed / max_speed_mps; deepracer: as a stock DeepRacer car does it.",
    )
    max_speed_mps: float = Field(
        default=4.0, gt=0, le=20, description="The car's speed at full throttle (linear curve)."
    )
    throttle_scale: float = Field(
        default=1.0, ge=0, le=1, description="The operator's limit: multiplies every throttle."
    )
    choice: Choice = Field(
        default="argmax",
        description=(
            "How a model with a list of actions decides: argmax, the likeliest; mean, all weighed "
            "by their probabilities; sample, drawn by them."
        ),
    )
    choice_seed: int = Field(
        default=1, ge=0, description="The same seed draws the same (choice = sample)."
    )
    entropy_limit_frac: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description=(
            "From this uncertainty on (0 sure, 1 all actions equally likely) the speed is capped, "
            "down to the slowest action's; by default never."
        ),
    )
    # 300 ms: at 15 Hz it bridges three lost pictures, and at 3 m/s a car gets 0.9 m in it, about
    # the width of a track. Shorter ones turn ordinary Wi-Fi and scheduling gaps into stutter.
    command_ttl_ms: int = Field(
        default=300,
        ge=50,
        le=2000,
        description="How long after its picture a command may move the car; then neutral.",
    )
    camera_patience_s: float = Field(
        default=1.0, ge=0.1, le=60, description="A camera silent for this long is called stalled."
    )

    record: RecordSettings = Field(
        default_factory=RecordSettings,
        description=(
            "The black box: is_on, folder, limit_mb of all records, heat_limit_mb of one, free_mb "
            "that stay free on the disk, width_px and quality of its pictures."
        ),
    )

    @property
    def calibration_path(self) -> Path:
        """Where a calibration is saved, and looked for: one in the user's own folder stays it."""
        own = user_data_path("paddock") / "calibration.json"
        if self.data_dir is not None and not own.exists():
            own = self.data_dir / "calibration.json"
        return self.wheels.calibration or own

    data_dir: Path | None = Field(
        default=None,
        description=(
            "Folder for what the car keeps: models that race control sends, its calibration; else "
            "Paddock's own."
        ),
    )
    model_cache_mb: int = Field(
        default=1024, ge=64, le=65536, description="How much room models that were sent may take."
    )

    @property
    def model_folder_path(self) -> Path:
        """Where models lie that a person put on this car."""
        return self.model_folder or user_data_path("paddock") / "models"

    @property
    def sent_models_path(self) -> Path:
        """Where models lie that race control sent."""
        return self.data_path / "models"

    @property
    def data_path(self) -> Path:
        """Where the car keeps what it is sent."""
        return self.data_dir or user_data_path("paddock") / f"car-{self.car_id}"

    @property
    def console_socket(self) -> Path:
        """Where the car's agent listens for its console: beside the token."""
        return self.token_path.with_suffix(".sock")

    @property
    def token_path(self) -> Path:
        """Where the car's token is kept: in the user's own folder unless a file is named."""
        return self.token_file or user_data_path("paddock") / f"car-{self.car_id}.token"
