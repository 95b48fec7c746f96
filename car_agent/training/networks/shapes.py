"""The networks that a driver may choose from, as plain numbers: what they see and their layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from car_agent.errors import CarSetupError
from timing_server.contract.workshop import Network


@dataclass(frozen=True, slots=True)
class Convolution:
    """One layer: how many channels come out, and a square kernel's side, stride and padding."""

    channels: int
    kernel_px: int
    stride_px: int
    padding_px: int

    def side_px(self, before_px: int) -> int:
        """Return how long a side is after this layer."""
        return (before_px + 2 * self.padding_px - self.kernel_px) // self.stride_px + 1


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Convolutions, each followed by a ReLU, then a dense layer, then one for the answers.

    Sees a luma picture of that size, levelled inside (mean 0, deviation 1). ``is_squashed``: a tanh
    keeps the answers between −1 and 1.
    """

    name: Network
    width_px: int
    height_px: int
    convolutions: tuple[Convolution, ...]
    dense: int
    is_squashed: bool = False

    @property
    def features(self) -> int:
        """How many numbers the convolutions make of a picture."""
        width_px, height_px = self.width_px, self.height_px
        for each in self.convolutions:
            width_px, height_px = each.side_px(width_px), each.side_px(height_px)
        return width_px * height_px * self.convolutions[-1].channels


#: 129,000 numbers: learns in a minute, and drives as well.
SMALL = NetworkShape(
    "small",
    width_px=80,
    height_px=60,
    convolutions=(
        Convolution(16, 5, 2, 2),
        Convolution(32, 3, 2, 1),
        Convolution(48, 3, 2, 1),
        Convolution(64, 3, 2, 1),
    ),
    dense=64,
)
#: DeepRacer's shallow network: 5.8 million numbers. It divides by 255 where this one levels.
CLASSIC = NetworkShape(
    "classic",
    width_px=160,
    height_px=120,
    convolutions=(
        Convolution(32, 8, 4, 0),
        Convolution(64, 4, 2, 0),
        Convolution(64, 3, 1, 0),
    ),
    dense=512,
)
NETWORKS: Mapping[str, NetworkShape] = MappingProxyType(
    {shape.name: shape for shape in (SMALL, CLASSIC)}
)


def network_named(name: str) -> NetworkShape:
    """Return a network. Raises CarSetupError that lists those there are."""
    if name not in NETWORKS:
        raise CarSetupError(f"There is no network '{name}'; choose {' or '.join(NETWORKS)}.")
    return NETWORKS[name]
