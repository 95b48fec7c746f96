import pytest

from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.marshal.raced import Raced, race_two_heats


@pytest.fixture
def raced(organiser: Organiser) -> Raced:
    """Two drivers have driven a heat each; the first has the best lap."""
    return race_two_heats(organiser)
