"""Finds how a camera is mounted: the pose from which a drawn track looks most like its pictures.

Least squares on the pictures themselves (B. D. Lucas, T. Kanade, IJCAI 1981), by steps of
Levenberg and Marquardt, from several guesses, blurred pictures first. A standing car's view of a
straight with border, dashes and finish line is a known plane seen in perspective, which settles
pitch, height and field of view. Where the camera sits along the car and whether it looks aside
can't be told from where the car stands, so that both are left as usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from car_agent.matching.materials import Brightness, Masks, Materials, brightness_of, painted
from car_agent.matching.views import Grey
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.track import Track

Numbers = npt.NDArray[np.float64]

#: Guesses around the usual mount: radians of pitch, metres of height, radians of field of view.
_PITCHES_RAD, _HEIGHTS_M, _VIEWS_RAD = (-0.09, 0.0, 0.09), (-0.03, 0.0, 0.03), (-0.12, 0.0, 0.12)
#: What is known beforehand, as deviations: of the mount, then of a car's place.
_MOUNT_PRIOR = np.array([0.12, 0.05, 0.2])
_PLACE_PRIOR = np.array([0.15, 0.1, 0.12])
#: Steps by which slopes are measured: pitch, height, field of view; along, aside, heading.
_STEPS = np.array([0.002, 0.001, 0.004, 0.004, 0.003, 0.003])
_BLURS_PX = (3.0, 1.5, 0.8)
_ROUNDS, _FEW_ROUNDS = 12, 5
#: So many guesses are gone on with: blurred, a mount that is a degree off may look the better one.
_REFINED = 6
_SETTLED_FRAC, _MOST_DAMPING = 1e-4, 1e4
_LEAST_LEFT_FRAC = 0.6
_SQUARE = np.ones((3, 3), dtype=np.uint8)
#: No picture fits better than this, in grey levels: noise, JPEG, what isn't modelled.
_LEAST_SPREAD = 3.0
#: A pixel that is off by more than this, in grey levels, counts as one that is off by this.
_MOST_OFF = 40.0
#: Pixels that say something of their own: neighbours don't, after lens, blur and JPEG.
_ALONE_FRAC = 1 / 16


@dataclass(frozen=True, slots=True)
class View:
    """A picture, and about where the car was: metres along the track and aside, radians askew."""

    picture: Grey
    along_m: float
    offset_m: float = 0.0
    turn_rad: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """What was found; ``deviations`` of pitch (rad), height (m) and field of view (rad)."""

    pose: CameraPose
    brightness: Brightness
    views: tuple[View, ...]
    off_levels: float
    deviations: tuple[float, float, float]


class Matcher:
    """Matches pictures from one track; ``usual`` is a mount to begin with."""

    def __init__(
        self, track: Track, usual: CameraPose | None = None, *, has_dashes: bool = True
    ) -> None:
        self._track = track
        self._materials = Materials(track, has_dashes=has_dashes)
        self._usual = usual or CameraPose()

    def first_guess(self, view: View) -> Match:
        """Match one view from several guesses; return the best."""
        usual = _mount_of(self._usual)
        guesses = [
            self._settled(usual + np.array(steps), (view,), _BLURS_PX[:1], _FEW_ROUNDS)
            for steps in product(_PITCHES_RAD, _HEIGHTS_M, _VIEWS_RAD)
        ]
        best = sorted(guesses, key=lambda match: match.off_levels)[:_REFINED]
        finer = (self.refined(match, match.views) for match in best)
        return min(finer, key=lambda match: match.off_levels)

    def refined(self, match: Match, views: Sequence[View]) -> Match:
        """Match several views at once, from what is known already."""
        return self._settled(_mount_of(match.pose), tuple(views), _BLURS_PX, _ROUNDS)

    def off_levels(self, pose: CameraPose, views: Sequence[View]) -> float:
        """Return how far pictures are off from a mount and places: the mean, in grey levels."""
        looks = _Looks(self._track, self._materials, self._usual, tuple(views), _BLURS_PX[-1])
        return _mean_off(looks.residuals(np.concatenate([_mount_of(pose), _places(views)])))

    def _settled(
        self,
        mount: Numbers,
        views: tuple[View, ...],
        blurs_px: Sequence[float],
        rounds: int,
    ) -> Match:
        """Go downhill from a guess, at each blur in turn."""
        numbers = np.concatenate([mount, _places(views)])
        prior = np.concatenate([_MOUNT_PRIOR, np.tile(_PLACE_PRIOR, len(views))])
        first = numbers.copy()
        for blur_px in blurs_px:
            looks = _Looks(self._track, self._materials, self._usual, views, blur_px)
            numbers, normal = _downhill(looks, numbers, first, prior, rounds)
        residuals = looks.residuals(numbers)
        deviations = np.sqrt(np.diag(np.linalg.inv(normal)))[:3]
        return Match(
            looks.pose_of(numbers),
            looks.brightness,
            looks.views_at(numbers),
            _mean_off(residuals),
            (float(deviations[0]), float(deviations[1]), float(deviations[2])),
        )


class _Looks:
    """Views and what they should look like, at one blur; ``numbers`` are the mount, then places."""

    def __init__(
        self,
        track: Track,
        materials: Materials,
        usual: CameraPose,
        views: tuple[View, ...],
        blur_px: float,
    ) -> None:
        self._track = track
        self._materials = materials
        self._usual = usual
        self._views = views
        self._blur_px = blur_px
        self._pictures = [_blurred(view.picture, blur_px) for view in views]
        self.brightness = Brightness(0.0, 0.0, 0.0, 0.0)

    def residuals(self, numbers: Numbers) -> list[Grey]:
        """Return how far each view is off, pixel by pixel, and note how bright materials are."""
        seen = [self._seen(numbers, number) for number in range(len(self._views))]
        self.brightness = brightness_of(
            np.concatenate([shares[counts] for shares, counts in seen]),
            np.concatenate(
                [p[counts] for p, (_, counts) in zip(self._pictures, seen, strict=True)]
            ),
        )
        return [
            (painted(shares, self.brightness) - picture)[counts]
            for (shares, counts), picture in zip(seen, self._pictures, strict=True)
        ]

    def slopes(self, numbers: Numbers) -> list[Numbers]:
        """Return for each view how its pixels change with the mount's and its place's numbers."""
        slopes = []
        for number in range(len(self._views)):
            shares, counts = self._seen(numbers, number)
            before = painted(shares, self.brightness)[counts]
            columns = []
            for place, step in enumerate(_STEPS):
                moved = numbers.copy()
                moved[place if place < 3 else 3 * number + place] += step
                after = painted(self._seen(moved, number)[0], self.brightness)[counts]
                columns.append((after - before) / step)
            slopes.append(np.stack(columns, axis=1).astype(np.float64))
        return slopes

    def pose_of(self, numbers: Numbers) -> CameraPose:
        """Return the mount."""
        pitch_rad, height_m, view_rad = (float(number) for number in numbers[:3])
        return replace(
            self._usual, pitch_rad=pitch_rad, height_m=height_m, field_of_view_rad=view_rad
        )

    def views_at(self, numbers: Numbers) -> tuple[View, ...]:
        """Return the views where they were found to be."""
        places = numbers[3:].reshape(-1, 3).tolist()
        return tuple(
            View(view.picture, *place) for view, place in zip(self._views, places, strict=True)
        )

    def _seen(self, numbers: Numbers, number: int) -> tuple[Masks, npt.NDArray[np.bool_]]:
        along_m, offset_m, turn_rad = (float(n) for n in numbers[3 + 3 * number : 6 + 3 * number])
        x_m, y_m, heading_rad = self._track.at(along_m, offset_m)
        height_px, width_px = self._views[number].picture.shape
        shares, counts = self._materials.seen(
            self.pose_of(numbers), (x_m, y_m, heading_rad + turn_rad), (width_px, height_px)
        )
        # What doesn't count must not colour its neighbours.
        kept = cv2.erode(counts.astype(np.uint8), _SQUARE, iterations=1 + round(2 * self._blur_px))
        return _blurred(shares, self._blur_px), kept > 0


def _downhill(
    looks: _Looks, numbers: Numbers, first: Numbers, prior: Numbers, rounds: int
) -> tuple[Numbers, Numbers]:
    """Return where the pictures fit best, and the normal matrix there."""
    residuals = looks.residuals(numbers)
    spread = max(_LEAST_SPREAD, float(np.sqrt(np.mean(_squared(residuals)))))
    scale = _ALONE_FRAC / spread**2
    count = sum(len(each) for each in residuals)
    damping = 1e-2

    def cost_of(off: list[Grey], at: Numbers) -> float:
        # A camera that looks elsewhere is off by nothing.
        if sum(len(each) for each in off) < _LEAST_LEFT_FRAC * count:
            return float("inf")
        data = scale * count * float(np.mean(_squared(off)))
        return data + float(np.sum(((at - first) / prior) ** 2))

    normal, cost = np.diag(1 / prior**2), cost_of(residuals, numbers)
    for _ in range(rounds):
        normal, pull = _normal(residuals, looks.slopes(numbers), scale, len(numbers))
        normal += np.diag(1 / prior**2)
        pull -= (numbers - first) / prior**2
        while damping < _MOST_DAMPING:
            step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), pull)
            tried = looks.residuals(numbers + step)
            tried_cost = cost_of(tried, numbers + step)
            if tried_cost < cost:
                break
            damping *= 6
        else:
            looks.residuals(numbers)
            return numbers, normal
        is_settled = cost - tried_cost < _SETTLED_FRAC * cost
        numbers, residuals, cost, damping = numbers + step, tried, tried_cost, damping / 6
        if is_settled:
            break
    return numbers, normal


def _normal(
    residuals: list[Grey], slopes: list[Numbers], scale: float, count: int
) -> tuple[Numbers, Numbers]:
    """Return the normal matrix and the pull of all views together."""
    normal, pull = np.zeros((count, count)), np.zeros(count)
    for number, (off, slope) in enumerate(zip(residuals, slopes, strict=True)):
        own = np.r_[0:3, 3 + 3 * number : 6 + 3 * number]
        weight = np.minimum(1.0, _MOST_OFF / np.maximum(np.abs(off), 1e-6))
        normal[np.ix_(own, own)] += scale * (slope.T * weight) @ slope
        pull[own] -= scale * slope.T @ (weight * off)
    return normal, pull


def _squared(residuals: list[Grey]) -> Grey:
    """Return squares of which none is larger than that of a pixel that is plainly wrong."""
    return np.minimum(np.abs(np.concatenate(residuals)), np.float32(_MOST_OFF)) ** 2


def _mean_off(residuals: list[Grey]) -> float:
    return float(np.abs(np.concatenate(residuals)).mean())


def _blurred(picture: Grey, blur_px: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), blur_px), dtype=np.float32)


def _mount_of(pose: CameraPose) -> Numbers:
    return np.array([pose.pitch_rad, pose.height_m, pose.field_of_view_rad])


def _places(views: Sequence[View]) -> Numbers:
    return np.array([n for view in views for n in (view.along_m, view.offset_m, view.turn_rad)])
