"""What makes a track this track and no other: line, width and ground, whatever it is called.

A picture of the ground is part of what a model sees. So a track with one is another track than the
same line without, and than the same line over another picture.
"""

from hashlib import sha256

import numpy as np

from hardware.virtual.world.track import Track
from timing_server.contract.server.tracks import Ground

_UM_PER_M = 1e6


def track_sha256(track: Track) -> str:
    """Return the hash of a track's line and width to the micrometre, and of its ground if any."""
    places_um = np.rint(track.centre * _UM_PER_M).astype("<i8")
    width_um = round(track.width_m * _UM_PER_M)
    digest = sha256(places_um.tobytes() + width_um.to_bytes(8, "little"))
    if track.ground is not None:
        digest.update(_of_ground(track.ground))
    return digest.hexdigest()


def _of_ground(ground: Ground) -> bytes:
    """Return where a picture lies, to the micrometre, and the hash of its text."""
    sides_m = (ground.left_m, ground.top_m, ground.width_m, ground.height_m)
    place_um = np.rint(np.array(sides_m) * _UM_PER_M).astype("<i8")
    return place_um.tobytes() + sha256(ground.jpeg.encode()).digest()
