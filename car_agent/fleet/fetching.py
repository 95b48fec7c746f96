"""Fetches one model, from where the last try broke off, and proves it by its hash."""

import re
import time
from collections.abc import Callable

import httpx2

from car_agent.errors import FetchBrokenError, FetchRefusedError
from car_agent.fleet.cache import ModelCache
from timing_server.contract.machines.fleet import ArchiveWanted, ModelWanted

PIECE_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")

#: How many bytes a second a fetch may take now; None: as many as there are.
RateLimit = Callable[[], int | None]


def fetch_model(
    client: httpx2.Client,
    wanted: ModelWanted | ArchiveWanted,
    cache: ModelCache,
    should_stop: Callable[[], bool],
    rate: RateLimit,
    rest: Callable[[float], None] = time.sleep,
    path: str | None = None,
) -> None:
    """Receive the rest of a model until it is whole, or until told to stop.

    ``path`` is where an archive is; a model is at its hash.

    Raises FetchBrokenError where the link broke: try again, what came is kept. Raises
    FetchRefusedError where trying again soon won't help, ModelCacheError.
    """
    sha256 = wanted.sha256
    have_bytes = cache.received_bytes(sha256)
    if have_bytes < wanted.size_bytes:
        try:
            where = path or f"models/{sha256}"
            _receive(client, where, wanted, cache, have_bytes, (should_stop, rate, rest))
        except httpx2.HTTPError as error:
            raise FetchBrokenError(str(error) or type(error).__name__) from error
        if should_stop():
            return
    if cache.received_bytes(sha256) != wanted.size_bytes:
        if cache.received_bytes(sha256) > wanted.size_bytes:
            cache.forget_half(sha256)
        raise FetchBrokenError("the server ended before the model was whole")
    if not cache.finish(sha256):
        raise FetchRefusedError("what came isn't the model that was asked for (another hash)")


_Pacing = tuple[Callable[[], bool], RateLimit, Callable[[float], None]]


def _receive(
    client: httpx2.Client,
    path: str,
    wanted: ModelWanted | ArchiveWanted,
    cache: ModelCache,
    have_bytes: int,
    pacing: _Pacing,
) -> None:
    should_stop, rate, rest = pacing
    headers = {"Accept-Encoding": "identity"}
    if have_bytes:
        headers["Range"] = f"bytes={have_bytes}-"
    with client.stream("GET", path, headers=headers) as response:
        offset = _begin(response, have_bytes, wanted, cache)
        for piece in response.iter_bytes(PIECE_BYTES):
            if offset + len(piece) > wanted.size_bytes:
                cache.forget_half(wanted.sha256)
                raise FetchRefusedError("the server sends more than the model's size")
            cache.append(wanted.sha256, offset, piece)
            offset += len(piece)
            if should_stop():
                return
            limit = rate()
            if limit is not None:
                rest(len(piece) / limit)


def _begin(
    response: httpx2.Response,
    have_bytes: int,
    wanted: ModelWanted | ArchiveWanted,
    cache: ModelCache,
) -> int:
    """Return where the answer's first byte belongs."""
    if response.status_code == httpx2.codes.OK:
        return 0
    if response.status_code == httpx2.codes.PARTIAL_CONTENT:
        told = _RANGE.fullmatch(response.headers.get("content-range", ""))
        if told is not None and int(told[1]) == have_bytes and int(told[2]) == wanted.size_bytes:
            return have_bytes
    if response.status_code in {206, 416}:
        cache.forget_half(wanted.sha256)
        raise FetchBrokenError("the server's file has another size; it is fetched anew")
    if response.status_code >= 500:
        raise FetchBrokenError(f"the server answered {response.status_code}")
    raise FetchRefusedError(f"the server doesn't give this model away ({response.status_code})")
