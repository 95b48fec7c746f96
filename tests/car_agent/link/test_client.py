"""The HTTP client."""

import httpx2
import pytest

from car_agent.link.client import make_client

TIMEOUT = httpx2.Timeout(1.0)


@pytest.mark.parametrize("url", ["http://server:8000", "http://server:8000/"])
def test_paths_are_below_the_api(url: str) -> None:
    """It should carry the token, and not mind a slash at the end."""
    with make_client(url, "secret", TIMEOUT) as client:
        request = client.build_request("GET", "devices/live")
    assert str(request.url) == "http://server:8000/api/v1/devices/live"
    assert request.headers["Authorization"] == "Bearer secret"
