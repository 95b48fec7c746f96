import pytest

from car_agent.errors import CarSetupError
from car_agent.training.networks.shapes import CLASSIC, SMALL, network_named


def test_classic_is_deepracers_shallow_network() -> None:
    """It should flatten to what DeepRacer's does, 16×11 of 64 channels."""
    assert CLASSIC.features == 11264
    assert SMALL.features == 64 * 4 * 5


def test_unknown_network_lists_the_known_ones() -> None:
    """It should say what could have been named."""
    assert network_named("classic") is CLASSIC
    with pytest.raises(CarSetupError, match="choose small or classic"):
        network_named("deep")
