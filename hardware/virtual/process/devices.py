"""The venue's end of its virtual devices: gates that sense, cameras that see, cars that obey.

Each device is one connection of the venue's socket. What it needs to know of the world it is told
by ``VenueDevices``, which the venue's loop calls after each advance of the world.
"""

import asyncio
import zlib
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
import structlog

from hardware.virtual.link import (
    Channels,
    Drive,
    Join,
    JoinActuators,
    JoinCamera,
    JoinGates,
    LevelChange,
    LevelSensed,
    LinkMessage,
    Picture,
    Reading,
    Welcome,
    pack,
)
from hardware.virtual.measured import MeasuredCar
from hardware.virtual.process.ghost import VenueGhost
from hardware.virtual.process.tally import Tally
from hardware.virtual.world.beam import BeamChange
from hardware.virtual.world.camera.pose import Light
from hardware.virtual.world.cars import DriveOrder
from hardware.virtual.world.looks import PLAIN_LOOKS
from hardware.virtual.world.objects.bodies import Kind, body_of, car_kind
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import Scenery, paint
from hardware.virtual.world.world import World
from timing_server.contract.base import Message

_NS_PER_S = 1_000_000_000
_READING_PERIOD_NS = 100_000_000
#: More than this unsent: the reader is slow, and a picture is better skipped than late.
_FULL_BYTES = 64 * 1024

_log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Device:
    """One connected device."""

    join: Join
    writer: asyncio.StreamWriter

    @property
    def is_slow(self) -> bool:
        """Whether what was sent before is still waiting."""
        return self.writer.transport.get_write_buffer_size() > _FULL_BYTES

    def send(self, message: Message, payload: bytes = b"") -> None:
        """Queue one message."""
        self.writer.write(pack(message, payload))


@dataclass(slots=True, eq=False)
class _Camera:
    device: Device
    car_id: str
    channels: Channels
    renderer: Renderer
    size_px: tuple[int, int]
    period_ns: int
    due_ns: int
    seq: int = 0
    standing_picture: tuple[tuple[float, float, float], bytes] | None = None


@dataclass(slots=True)
class _Unsensed:
    """Edges that were sent and not yet answered, by their number."""

    changes: dict[int, BeamChange] = field(default_factory=dict)
    last_seq: int = 0


class VenueDevices:
    """Serves whoever is connected; not for several threads."""

    def __init__(
        self,
        world: World,
        tally: Tally,
        seed: int,
        as_measured: MeasuredCar | None = None,
        ghost: VenueGhost | None = None,
    ) -> None:
        """``ghost`` is what cameras see beside the cars; None: no ghost is seen."""
        self._world = world
        self._tally = tally
        self._seed = seed
        self._ghost = ghost
        self._pose = as_measured.pose if as_measured else None
        scenery = paint(world.track, as_measured.looks() if as_measured else PLAIN_LOOKS)
        self._sceneries: dict[Channels, Scenery] = {"bgr": scenery, "luma": scenery.to_grey()}
        chance = np.random.default_rng(seed)
        self._light = Light(
            gain=float(chance.uniform(0.85, 1.1)),
            noise=2.0,
            wall_turn_rad=float(chance.uniform(0, 2 * np.pi)),
        )
        self._gates: list[Device] = []
        self._cameras: list[_Camera] = []
        self._actuators: list[Device] = []
        self._sent = _Unsensed()
        self._reading_due_ns = world.now_ns

    @property
    def car_ids(self) -> tuple[str, ...]:
        """The cars that are connected, in the order in which they came."""
        cameras = [camera.car_id for camera in self._cameras]
        cars = [a.join.car_id for a in self._actuators if isinstance(a.join, JoinActuators)]
        return tuple(dict.fromkeys(cameras + cars))

    def why_refused(self, join: Join) -> str | None:
        """Return the sentence that refuses a join, or None."""
        if isinstance(join, JoinGates):
            here = self._world.levels
            foreign = [gate for gate in join.gates if gate not in here]
            if foreign:
                return f"this venue has the gates {', '.join(here)} and no '{foreign[0]}'"
        return None

    def add(self, device: Device) -> None:
        """Take a device in and welcome it."""
        join = device.join
        if isinstance(join, JoinGates):
            levels = {gate: self._world.levels[gate] for gate in join.gates}
            device.send(Welcome(levels=levels))
            self._gates.append(device)
            self._tally.node_joined()
            return
        self._world.add_car(join.car_id)
        device.send(Welcome())
        if isinstance(join, JoinCamera):
            self._cameras.append(self._camera(device, join))
        else:
            self._actuators.append(device)

    def remove(self, device: Device) -> None:
        """Let a device go; its car's last order runs out by its own time to live."""
        self._gates = [gate for gate in self._gates if gate is not device]
        if not self._gates:
            self._sent.changes.clear()  # nobody is left who could still answer
        self._actuators = [one for one in self._actuators if one is not device]
        self._cameras = [camera for camera in self._cameras if camera.device is not device]

    def take(self, device: Device, message: LinkMessage) -> None:
        """Take a message from a device; what it has no business to send is ignored."""
        if isinstance(message, LevelSensed) and isinstance(device.join, JoinGates):
            change = self._sent.changes.pop(message.change_seq, None)
            if change is not None:
                self._tally.sensed(change)
        elif isinstance(message, Drive) and isinstance(device.join, JoinActuators):
            order = DriveOrder(
                message.steering_frac,
                message.throttle_frac,
                message.capture_mono_ns + message.ttl_ns,
            )
            self._world.drive(device.join.car_id, order)

    def tell_gates(self, change: BeamChange) -> None:
        """Send an edge to the timing nodes; where there is none, nobody senses it."""
        self._sent.last_seq += 1
        nodes = [each for each in self._gates if _senses(each, change.gate)]
        if not nodes:
            return
        self._sent.changes[self._sent.last_seq] = change
        for node in nodes:
            node.send(
                LevelChange(
                    gate=change.gate,
                    level=change.level,
                    mono_ns=change.mono_ns,
                    change_seq=self._sent.last_seq,
                )
            )

    def show(self) -> None:
        """Send the pictures and readings that are due at the world's instant."""
        now_ns = self._world.now_ns
        for camera in self._cameras:
            if now_ns >= camera.due_ns:
                missed = (now_ns - camera.due_ns) // camera.period_ns
                camera.due_ns += (missed + 1) * camera.period_ns
                camera.seq += 1 + missed
                if not camera.device.is_slow:
                    self._send_picture(camera)
        if now_ns >= self._reading_due_ns:
            self._reading_due_ns = now_ns + _READING_PERIOD_NS
            self._send_readings()

    def next_due_ns(self) -> int | None:
        """Return when the next picture is due."""
        return min((camera.due_ns for camera in self._cameras), default=None)

    def _send_picture(self, camera: _Camera) -> None:
        width_px, height_px = camera.size_px
        head = Picture(
            capture_mono_ns=self._world.now_ns,
            seq=camera.seq,
            width_px=width_px,
            height_px=height_px,
            channels=camera.channels,
        )
        camera.device.send(head, self._pixels(camera))

    def _pixels(self, camera: _Camera) -> bytes:
        """Return the picture's bytes; a car on its stand sees the same until it is carried away."""
        car = self._world.cars[camera.car_id]
        place = (car.state.x_m, car.state.y_m, car.state.heading_rad)
        kept = camera.standing_picture
        if car.whereabouts == "carried" and kept is not None and kept[0] == place:
            return kept[1]
        others = [
            body_of(other.state, _kind_of(other.car_id))
            for other in self._world.cars.values()
            if other is not car
        ]
        if self._ghost is not None:
            others += self._ghost.bodies(self._world.now_ns)
        pixels = camera.renderer.render(*place, self._light, others).tobytes()
        camera.standing_picture = (place, pixels)
        return pixels

    def _send_readings(self) -> None:
        for device in self._actuators:
            if isinstance(device.join, JoinActuators) and not device.is_slow:
                car = self._world.cars[device.join.car_id]
                moving = car.whereabouts != "carried"
                device.send(Reading(speed_mps=car.state.speed_mps if moving else 0.0))

    def _camera(self, device: Device, join: JoinCamera) -> _Camera:
        chance = np.random.default_rng([self._seed, zlib.crc32(join.car_id.encode())])
        renderer = Renderer(
            self._sceneries[join.channels],
            join.width_px,
            join.height_px,
            pose=self._pose,
            chance=chance,
        )
        return _Camera(
            device,
            join.car_id,
            join.channels,
            renderer,
            (join.width_px, join.height_px),
            round(_NS_PER_S / join.frame_rate_hz),
            self._world.now_ns,
        )


@cache
def _kind_of(car_id: str) -> Kind:
    """Return a car with a shell of its own colour: the same for the same id."""
    hue = zlib.crc32(car_id.encode()) % 180
    bgr = cv2.cvtColor(np.array([[[hue, 190, 200]]], dtype=np.uint8), cv2.COLOR_HSV2BGR)[0, 0]
    return car_kind((int(bgr[0]), int(bgr[1]), int(bgr[2])))


def _senses(device: Device, gate: str) -> bool:
    return isinstance(device.join, JoinGates) and gate in device.join.gates
