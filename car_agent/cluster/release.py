"""What a machine trains with: the source that decides, its libraries, the processor's kind."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from car_agent.worker.simulator import architecture, source_sha256

_LIBRARIES = ("numpy", "opencv-python-headless", "torch", "stable-baselines3", "gymnasium")
#: Beside what decides a run: how is learnt from it.
_TRAINING = ("car_agent/training", "car_agent/cluster")


@dataclass(frozen=True, slots=True)
class Release:
    """``source_sha256`` of Paddock's own source, ``versions`` of all else by its name."""

    source_sha256: str
    versions: Mapping[str, str]

    def unlike(self, other: "Release") -> tuple[str, ...]:
        """Return what else differs, as words."""
        return tuple(
            f"{name} {other.versions.get(name)} instead of {own}"
            for name, own in self.versions.items()
            if other.versions.get(name) != own
        )


def own_release() -> Release:
    """Return what this machine has."""
    versions = {name: _version(name) for name in _LIBRARIES}
    versions |= {"Python": platform.python_version(), "processor": architecture()}
    return Release(source_sha256(_TRAINING), versions)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
