"""What makes a track this track and no other: its line and width, whatever it is called."""

from hashlib import sha256

import numpy as np

from hardware.virtual.world.track import Track

_UM_PER_M = 1e6


def track_sha256(track: Track) -> str:
    """Return the hash of a track's line and width to the micrometre."""
    places_um = np.rint(track.centre * _UM_PER_M).astype("<i8")
    width_um = round(track.width_m * _UM_PER_M)
    return sha256(places_um.tobytes() + width_um.to_bytes(8, "little")).hexdigest()
