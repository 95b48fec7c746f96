"""What the virtual venue may be told: table [venue] of paddock.toml, PADDOCK_VENUE_…, options."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from hardware.server_access import ServerUrl
from timing_server.contract.config_file import TableSettings


class VenueSettings(TableSettings):
    """The virtual venue: its track, its socket, and the server whose orders its crew follows."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_VENUE_", extra="forbid", frozen=True)

    socket: Path = Field(description="Unix socket for virtual drivers; at most 107 bytes long.")
    server_url: ServerUrl | None = Field(
        default=None,
        description="Address of the Paddock server; without one, the crew puts the first car that "
        "connects on the track.",
    )
    token_file: Path | None = Field(
        default=None, description="File that holds the venue's token (role 'tracker')."
    )
    track: str = Field(default="demo", description="A design's name, or a .track or .npy file.")
    sectors: int = Field(
        default=1,
        ge=1,
        le=8,
        description="Sectors of a lap: one more than there are gates sector-1, sector-2, … beside "
        "the finish line, each of which wants a sensor of the timing node.",
    )
    as_measured: Path | None = Field(
        default=None,
        description="File of 'paddock camera match': cameras and ground as of that real car.",
    )
    shows_ghost: bool = Field(
        default=False,
        description="Whether cameras see the lap that race control lets drive along, as a pale "
        "car. Models that see one may drive otherwise than they would alone.",
    )
    seed: int = Field(default=1, ge=0, lt=2**31, description="Seed of light, noise and play.")
    tally_file: Path | None = Field(
        default=None, description="File for the venue's own count; continued where it exists."
    )
