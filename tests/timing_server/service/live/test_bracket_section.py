from tests.timing_server.formats.knockouts import KNOCKOUT, draw, entry, qualified, race_matches
from tests.timing_server.rules.scripted_race import STAGE
from timing_server.service.live.bracket_section import BracketSection

LAPS = {1: 9_000, 2: 9_100, 3: 9_200, 4: 9_300}


def test_a_match_is_made_anew_only_where_it_changed() -> None:
    """It should show a drawn stage's matches by name, and keep those about which nothing is new."""
    race = qualified([8_000], [8_100], [8_200], [8_300])
    subject = BracketSection()
    assert subject.part(race.state, STAGE) is None
    assert subject.part(race.state, KNOCKOUT) is None
    draw(race)
    drawn = subject.part(race.state, KNOCKOUT)
    assert drawn is not None
    assert list(drawn) == ["r1m1", "r1m2", "bronze", "final"]
    race_matches(race, LAPS)
    raced = subject.part(race.state, KNOCKOUT)
    assert raced is not None
    assert (raced["r1m1"]["state"], raced["final"]["state"]) == ("raced", "due")
    assert [each["value_us"] for each in raced["r1m1"]["sides"]] == [9_000_000, 9_300_000]
    race_matches(race, LAPS)
    over = subject.part(race.state, KNOCKOUT)
    assert over is not None
    assert over["r1m1"] is raced["r1m1"]
    assert [each["is_winner"] for each in over["final"]["sides"]] == [True, False]
    assert over["bronze"]["sides"][0]["entry_id"] == entry(4)
