from typing import get_args

from timing_server.contract.live.laps import PassVerdict
from timing_server.rules.scoring import scores as subject


def test_verdicts_are_those_of_the_contract() -> None:
    """It should use exactly the codes that screens know how to word."""
    assert set(get_args(subject.Verdict)) == set(get_args(PassVerdict))
