"""Routes of the reward lab: a ghost car's parameters and reward, heat maps, faults, comparisons."""

from pydantic import JsonValue

from timing_server.contract.lab import (
    AtAnswer,
    AtRequest,
    CompareAnswer,
    CompareRequest,
    FuzzAnswer,
    FuzzRequest,
    LabDesk,
    MapAnswer,
    MapRequest,
)
from timing_server.web.auth import AnyDriver, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["lab"])

_REFUSALS = refusals(401, 403, 404, 409, 413, 422, 429, 503)


@router.get("/lab/desk", summary="Say whether rewards are tried out", responses=refusals(401, 403))
async def desk(kit: AnyKit, _who: AnyDriver) -> LabDesk:
    """Not where something is missing, nor while a heat is on track; `code` and `reason` say it."""
    return kit.lab.desk()


@router.post(
    "/lab/at",
    summary="Ask a reward function at one pose",
    response_model=AtAnswer,
    responses=_REFUSALS,
)
async def ask_at(body: AtRequest, kit: AnyKit, who: AnyDriver) -> JsonValue:
    """All of DeepRacer's parameters as training tells them there, and the reward or the fault."""
    return await kit.lab.ask(who.credential_id, "at", body)


@router.post(
    "/lab/map",
    summary="Ask a reward function all over a track",
    response_model=MapAnswer,
    responses=_REFUSALS,
)
async def ask_map(body: MapRequest, kit: AnyKit, who: AnyDriver) -> JsonValue:
    """A heat map for ghosts that all drive alike; some thousand places, in about a second."""
    return await kit.lab.ask(who.credential_id, "map", body)


@router.post(
    "/lab/fuzz",
    summary="Look for a reward function's faults",
    response_model=FuzzAnswer,
    responses=_REFUSALS,
)
async def ask_fuzz(body: FuzzRequest, kit: AnyKit, who: AnyDriver) -> JsonValue:
    """Some 1,700 cases, usual and rare; each fault once, in the simplest case that shows it."""
    return await kit.lab.ask(who.credential_id, "fuzz", body)


@router.post(
    "/lab/compare",
    summary="Compare two reward functions",
    response_model=CompareAnswer,
    responses=_REFUSALS,
)
async def ask_compare(body: CompareRequest, kit: AnyKit, who: AnyDriver) -> JsonValue:
    """Both heat maps, how alike they are, and the places where they differ most."""
    return await kit.lab.ask(who.credential_id, "compare", body)
