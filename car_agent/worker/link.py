"""The worker's way to the server: claims, leases, files, runs."""

import hashlib
import socket
from contextlib import suppress
from typing import Any

import httpx2
from pydantic import BaseModel, ValidationError

from car_agent.link.client import make_client
from car_agent.models.files import MAX_MODEL_BYTES
from car_agent.worker.errors import LeaseGoneError, ServerAwayError, WorkerRefusedError
from hardware.race_clock import Relation, ask_several, relate
from timing_server.contract.machines.devices import TrackMap
from timing_server.contract.machines.duels import DuelPosted, DuelRecorded, DuelSoFar
from timing_server.contract.machines.shows import LeaseKept, ShownSoFar, ShowReady, ShowView
from timing_server.contract.machines.workers import (
    Claimed,
    ClaimRequest,
    DrivenRun,
    LeaseRenewal,
    RunFailed,
    RunPosted,
    RunRecorded,
    SimulatorVersions,
    VirtualJob,
)
from timing_server.contract.server.tracks import TrackDocument
from timing_server.contract.workshop import RoomState

_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)


class ServerLink:
    """Speaks for one worker. Every call may raise ServerAwayError: then it can be tried again."""

    def __init__(
        self, server_url: str, name: str, token: str, transport: httpx2.BaseTransport | None = None
    ) -> None:
        self.server_url = server_url
        self._path = f"workers/{name}"
        self._client = make_client(server_url, token, _TIMEOUT, transport)
        self._is_local = is_own_address(httpx2.URL(server_url).host)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def claim(self, *, can_play: bool = False, is_room_free: bool = True) -> VirtualJob | None:
        """Return the next run, None while none waits. Raises WorkerRefusedError.

        ``can_play``: also what is to be driven before an audience; nothing else where no room is.
        """
        asked = ClaimRequest(can_play=can_play, is_room_free=is_room_free)
        return Claimed.model_validate_json(self._post(f"{self._path}/claim", asked)).job

    def renew(self, lease_id: str, laps_done: int) -> LeaseKept:
        """Say that this worker lives; return what is wanted of it. Raises LeaseGoneError."""
        body = LeaseRenewal(laps_done=laps_done)
        return LeaseKept.model_validate_json(self._post(f"{self._path}/leases/{lease_id}", body))

    def say_ready(self, lease_id: str, track: TrackMap) -> None:
        """Say that a run could be begun that is played. Raises LeaseGoneError."""
        self._post(f"{self._path}/leases/{lease_id}/ready", ShowReady(track=track))

    def tell(self, lease_id: str, run: DrivenRun) -> None:
        """Tell what a run did by now that is played. Raises LeaseGoneError."""
        self._post(f"{self._path}/leases/{lease_id}/so-far", ShownSoFar(run=run))

    def tell_duel(self, lease_id: str, so_far: DuelSoFar) -> None:
        """Tell what a race of two did by now that is played. Raises LeaseGoneError."""
        self._post(f"{self._path}/leases/{lease_id}/duel-so-far", so_far)

    def show(self, lease_id: str, view: ShowView) -> None:
        """Show where cars are and what they do. Raises LeaseGoneError."""
        self._post(f"{self._path}/leases/{lease_id}/view", view)

    def show_frame(self, lease_id: str, car_id: str, jpeg: bytes) -> None:
        """Show what a car sees. Raises LeaseGoneError."""
        path = f"{self._path}/leases/{lease_id}/frames/{car_id}"
        self._asked("PUT", path, content=jpeg, headers={"Content-Type": "image/jpeg"})

    def clock(self) -> Relation:
        """Relate this machine's monotonic clock to the race clock."""
        # Whoever asks for the clock names its path from the server's root.
        asking = httpx2.Client(base_url=self.server_url, timeout=_TIMEOUT, trust_env=False)
        try:
            with asking as client:
                return relate(ask_several(client, lambda: False))
        except (httpx2.HTTPError, ValidationError) as error:
            raise ServerAwayError(f"The server at {self.server_url} doesn't answer.") from error

    def hand_in(self, job: VirtualJob, run: DrivenRun, simulator: SimulatorVersions) -> RunRecorded:
        """Hand a run in and return what came of it. Raises LeaseGoneError."""
        body = RunPosted(run=run, simulator=simulator)
        path = f"{self._path}/leases/{job.lease_id}/run"
        answer = self._post(path, body, event_id=job.event_id)
        return RunRecorded.model_validate_json(answer)

    def hand_in_duel(self, job: VirtualJob, posted: DuelPosted) -> DuelRecorded:
        """Hand a race of two in and return what came of it. Raises LeaseGoneError."""
        path = f"{self._path}/leases/{job.lease_id}/duel"
        answer = self._post(path, posted, event_id=job.event_id)
        return DuelRecorded.model_validate_json(answer)

    def hand_record(self, event_id: str, lease_id: str, record: bytes) -> None:
        """Hand in the record of a run that was handed in. Raises LeaseGoneError."""
        path = f"{self._path}/leases/{lease_id}/record"
        headers = {"Content-Type": "application/octet-stream"}
        self._asked("PUT", path, params={"event_id": event_id}, content=record, headers=headers)

    def fail(self, lease_id: str, sentence: str, *, is_models_fault: bool) -> None:
        """Say that no run comes of it. Raises LeaseGoneError."""
        body = RunFailed(sentence=sentence[:500], is_models_fault=is_models_fault)
        self._post(f"{self._path}/leases/{lease_id}/failure", body)

    def give_back(self, lease_id: str) -> None:
        """Let another have the run. Raises LeaseGoneError."""
        self._asked("DELETE", f"{self._path}/leases/{lease_id}")

    def model(self, sha256: str) -> bytes:
        """Return a model's file. Raises LeaseGoneError where it isn't to be had any more."""
        content = self._asked("GET", f"models/{sha256}", most_bytes=MAX_MODEL_BYTES)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ServerAwayError("The model came broken; it is fetched again.")
        return content

    def track(self, sha256: str) -> TrackDocument:
        """Return a track's file."""
        content = self._asked("GET", f"{self._path}/tracks/{sha256}")
        return TrackDocument.model_validate_json(content)

    def is_room_free(self) -> bool:
        """Whether no heat is on at this machine's own server; one elsewhere isn't disturbed."""
        if not self._is_local:
            return True
        return RoomState.model_validate_json(self._asked("GET", "workshop/room")).is_free

    def _post(self, path: str, body: BaseModel | None = None, **params: str) -> bytes:
        json = None if body is None else body.model_dump(mode="json")
        return self._asked("POST", path, json=json, params=params)

    def _asked(self, method: str, path: str, most_bytes: int | None = None, **more: Any) -> bytes:
        try:
            with self._client.stream(method, path, **more) as answer:
                content = _read(answer, most_bytes or 16 * 1024 * 1024)
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise ServerAwayError(f"The server at {self.server_url} doesn't answer.") from error
        if answer.is_success:
            return content
        raise self._refusal(answer.status_code, content)

    def _refusal(self, status: int, content: bytes) -> Exception:
        detail = _detail(content)
        if status == httpx2.codes.UNAUTHORIZED:
            return WorkerRefusedError(
                f"The server at {self.server_url} doesn't accept this worker's token; pair it "
                "again with --pair."
            )
        if status >= 500 or status == httpx2.codes.TOO_MANY_REQUESTS:
            return ServerAwayError(detail or f"The server answered {status}.")
        return LeaseGoneError(detail or f"The server answered {status}.")


def is_own_address(host: str) -> bool:
    """Whether an address is this machine's own, by whatever name: then a socket can have it."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_DGRAM)
    except OSError:
        return False
    for family, kind, protocol, _, address in found:
        with suppress(OSError), socket.socket(family, kind, protocol) as tried:
            tried.bind(address)
            return True
    return False


def _read(answer: httpx2.Response, most_bytes: int) -> bytes:
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > most_bytes:
            raise ServerAwayError("The server sends more than it may.")
    return bytes(content)


class _Problem(BaseModel):
    detail: str = ""


def _detail(content: bytes) -> str:
    try:
        return _Problem.model_validate_json(content).detail[:300]
    except ValidationError:
        return ""
