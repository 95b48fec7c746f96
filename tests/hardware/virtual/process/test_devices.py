"""What the venue sends its devices, over a real connection, without the process around it."""

import asyncio
import socket

import numpy as np
import numpy.typing as npt

from hardware.virtual.link import JoinCamera, Picture, read_frame
from hardware.virtual.process.devices import Device, VenueDevices
from hardware.virtual.process.ghost import VenueGhost
from hardware.virtual.process.tally import Tally
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.track import Track
from hardware.virtual.world.world import World
from timing_server.contract.live.ghost import GhostLap, GhostReport

SIDE_PX = (120, 160)


async def picture_of_red(world: World, ghost: VenueGhost | None = None) -> npt.NDArray[np.uint8]:
    """The first picture that red's camera gets."""
    near, far = socket.socketpair()
    reader, own_writer = await asyncio.open_connection(sock=far)
    own_reader, writer = await asyncio.open_connection(sock=near)
    join = JoinCamera(
        car_id="red",
        width_px=SIDE_PX[1],
        height_px=SIDE_PX[0],
        frame_rate_hz=15,
        channels="luma",
    )
    devices = VenueDevices(world, Tally(None), seed=1, ghost=ghost)
    devices.add(Device(join, writer))
    devices.show()
    while True:
        head, pixels = await read_frame(reader)
        if isinstance(head, Picture):
            for each in (writer, own_writer):
                each.close()
                await each.wait_closed()
            assert own_reader.at_eof() or not own_reader.exception()
            return np.frombuffer(pixels, dtype=np.uint8).reshape(SIDE_PX)


def ghost_lap(track: Track, at_m: tuple[float, ...], at_us: tuple[int, ...]) -> GhostLap:
    """Return a lap along the centre line."""
    places = [track.at(along_m) for along_m in at_m]
    return GhostLap(
        event_id="e",
        entry_id="1",
        heat_number=1,
        number=1,
        duration_us=at_us[-1],
        at_us=at_us,
        x_m=tuple(x_m for x_m, _, _ in places),
        y_m=tuple(y_m for _, y_m, _ in places),
        heading_rad=tuple(heading for _, _, heading in places),
    )


def test_cameras_see_other_cars() -> None:
    """It should show a car that stands ahead on the road, whose camera sees it no more."""

    def seen(blue_along_m: float | None) -> npt.NDArray[np.uint8]:
        world = World(track_named("demo"), seed=1, start_mono_ns=0)
        world.add_car("red")
        world.put_down("red", 1.0)
        if blue_along_m is not None:
            world.put_down("blue", blue_along_m)
        return asyncio.run(picture_of_red(world))

    alone, ahead, behind = seen(None), seen(1.8), seen(0.3)
    assert np.count_nonzero(np.abs(alone.astype(int) - ahead) > 20) > 150
    assert np.array_equal(alone, behind)


def test_cameras_see_the_ghost_where_its_lap_was() -> None:
    """It should show a pale car ahead, from a crossing of the line to the end of that lap."""
    track = track_named("demo")
    lap = ghost_lap(track, at_m=(1.5, 2.5), at_us=(0, 1_000_000))

    def seen(now_ns: int, *, is_off: bool = True) -> npt.NDArray[np.uint8]:
        world = World(track, seed=1, start_mono_ns=now_ns)
        world.add_car("red")
        world.put_down("red", 1.0)
        ghost = VenueGhost(track.name)
        ghost.take(GhostReport(lap=lap))
        if is_off:
            ghost.set_off(0)
        return asyncio.run(picture_of_red(world, ghost))

    alone = seen(0, is_off=False)
    ahead = seen(300_000_000)
    assert np.count_nonzero(ahead.astype(int) - alone > 20) > 150
    assert np.array_equal(seen(1_100_000_000), alone)
