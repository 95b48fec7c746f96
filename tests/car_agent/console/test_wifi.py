"""Which Wi-Fi the car is in."""

import pytest

from car_agent.console.wifi import parse_networks as subject


@pytest.mark.parametrize(
    ("listing", "found"),
    [
        ("no:Hall:80\nyes:Paddock:63\n", ("Paddock", 63)),
        ("yes:Pit\\: lane\\\\1:7\n", ("Pit: lane\\1", 7)),
        ("no:Hall:80\n", (None, None)),
        ("yes::40", (None, 40)),
        ("yes:odd:", ("odd", None)),
        ("", (None, None)),
    ],
)
def test_network_in_use(listing: str, found: tuple[str | None, int | None]) -> None:
    """It should find the network in use, its name unescaped."""
    assert subject(listing) == found
