"""What the timing node can be told: the table [node] of paddock.toml, PADDOCK_NODE_…, options."""

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Self

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from hardware.camera_gate.settings import CameraGateSettings
from hardware.gates.profiles import BEAM_BREAK, PROFILES, Pull, SensorProfile
from hardware.server_access import FIND, FindableServerUrl
from hardware.signals.settings import ButtonSettings, Pin, StartLightsSettings
from timing_server.contract.base import Slug
from timing_server.contract.config_file import TableSettings
from timing_server.contract.machines.journal import SensorName


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
    pin: Pin
    profile: Annotated[str, AfterValidator(_known_profile)] = BEAM_BREAK.name
    is_inverted: bool = False
    is_wide: bool = False
    pull: Pull | None = None

    def profile_as_wired(self) -> SensorProfile:
        """Return the sensor's profile; with ``is_inverted``, of one whose output is high = broken.

        ``is_wide`` says that it sees only a part of the line's width, ``pull`` which of the Pi's
        resistors is wanted instead of the profile's (a contact to 3.3 V wants "down").
        """
        profile = PROFILES[self.profile]
        if self.is_inverted:
            profile = profile.inverted()
        return profile if self.pull is None else replace(profile, pull=self.pull)


class SpeedTrapSettings(BaseModel):
    """Two gates of this node that measure speed: how far apart, and how exactly that is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_gate: Slug
    to_gate: Slug
    distance_mm: Annotated[int, Field(ge=10, le=100_000, strict=True)]
    bound_mm: Annotated[int, Field(ge=0, le=1_000, strict=True)] = 1


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


def _two_gates(traps: tuple[SpeedTrapSettings, ...]) -> tuple[SpeedTrapSettings, ...]:
    for trap in traps:
        if trap.from_gate == trap.to_gate or trap.bound_mm >= trap.distance_mm:
            message = (
                f"a trap from '{trap.from_gate}' to '{trap.to_gate}' needs two gates, "
                "and a distance that is larger than its bound"
            )
            raise ValueError(message)
    return traps


def _named_once(buttons: tuple[ButtonSettings, ...]) -> tuple[ButtonSettings, ...]:
    names = [each.button for each in buttons]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        message = f"button {twice} is there twice"
        raise ValueError(message)
    return buttons


def _default_data_dir() -> Path:
    return user_data_path("paddock") / "node"


class NodeSettings(TableSettings):
    """The timing node: which sensors it reads, and where it sends what they saw."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_NODE_", extra="forbid", frozen=True)

    server_url: Annotated[
        FindableServerUrl,
        Field(
            description="Address of the Paddock server, such as http://paddock.local:8000; "
            "find: the one server of this network (mDNS)."
        ),
    ] = FIND
    announces: Annotated[
        bool, Field(description="Whether the node says on the network (mDNS) that it is there.")
    ] = True
    mdns_interfaces: Annotated[
        tuple[IPv4Address, ...],
        Field(description="Addresses of the interfaces for mDNS; else all of them."),
    ] = ()
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
            description=(
                "Sensors as wired: gate, sensor, pin (BCM number; the chip's line where gpio_chip "
                "is set) and profile of each; "
                "is_inverted where the output is high while the beam is broken, is_wide where it "
                "sees only a part of the line, pull (up, down, floating) where not the profile's."
            ),
        ),
    ] = (GateSensor(gate="finish", pin=17),)
    speed_traps: Annotated[
        tuple[SpeedTrapSettings, ...],
        AfterValidator(_two_gates),
        Field(
            max_length=8,
            description="Pairs of gates that measure speed: from_gate, to_gate, distance_mm.",
        ),
    ] = ()
    start_lights: Annotated[
        StartLightsSettings | None,
        Field(
            description=(
                "Start lights as wired: the pins of one to five red lamps in their order, of a "
                "green one and of a buzzer; is_active_low where a relay board switches on low."
            )
        ),
    ] = None
    buttons: Annotated[
        tuple[ButtonSettings, ...],
        AfterValidator(_named_once),
        Field(
            max_length=16,
            description=(
                "Buttons as wired: button (its name), role ('e_stop', 'manual_gate', "
                "'judge_off_track' or 'judge_reset') and pin of each; gate and bound_ms of a "
                "manual gate; lane of a judge's; is_inverted where it opens when pressed."
            ),
        ),
    ] = ()
    cameras: Annotated[
        tuple[CameraGateSettings, ...],
        Field(
            max_length=4,
            description=(
                "Cameras over gates' lines, each run by 'paddock node camera': gate, source, "
                "line, line_mm, marks, lead_mm; see docs/camera-gate.md."
            ),
        ),
    ] = ()
    pin_factory: Annotated[
        str | None,
        Field(description="gpiozero's pin factory; else $GPIOZERO_PIN_FACTORY, else lgpio."),
    ] = None
    gpio_chip: Annotated[
        int | None,
        Field(
            ge=0,
            le=255,
            description=(
                "On a board that is no Raspberry Pi: the number N of its /dev/gpiochipN; "
                "each pin is then the number of a line of that chip."
            ),
        ),
    ] = None
    venue_socket: Annotated[
        Path | None,
        Field(description="Socket of a virtual venue that drives the pins instead of a header."),
    ] = None

    @model_validator(mode="after")
    def _one_thing_on_a_pin(self) -> Self:
        named = {f"sensor {each.gate}/{each.sensor}": each.pin for each in self.gates}
        named |= {f"button {each.button}": each.pin for each in self.buttons}
        named |= {} if self.start_lights is None else self.start_lights.pins()
        taken: dict[int, str] = {}
        for name, pin in named.items():
            if pin in taken:
                message = f"GPIO {pin} can't be both {taken[pin]} and {name}; wire one elsewhere"
                raise ValueError(message)
            taken[pin] = name
        return self
