"""Drives one run, whoever asks: a worker's limited process, or the check of a bundle."""

import time
from collections.abc import Callable

import cv2

from car_agent.errors import ModelError
from car_agent.models.load import ORT_ERRORS, LoadedModel
from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.evaluation import Setting, Witness, evaluate, setting_on
from car_agent.simulation.league import LeagueRules, LeagueRun
from car_agent.simulation.watch import Status
from car_agent.worker.errors import SlowModelError, WorkerUnfitError
from car_agent.worker.limited.orders import RunOrder
from hardware.virtual.errors import TrackShapeError
from hardware.virtual.tracks.documents import track_of
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.objects.traffic import Plan
from hardware.virtual.world.track import Track
from timing_server.contract.machines.workers import DrivenRun, RunRules
from timing_server.contract.server.tracks import TrackDocument

OnTried = Callable[[int], None]
TOO_SLOW = "The model thinks for longer than a picture lasts; no car could drive by it."


def setting_of(order: RunOrder) -> Setting:
    """Return where a run is driven.

    Raises WorkerUnfitError where this release has another track under that name, TrackShapeError,
    TrackFileError where the picture of its ground can't be read.
    """
    return setting_for(order.rules, order.design, order.document, order.track_sha256)


def setting_for(
    rules: RunRules, design: str, document: TrackDocument | None, wanted_sha256: str
) -> Setting:
    """Return a track with what is on its road; raises what ``setting_of`` raises."""
    # Threads of the library's own would change nothing but the load of a machine that times a race.
    cv2.setNumThreads(1)
    plan = Plan(rules.objects, rules.bots, changes_lanes=rules.bots_change_lanes)
    return setting_on(track_for(design, document, wanted_sha256), plan=plan)


def track_for(design: str, document: TrackDocument | None, wanted_sha256: str) -> Track:
    """Return a run's track; raises what ``setting_of`` raises."""
    if document is not None:
        track = track_of(document)
    elif design in DESIGNS:
        track = track_named(design)
    else:
        raise WorkerUnfitError(f"This release of Paddock has no track '{design}'.")
    if track_sha256(track) != wanted_sha256:
        raise WorkerUnfitError(
            f"The track '{track.name}' of this release is another one than the server's."
        )
    return track


class _Clock:
    """Ends the run of a model that takes more processor time than the time that it drives.

    A model of the library takes a hundredth of it, so that no slow machine mistakes one. Who else
    watches the run is shown what it is shown.
    """

    def __init__(self, grace_s: float, other: Witness | None) -> None:
        self._until_s = time.process_time() + grace_s
        self._other = other

    def begin(self, car: SimulatedCar) -> None:
        """See ``Witness``."""
        if self._other is not None:
            self._other.begin(car)

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """Raise SlowModelError once it is too slow."""
        if self._other is not None:
            self._other.step(car, steering_frac, throttle_frac, status)
        if time.process_time() > self._until_s + car.now_s:
            raise SlowModelError(TOO_SLOW)


def drive(
    order: RunOrder,
    model: LoadedModel,
    setting: Setting,
    on_tried: OnTried = lambda _: None,
    witness: Witness | None = None,
) -> DrivenRun:
    """Return what happened in a run; the same order on the same simulator gives the same.

    ``witness`` is shown every step.

    Raises ModelError where the model fails on a picture, PolicyError where its answer is no number,
    TrackShapeError where the track has no room for what is to be on the road.
    """
    try:
        run = evaluate(
            model,
            setting,
            league_rules(order.rules),
            order.seed,
            on_lap=lambda _, tried: on_tried(tried),
            witness=_Clock(order.grace_s, witness),
        )
    except (TrackShapeError, SlowModelError):
        raise
    except ORT_ERRORS as error:
        raise ModelError(failed_on_picture(error)) from error
    return told_run(run, order.model_sha256, order.track_sha256, order.seed)


def failed_on_picture(error: Exception) -> str:
    """Say why the runtime failed."""
    reason = str(error).strip().split("\n", 1)[0][:200].rstrip(". ")
    return f"The model failed on a picture: {reason}."


def league_rules(rules: RunRules) -> LeagueRules:
    """Return a stage's rules as the simulation heeds them."""
    return LeagueRules(
        laps=rules.laps,
        reset_penalty_ns=rules.reset_penalty_ns,
        max_resets=rules.resets_max,
        limit_ns=rules.lap_limit_ns,
        collision_penalty_ns=rules.collision_penalty_ns,
    )


def told_run(run: LeagueRun, model_sha256: str, track_sha256: str, seed: int) -> DrivenRun:
    """Return what happened in a run, as it is handed in."""
    instants = run.instants
    return DrivenRun(
        model_sha256=model_sha256,
        track_sha256=track_sha256,
        seed=seed,
        laps_tried=len(run.laps),
        passes_ns=instants.crossings_ns,
        resets_ns=instants.resets_ns,
        collisions_ns=instants.collisions_ns,
        beginnings_ns=instants.beginnings_ns,
        sim_ns=run.sim_ns,
    )
