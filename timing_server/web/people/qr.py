"""The QR code of a page of this server, for the phones in the hall."""

import io
from typing import Annotated

import segno
from fastapi import Depends, Query, Request
from starlette.responses import Response

from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["access"], dependencies=[Depends(PUBLIC)])


@router.get(
    "/qr.svg",
    summary="Draw the QR code of a page of this server",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "A picture."}},
)
async def draw_qr(
    request: Request,
    kit: AnyKit,
    path: Annotated[str, Query(max_length=300, pattern=r"^/[!-~]*$")] = "/",
) -> Response:
    """`path` is the page's own, such as `/join`; the address is where phones reach this server."""
    base_url = kit.reachable_url() or str(request.base_url)
    picture = io.BytesIO()
    code = segno.make(base_url.rstrip("/") + path, error="m", micro=False)
    code.save(picture, kind="svg", border=4, light="#ffffff", scale=8, xmldecl=False)
    return Response(picture.getvalue(), media_type="image/svg+xml")
