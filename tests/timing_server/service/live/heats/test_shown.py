from tests.timing_server.formats.driving import driven
from tests.timing_server.formats.knockouts import draw, qualified, race_matches
from timing_server.service.live.heats.shown import scene_of

LAPS = {1: 9_000, 2: 9_100, 3: 9_200, 4: 9_300}
FOUR = ([8_000], [8_100], [8_200], [8_300])


def test_the_podium_comes_at_the_end() -> None:
    """It should show the podium once the last heat of a stage is over that leads nowhere."""
    assert scene_of(driven("time_trial", [8_000]).state) == "podium"


def test_nobody_has_won_who_goes_on() -> None:
    """It should show results behind qualifying and between rounds, and a podium at the end."""
    race = qualified(*FOUR)
    assert scene_of(race.state) == "result"
    draw(race)
    race_matches(race, LAPS)
    assert scene_of(race.state) == "result"
    race_matches(race, LAPS)
    assert scene_of(race.state) == "podium"
