"""What a car whose camera another hand has mounted sees of the demo track from its grid."""

from functools import cache
from math import radians

import cv2

from car_agent.simulation.car import grid_m
from hardware.virtual.measured import MeasuredCar
from hardware.virtual.world.camera.pose import Light
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from timing_server.contract.machines.measured import MeasuredCamera, MeasuredGround

#: Lower, higher up, narrower, over a duller floor.
MOUNTED = MeasuredCar(
    camera=MeasuredCamera(
        field_of_view_rad=1.05, pitch_rad=radians(18), height_m=0.145, ahead_m=0.145
    ),
    ground=MeasuredGround(road=62, border=214, centre=150, field=96, noise=2.0),
)


@cache
def standing(seq: int, car: MeasuredCar = MOUNTED) -> bytes:
    """Return one of its pictures, a JPEG."""
    track = track_named("demo")
    camera = Renderer(paint(track, car.looks()).to_grey(), 320, 240, pose=car.pose)
    x_m, y_m, heading_rad = track.at(grid_m(track))
    seen = camera.render(x_m, y_m, heading_rad, Light(noise=float(seq % 2)))
    return bytes(cv2.imencode(".jpg", seen)[1].tobytes())
