"""What the demo may be told: table [demo] of paddock.toml, PADDOCK_DEMO_… and arguments."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from timing_server.contract.config_file import TableSettings


def default_data_dir() -> Path:
    """Return the demo's own folder, never that of a real event."""
    return user_data_path("paddock") / "demo"


class DemoSettings(TableSettings):
    """Settings of ``paddock demo``."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_DEMO_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=default_data_dir, description="The demo's own folder, never a real event's."
    )
    host: str = Field(
        default="0.0.0.0",  # noqa: S104 - phones and the board's screen are on the LAN
        description="Address to listen on.",
    )
    port: int = Field(default=8000, ge=0, le=65535, description="Port; 0 takes a free one.")
    seed: int = Field(default=1, ge=0, lt=2**31, description="Seed of the virtual venue.")
    track: str = Field(
        default="demo", description="Track to race on: a design's name, a .track or .npy file."
    )
    heats: int = Field(default=4, ge=1, le=4, description="How many of the four drivers race.")
    window_s: int = Field(default=20, ge=5, le=600, description="Each driver's window.")
    grace_s: int = Field(
        default=20, ge=1, le=120, description="What the lap under way may take after the window."
    )
    idle_limit_s: int = Field(
        default=30, ge=5, le=300, description="A heat without a pass for this long is over."
    )
    call_s: float = Field(default=2.0, ge=0, le=60, description="Pause before each start.")
    result_s: float = Field(default=3.0, ge=0, le=60, description="Pause after each heat.")
    podium_s: float = Field(default=16.0, ge=0, le=600, description="How long the podium stays.")
    model: Path | None = Field(default=None, description="Another model for the first car.")
