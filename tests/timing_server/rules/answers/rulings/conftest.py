import pytest

from tests.timing_server.rules.answers.rulings.ruled_race import ruled_race
from tests.timing_server.rules.scripted_race import ScriptedRace


@pytest.fixture
def race() -> ScriptedRace:
    return ruled_race()
