"""Runs in the limited process: real models, real limits."""

import os
import signal
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from car_agent.models.load import load_model
from car_agent.simulation.evaluation import evaluate, setting_on
from car_agent.worker.errors import LeaseGoneError
from car_agent.worker.limited import trial as subject
from car_agent.worker.limited.driving import league_rules
from car_agent.worker.limited.orders import Ended, Failed, RunOrder
from car_agent.worker.limited.trace import rows_of
from hardware.virtual.tracks.documents import track_of
from hardware.virtual.tracks.ground import write_ground
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.looks import PLAIN_LOOKS
from hardware.virtual.world.scenery import TEXELS_PER_M, paint
from tests.car_agent.worker.hostile import LIBRARY, good, no_number, slow
from tests.car_agent.worker.limited.rules import RULES
from timing_server.contract.server.tracks import Ground, TrackDocument


def order_of(model: bytes, **changes: Any) -> RunOrder:
    whole = {
        "model_sha256": sha256(model).hexdigest(),
        "track_sha256": track_sha256(track_named("oval")),
        "design": "oval",
        "seed": 3,
        "rules": RULES,
        "memory_bytes": subject.memory_bytes(len(model)),
        "cpu_s": 120,
    }
    return RunOrder.model_validate({**whole, **changes})


def driven(model: bytes, **changes: Any) -> Ended | Failed:
    with subject.Trial(order_of(model, **changes), model) as trial:
        return trial.listen(lambda _: None, 5.0)


def failed(model: bytes, **changes: Any) -> tuple[str, str]:
    ended = driven(model, **changes)
    assert isinstance(ended, Failed), ended
    return ended.whose, ended.sentence


def test_it_drives_as_everybody_does() -> None:
    """It should give the very passes and resets that a model's laps have elsewhere."""
    ended = driven(good())
    assert isinstance(ended, Ended)
    model = load_model(LIBRARY / "cautious.onnx")
    run = evaluate(model, setting_on(track_named("oval")), league_rules(RULES), 3)
    assert ended.run.passes_ns == run.instants.crossings_ns
    assert ended.run.resets_ns == run.instants.resets_ns
    assert (ended.run.sim_ns, ended.run.laps_tried) == (run.sim_ns, 2)


def test_the_ground_is_what_a_model_sees() -> None:
    """It should drive otherwise over a photographed mat than over the same line as drawn."""
    bare = TrackDocument(
        name="Our hall", points=((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0)), width_m=0.9
    )
    painted = paint(track_of(bare), replace(PLAIN_LOOKS, road_bgr=(70, 60, 55)))
    height_m, width_m = (4 * side / TEXELS_PER_M for side in painted.levels[2].shape[:2])
    mat = write_ground(painted.levels[2], *painted.origin_m, width_m, height_m)
    runs = []
    for document in (bare, bare.model_copy(update={"ground": mat})):
        known = {"track_sha256": track_sha256(track_of(document)), "document": document}
        ended = driven(good(), **known)
        assert isinstance(ended, Ended), ended
        runs.append(ended.run.passes_ns)
    assert runs[0] != runs[1]
    assert failed(good(), track_sha256=known["track_sha256"], document=bare)[0] == "worker"


def test_a_ground_that_is_no_picture_is_the_stages_fault() -> None:
    """It should say so in a sentence, and blame neither model nor worker."""
    points = ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0))
    ground = Ground(left_m=0, top_m=3, width_m=4, height_m=3, jpeg="AAAA")
    document = TrackDocument(name="Our hall", points=points, width_m=0.9, ground=ground)
    known = {"track_sha256": track_sha256(track_of(document)), "document": document}
    assert failed(good(), **known) == (
        "stage",
        "The track's picture of its ground can't be read.",
    )


def test_who_watches_changes_nothing() -> None:
    """It should drive the same run with a trace as without, and tell one where it was asked."""
    traced, plain = driven(good(), is_traced=True), driven(good())
    assert isinstance(traced, Ended)
    assert isinstance(plain, Ended)
    assert traced.run == plain.run
    assert plain.trace is None
    assert traced.trace is not None
    rows = list(rows_of(traced.trace))
    assert rows[-1][0] >= traced.run.passes_ns[-1]
    assert driven(good(), is_traced=True) == traced


def test_laps_are_told_on_the_way() -> None:
    """It should call back with the laps that are tried."""
    told: list[int] = []
    with subject.Trial(order_of(good()), good()) as trial:
        trial.listen(told.append, 0.0)
    assert told[0] == 0
    assert told == sorted(told)


def test_a_model_without_numbers_ends_its_own_run() -> None:
    """It should say that the answer is no number."""
    assert failed(no_number()) == ("model", "The model's answer is not a number.")


def test_a_model_that_thinks_too_long_ends_its_own_run() -> None:
    """It should end the run of a model that no car could drive by."""
    whose, sentence = failed(slow(), grace_s=1.0)
    assert (whose, sentence.split(";")[0]) == (
        "model",
        "The model thinks for longer than a picture lasts",
    )


def test_a_file_that_is_no_model() -> None:
    """It should say so."""
    whose, sentence = failed(b"no model at all")
    assert (whose, "model.onnx" in sentence) == ("model", True)


def test_too_little_memory_is_a_sentence() -> None:
    """It should say that the model asks for too much, however the runtime puts it."""
    whose, sentence = failed(good(), memory_bytes=1)
    assert whose == "model"
    assert sentence.endswith(".")


def test_processor_time_is_bounded() -> None:
    """It should be ended by the kernel where even a picture takes too long."""
    whose, sentence = failed(slow(), cpu_s=1)
    assert (whose, sentence) == ("model", "The model's run took more than 1 s of processor time.")


def test_another_track_is_the_workers_matter() -> None:
    """It should not drive on a track that isn't the one that was asked for."""
    assert failed(good(), track_sha256="0" * 64)[0] == "worker"
    assert failed(good(), design="nowhere")[0] == "worker"


def test_a_track_without_room_is_the_stages_matter() -> None:
    """It should say that so many boxes don't fit."""
    rules = RULES.model_copy(update={"objects": 400})
    assert failed(good(), rules=rules)[0] == "stage"


def test_a_file_of_the_venues_own_track() -> None:
    """It should drive on a track that came as a document."""
    points = ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0))
    document = TrackDocument(name="Our hall", points=points, width_m=0.9)
    own = track_sha256(track_of(document))
    ended = driven(good(), document=document, track_sha256=own, design="")
    assert isinstance(ended, Ended)
    assert ended.run.laps_tried == 2


def test_a_lost_lease_ends_the_process() -> None:
    """It should leave no process behind when whoever listens gives up."""

    def lost(_: int) -> None:
        raise LeaseGoneError("Gone.")

    with subject.Trial(order_of(slow()), slow()) as trial:
        pid = trial.pid
        with pytest.raises(LeaseGoneError):
            trial.listen(lost, 0.0)
    assert not Path(f"/proc/{pid}").exists()


def test_a_run_that_is_held_goes_on() -> None:
    """It should stop where it is, and end as if nothing had been."""
    model = good()
    with subject.Trial(order_of(model), model) as trial:
        trial.hold(is_held=True)
        assert Path(f"/proc/{trial.pid}/status").read_text().count("T (stopped)") <= 1
        trial.hold(is_held=False)
        assert trial.listen(lambda _: None, 5.0) == driven(model)


def test_a_process_that_is_killed_is_a_sentence() -> None:
    """It should say how it ended."""
    model = slow()
    with subject.Trial(order_of(model), model) as trial:
        os.kill(trial.pid, signal.SIGKILL)
        ended = trial.listen(lambda _: None, 5.0)
    assert isinstance(ended, Failed)
    assert ended.sentence == "The model's run was killed, most likely for its memory."
