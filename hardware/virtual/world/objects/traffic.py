"""What else is on the road: boxes that stand on a lane, and cars that drive slowly along one.

Placed by a seed as DeepRacer's object avoidance does it: well apart, each on the inner or the
outer lane, none near the grid and the finish line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from hardware.virtual.errors import TrackShapeError
from hardware.virtual.world.objects.bodies import BOX, CAR, Body
from hardware.virtual.world.track import Track

#: Lanes are this share of the width left and right of the centre line.
LANE_FRAC = 0.25
#: What AWS keeps between two objects; on a short track they stand closer.
_APART_M, _LEAST_APART_M = 2.0, 1.1
#: Nothing stands so near before or after the finish line: a car has to get going first.
_CLEAR_M = 1.2
#: AWS's bots drive so fast, change lanes every three to five seconds and take one second for it.
BOT_SPEED_MPS = 0.2
_LANE_PAUSE_S = (3.0, 5.0)
_LANE_CHANGE_S = 1.0
#: A bot lets so much room be between itself and what is ahead on its lane.
_ROOM_M = 0.35
#: Before it changes lanes it looks so far back for who comes up faster.
_COMING_M = 2.5


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is on the road. Bots go round what blocks them; where ``changes_lanes`` they change
    lanes at random as well.
    """

    objects: int = 0
    bots: int = 0
    bot_speed_mps: float = BOT_SPEED_MPS
    changes_lanes: bool = False

    @property
    def count(self) -> int:
        """How many bodies that makes."""
        return self.objects + self.bots


EMPTY = Plan()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is on the road: along the centre line, and left of it (negative: right)."""

    along_m: float
    offset_m: float


@dataclass(slots=True)
class _Bot:
    """A car on rails: ``lane`` is where it goes, 1 left or −1 right, ``at`` how far it is there."""

    along_m: float
    lane: int
    at: float
    speed_mps: float
    change_s: float


class Traffic:
    """The bodies on a track; deterministic by ``chance``. Not for several threads at once.

    ``bodies`` and ``spots`` name the same things in the same order, boxes first. Raises
    TrackShapeError where a track has no room for as many.
    """

    def __init__(self, track: Track, plan: Plan, chance: Random) -> None:
        self._track = track
        self._plan = plan
        self._chance = chance
        self._lane_m = LANE_FRAC * track.width_m
        places_m = _places_m(track, plan.count, chance)
        are_boxes = [True] * plan.objects + [False] * plan.bots
        chance.shuffle(are_boxes)
        self._boxes: list[Spot] = []
        self._bots: list[_Bot] = []
        for along_m, is_box in zip(places_m, are_boxes, strict=True):
            lane = chance.choice((-1, 1))
            if is_box:
                self._boxes.append(Spot(along_m, lane * self._lane_m))
            else:
                wait_s = chance.uniform(*_LANE_PAUSE_S)
                self._bots.append(_Bot(along_m, lane, lane, plan.bot_speed_mps, wait_s))
        self._box_bodies = tuple(
            Body(BOX, *track.at(box.along_m, box.offset_m)) for box in self._boxes
        )
        self._settle()

    @property
    def bodies(self) -> Sequence[Body]:
        """Everything as it stands now."""
        return self._bodies

    @property
    def spots(self) -> Sequence[Spot]:
        """Where everything is on the road now."""
        return self._spots

    def advance(self, dt_s: float, own: Spot | None = None) -> None:
        """Let the bots drive on; they wait for what is ahead on their lane, ``own`` included."""
        if not self._bots:
            return
        for bot in self._bots:
            self._move(bot, dt_s, own)
        self._settle()

    def is_free(self, own: Body) -> bool:
        """Whether a body would touch nothing that is on the road."""
        return not any(body.touches(own) for body in self._bodies)

    def _move(self, bot: _Bot, dt_s: float, own: Spot | None) -> None:
        is_blocked = self._is_blocked(bot, bot.lane, 0.0, own)
        bot.change_s -= dt_s
        if (
            ((self._plan.changes_lanes and bot.change_s <= 0.0) or is_blocked)
            and bot.at == bot.lane
            and not self._is_blocked(bot, -bot.lane, -2 * _ROOM_M, own)
            and (own is None or not -_COMING_M < self._track.ahead_m(bot.along_m, own.along_m) < 0)
        ):
            bot.lane, is_blocked = -bot.lane, False
            bot.change_s = self._chance.uniform(*_LANE_PAUSE_S)
        bot.speed_mps = 0.0 if is_blocked else self._plan.bot_speed_mps
        bot.along_m = (bot.along_m + bot.speed_mps * dt_s) % self._track.length_m
        aside = 2.0 * dt_s / _LANE_CHANGE_S if bot.speed_mps > 0.0 else 0.0
        bot.at += max(-aside, min(aside, bot.lane - bot.at))

    def _is_blocked(self, bot: _Bot, lane: int, from_m: float, own: Spot | None) -> bool:
        """Whether something is on that lane between ``from_m`` and just ahead of a bot."""
        others = [*self._boxes, *(self._spot(other) for other in self._bots if other is not bot)]
        if own is not None:
            others.append(own)
        reach_m = CAR.nose_m - BOX.tail_m + _ROOM_M
        return any(
            from_m < self._track.ahead_m(bot.along_m, other.along_m) < reach_m
            and abs(other.offset_m - lane * self._lane_m) < self._lane_m
            for other in others
        )

    def _spot(self, bot: _Bot) -> Spot:
        return Spot(bot.along_m, bot.at * self._lane_m)

    def _settle(self) -> None:
        bots = [(bot, self._spot(bot)) for bot in self._bots]
        self._spots: Sequence[Spot] = (*self._boxes, *(spot for _, spot in bots))
        self._bodies: Sequence[Body] = (
            *self._box_bodies,
            *(
                Body(CAR, *self._track.at(spot.along_m, spot.offset_m), bot.speed_mps)
                for bot, spot in bots
            ),
        )


def _places_m(track: Track, count: int, chance: Random) -> list[float]:
    """Return arc lengths in order, at random and well apart."""
    if count == 0:
        return []
    room_m = track.length_m - 2 * _CLEAR_M
    apart_m = min(_APART_M, room_m / count)
    if apart_m < _LEAST_APART_M:
        most = max(0, int(room_m / _LEAST_APART_M))
        raise TrackShapeError(
            f"Track '{track.name}' has room for {most} objects and bots together, not {count}."
        )
    # What is left over between them is shared out at random.
    spare_m = room_m - apart_m * count
    cuts = sorted(chance.uniform(0.0, spare_m) for _ in range(count))
    return [_CLEAR_M + cut + apart_m * (number + 0.5) for number, cut in enumerate(cuts)]
