"""Routes for the Wi-Fi that the public may use."""

import io
import re
from typing import Annotated

import segno
from fastapi import Depends
from starlette.responses import Response

from timing_server.contract.server.venue import PublicWifiSettings, WifiShown
from timing_server.service.entities import Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.upkeep.wifi import Wifi, shown_wifi
from timing_server.web.asking import AnyCaller, answer
from timing_server.web.auth import ORGANISER, PUBLIC, AnyKit, Organiser
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

_SPECIAL = re.compile(r'([\\;,:"])')

router = ApiRouter(tags=["venue"])


@router.get("/venue/wifi", summary="Show the Wi-Fi", responses=refusals(401, 403))
async def show_wifi(kit: AnyKit, _who: Organiser) -> PublicWifiSettings:
    """For the organiser, also while it isn't public."""
    now = kit.wifi.now
    return PublicWifiSettings(ssid=now.ssid, passphrase=now.passphrase, is_shown=now.is_shown)


@router.put("/venue/wifi", summary="Say what is shown", responses=refusals(401, 403, 409, 422, 503))
async def put_wifi(
    body: PublicWifiSettings,
    kit: AnyKit,
    caller: AnyCaller,
    who: Annotated[Credential, Depends(ORGANISER)],
) -> PublicWifiSettings:
    """With `is_shown`, name and passphrase are public: on the board and on drivers' pages."""
    is_shown = body.is_shown and body.ssid != ""
    wifi = Wifi(body.ssid, body.passphrase, is_shown)
    await answer(kit.wifi.put(caller, wifi))
    kit.hub.show_wifi(shown_wifi(kit.wifi.now))
    return await show_wifi(kit, who)


@router.get(
    "/venue/wifi/qr.svg",
    summary="Draw the QR code of the Wi-Fi",
    dependencies=[Depends(PUBLIC)],
    response_class=Response,
    responses={
        200: {"content": {"image/svg+xml": {}}, "description": "A picture."},
        **refusals(404),
    },
)
async def draw_wifi(kit: AnyKit) -> Response:
    """404 while the organiser doesn't show it."""
    shown = shown_wifi(kit.wifi.now)
    if shown is None:
        raise UnknownIdError("wifi", "shown")
    picture = io.BytesIO()
    code = segno.make(wifi_text(shown), error="m", micro=False)
    code.save(picture, kind="svg", border=4, light="#ffffff", scale=8, xmldecl=False)
    return Response(picture.getvalue(), media_type="image/svg+xml")


def wifi_text(wifi: WifiShown) -> str:
    """Return what phones read as a network to join; segno's own leaves the comma unescaped."""
    ssid, passphrase = (_SPECIAL.sub(r"\\\1", each) for each in (wifi.ssid, wifi.passphrase))
    secret = f"T:WPA;S:{ssid};P:{passphrase}" if passphrase else f"T:nopass;S:{ssid}"
    return f"WIFI:{secret};;"
