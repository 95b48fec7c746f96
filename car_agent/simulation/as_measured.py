"""Evaluation and practice as a real car was measured: its camera, the ground it saw, its delays."""

from dataclasses import replace
from math import radians
from random import Random

from car_agent.simulation.conditions import PLAIN, Conditions, random_conditions
from car_agent.simulation.evaluation import Setting
from car_agent.simulation.practice import Practice
from hardware.virtual.measured import MeasuredCar
from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.objects.traffic import EMPTY, Plan
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.track import Track

#: A car isn't quite the same on the next day.
_PITCH_RAD, _HEIGHT_M, _VIEW_FRAC, _YAW_RAD = radians(0.7), 0.003, 0.02, radians(1.0)
_LATE_FRAC = 0.3


def setting_as(car: MeasuredCar, track: Track, plan: Plan = EMPTY) -> Setting:
    """Return a track as that car sees and drives it."""
    scenery = paint(track, car.looks()).to_grey()
    return Setting(track, scenery, conditions_as(car), car.pose, plan)


def conditions_as(car: MeasuredCar) -> Conditions:
    """Return the noise of its pictures and its delays; the plain ones where none were measured."""
    late = car.latency
    plain = replace(PLAIN, light=Light(noise=car.ground.noise))
    if late is None:
        return plain
    return replace(
        plain, latency_s=late.latency_s, jitter_s=late.jitter_s, loss_frac=late.loss_frac
    )


def practice_as(car: MeasuredCar, track: Track, plan: Plan = EMPTY) -> Practice:
    """Return practice around that car: any light and any motor, its own camera and delays."""
    own = conditions_as(car)

    def draw(chance: Random) -> Conditions:
        return replace(
            random_conditions(chance),
            latency_s=own.latency_s * (1 + chance.uniform(-_LATE_FRAC, _LATE_FRAC)),
            jitter_s=own.jitter_s * chance.uniform(0.5, 1.5),
            loss_frac=chance.choice((0.0, own.loss_frac, min(0.5, 2 * own.loss_frac))),
        )

    def mount(chance: Random) -> CameraPose:
        pose = car.pose
        return replace(
            pose,
            pitch_rad=pose.pitch_rad + chance.uniform(-_PITCH_RAD, _PITCH_RAD),
            height_m=pose.height_m + chance.uniform(-_HEIGHT_M, _HEIGHT_M),
            field_of_view_rad=pose.field_of_view_rad
            * (1 + chance.uniform(-_VIEW_FRAC, _VIEW_FRAC)),
            yaw_rad=chance.uniform(-_YAW_RAD, _YAW_RAD),
        )

    return Practice(track, plan, draw, mount, car.looks())
