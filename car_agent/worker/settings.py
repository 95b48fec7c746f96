"""What a worker may be told: table [worker] of paddock.toml, PADDOCK_WORKER_… and arguments."""

import socket
from ipaddress import IPv4Address
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from hardware.server_access import FIND, FindableServerUrl
from timing_server.contract.base import Slug
from timing_server.contract.config_file import TableSettings


def default_name() -> str:
    """Return the machine's own name as a worker's."""
    plain = "".join(char if char.isalnum() or char in "._-" else "-" for char in _host())
    return plain.strip("._-")[:64] or "worker"


def _host() -> str:
    return socket.gethostname().split(".", 1)[0]


class WorkerSettings(TableSettings):
    """Settings of ``paddock worker``."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_WORKER_", extra="forbid", frozen=True)

    server_url: FindableServerUrl = Field(
        default=FIND,
        description="Address of the timing server; find: the one server of this network (mDNS).",
    )
    mdns_interfaces: tuple[IPv4Address, ...] = Field(
        default=(), description="Addresses of the interfaces for mDNS; else all of them."
    )
    name: Slug = Field(
        default_factory=default_name,
        description="The worker's name, one for each process; else the machine's.",
    )
    token_file: Path | None = Field(
        default=None,
        description="File that holds its token; else worker-NAME.token in Paddock's data folder.",
    )

    workers: str | None = Field(
        default=None,
        description="A Ray cluster that drives, ray://HOST:10001; else this machine does.",
    )

    @property
    def token_path(self) -> Path:
        """Where the worker's token is."""
        return self.token_file or user_data_path("paddock") / f"worker-{self.name}.token"
