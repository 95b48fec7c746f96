"""Routes for what boards show: the scene that race control chose, and pictures of sponsors."""

import asyncio
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from timing_server.contract.server.screens import (
    SceneChoice,
    SponsorList,
    SponsorName,
    SponsorOrder,
)
from timing_server.service.kit import Kit
from timing_server.service.pictures.redrawn import MAX_UPLOAD_BYTES
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Marshal, Organiser
from timing_server.web.pictures import JPEG, PICTURE_BODY, VersionInQuery, picture_answer
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["venue"])


@router.put(
    "/venue/scene", summary="Choose what boards show", responses=refusals(401, 403, 409, 422, 503)
)
async def choose_scene(
    body: SceneChoice, kit: AnyKit, caller: AnyCaller, _who: Marshal
) -> SceneChoice:
    """`auto` lets each board change by itself; a board with `?scene=` keeps its own."""
    await answer(kit.scene.put(caller, body.scene))
    kit.hub.show_scene(kit.scene.now)
    return SceneChoice(scene=kit.scene.now)


@router.get("/venue/sponsors", summary="List sponsors", dependencies=[Depends(PUBLIC)])
async def list_sponsors(kit: AnyKit) -> SponsorList:
    """In the order in which boards show them."""
    return SponsorList(sponsors=kit.sponsors.shown)


@router.post(
    "/venue/sponsors",
    summary="Show a sponsor's picture",
    status_code=201,
    max_body_size=MAX_UPLOAD_BYTES,
    responses=refusals(401, 403, 409, 413, 422, 503),
    openapi_extra=PICTURE_BODY,
)
async def add_sponsor(
    name: Annotated[SponsorName, Query(description="Who it is, for those who don't see it.")],
    request: Request,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
) -> SponsorList:
    """The body is a JPEG or PNG of at most 8 MiB and 24 million pixels; it is made small here."""
    small = await asyncio.to_thread(kit.sponsors.small, await request.body())
    await answer(kit.sponsors.add(caller, kit.new_id(), name, small))
    return _show(kit)


@router.put(
    "/venue/sponsors/order",
    summary="Order the sponsors",
    responses=COMMAND_REFUSALS,
)
async def order_sponsors(
    body: SponsorOrder, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> SponsorList:
    """Those that aren't named come behind, as they were."""
    await answer(kit.sponsors.order(caller, body.sponsor_ids))
    return _show(kit)


@router.delete(
    "/venue/sponsors/{sponsor_id}",
    summary="Delete a sponsor's picture",
    responses=COMMAND_REFUSALS,
)
async def delete_sponsor(
    sponsor_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> SponsorList:
    """For good: nothing of it is kept but in backups that were taken before."""
    await answer(kit.sponsors.delete(caller, sponsor_id))
    return _show(kit)


@router.get(
    "/venue/sponsors/{sponsor_id}/picture",
    summary="Get a sponsor's picture",
    dependencies=[Depends(PUBLIC)],
    responses={200: {"content": {JPEG: {}}}, **refusals(404, 422, 503)},
    response_class=Response,
)
async def show_sponsor(
    sponsor_id: IdInPath,
    kit: AnyKit,
    version: VersionInQuery = None,
) -> Response:
    """A JPEG of at most 1280 × 640 pixels, which this server wrote itself."""
    newest, content = await asyncio.to_thread(kit.sponsors.picture, sponsor_id)
    return picture_answer(content, newest, version, is_personal=False)


def _show(kit: Kit) -> SponsorList:
    shown = kit.sponsors.shown
    kit.hub.show_sponsors(shown)
    return SponsorList(sponsors=shown)
