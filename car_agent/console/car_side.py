"""What the console knows and can do, also where the agent is gone: then it asks the guard alone."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from car_agent.console.agent_line import AgentLine
from car_agent.console.errors import AgentAwayError, AgentSilentError
from car_agent.console.talk import (
    AgentWord,
    Answer,
    EmergencyStop,
    Look,
    RefusalCode,
    ReleaseStop,
    Wish,
)
from car_agent.fleet.offered import Offer, OfferedModels
from hardware.guard.client import GuardClient
from hardware.guard.process.latch import Latch
from hardware.guard.settings import GuardRequest

_log = structlog.get_logger()

AgentState = Literal["there", "away", "silent"]


@dataclass(frozen=True, slots=True)
class CarState:
    """How the car is: the agent's word where there is one, and the emergency stop's note.

    ``e_stop``: why it is latched; None where it isn't.
    """

    agent: AgentState
    word: AgentWord | None
    e_stop: str | None


class CarSide:
    """The car behind the console's pages. Any thread may call."""

    def __init__(
        self,
        socket_path: Path,
        request: GuardRequest,
        guard_socket: Path | None,
        offered: OfferedModels,
    ) -> None:
        """``guard_socket``: that of a guard which outlives the agent; None without one."""
        self._request = request
        self._offered = offered
        self._guard_socket = guard_socket
        # Looking may take its time; driving and stopping must not wait behind a picture.
        self._eyes = AgentLine(socket_path)
        self._hands = AgentLine(socket_path)
        self._voice = AgentLine(socket_path)

    def close(self) -> None:
        """Hang up: whoever drives through this console has let go."""
        for line in (self._eyes, self._hands, self._voice):
            line.close()

    def state(self) -> CarState:
        """Return how the car is."""
        try:
            answer, _ = self._voice.ask(Look())
        except AgentAwayError:
            return CarState("away", None, Latch(self._request.latch_file).reason)
        except AgentSilentError:
            return CarState("silent", None, Latch(self._request.latch_file).reason)
        word = answer.word
        return CarState("there", word, None if word is None else word.guard.e_stop)

    def picture(self) -> bytes:
        """Return the newest picture as JPEG, b"" where there is none."""
        return self._eyes.ask(Look(wants_picture=True))[1]

    @property
    def model_folder(self) -> Path:
        """Where people put models for this car."""
        return self._offered.folder

    def models(self) -> list[Offer]:
        """Return the models that lie on the car."""
        return self._offered.list()

    def ask(self, wish: Wish) -> Answer:
        """Have the agent do something. Raises AgentAwayError or AgentSilentError."""
        return self._hands.ask(wish)[0]

    def e_stop(self, reason: str) -> None:
        """Latch the emergency stop, by the guard alone where no agent runs.

        Raises AgentSilentError or an ActuatorError where neither can be told.
        """
        try:
            self._voice.ask(EmergencyStop(reason=reason))
        except AgentAwayError:
            self._without_agent(reason)

    def release(self, who: str) -> RefusalCode | None:
        """Unlatch it, likewise; return why not where race control stopped the car."""
        try:
            return self._voice.ask(ReleaseStop(who=who))[0].refusal
        except AgentAwayError:
            self._without_agent(None)
            return None

    def _without_agent(self, reason: str | None) -> None:
        """Latch (for a reason) or release: the next guard reads the note; one that runs is told."""
        latch = Latch(self._request.latch_file)
        if self._guard_socket is not None:
            with closing(GuardClient(self._request, self._guard_socket)) as guard:
                guard.start()
                if reason is None:
                    guard.release("the car's console")
                else:
                    guard.e_stop(reason)
            return
        if reason is None:
            latch.clear()
        else:
            latch.set(reason)
        _log.warning("emergency_stop_noted", reason=reason)
