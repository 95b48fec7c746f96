"""What lap times depend on beside track, model, seed and rules: who computed them."""

import platform
from importlib.metadata import version

#: What changes a lap time's last digits when it is another one.
_PACKAGES = ("paddock", "onnxruntime", "numpy")


def versions() -> str:
    """Return the programs' versions and the kind of processor, in a line."""
    told = [f"{name} {version(name)}" for name in _PACKAGES]
    return " · ".join([*told, platform.machine()])[:200]
