"""The formats over the public interface: listed, chosen for a stage, and named in its results."""

import pytest

from tests.timing_server.web.live_server import Node, Organiser
from timing_server.formats.presets import PRESETS
from timing_server.formats.registry import FORMATS

LAP_NS = 6_000_000_000


def test_everybody_may_read_what_formats_there_are(organiser: Organiser) -> None:
    """It should list every format with what people and screens need to choose it."""
    listed = organiser.get("/formats")
    assert [each["name"] for each in listed] == list(FORMATS)
    best_mean = next(each for each in listed if each["name"] == "best_mean")
    assert best_mean["title_key"] == "format_title.best_mean"
    (option,) = best_mean["options"]
    described = {name: option[name] for name in ("name", "default", "least", "most")}
    assert described == {"name": "laps_n", "default": 3, "least": 1, "most": 10}
    assert best_mean["tie_breaks"][0]["code"] == "exact_mean"


def test_a_stage_is_planned_under_a_format_with_its_option(organiser: Organiser) -> None:
    """It should take each format, and refuse an unknown one or laps beyond the format's range."""
    plan = organiser.plan(format_name="best_mean", laps_n=5)
    path = f"{plan['path']}/stages"
    (stage,) = organiser.get(path)
    assert (stage["format_name"], stage["laps_n"]) == ("best_mean", 5)
    for name in FORMATS:
        kind = "practice" if name == "practice" else "qualifying"
        organiser.post(path, {"title": name, "kind": kind, "format_name": name})
    assert [each["format_name"] for each in organiser.get(path)] == ["best_mean", *FORMATS]
    rally = organiser.refusal(path, {"title": "X", "format_name": "rally"})
    assert (rally["code"], rally["params"]) == ("unknown_format", {"format_name": "rally"})
    eleven = {"title": "X", "format_name": "best_mean", "laps_n": 11}
    assert organiser.refusal(path, eleven)["code"] == "option_out_of_range"
    assert organiser.refusal(path, {"title": "X", "laps_n": 0})["status"] == 422


def test_everybody_may_read_what_presets_there_are(organiser: Organiser) -> None:
    """It should list every preset with its sentences, its tie-breaks and the options it sets."""
    listed = {each["name"]: each for each in organiser.get("/presets")}
    assert list(listed) == list(PRESETS)
    campus = listed["campus_2s"]
    assert campus["options"] == {"runs_max": 2, "off_track_penalty_s": 2, "timeouts_max": 1}
    assert {"code": "runs_2", "text": PRESETS["campus_2s"].rules["runs_2"]} in campus["rules"]
    assert campus["tie_breaks"][0]["code"] == "second_best_lap"
    assert listed["finals_2x3"]["round_order"] == "reverse"


@pytest.mark.parametrize("name", PRESETS)
def test_a_stage_planned_under_a_preset_has_its_options(organiser: Organiser, name: str) -> None:
    """It should give a stage the preset's format and all of its options."""
    preset = next(each for each in organiser.get("/presets") if each["name"] == name)
    path = f"{organiser.plan()['path']}/stages"
    organiser.post(path, {"title": "Under a preset", "preset": name})
    _, stage = organiser.get(path)
    assert stage["format_name"] == preset["format_name"]
    plain, _ = organiser.get(path)
    assert {key: stage[key] for key in preset["options"]} == preset["options"]
    others = stage.keys() - preset["options"].keys() - {"stage_id", "title", "format_name"}
    assert others >= {"grace_s", "dead_time_s", "runs_counted"}
    assert stage["runs_counted"] == plain["runs_counted"]


def test_results_say_what_ranks(organiser: Organiser) -> None:
    """It should carry the format's own value in results and on the board, beside the best lap."""
    plan = organiser.plan(format_name="total_time", laps_n=2, window_s=600)
    node = Node(organiser)
    organiser.start_next(plan)
    first = node.now_mono_ns()
    node.send(node.clock(), node.passing(first), node.passing(first + LAP_NS))
    node.send(node.passing(first + 3 * LAP_NS))
    (row,) = organiser.get(f"{plan['path']}/standings")["standings"]
    values = [row[name] for name in ("value_us", "value_laps", "best_lap_us", "decided_by")]
    assert values == [18_000_000, 2, 6_000_000, None]
    view = organiser.get(f"{plan['path']}/view")["view"]
    (shown,) = view["standings"].values()
    assert (shown["value_us"], shown["value_laps"]) == (18_000_000, 2)
    assert view["overall_best_us"] == 6_000_000
