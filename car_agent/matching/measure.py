"""From a black box's record to what was measured of its car."""

from dataclasses import dataclass
from pathlib import Path

from car_agent.errors import CarSetupError
from car_agent.matching.fit import Match, Matcher, View
from car_agent.matching.views import Seen, read_seen
from car_agent.simulation.car import grid_m
from hardware.virtual.measured import MeasuredCar
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.track import Track
from timing_server.contract.machines.measured import MeasuredCamera, MeasuredFit, MeasuredGround

#: Where pictures are off by more than this, in grey levels, its dashes are not as drawn.
_OTHER_DASHES_LEVELS = 4.0
#: And by more than this it isn't this track, or the car didn't stand on its grid.
_ANOTHER_TRACK_LEVELS = 9.0


@dataclass(frozen=True, slots=True)
class Measurement:
    """The file's content, and whether the dashes were left out: they are not as drawn.

    ``start`` is what the car saw, from its grid as the track has it; ``found`` from where it stood.
    """

    car: MeasuredCar
    has_dashes: bool
    pictures: int
    start: View
    found: View


def measure(record: Path, track: Track) -> Measurement:
    """Match a record's pictures of the car on the grid. Raises CarSetupError where none fits.

    Raises RecordTroubleError or RecordDamagedError where the record can't be used.
    """
    if track.ground is not None:
        raise CarSetupError(f"Track '{track.name}' is a photo; cameras are matched on drawn ones.")
    seen = read_seen(record)
    view = View(seen.standing, grid_m(track))
    match, matcher, has_dashes = _best_match(track, view)
    if match.off_levels > _ANOTHER_TRACK_LEVELS:
        raise CarSetupError(
            f"The pictures fit no camera on '{track.name}' (off by {match.off_levels:.0f} grey "
            "levels): is it this track, and did the car stand on its grid?"
        )
    before = matcher.off_levels(CameraPose(), (view,))
    car = _told(track, seen, match, before)
    return Measurement(car, has_dashes, seen.pictures, view, match.views[0])


def _best_match(track: Track, view: View) -> tuple[Match, Matcher, bool]:
    matcher = Matcher(track)
    match = matcher.first_guess(view)
    if match.off_levels <= _OTHER_DASHES_LEVELS:
        return match, matcher, True
    plainer = Matcher(track, has_dashes=False)
    other = plainer.first_guess(view)
    if other.off_levels < match.off_levels:
        return other, plainer, False
    return match, matcher, True


def _told(track: Track, seen: Seen, match: Match, before_levels: float) -> MeasuredCar:
    pose, bright = match.pose, match.brightness
    pitch_rad, height_m, view_rad = match.deviations
    return MeasuredCar(
        camera=MeasuredCamera(
            field_of_view_rad=round(pose.field_of_view_rad, 4),
            pitch_rad=round(pose.pitch_rad, 4),
            height_m=round(pose.height_m, 4),
            ahead_m=pose.ahead_m,
        ),
        ground=MeasuredGround(
            road=_level(bright.road),
            border=_level(bright.border),
            centre=_level(bright.centre),
            field=_level(bright.field),
            noise=round(seen.noise, 2),
        ),
        latency=seen.latency,
        fit=MeasuredFit(
            track=track.name,
            pictures=seen.pictures,
            before_levels=_level(before_levels),
            after_levels=_level(match.off_levels),
            pitch_deviation_rad=round(pitch_rad, 5),
            height_deviation_m=round(height_m, 5),
            field_of_view_deviation_rad=round(view_rad, 5),
        ),
    )


def _level(grey: float) -> float:
    return round(min(255.0, max(0.0, grey)), 2)
