"""Where a marshal's ruling is made, or only tried: the same command, kept or not."""

from typing import Annotated, Any

from fastapi import Depends, Query

from timing_server.rules.commands.rulings import RulingCommand
from timing_server.rules.units import NS_PER_US, EventId, RulingId
from timing_server.service.marshal.preview import try_ruling
from timing_server.service.office import outcome_of
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import MARSHAL, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

IsPreview = Annotated[
    bool,
    Query(
        alias="preview",
        description="Only say what would change: nothing is kept, and no key is used up.",
    ),
]


class Bench:
    """One marshal's ruling in one event, with its id; ``rule`` makes it or tries it."""

    def __init__(
        self,
        event_id: IdInPath,
        kit: AnyKit,
        caller: AnyCaller,
        is_preview: IsPreview = False,
    ) -> None:
        self.ruling_id = RulingId(kit.new_id())
        self._event_id = EventId(event_id)
        self._kit = kit
        self._caller = caller
        self._is_preview = is_preview

    async def rule(self, command: RulingCommand) -> Any:
        """Make the ruling, or say what it would change.

        Raises RefusedError, UnknownIdError, RetryKeyReusedError or StorageFailedError.
        """
        if not self._is_preview:
            return await answer(self._kit.office.command(self._caller, self._event_id, command))
        state = await self._kit.state_of(self._event_id)
        tried = try_ruling(state, command, self._kit.clock.now_ns())
        return {**outcome_of(tried.recorded, state.seq), "preview": tried.preview}


AnyBench = Annotated[Bench, Depends(Bench)]


def marshals_router(tag: str = "rulings") -> ApiRouter:
    """Return a router for what marshals rule."""
    return ApiRouter(
        tags=[tag],
        dependencies=[Depends(MARSHAL)],
        responses=refusals(401, 403, 404, 409, 422, 503),
    )


def maybe_ns(value_us: int | None) -> int | None:
    """Return microseconds of a message as nanoseconds; None stays None."""
    return None if value_us is None else value_us * NS_PER_US
