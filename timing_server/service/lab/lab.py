"""The reward lab: people's questions go to benches, unless the machine is needed for a heat."""

import asyncio
import json
from typing import Literal

from pydantic import JsonValue, ValidationError

from timing_server.contract.lab import BenchAnswer, LabDesk, LabRefusal, LabRequest
from timing_server.rules.heat_phases import HeatPhase
from timing_server.service.lab.errors import LabClosedError, LabFailedError, RewardRefusedError
from timing_server.service.lab.ports import LabBenches
from timing_server.service.log.writer import Writer
from timing_server.service.tracks.errors import TrackRefusedError
from timing_server.service.tracks.tracks import Tracks

Question = Literal["at", "map", "fuzz", "compare"]

_WITH_CARS = (HeatPhase.ARMED, HeatPhase.RUNNING, HeatPhase.PAUSED)
#: How soon a question under way makes room for a heat.
_LOOK_S = 0.3


class Lab:
    """Everything in the event loop; what takes time happens in the benches."""

    def __init__(self, writer: Writer, tracks: Tracks, benches: LabBenches) -> None:
        self._writer = writer
        self._tracks = tracks
        self._benches = benches

    def desk(self) -> LabDesk:
        """Return whether rewards are tried out here now."""
        closed = self._closed()
        if closed is None:
            return LabDesk(is_open=True)
        heat = closed.params.get("number")
        return LabDesk(
            is_open=False,
            code=closed.code,
            reason=str(closed),
            heat_number=heat if isinstance(heat, int) else None,
        )

    async def ask(self, session: str, question: Question, asked: LabRequest) -> JsonValue:
        """Return a bench's answer. Raises UnknownIdError, LabClosedError, LabBusyError,
        LabFailedError, RewardRefusedError, TrackRefusedError.
        """
        self._check_open()
        track = await asyncio.to_thread(self._tracks.named, asked.track)
        line = {"ask": question, **asked.model_dump(mode="json"), "track": track}
        work = asyncio.ensure_future(self._benches.ask(session, json.dumps(line).encode() + b"\n"))
        try:
            while not (await asyncio.wait({work}, timeout=_LOOK_S))[0]:
                self._check_open()
        finally:
            # Whoever went away, or a heat that came, ends the bench's work as well.
            work.cancel()
        return _understood(work.result())

    async def close(self) -> None:
        """End all that is under way."""
        await self._benches.close()

    def _check_open(self) -> None:
        closed = self._closed()
        if closed is not None:
            raise closed

    def _closed(self) -> LabClosedError | None:
        missing = self._benches.missing()
        if missing is not None:
            return missing
        known = self._writer.known
        head = known.heads.get(known.venue.gate_stream)
        heat = None if head is None else head.state.active_heat
        if heat is None or heat.phase not in _WITH_CARS:
            return None
        return LabClosedError(
            "lab_heat_on_track",
            f"Heat {heat.number} is on track: its timing has this machine to itself; the lab opens "
            "again when it is over.",
            number=heat.number,
        )


def _understood(line: bytes) -> JsonValue:
    """Return the answer of a bench's line."""
    try:
        told = BenchAnswer.model_validate_json(line)
    except ValidationError as error:
        message = "The lab gave an answer that can't be read; ask again."
        raise LabFailedError(message) from error
    if told.refused is not None:
        raise _refusal(told.refused)
    return told.answer


def _refusal(refused: LabRefusal) -> Exception:
    match refused.about:
        case "reward":
            return RewardRefusedError(refused.sentence, refused.line)
        case "track":
            return TrackRefusedError(refused.sentence)
        case "sandbox":
            return LabClosedError("lab_lacks_sandbox", refused.sentence)
        case "request":
            return LabFailedError(refused.sentence)
