from itertools import pairwise

from hardware.node.uplink.backoff import FIRST_S, LONGEST_S, Backoff


def test_doubles_to_a_cap_and_begins_again() -> None:
    """It should double up to its longest, and begin with the shortest after a success."""
    subject = Backoff(chance=lambda: 1.0)
    pauses = [subject.next_s() for _ in range(10)]
    assert pauses[0] == FIRST_S
    assert pauses[-1] == LONGEST_S
    assert all(later == min(2 * earlier, LONGEST_S) for earlier, later in pairwise(pauses))
    subject.reset()
    assert subject.next_s() == FIRST_S


def test_is_spread() -> None:
    """It should let chance shorten a pause by up to half."""
    assert Backoff(chance=lambda: 0.0).next_s() == FIRST_S / 2
