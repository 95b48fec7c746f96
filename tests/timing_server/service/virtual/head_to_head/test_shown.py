"""Races of two that were played, found again among all facts, and driven anew."""

from dataclasses import replace

from tests.timing_server.rules.virtual.league import VirtualRace, s
from tests.timing_server.rules.virtual.test_duel_shows import BOTH, started, told
from tests.timing_server.rules.virtual.test_duels import broken, side
from timing_server.contract.machines.duels import DuelSidePosted
from timing_server.contract.machines.workers import DrivenRun
from timing_server.rules.commands.virtual import RefuseSubmission, RetrySubmission
from timing_server.service.virtual.head_to_head.proving import (
    SimulatedDuel,
    contradiction,
    difference,
    simulated_duels,
)


def begun_anew() -> VirtualRace:
    """Return a race that the right one drove anew, since the left one's model had broken off."""
    race = started()
    race.at(1_014_000).ask(told(side(1, "one", 8), side(2, "two", 8.5)))
    gone, fresh = broken(1, "one"), replace(side(2, "two"), passes_ns=())
    race.at(1_015_000).ask(told(gone, fresh, anew_s=14))
    race.at(1_036_000).ask(told(gone, side(2, "two", 8.25, 16.5), anew_s=14, is_over=True))
    return race


def driven_again(duel: SimulatedDuel) -> tuple[DuelSidePosted, ...]:
    """Return what comes of the right one's model when it drives alone, as it did."""
    run = DrivenRun(
        model_sha256="6d" * 32,
        track_sha256=duel.proof.track_sha256,
        seed=duel.proof.seed,
        laps_tried=2,
        passes_ns=s(0, 8.25, 16.5),
        resets_ns=(),
        beginnings_ns=(),
        sim_ns=duel.proof.sim_ns,
    )
    return (DuelSidePosted(place=2, run=run),)


def test_it_comes_out_alike_when_it_is_driven_again() -> None:
    """It should find no difference, whatever becomes of the model later that had broken off."""
    race = begun_anew()
    (duel,) = simulated_duels(race.log)
    assert (contradiction(duel), difference(duel, driven_again(duel))) == (None, None)
    race.ask(RetrySubmission(BOTH[0]))
    race.at(1_050_000).ask(RefuseSubmission(BOTH[0], "model", "The model's answer is no number."))
    (duel,) = simulated_duels(race.log)
    assert (contradiction(duel), difference(duel, driven_again(duel))) == (None, None)
