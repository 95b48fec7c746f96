"""Reward functions over HTTP: kept for their driver, beside the examples."""

from pathlib import Path

import pytest

from tests.timing_server.web.live_server import Organiser, organising
from timing_server.service.workshop.rewards import REWARDS_PER_OWNER

SOURCE = "def reward_function(params):\n    return 1.0\n"


def signed_in(organiser: Organiser, name: str) -> tuple[str, dict[str, str]]:
    """Make a driver; return the id and the header with which they ask."""
    driver_id = str(organiser.post("/drivers", {"name": name})["driver_id"])
    token = organiser.token("driver", driver_id)
    return driver_id, {"Authorization": f"Bearer {token}"}


def test_a_driver_keeps_changes_and_forgets_a_reward(organiser: Organiser) -> None:
    """It should keep the text as it was typed, and show it to its driver and to organisers."""
    driver_id, mine = signed_in(organiser, "Reward Rita")
    body = {"name": "Close to the line", "source": SOURCE}
    reward_id = organiser.post("/rewards", body, **mine)["reward_id"]
    path = f"/rewards/{reward_id}"
    found = organiser.http.get(path, headers=mine).json()
    assert (found["source"], found["driver_id"], found["driver_name"]) == (
        SOURCE,
        driver_id,
        "Reward Rita",
    )
    changed = {"name": "Closer", "source": SOURCE.replace("1.0", "2.0")}
    assert organiser.http.put(path, json=changed, headers=mine).status_code == 204
    assert organiser.get(path)["source"].endswith("return 2.0\n")
    listed = organiser.http.get("/rewards", headers=mine).json()
    assert [each["name"] for each in listed if not each["is_example"]] == ["Closer"]
    assert all("source" not in each for each in listed)
    assert organiser.http.delete(path, headers=mine).status_code == 204
    assert organiser.refusal(path, method="GET")["code"] == "unknown_reward"


def test_examples_are_read_and_not_changed(organiser: Organiser) -> None:
    """It should offer the examples to everybody who is signed in, and refuse to change one."""
    _, mine = signed_in(organiser, "Example Ed")
    listed = organiser.http.get("/rewards", headers=mine).json()
    assert [each["name"] for each in listed if each["is_example"]] == [
        "centre_line",
        "hug_left",
        "hug_right",
    ]
    path = "/rewards/example-centre_line"
    text = organiser.http.get(path, headers=mine).json()["source"]
    assert "def reward_function(params):" in text
    body = {"name": "Mine", "source": SOURCE}
    for method in ("PUT", "DELETE"):
        assert organiser.refusal(path, body, method=method, **mine)["code"] == "reward_is_example"


def test_nobody_sees_or_touches_anothers(organiser: Organiser) -> None:
    """It should know nothing of a reward where somebody else asks, and need a sign-in."""
    _, mine = signed_in(organiser, "Private Pat")
    _, others = signed_in(organiser, "Curious Cat")
    body = {"name": "Secret", "source": SOURCE}
    path = f"/rewards/{organiser.post('/rewards', body, **mine)['reward_id']}"
    for method in ("GET", "PUT", "DELETE"):
        assert organiser.refusal(path, body, method=method, **others)["code"] == "unknown_reward"
    assert "Secret" not in organiser.http.get("/rewards", headers=others).text
    stranger = {"Authorization": ""}
    assert organiser.http.get("/rewards", headers=stranger).status_code == 401


@pytest.mark.parametrize("source", ["", "x" * 70_000])
def test_what_is_no_text_of_a_reward(organiser: Organiser, source: str) -> None:
    """It should refuse nothing at all and far too much."""
    body = {"name": "Wrong", "source": source}
    assert organiser.refusal("/rewards", body)["code"] == "invalid_request"


def test_a_driver_keeps_so_many(organiser: Organiser) -> None:
    """It should refuse one more than a driver may keep, in words."""
    _, mine = signed_in(organiser, "Hoarding Hal")
    body = {"name": "One of many", "source": SOURCE}
    for _ in range(REWARDS_PER_OWNER):
        organiser.post("/rewards", body, **mine)
    refusal = organiser.refusal("/rewards", body, **mine)
    assert (refusal["code"], refusal["params"]) == ("too_many_rewards", {"most": REWARDS_PER_OWNER})


def test_rewards_are_there_after_a_restart(tmp_path: Path) -> None:
    """It should keep rewards on the disk, and pass over a file that somebody damaged."""
    with organising(tmp_path) as organiser:
        organiser.post("/rewards", {"name": "Kept", "source": SOURCE})
    (tmp_path / "rewards" / "damaged.json").write_text('{"name": ')
    with organising(tmp_path) as organiser:
        kept = [each["name"] for each in organiser.get("/rewards") if not each["is_example"]]
    assert kept == ["Kept"]


def test_who_only_signed_up_makes_nothing(organiser: Organiser) -> None:
    """It should take nothing from somebody whom the organiser has not let in."""
    token = organiser.token("driver", "somebody-who-waits")
    waiting = {"Authorization": f"Bearer {token}"}
    body = {"name": "Early", "source": SOURCE}
    for path in ("/rewards", "/workshop/trainings"):
        refusal = organiser.refusal(path, body, **waiting)
        assert (refusal["code"], refusal["status"]) == ("not_let_in", 403)
