"""Presses and releases from a contact that bounces."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.signals import debounce as subject

MS = 1_000_000


def told(*edges: tuple[int, int]) -> list[tuple[bool, int]]:
    """Return (is_pressed, ms) for edges given as (ms, level), and what is due long after them."""
    contact = subject.Debouncer()
    found: list[subject.Change] = []
    for at_ms, level in edges:
        found += contact.feed(Edge("button:x", "contact", at_ms * MS, 1 if level else 0))
    found += contact.advance(edges[-1][0] * MS + 1_000 * MS)
    return [(change.is_pressed, change.mono_ns // MS) for change in found]


def test_a_press_is_its_first_edge() -> None:
    """It should tell one press and one release, however the contact bounces at both."""
    bouncing = [(100, 1), (101, 0), (102, 1), (180, 0), (182, 1), (185, 0)]
    assert told(*bouncing) == [(True, 100), (False, 185)]


def test_two_presses() -> None:
    """It should tell a second press once the contact has been open for long enough."""
    assert told((100, 1), (150, 0), (181, 1), (300, 0)) == [
        *((True, 100), (False, 150)),
        *((True, 181), (False, 300)),
    ]


def test_held_from_the_beginning() -> None:
    """It should tell a contact that was closed at the start once, and its release."""
    contact = subject.Debouncer()
    assert contact.hold(5) == (subject.Change(is_pressed=True, mono_ns=5),)
    assert contact.hold(6) == ()
    contact.feed(Edge("button:x", "contact", 50 * MS, 0))
    assert contact.due_ns == 180 * MS
    assert contact.advance(179 * MS) == ()
    assert contact.advance(180 * MS) == (subject.Change(is_pressed=False, mono_ns=50 * MS),)


def test_a_bounce_that_is_told_late() -> None:
    """It should tell one press where a busy machine hands the bounce on long after it was."""
    contact = subject.Debouncer()
    contact.feed(Edge("button:x", "contact", 100 * MS, 1))
    contact.feed(Edge("button:x", "contact", 101 * MS, 0))
    assert contact.advance(190 * MS) == ()
    assert contact.feed(Edge("button:x", "contact", 102 * MS, 1)) == ()


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from([0, 1])), min_size=1, max_size=40))
def test_presses_and_releases_take_turns(steps: list[tuple[int, int]]) -> None:
    """It should never tell two presses, or two releases, in a row, whatever the contact does."""
    at_ms, edges = 0, []
    for after_ms, level in steps:
        at_ms += after_ms
        edges.append((at_ms, level))
    states = [is_pressed for is_pressed, _ in told(*edges)]
    assert states == [at % 2 == 0 for at in range(len(states))]
