"""The venue's line to the server: orders down, track map and positions up.

Everything here may fail for a while (the server is killed, the network is away): the world turns
on, and the line is taken up again with growing pauses. Only a refused token is final.
"""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import httpx2
import structlog
from pydantic import ValidationError

from hardware.virtual.errors import VenueTokenError
from timing_server.contract.live.ghost import GhostReport
from timing_server.contract.machines.devices import HeatOrder, PositionReport, TrackMap, TripOrder

#: The server pings every two seconds; a silence of this long is a lost line.
_SILENCE_S = 7.0
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 2.0
_POST_PATIENCE_S = 2.0
_GHOST_PAUSE_S = 2.0

_log = structlog.get_logger()

OnOrder = Callable[[HeatOrder | TripOrder], None]
OnGhost = Callable[[GhostReport], None]
_KINDS: Final[Mapping[str, type[HeatOrder | TripOrder]]] = {"heat": HeatOrder, "trip": TripOrder}


class ServerUplink:
    """Talks to one server with the venue's bearer token (role ``tracker``).

    ``on_order`` is called in the running event loop, and so is ``on_ghost`` where somebody wants to
    know of the lap that drives along. ``run`` lasts until cancelled and raises
    VenueTokenError where the server refuses the token.
    """

    def __init__(
        self,
        server_url: str,
        token: str,
        track: TrackMap,
        on_order: OnOrder,
        on_ghost: OnGhost | None = None,
    ) -> None:
        self._client = httpx2.AsyncClient(
            base_url=server_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(_POST_PATIENCE_S, read=_SILENCE_S),
            trust_env=False,
        )
        self._server_url = server_url
        self._track = track
        self._on_order = on_order
        self._on_ghost = on_ghost
        self._report: PositionReport | None = None
        self._has_report = asyncio.Event()
        self._is_connected = False

    def report(self, report: PositionReport) -> None:
        """Offer positions to be sent; where the line is slow, the newest replace older ones."""
        self._report = report
        self._has_report.set()

    async def run(self) -> None:
        """Listen and report until cancelled."""
        async with self._client, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_listening())
            tasks.create_task(self._keep_reporting())
            if self._on_ghost is not None:
                tasks.create_task(self._keep_looking(self._on_ghost))

    async def _keep_listening(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                await self._listen()
            except VenueTokenError:
                raise
            except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
                if self._is_connected:
                    _log.warning("server_lost", server=self._server_url, reason=repr(error))
            if self._is_connected:
                pause_s = _FIRST_PAUSE_S
            self._is_connected = False
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _listen(self) -> None:
        async with self._client.sse("/api/v1/devices/live") as source:
            self._check(source.response)
            self._is_connected = True
            _log.info("server_connected", server=self._server_url)
            await self._put_track()
            async for event in source:
                self._take(event.event, event.data)

    async def _put_track(self) -> None:
        """Tell the board what to draw; a board without a map is no reason to take no orders."""
        try:
            answer = await self._client.put(
                "/api/v1/venue/track",
                content=self._track.model_dump_json(),
                headers={"Content-Type": "application/json"},
            )
            self._check(answer)
        except VenueTokenError:
            raise
        except (httpx2.HTTPError, OSError) as error:
            _log.warning("track_map_refused", reason=repr(error))

    async def _keep_reporting(self) -> None:
        while True:
            await self._has_report.wait()
            self._has_report.clear()
            if self._report is None or not self._is_connected:
                continue
            try:
                answer = await self._client.post(
                    "/api/v1/venue/positions",
                    content=self._report.model_dump_json(),
                    headers={"Content-Type": "application/json"},
                )
                self._check(answer)
            except VenueTokenError:
                raise
            except (httpx2.HTTPError, OSError) as error:
                _log.debug("positions_lost", reason=repr(error))

    async def _keep_looking(self, on_ghost: OnGhost) -> None:
        """Ask now and then which lap drives along: its way is too long for the cars' own line."""
        while True:
            try:
                answer = await self._client.get("/api/v1/venue/ghost")
                answer.raise_for_status()
                on_ghost(GhostReport.model_validate_json(answer.content))
            except (httpx2.HTTPError, OSError, ValidationError) as error:
                _log.debug("ghost_unknown", reason=repr(error))
            await asyncio.sleep(_GHOST_PAUSE_S)

    def _take(self, event: str, body: str) -> None:
        kind = _KINDS.get(event)
        if kind is None:
            return
        try:
            order = kind.model_validate_json(body)
        except ValidationError as error:
            _log.error("order_not_understood", order=event, reason=str(error.errors()[0]["msg"]))
            return
        self._on_order(order)

    def _check(self, answer: httpx2.Response) -> None:
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise VenueTokenError(
                f"The server {self._server_url} doesn't accept the venue's token; make a new one "
                "with role 'tracker' and name its file with --token-file."
            )
        answer.raise_for_status()
