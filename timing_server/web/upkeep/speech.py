"""The route that speaks for screens whose browser can't."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from timing_server.service.speech import MAX_CHARS, Language
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["live"])

_WAV = "audio/wav"


@router.get(
    "/speech",
    summary="Speak a sentence",
    dependencies=[Depends(PUBLIC)],
    response_class=Response,
    responses={
        200: {"content": {_WAV: {}}, "description": "The sentence as sound."},
        **refusals(409, 422, 429),
    },
)
async def speak(
    kit: AnyKit,
    text: Annotated[str, Query(min_length=1, max_length=MAX_CHARS, pattern=r"\S")],
    lang: Language = "en",
) -> Response:
    """For kiosks, whose browsers often have no voice. 409 `no_speech` without espeak-ng."""
    sound = await kit.speaker.say(text, lang)
    return Response(sound, media_type=_WAV, headers={"Cache-Control": "max-age=3600"})
