"""Speaks to a Paddock server: commands and questions, and what a timing node journals."""

import time
import uuid
from collections.abc import Sequence
from typing import Any

import httpx2

Json = Any


class Api:
    """Speaks to a Paddock server with a bearer token; every command carries a retry key."""

    def __init__(self, url: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=f"{url}/api/v1", headers=headers, timeout=20)

    def get(self, path: str) -> Json:
        """Read."""
        return self._answer(self._http.get(path))

    def post(self, path: str, body: Json = None, **query: str) -> Json:
        """Send a command; done once, however often it is sent again."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self._answer(self._http.post(path, json=body or {}, headers=key, params=query))

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    @staticmethod
    def _answer(answer: httpx2.Response) -> Json:
        if not answer.is_success:
            # Every refusal says what is wrong in a sentence, and in a stable code.
            problem = answer.json()
            raise RuntimeError(f"{problem['code']}: {problem['detail']} ({answer.request.url})")
        return answer.json() if answer.content else None


def organiser(url: str, setup_code: str) -> Api:
    """Become organiser with the code that the server printed at its first start."""
    stranger = Api(url)
    token = stranger.post("/pair", {"code": setup_code})["token"]
    stranger.close()
    return Api(url, token)


class TimingNode:
    """Plays the timing node and the cars: journals passes and sends them, as ``paddock node`` does.

    Its clock is the server's race clock, read before each run.
    """

    def __init__(self, desk: Api, url: str, name: str = "desk-node") -> None:
        token = desk.post("/credentials", {"principal": name, "role": "node"})["token"]
        self._api = Api(url, token)
        self._path = f"/nodes/{name}/journal"
        self._journal_id = str(uuid.uuid4())
        self._boot_id = str(uuid.uuid4())
        self._seq = 0
        self.name = name
        self._send([self._record("clock", race_offset_ns=0, bound_ns=1_000)])

    def now_ns(self) -> int:
        """Read the race clock."""
        return int(self._api.get("/clock")["race_ns"])

    def drive(self, *cars: tuple[str, Sequence[float]]) -> list[int]:
        """Let cars drive, each given as the gate it crosses and its laps in ms; returns instants.

        The returned instants (race_ns) are of the first car's passes, the start of its first lap
        among them.
        """
        start_ns = self.now_ns()
        passes: list[tuple[int, str]] = []
        first: list[int] = []
        for gate, laps_ms in cars:
            at_ns = start_ns
            crossed = [at_ns]
            for lap_ms in laps_ms:
                at_ns += round(lap_ms * 1_000_000)
                crossed.append(at_ns)
            passes += [(each, gate) for each in crossed]
            first = first or crossed
        while self.now_ns() <= max(passes)[0]:
            time.sleep(0.005)
        self.report(sorted(passes))
        return first

    def report(self, passes: Sequence[tuple[int, str]]) -> None:
        """Send passes, each an instant and a gate."""
        self._send(
            [
                self._record("pass", mono_ns=at_ns, gate=gate, edges=1, sensors=["a"])
                for at_ns, gate in passes
            ]
        )

    def close(self) -> None:
        """Give the connections back."""
        self._api.close()

    def _record(self, kind: str, mono_ns: int = 0, **fields: Json) -> Json:
        self._seq += 1
        shared = {"seq": self._seq, "boot_id": self._boot_id, "mono_ns": mono_ns}
        return {**shared, "wall_utc": "2026-05-01T10:00:00+00:00", "kind": kind, **fields}

    def _send(self, records: Sequence[Json]) -> None:
        self._api.post(self._path, {"journal_id": self._journal_id, "records": records})
