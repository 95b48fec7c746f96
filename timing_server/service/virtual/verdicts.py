"""What comes of driving a virtual run again: bit-identical, changed, or not to be told here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from timing_server.contract.machines.workers import DrivenRun, SimulatorVersions
from timing_server.rules.facts.rulings import ResetMarked
from timing_server.rules.facts.virtual import Simulator
from timing_server.service.virtual.head_to_head.proving import SimulatedDuel
from timing_server.service.virtual.proving import (
    Difference,
    SimulatedRun,
    contradiction,
    difference,
    simulators_apart,
)

#: ``apart``: another simulator, so that it can't be told. ``no_model``, ``no_track``: a file isn't
#: here. ``failed``: it couldn't be driven.
Outcome = Literal["identical", "changed", "apart", "no_model", "no_track", "failed"]


@dataclass(frozen=True, slots=True)
class Rerun:
    """What was driven, and with what; or the sentence that says why nothing was.

    ``whose`` fault it was then, as the limited process says.
    """

    driven: DrivenRun | None
    simulator: SimulatorVersions | None
    sentence: str = ""
    whose: str = ""


#: Whether a run that is driven again goes on, stands still for a while, or ends.
Wish = Literal["go", "hold", "end"]
Watch = Callable[[], Wish]

#: Drives a run again: the run, its model, and its track's document where it is no design.
DriveAgain = Callable[[SimulatedRun, bytes, str | None], Rerun]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where models and tracks of virtual runs are found, by their hashes."""

    model: Callable[[str], bytes | None]
    track: Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a run: ``facts`` of it were compared, with ``laps`` and ``resets`` in it.

    ``found`` is the first fact that isn't what the run gives; where the simulators are ``apart``
    (name, then, here) it tells only whether the laps are the same all the same.
    """

    run: SimulatedRun | SimulatedDuel
    outcome: Outcome
    found: Difference | None = None
    apart: tuple[tuple[str, str, str], ...] = ()
    sentence: str = ""

    @property
    def facts(self) -> int:
        """How many facts the run has."""
        return len(self.run.facts)

    @property
    def resets(self) -> int:
        """How often its car was put back, collisions aside."""
        return sum(isinstance(each.fact, ResetMarked) for each in self.run.facts)


def judge(run: SimulatedRun, shelf: Shelf, drive_again: DriveAgain) -> Verdict:
    """Drive a run again and return what came of it; takes as long as the run."""
    found = contradiction(run)
    if found is not None:
        return Verdict(run, "changed", found)
    model = shelf.model(run.proof.model_sha256)
    if model is None:
        return Verdict(run, "no_model", sentence=run.proof.model_sha256)
    track = shelf.track(run.proof.track_sha256)
    again = drive_again(run, model, None if track is None else track.decode())
    if again.driven is None or again.simulator is None:
        return undriven(run, again.sentence, again.whose, has_track=track is not None)
    found = difference(run, again.driven)
    apart = simulators_apart(run.proof.simulator, Simulator(**again.simulator.model_dump()))
    if apart:
        return Verdict(run, "apart", found, apart)
    return Verdict(run, "identical" if found is None else "changed", found)


def undriven(
    run: SimulatedRun | SimulatedDuel, sentence: str, whose: str, *, has_track: bool
) -> Verdict:
    """Return what to say of a run that couldn't be driven again.

    An unfit worker hasn't the track: the file isn't that of its hash, or there's no design.
    """
    if whose != "worker":
        return Verdict(run, "failed", sentence=sentence)
    if not has_track:
        return Verdict(run, "no_track", sentence=run.proof.track_sha256)
    found = Difference(
        run.proof_seq,
        "RunSimulated",
        f"track_sha256={run.proof.track_sha256}",
        "the hash of another track than the one that came along",
    )
    return Verdict(run, "changed", found)


def in_words(verdict: Verdict) -> str:
    """Return a verdict as the command tells it, without the run's name."""
    found, run = verdict.found, verdict.run
    match verdict.outcome:
        case "identical":
            counts = f"{verdict.facts} facts, {run.laps_n} laps, {verdict.resets} resets"
            return f"bit-identical ({counts})."
        case "changed" if found is not None:
            return (
                f"fact {found.seq} ({found.kind}) isn't what {_given(run)} give: "
                f"{found.recorded} was recorded, {found.computed} is right."
            )
        case "apart":
            parts = [f"{name}: {then} then, {here} here" for name, then, here in verdict.apart]
            laps = "everything else is the same" if found is None else _other(found)
            return f"not comparable by fact {run.proof_seq} ({'; '.join(parts)}); {laps}."
        case "no_model":
            return f"model {verdict.sentence[:12]} isn't here; see --models and --data."
        case "no_track":
            return (
                f"track {verdict.sentence[:12]} isn't here: no design of this release, and no file "
                "in the bundle or in --data."
            )
        case _:
            return f"couldn't be driven again: {verdict.sentence}"


def _given(run: SimulatedRun | SimulatedDuel) -> str:
    is_one = isinstance(run, SimulatedRun)
    return "this model, track and seed" if is_one else "these models, track and seed"


def _other(found: Difference) -> str:
    return f"fact {found.seq} ({found.kind}) would be another one: {found.computed}"
