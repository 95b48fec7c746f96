"""How pictures are sent to the server, and how it answers with those that it wrote itself."""

from typing import Annotated

from fastapi import Query, Response

JPEG = "image/jpeg"
#: What a picture is sent as; what it is, its bytes tell.
PICTURE_BODY = {"requestBody": {"content": {JPEG: {}, "image/png": {}}, "required": True}}

VersionInQuery = Annotated[
    str | None,
    Query(alias="v", max_length=64, description="The picture's version: then it may be kept."),
]


def picture_answer(
    content: bytes, newest: str, asked: str | None, *, is_personal: bool
) -> Response:
    """Return a picture that may be kept where ``asked`` names its ``newest`` version.

    No longer than a race day, and where it ``is_personal`` only by the browser that asked: people
    may be forgotten.
    """
    whose = "private" if is_personal else "public"
    keep = f"{whose}, max-age=43200, immutable" if asked == newest else "no-cache"
    return Response(content, media_type=JPEG, headers={"Cache-Control": keep})
