import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.race_clock import (
    DRIFT_PPM,
    Relation,
    RoundTrip,
    ask_several,
    is_worth_keeping,
    read_boot_id,
    relate,
)
from tests.hardware.node.fake_server import SERVER_BOOT_ID

S = 1_000_000_000
delays_ns = st.lists(
    st.tuples(st.integers(0, 2 * S), st.integers(0, 2 * S)), min_size=1, max_size=8
)


@given(st.integers(-(10**15), 10**15), delays_ns)
def test_bound_holds_the_truth(true_offset_ns: int, delays: list[tuple[int, int]]) -> None:
    """It should be off by no more than its bound, however unequal the two ways are."""
    trips, now_ns = [], 2 * 10**15
    for there_ns, back_ns in delays:
        race_ns = now_ns + there_ns + true_offset_ns
        trips.append(RoundTrip(now_ns, now_ns + there_ns + back_ns, race_ns, SERVER_BOOT_ID))
        now_ns += there_ns + back_ns + S
    subject = relate(trips)
    assert abs(subject.race_offset_ns - true_offset_ns) <= subject.bound_ns
    assert subject.bound_ns == (min(there + back for there, back in delays) + 1) // 2


def relation(
    at_s: float, offset_ns: int = 0, bound_ns: int = 1000, boot: str = SERVER_BOOT_ID
) -> Relation:
    return Relation(round(at_s * S), offset_ns, bound_ns, boot)


@pytest.mark.parametrize(
    ("new", "is_kept"),
    [
        (relation(30, bound_ns=900), True),
        (relation(30, bound_ns=1000 + 30 * DRIFT_PPM * 1000), True),
        (relation(30, bound_ns=800_000_000), False),
        (relation(30, bound_ns=900_000_000, offset_ns=60 * S), True),
        (relation(30, bound_ns=800_000_000, boot="another"), True),
    ],
    ids=["tighter", "as tight as the old one by now", "busy Wi-Fi", "other clock", "other boot"],
)
def test_worth_keeping(new: Relation, is_kept: bool) -> None:
    """It should replace a relation by a better one, or by one that contradicts it."""
    assert is_worth_keeping(new, relation(0)) is is_kept
    assert is_worth_keeping(new, None)


def test_boot_id_is_the_kernel_s() -> None:
    """It should be the kernel's own, the same at each reading."""
    assert read_boot_id() == read_boot_id()
    assert len(read_boot_id()) == 36


@given(st.integers(-(10**15), 10**15), delays_ns, st.integers(0, 600 * S))
def test_nothing_was_earlier_than_the_earliest(
    true_offset_ns: int, delays: list[tuple[int, int]], later_ns: int
) -> None:
    """It should name an instant of this machine that the truth is never before."""
    trips, now_ns = [], 2 * 10**15
    for there_ns, back_ns in delays:
        race_ns = now_ns + there_ns + true_offset_ns
        trips.append(RoundTrip(now_ns, now_ns + there_ns + back_ns, race_ns, SERVER_BOOT_ID))
        now_ns += there_ns + back_ns + S
    subject = relate(trips)
    true_mono_ns = now_ns + later_ns
    assert subject.earliest_mono_ns(true_mono_ns + true_offset_ns) <= true_mono_ns
    race_ns, bound_ns = subject.race_at(true_mono_ns)
    assert abs(race_ns - true_mono_ns - true_offset_ns) <= bound_ns


def test_an_answer_that_is_lost_takes_none_of_the_others_along() -> None:
    """It should keep the round trips that it has, and complain where it has none."""
    answers = iter([200, 200, None])

    def answer(request: httpx2.Request) -> httpx2.Response:
        if next(answers, None) is None:
            raise httpx2.ReadTimeout("lost", request=request)
        return httpx2.Response(200, json={"race_ns": 7, "server_boot_id": SERVER_BOOT_ID})

    with httpx2.Client(
        base_url="http://paddock.test", transport=httpx2.MockTransport(answer)
    ) as client:
        assert [trip.race_ns for trip in ask_several(client, lambda: False)] == [7, 7]
        with pytest.raises(httpx2.ReadTimeout):
            ask_several(client, lambda: False)
