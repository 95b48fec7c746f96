"""The stress card: a model's laps under what a hall, a car and a camera may be like, and a verdict.

A model that laps in the light it learnt in says little about a Saturday in a gym. Nine things are
made worse one by one, each as much as a real meetup has it, and the laps without a reset counted.
Then it drives a few laps on tracks that it wasn't asked for: they tell what it has learnt of roads,
and decide nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import radians
from typing import Literal

from car_agent.models.load import LoadedModel
from car_agent.simulation.evaluation import Setting, evaluate
from car_agent.simulation.identity import versions
from car_agent.simulation.league import LeagueRules, LeagueRun
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.objects.traffic import EMPTY
from hardware.virtual.world.track import Track
from timing_server.contract.base import Message

#: Of so many laps one may go wrong: a real track has its bad moments, too.
GOOD_FRAC = 0.9

#: So many designs beside the track itself are driven on, and so many laps on each.
OTHER_TRACKS, OTHER_LAPS = 4, 5
#: What comes before a design's name in the line of another track.
ELSEWHERE = "on:"

#: A picture's time at 15 Hz.
_PICTURE_S = 0.067

#: ``ready``: laps whatever comes. ``care``: laps, but not under everything. ``not_ready``: doesn't.
Verdict = Literal["ready", "care", "not_ready"]


@dataclass(frozen=True, slots=True)
class Stress:
    """One thing that is worse than in the plain setting."""

    name: str
    sentence: str
    worsen: Callable[[Setting], Setting]


def _light(**changes: float) -> Callable[[Setting], Setting]:
    def worsen(setting: Setting) -> Setting:
        light = replace(setting.conditions.light, **changes)
        return replace(setting, conditions=replace(setting.conditions, light=light))

    return worsen


def _late(setting: Setting) -> Setting:
    late_s = setting.conditions.latency_s + _PICTURE_S
    return replace(setting, conditions=replace(setting.conditions, latency_s=late_s))


def _lossy(setting: Setting) -> Setting:
    return replace(setting, conditions=replace(setting.conditions, loss_frac=0.1))


def _lower(setting: Setting) -> Setting:
    pose = setting.pose or CameraPose()
    return replace(setting, pose=replace(pose, pitch_rad=pose.pitch_rad + radians(3)))


def _narrow(setting: Setting) -> Setting:
    pose = setting.pose or CameraPose()
    return replace(setting, pose=replace(pose, field_of_view_rad=0.9 * pose.field_of_view_rad))


def _smooth_floor(setting: Setting) -> Setting:
    traits = setting.conditions.traits
    smooth = replace(traits, grip_mps2=0.75 * traits.grip_mps2)
    return replace(setting, conditions=replace(setting.conditions, traits=smooth))


STRESSES = (
    Stress("dim", "a hall at less than half its light", _light(gain=0.45, noise=4.0)),
    Stress("glare", "lamps that wash the picture out", _light(gain=1.35, lift=35.0)),
    Stress("slant", "windows on one side", _light(slant=0.35)),
    Stress("noise", "a camera with a lot of noise", _light(noise=8.0)),
    Stress("late", "commands 67 ms later, a picture's time", _late),
    Stress("loss", "one picture of ten lost", _lossy),
    Stress("pitch", "a camera that looks 3° lower", _lower),
    Stress("lens", "a lens that sees a tenth less", _narrow),
    Stress("floor", "a floor with a quarter less grip", _smooth_floor),
)


@dataclass(frozen=True, slots=True)
class StressLine:
    """What a model did under one stress; ``name`` ``plain`` is without any.

    ``counts``: whether the verdict heeds it.
    """

    name: str
    sentence: str
    run: LeagueRun
    counts: bool = True

    @property
    def is_good(self) -> bool:
        """Whether enough laps were driven without a reset."""
        return self.run.clean_laps >= GOOD_FRAC * len(self.run.laps)


class StressReport(Message):
    """A line of the card as ``paddock evaluate --stress --json`` prints it."""

    name: str
    laps_started: int
    laps_clean: int
    resets: int
    is_good: bool
    counts: bool = True


@dataclass(frozen=True, slots=True)
class CardAbout:
    """What a stress card is about; ``as_measured`` is the file of a real car, if by one."""

    track: Track
    model_sha256: str
    seed: int
    as_measured: str | None = None


class CardReport(Message):
    """The stress card as ``paddock evaluate --stress --json`` prints it."""

    track: str
    track_sha256: str
    model_sha256: str
    seed: int
    versions: str
    verdict: Verdict
    stress: tuple[StressReport, ...]
    as_measured: str | None = None


#: Sets a track up as the card's own is: seen by the same car.
SetUp = Callable[[Track], Setting]


def stress_lines(
    model: LoadedModel, set_up: SetUp, track: Track, rules: LeagueRules, seed: int
) -> Iterator[StressLine]:
    """Drive the plain setting, each stress, then other tracks; yields a line once it is known.

    Raises PolicyError where the model answers with what is no number.
    """
    setting = set_up(track)
    yield StressLine("plain", "the plain hall", evaluate(model, setting, rules, seed))
    for stress in STRESSES:
        run = evaluate(model, stress.worsen(setting), rules, seed)
        yield StressLine(stress.name, stress.sentence, run)
    few = replace(rules, laps=min(OTHER_LAPS, rules.laps))
    for other in other_tracks(track):
        run = evaluate(model, replace(set_up(other), plan=EMPTY), few, seed)
        yield StressLine(f"{ELSEWHERE}{other.name}", f"the track {other.name}", run, counts=False)


def other_tracks(track: Track) -> list[Track]:
    """Return designs that aren't this track, in the order in which the project lists them."""
    own = track_sha256(track)
    designs = (track_named(name) for name in DESIGNS)
    return [each for each in designs if track_sha256(each) != own][:OTHER_TRACKS]


def verdict_of(lines: tuple[StressLine, ...]) -> Verdict:
    """Say whether a model should be sent to a car; the plain line is the first."""
    if not lines[0].is_good:
        return "not_ready"
    return "ready" if all(line.is_good for line in lines if line.counts) else "care"


def verdict_sentence(lines: tuple[StressLine, ...]) -> str:
    """Return the verdict in a sentence."""
    verdict = verdict_of(lines)
    if verdict == "not_ready":
        return "Not ready for a car: it doesn't lap reliably even in a plain hall."
    if verdict == "ready":
        return "Ready for a car: it laps under everything that was tried."
    weak = "; ".join(line.sentence for line in lines if line.counts and not line.is_good)
    return f"With care: it laps in a plain hall, but not reliably with {weak}."


def stress_report(line: StressLine) -> StressReport:
    """Return a line's figures."""
    return StressReport(
        name=line.name,
        laps_started=len(line.run.laps),
        laps_clean=line.run.clean_laps,
        resets=line.run.resets,
        is_good=line.is_good,
        counts=line.counts,
    )


def card_report(lines: tuple[StressLine, ...], about: CardAbout) -> CardReport:
    """Return a whole card."""
    return CardReport(
        track=about.track.name,
        track_sha256=track_sha256(about.track),
        model_sha256=about.model_sha256,
        seed=about.seed,
        versions=versions(),
        verdict=verdict_of(lines),
        stress=tuple(stress_report(line) for line in lines),
        as_measured=about.as_measured,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """How a line of the card changed: clean laps of so many as drawn, and as measured."""

    name: str
    laps: int
    plain: int
    measured: int

    @property
    def laps_more(self) -> int:
        """How many laps more are clean as measured; negative: fewer."""
        return self.measured - self.plain


def changes(plain: tuple[StressLine, ...], measured: tuple[StressLine, ...]) -> list[Change]:
    """Lay a card as measured beside the one as drawn, row by row."""
    return [
        Change(one.name, len(one.run.laps), one.run.clean_laps, other.run.clean_laps)
        for one, other in zip(plain, measured, strict=True)
    ]
