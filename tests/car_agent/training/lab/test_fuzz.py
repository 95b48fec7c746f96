from random import Random

import pytest

from car_agent.training.lab.cases import MATTERS, USUAL, edge_cases, swapped, usual_cases
from car_agent.training.lab.fuzz import fuzz
from car_agent.training.lab.ground import RoadPose
from tests.car_agent.training.lab.functions import CENTRE, GROUND, STANDING, asker
from tests.car_agent.training.rewards.sandboxed import needs_sandbox

pytestmark = needs_sandbox


def test_a_good_function_has_no_findings_and_its_inputs_are_named() -> None:
    """It should say what the reward looks at, and where it is lowest and highest."""
    with asker(CENTRE) as subject:
        report = fuzz(subject, 1)
    assert (report.findings, report.habits, report.matters) == ((), (), ("offset",))
    assert report.cases == report.wanted > 1500
    assert report.lowest is not None
    assert report.highest is not None
    assert report.highest[0] == pytest.approx(1.0, abs=0.01)
    assert GROUND.parameters(report.lowest[1])["is_offtrack"]


def test_a_division_by_the_speed_is_found_in_its_simplest_case() -> None:
    """It should name the line, and that it takes a car that stands and nothing else."""
    with asker(STANDING) as subject:
        (finding,) = fuzz(subject, 1).findings
    assert (finding.fault.kind, finding.fault.line) == ("exception", 4)
    assert "ZeroDivisionError" in finding.fault.sentence
    assert finding.needs == ("speed",)
    assert finding.fault.pose.drive.speed_mps == 0
    assert finding.count > 10


@pytest.mark.parametrize(
    ("body", "needs"),
    [
        ("return params['progress'] / (params['steps'] - 1)", ("steps",)),
        ("return params['waypoints'][params['closest_waypoints'][1] + 1][0]", ("along",)),
        ("return 1 / (abs(params['steering_angle']) - 30)", ("steering",)),
        ("return 1e3 ** (1 + 9 * params['is_offtrack'])", ("offset",)),
        ("return params['sped']", ()),
    ],
)
def test_what_a_fault_takes_is_found(body: str, needs: tuple[str, ...]) -> None:
    """It should find faults of rare places and values, and what is rare about them."""
    with asker(f"def reward_function(params):\n    {body}\n") as subject:
        findings = fuzz(subject, 1).findings
    assert [(each.fault.line, each.needs) for each in findings] == [(2, needs)]


@pytest.mark.parametrize(
    ("body", "habits"),
    [
        ("return 0.25", ("always_same",)),
        ("import random; return random.random() + params['all_wheels_on_track']", ("remembers",)),
        ("return params['speed']", ("pays_off_track",)),
        ("return params['distance_from_center']", ("pays_off_track",)),
    ],
)
def test_what_is_seldom_meant_is_told(body: str, habits: tuple[str, ...]) -> None:
    """It should say where nothing can be learnt, or what is learnt is to leave the track."""
    with asker(f"def reward_function(params):\n    {body}\n") as subject:
        report = fuzz(subject, 1)
    assert report.habits == habits
    assert report.findings == ()


def test_one_that_hangs_is_reported_with_what_was_tried() -> None:
    """It should end after a few hangs and say how far it came."""
    source = """
    def reward_function(params):
        while params["speed"] > 2:
            pass
        return 1.0
    """
    with asker(source) as subject:
        report = fuzz(subject, 1)
    (finding,) = report.findings
    assert (finding.fault.kind, finding.needs, finding.count) == ("hang", None, 3)
    assert finding.fault.line in {3, 4}
    assert report.cases < report.wanted


def test_the_same_seed_tries_the_same() -> None:
    """It should give the same report again, and another one by another seed."""
    reports = []
    for seed in (5, 5, 6):
        with asker(CENTRE) as subject:
            reports.append(fuzz(subject, seed, 200))
    assert reports[0] == reports[1]
    assert reports[0].lowest != reports[2].lowest


def test_cases_cover_the_rare_and_swap_one_thing() -> None:
    """It should stand, go the wrong way, begin, be far off; and swap one thing at a time."""
    edges = edge_cases(GROUND, Random(1))  # noqa: S311 - cases
    assert {0.0, 4.0} <= {each.drive.speed_mps for each in edges}
    assert {1} < {each.drive.steps for each in edges}
    assert {0.0, 180.0} <= {each.turn_deg for each in edges}
    assert max(abs(each.offset_m) for each in edges) > 2
    other = usual_cases(GROUND, 1, Random(2))[0]  # noqa: S311 - cases
    for matter in MATTERS:
        case = swapped(USUAL, matter, other)
        assert case != USUAL
        assert isinstance(case, RoadPose)
        assert swapped(case, matter, USUAL) == USUAL


def test_what_only_seemed_to_be_needed_is_not_told() -> None:
    """It should look again at what was needed while another thing was unusual still."""
    source = """
    def reward_function(params):
        if params["all_wheels_on_track"] and params["speed"] > 3:
            return 1e9
        return 1.0
    """
    for seed in range(1, 6):
        with asker(source) as subject:
            (finding,) = fuzz(subject, seed, 300).findings
        assert finding.needs == ("speed",)
