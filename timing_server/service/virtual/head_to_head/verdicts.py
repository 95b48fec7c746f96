"""What comes of driving a race of two again; see ``verdicts`` of single runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from timing_server.contract.machines.duels import DuelSidePosted
from timing_server.contract.machines.workers import SimulatorVersions
from timing_server.rules.facts.virtual import Simulator
from timing_server.service.virtual.head_to_head.proving import (
    SimulatedDuel,
    contradiction,
    difference,
)
from timing_server.service.virtual.proving import simulators_apart
from timing_server.service.virtual.verdicts import Shelf, Verdict, undriven


@dataclass(frozen=True, slots=True)
class DuelRerun:
    """What each side did, and with what; or the sentence that says why nothing was driven."""

    sides: tuple[DuelSidePosted, ...]
    simulator: SimulatorVersions | None
    sentence: str = ""
    whose: str = ""


#: Drives a race again: its models by their places, and its track's document if it is no design.
DriveDuelAgain = Callable[[SimulatedDuel, Sequence[bytes], str | None], DuelRerun]


def judge_duel(duel: SimulatedDuel, shelf: Shelf, drive_again: DriveDuelAgain) -> Verdict:
    """Drive a race again and return what came of it.

    Whoever broke off then isn't driven: the other was driven without it.
    """
    found = contradiction(duel)
    if found is not None:
        return Verdict(duel, "changed", found)
    models = []
    for _, proof in duel.proofs:
        model = shelf.model(proof.model_sha256)
        if model is None:
            return Verdict(duel, "no_model", sentence=proof.model_sha256)
        models.append(model)
    track = shelf.track(duel.proof.track_sha256)
    again = drive_again(duel, models, None if track is None else track.decode())
    broken = next((each.sentence for each in again.sides if each.sentence), "")
    if again.simulator is None or broken:
        sentence = again.sentence or broken
        return undriven(duel, sentence, again.whose, has_track=track is not None)
    found = difference(duel, again.sides)
    apart = simulators_apart(duel.proof.simulator, Simulator(**again.simulator.model_dump()))
    if apart:
        return Verdict(duel, "apart", found, apart)
    return Verdict(duel, "identical" if found is None else "changed", found)
