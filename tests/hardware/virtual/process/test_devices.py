"""What the venue sends its devices, over a real connection, without the process around it."""

import asyncio
import socket

import numpy as np
import numpy.typing as npt

from hardware.virtual.link import JoinCamera, Picture, read_frame
from hardware.virtual.process.devices import Device, VenueDevices
from hardware.virtual.process.tally import Tally
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.world import World

SIDE_PX = (120, 160)


async def picture_of_red(world: World) -> npt.NDArray[np.uint8]:
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
    devices = VenueDevices(world, Tally(None), seed=1)
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
