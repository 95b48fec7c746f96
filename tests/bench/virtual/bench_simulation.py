"""How fast the virtual track is: pictures beside a bare OpenCV warp, laps beside real time."""

import time
from pathlib import Path

import cv2
import numpy as np

from car_agent.models.load import LoadedModel, load_model
from car_agent.simulation.evaluation import Setting, evaluate, setting_on
from car_agent.simulation.league import LeagueRules
from hardware.virtual.world.camera.pose import Light
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.renderer import Renderer
from tests.bench.table import BenchRow, BenchTable

LIBRARY = Path(__file__).parents[3] / "car_agent" / "models" / "library"
#: What a small model's picture is rendered in, and DeepRacer's own size.
SIZE_PX = (160, 120)
PICTURES = 2000
WARM_UP = 50
LAPS = 20
MODELS = ("balanced", "fast")
#: As on a plain evaluation: the hall's light at its middle, some noise.
LIGHT = Light(noise=2.0)


def measure() -> BenchTable:
    """Measure pictures with and without a sensor's noise, then whole evaluations."""
    cv2.setNumThreads(1)
    setting = setting_on(track_named("demo"))
    rows = (_pictures(setting, None), _pictures(setting, LIGHT))
    models = [load_model(LIBRARY / f"{name}.onnx") for name in MODELS]
    told = [
        "| 20 laps of | laps | simulated | processor time | × real time on one core |",
        "|---|---|---|---|---|",
        *(_laps(name, model, setting) for name, model in zip(MODELS, models, strict=True)),
    ]
    return BenchTable("Virtual track", rows, "\n".join(told))


def _pictures(setting: Setting, light: Light | None) -> BenchRow:
    """Compare rendering with one warp of the same size from the same ground, place by place."""
    camera = Renderer(setting.scenery, *SIZE_PX)
    ground = setting.scenery.levels[0]
    matrix = np.array([[0.8, 0.3, 200.0], [-0.2, 0.9, 150.0], [0.0002, 0.001, 1.0]])
    bare = np.empty((SIZE_PX[1], SIZE_PX[0]), dtype=np.uint8)
    length_m = setting.track.length_m
    bare_us, ours_us = [], []
    for number in range(PICTURES + WARM_UP):
        x_m, y_m, heading_rad = setting.track.at(number * length_m / PICTURES)
        began = time.perf_counter_ns()
        cv2.warpPerspective(
            ground, matrix, SIZE_PX, dst=bare, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        warped = time.perf_counter_ns()
        camera.render(x_m, y_m, heading_rad, light)
        if number >= WARM_UP:
            bare_us.append((warped - began) / 1000)
            ours_us.append((time.perf_counter_ns() - warped) / 1000)
    rate_hz = 1e6 / float(np.median(ours_us))
    noise = "as a sensor gives it" if light else "without light and noise"
    name = f"grey picture {SIZE_PX[0]}×{SIZE_PX[1]}, {noise} ({rate_hz:,.0f} a second)"
    return BenchRow(name, "one cv2.warpPerspective", bare_us, ours_us)


def _laps(name: str, model: LoadedModel, setting: Setting) -> str:
    began_s = time.process_time()
    run = evaluate(model, setting, LeagueRules(laps=LAPS), seed=1)
    took_s = time.process_time() - began_s
    sim_s = run.sim_ns / 1e9
    return (
        f"| {name} | {len(run.times_ns)} of {len(run.laps)} | {sim_s:.0f} s | {took_s:.2f} s "
        f"| **{sim_s / took_s:.0f}×** |"
    )
