"""What the agent tells its console: made of what its parts know anyway."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from car_agent.console.door import ConsoleDoor
from car_agent.console.talk import AgentWord, GuardWord
from car_agent.console.wheels.choosing import ModelChoice
from car_agent.console.wheels.seat import Seat
from car_agent.console.wheels.wishes import Wishes
from car_agent.driving.jpeg import encode_jpeg
from car_agent.link.orders import Permission
from hardware.cameras.frames import Frame
from hardware.guard.handle import GuardStatus
from timing_server.contract.machines.devices import CarTelemetry

#: Returns the newest picture of the camera.
View = Callable[[], Frame | None]

VIEW_WIDTH_PX = 320
VIEW_HEIGHT_PX = 240
VIEW_QUALITY = 70


@dataclass(frozen=True, slots=True)
class CarParts:
    """Where the word comes from. ``model_name``: of the one that is loaded, empty for none."""

    car_id: str
    model_name: Callable[[], str]
    choice: ModelChoice
    telemetry: Callable[[], CarTelemetry]
    permission: Callable[[], Permission]
    is_camera_gone: Callable[[], bool]
    device: Callable[[], str]
    guard_status: Callable[[], GuardStatus]
    seat: Seat
    has_pulses: bool
    is_paired: bool


def agent_word(parts: CarParts) -> AgentWord:
    """Return how the car is now."""
    told = parts.telemetry()
    permission = parts.permission()
    user = parts.seat.user()
    return AgentWord(
        car_id=parts.car_id,
        model_name=parts.model_name(),
        model_sha256=told.model_sha256 or "",
        model_key=parts.choice.loaded_key(),
        loading=parts.choice.loader.asked_name,
        load_trouble=parts.choice.loader.asked_trouble,
        is_driving=told.is_driving,
        why_not=None if permission.is_allowed else permission.reason,
        is_own_heat=permission.is_own_heat,
        is_held=parts.seat.is_held,
        is_by_hand=user == "hand",
        is_alone=user == "model",
        has_pulses=parts.has_pulses,
        is_paired=parts.is_paired,
        frame_rate_hz=told.frame_rate_hz,
        is_camera_gone=parts.is_camera_gone(),
        battery_frac=told.battery_frac,
        guard=_guard_word(parts.device(), parts.guard_status()),
    )


def open_console_door(path: Path, wishes: Wishes, parts: CarParts, newest: View) -> ConsoleDoor:
    """Return the door at which the console finds the agent, open."""

    def picture() -> bytes | None:
        frame = newest()
        if frame is None:
            return None
        return encode_jpeg(frame.pixels, VIEW_QUALITY, VIEW_WIDTH_PX, VIEW_HEIGHT_PX)

    door = ConsoleDoor(path, wishes, lambda: agent_word(parts), picture)
    door.start()
    return door


def _guard_word(device: str, status: GuardStatus) -> GuardWord:
    return GuardWord(
        device=device,
        why_neutral=status.why_neutral,
        e_stop=status.e_stop,
        fault=status.fault,
        steering_frac=status.steering_frac,
        throttle_frac=status.throttle_frac,
    )
