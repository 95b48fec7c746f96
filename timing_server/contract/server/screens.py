"""What race control has boards show: the scene, and the pictures of sponsors."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from timing_server.contract.base import Message, Slug

#: ``auto``: each board changes its scene by itself, as the race goes.
BoardScene = Literal["auto", "start_list", "standings", "bracket", "podium", "sponsors"]
SponsorName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class SceneChoice(Message):
    """``PUT /venue/scene``: what every board shows from now on, and across a restart."""

    scene: BoardScene


class SponsorShown(Message):
    """A sponsor's picture; ``picture`` is where it is (below ``/api/v1``), and changes with it.

    ``name`` is text from people: render as text, never as HTML.
    """

    sponsor_id: str
    name: str
    picture: str


class SponsorList(Message):
    """``GET /venue/sponsors``, in the order in which boards show them."""

    sponsors: tuple[SponsorShown, ...]


class SponsorOrder(Message):
    """``PUT /venue/sponsors/order``: the first ones in this order, the others behind them."""

    sponsor_ids: Annotated[tuple[Slug, ...], Field(max_length=100)]
