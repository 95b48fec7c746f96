"""What the server may be told: table [server] of paddock.toml, PADDOCK_SERVER_… and arguments."""

from ipaddress import IPv4Address
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from timing_server.contract.config_file import TableSettings
from timing_server.contract.server.venue import Passphrase, Ssid


def default_data_dir() -> Path:
    """Return where a real event's data live, apart from the demo's."""
    return user_data_path("paddock") / "server"


class ServerSettings(TableSettings):
    """Settings of ``paddock serve``. ``port`` 0 takes a free one."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_SERVER_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=default_data_dir, description="Folder of the log and everything else."
    )
    host: str = Field(
        default="0.0.0.0",  # noqa: S104 - phones are on the LAN
        min_length=1,
        description="Address to listen on; 127.0.0.1 keeps it to this machine.",
    )
    keeps_machine: bool = Field(
        default=False,
        description=(
            "Whether race control may set this machine's clock and switch it off; "
            "'paddock venue install' says so in its unit."
        ),
    )
    wifi_ssid: Ssid = Field(
        default="",
        description="Wi-Fi for the public, which race control can show; the hotspot's by itself.",
    )
    wifi_passphrase: Passphrase = Field(
        default="", description="Its passphrase; empty for an open network."
    )
    records_limit_mb: int = Field(
        default=20_000,
        ge=100,
        le=10_000_000,
        description="Room for what cars recorded; beyond it earlier events' records go.",
    )
    training_cluster: str | None = Field(
        default=None,
        pattern=r"^ray://[^\s/]+$",
        max_length=200,
        description=(
            "A Ray cluster on which the cars of trainings drive, ray://HOST:10001; else, and while "
            "it can't be used, this machine."
        ),
    )
    theme: Path | None = Field(
        default=None,
        description="A club's own colours and face: a style sheet of tokens, see docs/theming.md.",
    )
    announces: bool = Field(
        default=True,
        description="Whether cars and nodes find this server by mDNS (_paddock._tcp).",
    )
    mdns_interfaces: tuple[IPv4Address, ...] = Field(
        default=(),
        description="Addresses of the interfaces on which it does; else those that it listens on.",
    )
    port: int = Field(default=8000, ge=0, le=65535, description="Port; 0 takes a free one.")
