"""Asks this machine's own server whether a heat is on: a training must not slow down its timing."""

import os
import time
from collections.abc import Callable
from typing import Self

import httpx2
from pydantic import ValidationError

from car_agent.training.waiting import Stopwatch
from timing_server.contract.config_file import read_table
from timing_server.contract.workshop import Occupation, RoomState

DEFAULT_PORT = 8000
#: Addresses on which a server listens that can be asked by the loopback interface.
_EVERYWHERE = ("0.0.0.0", "::", "localhost")  # noqa: S104 - compared, not bound
_ASK_S = 2.0
#: A server that is started anew during a heat is back by then.
_PATIENCE_ASKS = 15

Say = Callable[[str], None]

_WORDS: dict[Occupation, str] = {
    "heat_called": "is called to the line",
    "heat_armed": "is armed",
    "heat_running": "is running",
    "heat_paused": "is paused",
}


def own_server() -> str | None:
    """Return the address at which this machine's server would be, by paddock.toml and environment.

    None where that can't be known beforehand. Raises SettingsError for a settings file that can't
    be read.
    """
    table = read_table("server")
    port = str(os.environ.get("PADDOCK_SERVER_PORT", table.get("port", DEFAULT_PORT)))
    host = str(os.environ.get("PADDOCK_SERVER_HOST", table.get("host", _EVERYWHERE[0])))
    if not port.isdecimal() or port == "0":
        return None
    return f"http://{'127.0.0.1' if host in _EVERYWHERE else host}:{port}"


class Room:
    """What a training must know of the machine: how long it worked there, and whether it may.

    To be used in a ``with``, which closes the connection to the server.
    """

    def __init__(
        self,
        watch: Stopwatch,
        server: str | None,
        sleep: Callable[[float], None] = time.sleep,
        is_ended: Callable[[], bool] = lambda: False,
    ) -> None:
        self._watch = watch
        self._server = server
        self._sleep = sleep
        self._is_ended = is_ended
        self._due_s = 0.0
        # No proxy stands between this machine and itself.
        self._client = httpx2.Client(timeout=_ASK_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def spent_s(self) -> float:
        """Return how many seconds the training worked so far."""
        return self._watch.spent_s()

    def wait(self, say: Say) -> None:
        """Return when no heat is on; the wait is told, and counts for nothing.

        May be called often: the server is asked every two seconds. Where none answers there is no
        heat. Raises KeyboardInterrupt where somebody ended the training and nothing heeded it.
        """
        if self._is_ended():
            raise KeyboardInterrupt
        if self.spent_s() < self._due_s:
            return
        self._due_s = self.spent_s() + _ASK_S
        state = self._ask()
        if state is None or state.is_free:
            return
        with self._watch.held():
            say(f"{_doing(state)} on this machine: the training waits until it is over.")
            unanswered = 0
            while unanswered < _PATIENCE_ASKS and (state is None or not state.is_free):
                self._sleep(_ASK_S)
                state = self._ask()
                unanswered = unanswered + 1 if state is None else 0
        say("The heat is over: the training goes on.")

    def _ask(self) -> RoomState | None:
        if self._server is None:
            return None
        try:
            answer = self._client.get(f"{self._server}/api/v1/workshop/room")
            return RoomState.model_validate_json(answer.content)
        except (httpx2.HTTPError, ValidationError):
            return None


def _doing(state: RoomState) -> str:
    heat = "A heat" if state.heat_number is None else f"Heat {state.heat_number}"
    return f"{heat} {_WORDS[state.reason] if state.reason else 'is on'}"
