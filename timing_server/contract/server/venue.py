"""What everybody is told of the venue, and what an organiser sets: calendar, Wi-Fi, machine."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from timing_server.contract.base import Message
from timing_server.contract.server.screens import BoardScene, SponsorShown

Ssid = Annotated[str, Field(max_length=32, pattern=r"^[^\x00-\x1f\x7f]*$")]
Passphrase = Annotated[str, Field(pattern=r"^([ -~]{8,63})?$")]
Verb = Literal["poweroff", "reboot"]


class WifiShown(Message):
    """The Wi-Fi that the organiser shows to the public; an empty passphrase: it is open."""

    ssid: str
    passphrase: str


class VenueNotice(Message):
    """Event ``venue`` and ``GET /venue/notice``: what every screen of the venue shows.

    ``going_down``: the machine is being switched off or restarted, and screens lose it soon.
    ``scene`` is what race control has boards show.
    """

    going_down: Verb | None = None
    wifi: WifiShown | None = None
    scene: BoardScene = "auto"
    sponsors: tuple[SponsorShown, ...] = ()


class PublicWifiSettings(Message):
    """``GET`` and ``PUT /venue/wifi``: the network, and whether screens show it."""

    ssid: Ssid = ""
    passphrase: Passphrase = ""
    is_shown: bool = False


class WallClock(Message):
    """``GET /clock/wall``: what the server believes the calendar says (ISO 8601, UTC)."""

    wall_utc: str


class SetWallClock(Message):
    """``PUT /clock/wall``: what the organiser's device says the calendar says."""

    now_utc: AwareDatetime


class WallClockSet(Message):
    """What the calendar said and says now; ``is_machine_set``: the machine's own was set, too."""

    seq: int
    old_utc: str
    new_utc: str
    is_machine_set: bool


class MachineState(Message):
    """``GET /venue/machine``: whether it may be ended from here, and who did that last."""

    is_kept: bool
    last_actor: str | None = None
    last_utc: str | None = None
    last_verb: Verb | None = None


class SendDown(Message):
    """``POST /venue/machine/down``; ``is_heat_given_up``: cars may be on track, and it is meant."""

    verb: Verb
    is_heat_given_up: bool = False


class SentDown(Message):
    """The machine ends now; ``backup`` is the last one, ``failure`` why there is none."""

    backup: str | None
    failure: str | None
