import pytest

from car_agent.simulation.patience import Patience


@pytest.mark.parametrize(
    ("moved_m", "lost"), [(0.0, "immobilized"), (-0.001, "reversed"), (0.001, None)]
)
def test_a_second_of_it_is_enough(moved_m: float, lost: str | None) -> None:
    """It should have patience for fourteen pictures and none for a fifteenth."""
    subject = Patience()
    assert [subject.look(moved_m) for _ in range(15)] == [None] * 14 + [lost]


def test_a_single_step_onwards_begins_it_anew() -> None:
    """It should forget what was before a car got on."""
    subject = Patience()
    moves_m = [0.0] * 14 + [0.05] + [-0.01] * 14
    assert {subject.look(moved_m) for moved_m in moves_m} == {None}
