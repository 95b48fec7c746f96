"""Steering and throttle of a virtual car: commands that go to the virtual venue's socket."""

from hardware.actuators.command import Actuators, CarReading, Command
from hardware.actuators.errors import ActuatorError
from hardware.actuators.registry import ActuatorRequest
from hardware.virtual.client import VenueClient
from hardware.virtual.link import Drive, JoinActuators, LinkMessage, Reading


class VirtualActuators:
    """One car's wheels in the virtual venue.

    While the venue is away there is nothing that could move, so commands then vanish; it comes
    back with the car standing. The venue, too, lets a command run out by its time to live: a car
    process that is killed leaves a car that rolls to a stop.
    """

    description = "virtual"

    def __init__(self, request: ActuatorRequest) -> None:
        """Join the venue, which may come later.

        Raises ActuatorError where the request names no socket, SocketPathError where it can't be
        one.
        """
        if request.venue_socket is None:
            raise ActuatorError(
                "Virtual actuators need a virtual venue; name its socket with --venue."
            )
        self._steering_frac = 0.0
        self._newest = CarReading()
        join = JoinActuators(car_id=request.car_id)
        self._client = VenueClient(request.venue_socket, join, self._receive).start()

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait until the venue has welcomed this car; False where it didn't in that time."""
        return self._client.wait_connected(timeout_s)

    def apply(self, command: Command) -> None:
        """Send the command."""
        self._steering_frac = command.steering_frac
        self._client.send(
            Drive(
                steering_frac=command.steering_frac,
                throttle_frac=command.throttle_frac,
                capture_mono_ns=command.capture_mono_ns,
                ttl_ns=command.ttl_ns,
            )
        )

    def neutral(self) -> None:
        """Send neutral throttle, which never runs out; steering stays."""
        self._client.send(
            Drive(steering_frac=self._steering_frac, throttle_frac=0.0, capture_mono_ns=0, ttl_ns=0)
        )

    def calibrate(self, _file: str) -> None:
        """Raise ActuatorError: there are no pulses."""
        raise ActuatorError("The virtual car needs no calibration.")

    def check(self) -> None:
        """Nothing: the venue keeps no settings, and comes back by itself."""

    def reading(self) -> CarReading:
        """Return the car's newest speed, as the venue last told it; nothing while it is away."""
        return self._newest if self._client.is_connected else CarReading()

    def close(self) -> None:
        """Neutral, then leave the venue."""
        self.neutral()
        self._client.close()

    def _receive(self, message: LinkMessage, _payload: bytes) -> None:
        if isinstance(message, Reading):
            self._newest = CarReading(speed_mps=message.speed_mps)


def open_actuators(request: ActuatorRequest) -> Actuators:
    """Open the car's wheels in the venue behind ``request.venue_socket``."""
    return VirtualActuators(request)
