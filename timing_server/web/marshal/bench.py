"""Where a marshal's ruling is made, or only tried: the same command, kept or not."""

from typing import Annotated, Any

from fastapi import Depends, Query

from timing_server.rules.commands.rulings import RulingCommand
from timing_server.rules.units import NS_PER_US, RulingId
from timing_server.service.marshal.preview import try_ruling
from timing_server.service.office import outcome_of
from timing_server.web.asking import AnyOffice
from timing_server.web.auth import MARSHAL, AnyKit
from timing_server.web.problems import COMMAND_REFUSALS
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
        office: AnyOffice,
        kit: AnyKit,
        is_preview: IsPreview = False,
    ) -> None:
        self.ruling_id = RulingId(office.new_id())
        self._office = office
        self._clock = kit.clock
        self._is_preview = is_preview

    async def rule(self, command: RulingCommand) -> Any:
        """Make the ruling, or say what it would change.

        Raises RefusedError, UnknownIdError, RetryKeyReusedError or StorageFailedError.
        """
        if not self._is_preview:
            return await self._office.command(command)
        state = await self._office.state()
        tried = try_ruling(state, command, self._clock.now_ns())
        return {**outcome_of(tried.recorded, state.seq), "preview": tried.preview}


AnyBench = Annotated[Bench, Depends(Bench)]


def marshals_router(tag: str = "rulings") -> ApiRouter:
    """Return a router for what marshals rule."""
    return ApiRouter(
        tags=[tag],
        dependencies=[Depends(MARSHAL)],
        responses=COMMAND_REFUSALS,
    )


def maybe_ns(value_us: int | None) -> int | None:
    """Return microseconds of a message as nanoseconds; None stays None."""
    return None if value_us is None else value_us * NS_PER_US
