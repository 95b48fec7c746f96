from dataclasses import replace

from tests.timing_server.rules.scripted_race import STAGE
from tests.timing_server.rules.virtual.league import RULES, VirtualRace, virtual_race
from timing_server.rules.commands.plan import CloseEvent, WithdrawEntry
from timing_server.rules.commands.virtual import (
    RefuseSubmission,
    RetrySubmission,
    WithdrawSubmission,
)
from timing_server.rules.units import NS_PER_S, EntryId, StageId, SubmissionId

ONE = SubmissionId("one")


def status(race: VirtualRace, name: str = "one") -> str:
    return race.state.submissions[SubmissionId(name)].status


def test_every_run_of_a_stage_plays_by_its_seed() -> None:
    """It should give all the stage's seed, or each its own where the stage has none."""
    race = virtual_race()
    race.ask(race.submit("one"))
    own = virtual_race(rules=replace(RULES, seed=None))
    own.ask(own.submit("one"))
    seeds = [each.state.submissions[ONE].seed for each in (race, own)]
    assert seeds == [7, 11]


def test_the_calendar_alone_opens_and_closes() -> None:
    """It should take submissions from the opening on and up to the closing, in any zone."""
    race = virtual_race(is_open=False)
    before = race.submit("one", now_utc="2026-11-21T08:59:59.999999+00:00")
    assert race.refusal(before) == "virtual_not_open"
    closed = race.submit("one", now_utc="2026-11-28T10:00:00+01:00")
    assert race.refusal(closed) == "virtual_closed"
    race.ask(race.submit("one", now_utc="2026-11-21T10:00:00+01:00"))
    assert status(race) == "waiting"


def test_what_no_submission_can_be() -> None:
    """It should refuse a second one under an id, unknown stages and who takes no part."""
    race = virtual_race(entries=2)
    race.ask(race.submit("one"))
    assert race.refusal(race.submit("one")) == "submission_exists"
    elsewhere = replace(race.submit("two"), stage_id=StageId("other"))
    assert race.refusal(elsewhere) == "unknown_stage"
    assert race.refusal(race.submit("two", entry=9)) == "unknown_entry"
    race.ask(WithdrawEntry(EntryId("entry-2")))
    assert race.refusal(race.submit("two", entry=2)) == "entry_withdrawn"
    race.ask(CloseEvent())
    assert race.refusal(race.submit("two")) == "event_closed"


def test_the_limit_counts_what_the_driver_is_to_answer_for() -> None:
    """It should count refused models, and neither what was taken back nor what a worker lost."""
    race = virtual_race(entries=2, rules=replace(RULES, submissions_max=2))
    race.ask(race.submit("one"))
    race.ask(WithdrawSubmission(ONE))
    race.ask(race.submit("two"))
    race.ask(RefuseSubmission(SubmissionId("two"), "worker_lost", "Lost."))
    race.ask(race.submit("three"))
    race.ask(RefuseSubmission(SubmissionId("three"), "model", "It answers with what is no number."))
    race.ask(race.submit("four"))
    assert race.refusal(race.submit("five")) == "submissions_used_up"
    race.ask(race.submit("six", entry=2))


def test_a_driver_cools_down_between_two() -> None:
    """It should say how long is to be waited, and not after what was taken back."""
    race = virtual_race(rules=replace(RULES, cool_down_ns=60 * NS_PER_S))
    race.ask(race.submit("one"))
    assert race.refusal(race.submit("two")) == "submission_too_soon"
    race.ask(WithdrawSubmission(ONE))
    race.ask(race.submit("two"))
    race.at(race.now_ms + 59_999)
    assert race.refusal(race.submit("three")) == "submission_too_soon"
    race.at(race.now_ms + 1)
    race.ask(race.submit("three"))


def test_a_refused_one_can_be_tried_again() -> None:
    """It should wait again, whatever the limit, and never after it was driven."""
    race = virtual_race(rules=replace(RULES, submissions_max=1))
    race.ask(race.submit("one"))
    assert race.refusal(RetrySubmission(ONE)) == "submission_waits"
    race.ask(RefuseSubmission(ONE, "worker_lost", "Lost three times."))
    assert race.refusal(race.record("one", 1.0, 9.0)) == "submission_over"
    race.ask(RetrySubmission(ONE))
    race.ask(race.record("one", 1.0, 9.0))
    assert status(race) == "driven"
    for command in (RetrySubmission(ONE), WithdrawSubmission(ONE)):
        assert race.refusal(command) == "submission_driven"
    assert race.refusal(RefuseSubmission(ONE, "model", "")) == "submission_driven"
    assert race.refusal(RetrySubmission(SubmissionId("none"))) == "unknown_submission"


def test_a_stage_of_real_cars_takes_no_models() -> None:
    """It should refuse a submission to a stage without a virtual track."""
    race = virtual_race()
    stages = {STAGE: replace(race.state.stages[STAGE], virtual=None)}
    race.state = replace(race.state, stages=stages)
    assert race.refusal(race.submit("one")) == "stage_not_virtual"
