from typing import get_args

import pytest

from tests.timing_server.rules.answers.rulings.commands import every_command
from tests.timing_server.rules.answers.rulings.ruled_race import ENTRY, HEAT, R1, ruled_race
from timing_server.rules.answers.rulings.table import ANSWERS
from timing_server.rules.commands.rulings import MarkOffTrack, RulingCommand


def test_every_command_is_answered() -> None:
    """It should answer every command of a marshal."""
    assert set(ANSWERS) == set(get_args(RulingCommand))
    named = {type(each) for each in every_command(ruled_race(), R1)}
    assert named == set(get_args(RulingCommand))


@pytest.mark.parametrize("kind", get_args(RulingCommand))
def test_a_rulings_id_is_used_once(kind: type) -> None:
    """It should refuse any command whose ruling's id is taken, whatever else it asks."""
    race = ruled_race()
    race.ask(MarkOffTrack(R1, HEAT, ENTRY, None))
    commands = [each for each in every_command(race, R1) if type(each) is kind]
    assert {race.refusal(command) for command in commands} == {"ruling_exists"}
