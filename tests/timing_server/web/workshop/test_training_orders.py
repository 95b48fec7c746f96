"""What may be ordered of trainings over HTTP, by whom and how often."""

import pytest

from tests.timing_server.web.workshop.workshop import (
    SOURCE,
    Workshop,
)
from timing_server.service.workshop.trainings import WAITING_PER_OWNER


def test_the_same_request_is_one_training(workshop: Workshop) -> None:
    """It should begin one training where an answer was lost and the request came again."""
    key = {"Idempotency-Key": "the-same"}
    assert workshop.order(key) == workshop.order(key)
    assert len(workshop.organiser.get("/workshop/trainings")) == 1


def test_nobody_touches_anothers(workshop: Workshop) -> None:
    """It should know nothing of a training where another driver asks, and need a sign-in."""
    _, mine = workshop.driver("Private Pat")
    _, others = workshop.driver("Curious Cat")
    training_id = workshop.order(mine)
    for method, verb in (("GET", ""), ("GET", "/view"), ("POST", "/stop"), ("DELETE", "")):
        path = workshop.path(training_id, verb)
        refusal = workshop.organiser.refusal(path, method=method, **others)
        assert refusal["code"] == "unknown_training"
    assert workshop.organiser.http.get("/workshop/trainings", headers=others).json() == []
    stranger = {"Authorization": ""}
    assert workshop.organiser.http.get("/workshop/trainings", headers=stranger).status_code == 401


def test_a_driver_has_so_many_under_way(workshop: Workshop) -> None:
    """It should refuse one more than is fair, and let others order theirs."""
    _, mine = workshop.driver("Eager Eve")
    for _ in range(WAITING_PER_OWNER):
        workshop.order(mine)
    body = {"name": "One more", "source": SOURCE}
    refusal = workshop.organiser.refusal("/workshop/trainings", body, **mine)
    assert refusal["code"] == "trainings_busy"
    _, others = workshop.driver("Patient Paul")
    workshop.order(others)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"track": "nowhere"}, "unknown_track"),
        ({"algorithm": "sac"}, "sac_needs_ranges"),
        (
            {
                "action_space": {
                    "kind": "ranges",
                    "steering_low_deg": 20,
                    "steering_high_deg": -20,
                    "speed_low_mps": 1,
                    "speed_high_mps": 2,
                }
            },
            "ranges_reversed",
        ),
        (
            {"action_space": {"kind": "list", "actions": [{"steering_deg": 90, "speed_mps": 1}]}},
            "invalid_request",
        ),
        ({"seed": -1}, "invalid_request"),
        ({"track": "../../etc"}, "invalid_request"),
    ],
)
def test_what_cannot_be_ordered(workshop: Workshop, more: dict[str, object], code: str) -> None:
    """It should refuse it before anything is kept."""
    body = {"name": "Wrong", "source": SOURCE, **more}
    assert workshop.organiser.refusal("/workshop/trainings", body)["code"] == code
    assert workshop.organiser.get("/workshop/trainings") == []


def test_an_action_space_reaches_the_training(workshop: Workshop) -> None:
    """It should be written as DeepRacer's own file, which the command reads."""
    actions = [{"steering_deg": -20, "speed_mps": 1.0}, {"steering_deg": 20, "speed_mps": 2.0}]
    space = {"kind": "list", "actions": actions}
    training_id = workshop.order(action_space=space, cars=2, network="classic")
    process = workshop.until_process(training_id)
    file = workshop.files(training_id) / "model_metadata.json"
    told = ["--network", "classic", "--cars", "2", "--metadata", str(file)]
    assert process.cmdline()[-6:] == told
    assert '"steering_angle": -20.0' in file.read_text()
    assert workshop.get(training_id)["action_space"]["actions"] == actions
