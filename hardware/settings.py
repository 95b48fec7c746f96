"""What the timing node can be told: the table [node] of paddock.toml, PADDOCK_NODE_…, options."""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from hardware.gates.profiles import BEAM_BREAK, PROFILES
from hardware.server_access import ServerUrl
from timing_server.contract.base import Slug
from timing_server.contract.config_file import TableSettings
from timing_server.contract.journal import SensorName


def _known_profile(name: str) -> str:
    if name not in PROFILES:
        message = f"there is no sensor profile '{name}'; there are {', '.join(PROFILES)}"
        raise ValueError(message)
    return name


class GateSensor(BaseModel):
    """One sensor of one gate, as wired; see docs/wiring.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Slug
    sensor: SensorName = "beam"
    pin: Annotated[int, Field(ge=0, le=53, strict=True)]
    profile: Annotated[str, AfterValidator(_known_profile)] = BEAM_BREAK.name


def _wired_once(gates: tuple[GateSensor, ...]) -> tuple[GateSensor, ...]:
    for kind, values in (
        ("pin", [str(sensor.pin) for sensor in gates]),
        ("sensor", [f"{sensor.gate}/{sensor.sensor}" for sensor in gates]),
    ):
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            message = f"{kind} {twice} is there twice"
            raise ValueError(message)
    return gates


def _default_data_dir() -> Path:
    return user_data_path("paddock") / "node"


class NodeSettings(TableSettings):
    """The timing node: which sensors it reads, and where it sends what they saw."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_NODE_", extra="forbid", frozen=True)

    server_url: Annotated[
        ServerUrl,
        Field(description="Address of the Paddock server, such as http://paddock.local:8000."),
    ]
    name: Annotated[
        Slug, Field(description="The node's id; its token's scope must be the same.")
    ] = "node-finish"
    data_dir: Annotated[
        Path, Field(description="The node's own folder; its journal is kept there for good.")
    ] = Field(default_factory=_default_data_dir)
    token_file: Annotated[
        Path | None,
        Field(description="File with the node's bearer token; else 'token' in data_dir."),
    ] = None
    token: Annotated[
        SecretStr | None,
        Field(description="The bearer token itself, where a file is not wanted."),
    ] = None
    gates: Annotated[
        tuple[GateSensor, ...],
        AfterValidator(_wired_once),
        Field(
            min_length=1,
            max_length=16,
            description="Sensors as wired: gate, sensor, pin (BCM number) and profile of each.",
        ),
    ] = (GateSensor(gate="finish", pin=17),)
    pin_factory: Annotated[
        str | None,
        Field(description="gpiozero's pin factory; else $GPIOZERO_PIN_FACTORY, else lgpio."),
    ] = None
    venue_socket: Annotated[
        Path | None,
        Field(description="Socket of a virtual venue that drives the pins instead of a header."),
    ] = None
