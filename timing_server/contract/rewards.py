"""Reward functions on the server: what drivers write in the browser, and the examples."""

from typing import Annotated

from pydantic import Field

from timing_server.contract.base import Message, Slug
from timing_server.contract.names import Name

#: Far more than any reward needs; the training's own limit is larger.
MAX_SOURCE_CHARS = 64 * 1024

#: Python text, as it was typed.
Source = Annotated[str, Field(min_length=1, max_length=MAX_SOURCE_CHARS)]


class RewardView(Message):
    """``GET /rewards``: a reward function that is kept here, without its text.

    ``driver_id`` null is the venue's own, an example's too; an example (``is_example``) can be
    copied and not changed. ``changed_utc`` is empty for those.
    """

    reward_id: str
    name: str
    driver_id: str | None = None
    driver_name: str | None = None
    is_example: bool = False
    changed_utc: str = ""


class RewardText(RewardView):
    """``GET /rewards/{reward_id}``: the same with its text."""

    source: str


class RewardWritten(Message):
    """``POST /rewards`` and ``PUT /rewards/{reward_id}``: ``source`` holds ``reward_function``."""

    name: Name
    source: Source


class RewardKept(Message):
    """The reward that was kept."""

    reward_id: Slug
