import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import running_race
from tests.timing_server.rules.virtual.league import RULES
from timing_server.rules.errors import BrokenChainError, MalformedFactError, UnknownFactError
from timing_server.rules.facts.entries import EntryAdded
from timing_server.rules.facts.heats import HeatStarted
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.plan import StagePlanned
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.virtual import RunSimulated, Simulator, VirtualStagePlanned
from timing_server.rules.stored import codec as subject
from timing_server.rules.stored.upcasters import UPCASTERS, Upcaster
from timing_server.rules.units import (
    DriverId,
    EntryId,
    HeatId,
    StageId,
    StreamId,
    SubmissionId,
)

STARTED = HeatStarted(HeatId("heat-1"), 12)


def recorded(fact: Fact, seq: int = 1) -> Recorded:
    return Recorded(StreamId("e"), seq, 5, "2026-11-21T10:00:00+00:00", "ana", None, fact)


def altered(stored: bytes, **changes: Any) -> bytes:
    return json.dumps({**json.loads(stored), **changes}).encode()


def test_bytes_are_canonical() -> None:
    """It should write sorted keys, no spaces and plain UTF-8, so that hashes mean the content."""
    stage = StagePlanned(StageId("s"), "Größe", "time_trial", HeatOptions())
    stored = subject.encode(recorded(stage), subject.GENESIS_HASH)
    assert (
        stored
        == json.dumps(
            json.loads(stored), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
    )
    assert "Größe".encode() in stored
    assert set(json.loads(stored)) == {
        *("actor", "body", "prev_hash", "race_ns", "retry_key", "seq", "stream", "type"),
        *("version", "wall_utc"),
    }


#: The integers that a fact can hold; whatever is wider is refused.
WHOLE = st.integers(-(2**63), 2**63 - 1)
st.register_type_strategy(int, WHOLE)
FACTS = st.one_of([st.from_type(kind) for kind in get_args(Fact)])


@given(FACTS, st.integers(1, 2**53), st.none() | st.text())
def test_every_fact_comes_back_as_it_was(fact: Fact, seq: int, retry_key: str | None) -> None:
    """It should read back exactly what it wrote, for every fact there is."""
    given_fact = Recorded(StreamId("e"), seq, 7, "now", "node", retry_key, fact)
    stored = subject.encode(given_fact, subject.GENESIS_HASH)
    assert subject.decode(stored) == (given_fact, subject.GENESIS_HASH)


@pytest.mark.parametrize("zeros", [19, 40, 5000])
@pytest.mark.parametrize("sign", [1, -1])
def test_integers_are_of_64_bits(zeros: int, sign: int) -> None:
    """It should neither write nor read a wider integer, wherever in a fact it stands."""
    wide = sign * 10**zeros
    late = Recorded(StreamId("e"), 1, wide, "now", "ana", None, STARTED)
    for each in (recorded(HeatStarted(HeatId("heat-1"), wide)), late):
        with pytest.raises(MalformedFactError, match="beyond 64 bits"):
            subject.encode(each, subject.GENESIS_HASH)
    digits = (b"-1" if sign < 0 else b"1") + b"0" * zeros
    stored = subject.encode(recorded(STARTED), subject.GENESIS_HASH)
    for plain, place in ((b'"race_ns":5', b'"race_ns":'), (b":12", b":")):
        assert plain in stored
        with pytest.raises(MalformedFactError, match="beyond 64 bits"):
            subject.decode(stored.replace(plain, place + digits))


@pytest.mark.parametrize("past", [2**63, -(2**63) - 1])
def test_one_too_many_is_refused(past: int) -> None:
    """It should refuse the first integers on either side that 64 bits can't hold."""
    with pytest.raises(MalformedFactError, match="beyond 64 bits"):
        subject.encode(recorded(HeatStarted(HeatId("heat-1"), past)), subject.GENESIS_HASH)


@pytest.mark.parametrize("edge", [2**63 - 1, -(2**63)])
def test_the_widest_integers_come_back(edge: int) -> None:
    """It should keep both ends of 64 bits, and long digits in a text."""
    fact = HeatStarted(HeatId("9" * 40), edge)
    stored = subject.encode(recorded(fact), subject.GENESIS_HASH)
    assert subject.decode(stored)[0].fact == fact


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": "1"},
        {"seq": True},
        {"race_ns": 1.0},
        {"retry_key": 5},
        {"body": []},
        {"extra": 1},
        {"body": {"heat_id": "heat-1"}},
        {"body": {"heat_id": "heat-1", "started_race_ns": 12.0}},
        {"body": {"heat_id": "heat-1", "started_race_ns": False}},
        {"body": {"heat_id": None, "started_race_ns": 12}},
        {"body": {"heat_id": "heat-1", "started_race_ns": 12, "more": 1}},
        {"body": {"heat_id": "heat-1", "ended_race_ns": 12}},
    ],
)
def test_wrong_fields_are_refused(changes: dict[str, Any]) -> None:
    """It should refuse missing, unknown and wrongly typed fields, floats above all."""
    stored = subject.encode(recorded(STARTED), subject.GENESIS_HASH)
    with pytest.raises(MalformedFactError):
        subject.decode(altered(stored, **changes))


@pytest.mark.parametrize("stored", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"a":NaN}'])
def test_what_is_not_a_fact_is_refused(stored: bytes) -> None:
    """It should say of any other bytes that they aren't a fact."""
    with pytest.raises(MalformedFactError):
        subject.decode(stored)


def test_nested_values_are_checked_too() -> None:
    """It should look into options and lists as strictly as into the fact itself."""
    stage = StagePlanned(StageId("s"), "Final", "time_trial", HeatOptions())
    stored = subject.encode(recorded(stage), subject.GENESIS_HASH)
    body = json.loads(stored)["body"]
    with pytest.raises(MalformedFactError, match="window_ns"):
        subject.decode(
            altered(stored, body={**body, "options": {**body["options"], "window_ns": 1.5}})
        )
    entry = subject.encode(
        recorded(EntryAdded(EntryId("e"), (DriverId("d"),), 1)), subject.GENESIS_HASH
    )
    body = json.loads(entry)["body"]
    with pytest.raises(MalformedFactError, match="list"):
        subject.decode(altered(entry, body={**body, "driver_ids": ["d", 2]}))


def test_a_float_is_never_written() -> None:
    """It should refuse to write a fact that holds something else than its fields allow."""
    wrong = HeatStarted(HeatId("heat-1"), 1.5)  # type: ignore[arg-type]
    with pytest.raises(MalformedFactError, match="started_race_ns"):
        subject.encode(recorded(wrong), subject.GENESIS_HASH)


def test_text_that_has_no_bytes_is_never_written() -> None:
    """It should refuse half a surrogate pair: it can't be stored and read back."""
    with pytest.raises(MalformedFactError, match="Unicode"):
        subject.encode(recorded(HeatStarted(HeatId("\ud800"), 1)), subject.GENESIS_HASH)


def test_unknown_types_and_versions_are_named() -> None:
    """It should say which fact or version it doesn't know, and not guess."""
    stored = subject.encode(recorded(STARTED), subject.GENESIS_HASH)
    with pytest.raises(UnknownFactError, match="HeatExploded"):
        subject.decode(altered(stored, type="HeatExploded"))
    with pytest.raises(UnknownFactError, match="newer"):
        subject.decode(altered(stored, version=99))
    with pytest.raises(UnknownFactError, match="Version 0"):
        subject.decode(altered(stored, version=0))


def test_old_versions_are_lifted_step_by_step() -> None:
    """It should read an old version through every upcaster on the way to the present one."""
    stored = altered(
        subject.encode(recorded(STARTED), subject.GENESIS_HASH),
        version=-1,
        body={"heat": "heat-1", "started_us": 12},
    )
    upcasters: dict[tuple[str, int], Upcaster] = {
        ("HeatStarted", -1): lambda body: {
            "heat": body["heat"],
            "started_race_ns": body["started_us"] * 1000,
        },
        ("HeatStarted", 0): lambda body: {
            "heat_id": body["heat"],
            "started_race_ns": body["started_race_ns"],
        },
    }
    decoded, _ = subject.decode(stored, upcasters={**UPCASTERS, **upcasters})
    assert decoded.fact == HeatStarted(HeatId("heat-1"), 12_000)


def test_every_old_version_has_an_upcaster() -> None:
    """It should be able to read every version that was ever written."""
    wanted = {(name, v) for name, present in subject.VERSIONS.items() for v in range(1, present)}
    assert set(UPCASTERS) == wanted


def test_a_stage_of_version_1_is_read_with_the_default_of_laps_n() -> None:
    """A stage planned before formats counted laps reads as one that leaves ``laps_n`` alone."""
    # Nobody heard of protests then, so none comes too late.
    stage = StagePlanned(StageId("s"), "Final", "time_trial", HeatOptions(protest_limit_ns=0))
    stored = subject.encode(recorded(stage), subject.GENESIS_HASH)
    body = json.loads(stored)["body"]
    first = ("window_ns", "grace_ns", "idle_limit_ns", "dead_time_ns", "resolution_ns")
    options = {name: body["options"][name] for name in first}
    names = ("stage_id", "title", "format_name")
    body = {**{name: body[name] for name in names}, "options": options}
    old = altered(stored, version=1, body=body)
    assert subject.decode(old)[0].fact == stage
    for wrong in ({**body, "options": None}, {**body, "options": {}}):
        with pytest.raises(MalformedFactError):
            subject.decode(altered(stored, version=1, body=wrong))


def test_a_run_of_before_two_raced_is_read_as_one_alone() -> None:
    """It should be no race of two."""
    simulator = Simulator("5f" * 32, "x86_64", "3.11.15", "2.4.1", "4.13.0", "1.30.0")
    run = RunSimulated(
        heat_id=HeatId("h"),
        entry_id=EntryId("e"),
        submission_id=SubmissionId("s"),
        model_sha256="m" * 64,
        track_sha256="7b" * 32,
        seed=7,
        laps_tried=3,
        sim_ns=9,
        simulator=simulator,
    )
    stored = subject.encode(recorded(run), subject.GENESIS_HASH)
    body = json.loads(stored)["body"]
    del body["grid_place"], body["rival_sha256"]
    assert subject.decode(altered(stored, version=1, body=body))[0].fact == run


@pytest.fixture(scope="module")
def chain() -> list[bytes]:
    race = running_race()
    for at_ms in (12_000, 20_000, 28_500, 36_250):
        race.crossing(at_ms)
    return race.stored


def test_an_untouched_chain_verifies(chain: list[bytes]) -> None:
    """It should return the hash of the last fact, and the facts as they were logged."""
    assert subject.verify(chain) == subject.chain_hash(chain[-1])
    assert [each.seq for each in subject.decode_chain(chain)] == list(range(1, len(chain) + 1))
    assert subject.verify([]) == subject.GENESIS_HASH


@given(st.data())
def test_a_flipped_byte_breaks_the_chain(data: st.DataObject) -> None:
    """It should name the very fact of which any one bit was changed."""
    race = running_race()
    at = data.draw(st.integers(0, len(race.stored) - 1))
    place = data.draw(st.integers(0, len(race.stored[at]) - 1))
    bit = data.draw(st.integers(0, 7))
    head_hash = subject.chain_hash(race.stored[-1])
    broken = bytearray(race.stored[at])
    broken[place] ^= 1 << bit
    changed = [*race.stored[:at], bytes(broken), *race.stored[at + 1 :]]
    with pytest.raises(BrokenChainError) as caught:
        subject.verify(changed, head_hash=head_hash)
    assert caught.value.seq == at + 1


@pytest.mark.parametrize("gone", [0, 3, -1])
def test_a_missing_fact_breaks_the_chain(chain: list[bytes], gone: int) -> None:
    """It should notice that a fact is missing, wherever it stood."""
    head_hash = subject.chain_hash(chain[-1])
    rest = [each for each in chain if each is not chain[gone]]
    with pytest.raises(BrokenChainError):
        subject.verify(rest, head_hash=head_hash)


def test_a_rewritten_fact_breaks_the_chain_while_decoding(chain: list[bytes]) -> None:
    """It should not hand out a fact that the next one doesn't vouch for."""
    fourth, prev_hash = subject.decode(chain[3])
    forged = Recorded(
        fourth.stream, 4, fourth.race_ns, fourth.wall_utc, "someone", None, fourth.fact
    )
    changed = [*chain[:3], subject.encode(forged, prev_hash), *chain[4:]]
    decoding = subject.decode_chain(changed)
    assert [next(decoding).seq for _ in range(3)] == [1, 2, 3]
    with pytest.raises(BrokenChainError, match="Fact 4"):
        next(decoding)


def test_one_stream_is_one_chain(chain: list[bytes]) -> None:
    """It should refuse a fact of another stream in the middle of a chain."""
    stray = altered(chain[3], stream="another")
    with pytest.raises(BrokenChainError, match="another stream"):
        subject.verify([*chain[:3], stray])


def test_a_virtual_stage_of_before_shows_is_read_as_driven_by_workers() -> None:
    """It should be played by nobody, and be refused where it has no rules."""
    planned = VirtualStagePlanned(StageId("s"), RULES)
    stored = subject.encode(recorded(planned), subject.GENESIS_HASH)
    body = json.loads(stored)["body"]
    del body["rules"]["is_played"]
    assert subject.decode(altered(stored, version=1, body=body))[0].fact == planned
    with pytest.raises(MalformedFactError, match="has no rules"):
        subject.decode(altered(stored, version=1, body={**body, "rules": None}))
