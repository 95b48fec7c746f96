"""What the cars that speak to the server say they have loaded, for the rules that arm a heat."""

from timing_server.rules.commands.driving import CarWord
from timing_server.rules.units import NS_PER_S, CarId
from timing_server.service.devices.device_board import CarSeen, DeviceBoard

#: A car reports once a second; after so long without a report its last word isn't believed.
BELIEVED_NS = 5 * NS_PER_S


def car_words(board: DeviceBoard, now_race_ns: int) -> tuple[CarWord, ...]:
    """Return the last word of every car that has spoken since the server started."""
    return tuple(
        CarWord(
            CarId(car_id),
            seen.telemetry.model_sha256,
            seen.telemetry.is_warm,
            is_heard(seen, now_race_ns),
            is_stopped=bool(seen.telemetry.stops),
            is_stock=seen.telemetry.console is not None,
        )
        for car_id, seen in board.cars.items()
        if seen.telemetry is not None
    )


def is_heard(seen: CarSeen, now_race_ns: int) -> bool:
    """Whether the car spoke a moment ago."""
    return seen.heard_race_ns is not None and now_race_ns - seen.heard_race_ns <= BELIEVED_NS
