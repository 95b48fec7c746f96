"""What ends a training, without one: these tests need what trains."""

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("gymnasium")
environment = pytest.importorskip("car_agent.training.reinforcement.environment")
rounds = pytest.importorskip("car_agent.training.reinforcement.rounds")


def round_of(reward_per_step: float) -> object:
    episode = environment.Episode(100, 100 * reward_per_step, 90.0, 0.0, "lap")
    return rounds.Round(2048, (episode,), entropy=0.5)


def told(*each: tuple[float, bool]) -> bool:
    history = rounds.History()
    history.add(None, is_clean=True)
    for reward, is_clean in each:
        history.add(round_of(reward), is_clean=is_clean)
    return bool(history.is_good)


@pytest.mark.parametrize(
    ("each", "is_good"),
    [
        ([(1.0, True)] * 4, True),
        ([(1.0, False)] * 2 + [(1.0, True)] * 2, True),
        ([(1.0, True)] * 3 + [(1.0, False)], False),
        ([(1.0, True), (1.0, True), (1.0, False), (1.0, True)], False),
        ([(1.0, True)] * 3, False),
        ([(1.0, True), (1.0, True), (1.2, True), (1.2, True)], False),
        ([(1.0, True), (1.0, True), (0.5, True), (0.5, True)], False),
        ([(1.0, True), (1.0, True), (0.5, True), (1.0, True), (0.99, True)], False),
        ([(1.0, True), (0.5, True), (0.9, True), (1.0, True), (0.98, True), (0.97, True)], True),
        ([(-1.0, True), (-1.0, True), (-0.5, True), (-0.5, True)], False),
    ],
)
def test_it_is_good_after_two_clean_exams(each: list[tuple[float, bool]], is_good: bool) -> None:
    """It should want two clean exams in a row, and a reward at its best that no longer rises."""
    assert told(*each) is is_good


def test_a_round_in_which_no_episode_ended_has_no_reward() -> None:
    """It should count the exam, and wait for rewards to judge by."""
    history = rounds.History()
    for _ in range(6):
        history.add(rounds.Round(2048, (), entropy=0.5), is_clean=True)
    assert history.clean_exams == 6
    assert history.rewards == []
    assert not history.is_good
