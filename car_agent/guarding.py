"""From the car's settings to what its guard needs to know; without a camera or a model."""

from pathlib import Path

from car_agent.errors import CarSetupError
from car_agent.settings import CarSettings
from hardware.actuators.registry import check_actuators_name
from hardware.cameras.registry import split_camera_name
from hardware.guard.settings import GuardRequest


def guard_request(settings: CarSettings) -> GuardRequest:
    """Return what the car's guard needs to know. Raises ActuatorNameError or CarSetupError."""
    calibration: Path | None = settings.calibration_path
    if settings.wheels.calibration is None and not settings.calibration_path.exists():
        calibration = None
    return GuardRequest(
        car_id=settings.car_id,
        actuators=actuators_name(settings),
        venue_socket=settings.venue_socket,
        wheels=settings.wheels.model_copy(update={"calibration": calibration}),
        stop_button=settings.stop_button,
        latch_file=settings.token_path.with_suffix(".e-stop"),
    )


def actuators_name(settings: CarSettings) -> str:
    """Return which actuators are meant. Raises CarSetupError where virtual ones lack a venue."""
    camera_kind, _ = split_camera_name(settings.camera)
    default = "none" if settings.venue_socket is None else "virtual"
    name = check_actuators_name(settings.actuators or default)
    if settings.venue_socket is None and "virtual" in {camera_kind, name}:
        raise CarSetupError(
            "A virtual camera or car lives in a virtual venue; say which with --venue SOCKET."
        )
    return name
