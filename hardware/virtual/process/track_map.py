"""What a board draws of a track."""

from hardware.virtual.world.track import Points, Track
from hardware.virtual.world.world import sector_ends_m
from timing_server.contract.machines.devices import TrackMap

#: A board's lines need a point every few centimetres, not every two.
_MAP_STRIDE = 4
#: As many as a map may have.
_MOST_POINTS = 2000


def track_map(track: Track, sectors: int = 1) -> TrackMap:
    """Return what a board draws of a track, with the lines that part its sectors."""
    finish = track.finish
    ends = [track.across(along_m) for along_m in sector_ends_m(track, sectors)]
    return TrackMap(
        name=track.name,
        length_m=track.length_m,
        width_m=track.width_m,
        inner=_drawn(track.inner),
        outer=_drawn(track.outer),
        finish=(finish.left, finish.right),
        sectors=tuple((line.left, line.right) for line in ends),
    )


def _drawn(line: Points) -> tuple[tuple[float, float], ...]:
    stride = max(_MAP_STRIDE, -(-len(line) // _MOST_POINTS))
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in line[::stride])
