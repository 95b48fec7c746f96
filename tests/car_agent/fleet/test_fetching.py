"""Fetching against a scripted server: what is asked for, and what is made of odd answers."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest

from car_agent.errors import CarError, FetchBrokenError, FetchRefusedError
from car_agent.fleet.cache import ModelCache
from car_agent.fleet.fetching import fetch_model
from timing_server.contract.machines.fleet import ModelWanted

CONTENT = bytes(range(256)) * 1000
HASH = sha256(CONTENT).hexdigest()
WANTED = ModelWanted(sha256=HASH, size_bytes=len(CONTENT))

Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    return ModelCache(tmp_path, 10**9)


def fetch(cache: ModelCache, answer: Answer, stop_after: int = 10**6) -> None:
    asked = 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > stop_after

    transport = httpx2.MockTransport(answer)
    with httpx2.Client(base_url="http://server/api/v1/", transport=transport) as client:
        fetch_model(client, WANTED, cache, should_stop, lambda: None)


def whole(request: httpx2.Request) -> httpx2.Response:
    """Answer as the server does, ranges too."""
    assert request.url.path == f"/api/v1/models/{HASH}"
    begin = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
    if begin == 0:
        return httpx2.Response(200, content=CONTENT)
    told = f"bytes {begin}-{len(CONTENT) - 1}/{len(CONTENT)}"
    return httpx2.Response(206, content=CONTENT[begin:], headers={"Content-Range": told})


def test_a_model_comes_whole(cache: ModelCache) -> None:
    """It should be in the cache, proved."""
    fetch(cache, whole)
    found = cache.find(HASH)
    assert found is not None
    assert found.read_bytes() == CONTENT


def test_the_rest_is_asked_for(cache: ModelCache) -> None:
    """It should go on where the last try ended, and ask for nothing twice."""
    fetch(cache, whole, stop_after=1)
    received = cache.received_bytes(HASH)
    assert 0 < received < len(CONTENT)
    ranges = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        ranges.append(request.headers["Range"])
        return whole(request)

    fetch(cache, answer)
    assert ranges == [f"bytes={received}-"]
    assert cache.find(HASH) is not None


def test_a_server_without_ranges_begins_anew(cache: ModelCache) -> None:
    """It should take the whole file where the server sends that."""
    cache.append(HASH, 0, b"other beginning")
    fetch(cache, lambda _request: httpx2.Response(200, content=CONTENT))
    assert cache.find(HASH) is not None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: httpx2.Response(200, content=CONTENT[:1000]), FetchBrokenError),
        (lambda _: httpx2.Response(503), FetchBrokenError),
        (lambda _: httpx2.Response(404), FetchRefusedError),
        (lambda _: httpx2.Response(403), FetchRefusedError),
        (lambda _: httpx2.Response(302, headers={"Location": "http://other/"}), FetchRefusedError),
        (lambda _: httpx2.Response(200, content=CONTENT + b"!"), FetchRefusedError),
        (lambda _: httpx2.Response(200, content=CONTENT[::-1]), FetchRefusedError),
    ],
)
def test_odd_answers_leave_no_model(
    cache: ModelCache, answer: Answer, error: type[CarError]
) -> None:
    """It should say whether trying again helps, and never find what wasn't proved."""
    with pytest.raises(error):
        fetch(cache, answer)
    assert cache.find(HASH) is None


@pytest.mark.parametrize("told", ["bytes 5-9/10", "bytes 7-255999/256000", "nonsense"])
def test_another_range_than_was_asked_for_is_begun_anew(cache: ModelCache, told: str) -> None:
    """It should drop what it has: the two don't fit together."""
    cache.append(HASH, 0, CONTENT[:5])
    headers = {"Content-Range": told}
    with pytest.raises(FetchBrokenError):
        fetch(cache, lambda _: httpx2.Response(206, content=b"12345", headers=headers))
    assert cache.received_bytes(HASH) == 0
    fetch(cache, whole)
    assert cache.find(HASH) is not None


def test_a_car_that_drives_takes_its_time(cache: ModelCache) -> None:
    """It should rest after each piece so that no more than the limit comes in a second."""
    rests: list[float] = []
    transport = httpx2.MockTransport(whole)
    with httpx2.Client(base_url="http://server/api/v1/", transport=transport) as client:
        fetch_model(client, WANTED, cache, lambda: False, lambda: 100_000, rests.append)
    assert sum(rests) == pytest.approx(len(CONTENT) / 100_000)
