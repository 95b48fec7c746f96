"""From the car's settings to its camera, or to two of them where the model sees with two."""

from collections.abc import Callable

from car_agent.errors import CarSetupError
from car_agent.models.card import ModelCard
from car_agent.settings import CarSettings
from hardware.cameras.frames import Camera
from hardware.cameras.light import Light
from hardware.cameras.pair import open_pair
from hardware.cameras.registry import CameraRequest, open_camera, split_camera_name


def camera_opener(settings: CarSettings, card: ModelCard | None) -> Callable[[], Camera]:
    """Return what opens the camera that the settings name; no ``card``: whatever will drive.

    Raises CameraNameError where a name is none, CarSetupError where the model sees with more or
    fewer cameras than are named.
    """
    left = _one(settings, settings.camera)
    if settings.camera_right is None:
        if card is not None and card.channels == "stereo":
            raise CarSetupError(
                f"The model {card.name} sees with two cameras; name the right one too: "
                "--camera usb:0 --camera-right usb:2."
            )
        return left
    if card is not None and card.channels != "stereo":
        raise CarSetupError(
            f"The model {card.name} sees with one camera; leave --camera-right out."
        )
    right = _one(settings, settings.camera_right)
    rate_hz = settings.camera_rate_hz or settings.frame_rate_hz
    return lambda: open_pair(left, right, rate_hz)


def _one(settings: CarSettings, name: str) -> Callable[[], Camera]:
    kind, address = split_camera_name(name)
    request = CameraRequest(
        address,
        settings.camera_rate_hz or settings.frame_rate_hz,
        settings.camera_width_px,
        settings.camera_height_px,
        settings.car_id,
        settings.venue_socket,
        Light(settings.exposure, settings.white_balance),
    )
    return lambda: open_camera(kind, request)
