"""What lap times depend on beside model, seed and rules: the track, and who computed them."""

import platform
from hashlib import sha256
from importlib.metadata import version

import numpy as np

from hardware.virtual.world.track import Track

#: What changes a lap time's last digits when it is another one.
_PACKAGES = ("paddock", "onnxruntime", "numpy")
_UM_PER_M = 1e6


def track_sha256(track: Track) -> str:
    """Return the hash of a track's line and width to the micrometre, whatever it is called."""
    places_um = np.rint(track.centre * _UM_PER_M).astype("<i8")
    width_um = round(track.width_m * _UM_PER_M)
    return sha256(places_um.tobytes() + width_um.to_bytes(8, "little")).hexdigest()


def versions() -> str:
    """Return the programs' versions and the kind of processor, in a line."""
    told = [f"{name} {version(name)}" for name in _PACKAGES]
    return " · ".join([*told, platform.machine()])[:200]
