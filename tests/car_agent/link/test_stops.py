"""Which emergency stops a car heeds, and by what alone it is let go."""

from hypothesis import given
from hypothesis import strategies as st

from car_agent.link import stops as subject
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators
from timing_server.contract.machines.devices import HeatOrder
from timing_server.contract.machines.driving import StopOrder


class Car:
    """A red car's stops and its guard."""

    def __init__(self) -> None:
        self.clock = FakeClock(1_000_000_000)
        self.wheels = RecordingActuators()
        self.guard = GuardInPlace(lambda: self.wheels, self.clock)
        self.book = subject.StopBook("red", self.guard, "n")

    def stop(self, stop_id: str, car_id: str | None = None) -> None:
        self.book.note_stop(StopOrder(stop_id=stop_id, car_id=car_id), self.clock())

    def order(self, standing: tuple[str, ...] = (), lifted: tuple[str, ...] = ()) -> None:
        stops = tuple(StopOrder(stop_id=each) for each in standing)
        heat = HeatOrder(phase="idle", stops=stops, lifted_stop_ids=lifted)
        self.book.note_order(heat, self.clock())

    def press_button(self) -> None:
        self.guard.e_stop("the button on the car")

    def look(self) -> None:
        self.book.note_guard(self.guard.status())

    def is_latched(self) -> bool:
        return self.guard.status().e_stop is not None


def test_a_stop_of_all_or_of_this_car_is_heeded() -> None:
    """It should latch the guard for stops that mean it, and let those of others pass."""
    car = Car()
    car.stop("s1", "blue")
    assert not car.is_latched()
    car.stop("s2", "red")
    assert car.is_latched()
    car.stop("s3")
    assert car.book.ids == ("s2", "s3")


def test_it_is_released_when_every_stop_was_lifted() -> None:
    """It should stay latched until each of them is named as lifted."""
    car = Car()
    car.stop("s1")
    car.stop("s2", "red")
    car.order(lifted=("s1",))
    assert car.is_latched()
    car.order(lifted=("s1", "s2"))
    assert not car.is_latched()
    assert car.book.ids == ()


def test_an_order_that_says_nothing_releases_nothing() -> None:
    """It should outlast an order from before the stop, and one of another event."""
    car = Car()
    car.stop("s1")
    car.order()
    assert car.is_latched()


def test_a_stop_that_was_missed_is_heeded_from_the_order() -> None:
    """It should heed what stands when contact is back."""
    car = Car()
    car.order(standing=("s1",))
    assert car.is_latched()
    car.order(lifted=("s1",))
    assert not car.is_latched()


def test_wheels_that_fail_are_not_in_neutral() -> None:
    """It should answer a stop once the wheels took neutral, not when that was tried in vain."""
    car = Car()
    car.wheels.is_broken = True
    car.guard.desk.device.neutral()
    car.stop("s1")
    car.look()
    assert car.book.heeded[0].neutral_mono_ns is None
    car.wheels.is_broken = False
    car.clock.advance_ms(300)
    car.guard.check()
    car.look()
    assert car.book.heeded[0].neutral_mono_ns == car.clock()


def test_its_own_button_gets_a_name() -> None:
    """It should heed what the guard latched by itself, until that is lifted by its name."""
    car = Car()
    car.press_button()
    car.look()
    (own,) = car.book.heeded
    assert (own.is_own, own.source) == (True, "car")
    assert own.stop_id.startswith("red.n.")
    car.order()
    assert car.is_latched()
    car.order(lifted=(own.stop_id,))
    assert not car.is_latched()


def test_its_own_button_behind_race_controls_stop() -> None:
    """It should stay latched by its button when race control lifts what was pressed before."""
    car = Car()
    car.stop("s1")
    car.look()
    car.clock.advance_ms(1_000)
    car.press_button()
    car.order(lifted=("s1",))
    assert car.is_latched()
    (own,) = car.book.heeded
    assert own.is_own
    car.order(lifted=("s1", own.stop_id))
    assert not car.is_latched()


def test_its_own_is_lifted_while_race_controls_stands() -> None:
    """It should neither be released by that nor heed the same press again."""
    car = Car()
    car.stop("s1")
    car.press_button()
    car.look()
    own = car.book.ids[1]
    car.order(standing=("s1",), lifted=(own,))
    car.clock.advance_ms(1_000)
    car.look()
    assert car.book.ids == ("s1",)
    assert car.is_latched()
    car.order(lifted=(own, "s1"))
    assert not car.is_latched()


def test_a_button_that_was_still_pressed_is_another_stop() -> None:
    """It should be heeded until it is lifted once more, not released when it is let up."""
    car = Car()
    car.press_button()
    car.look()
    (first,) = car.book.ids
    car.guard.desk.is_button_pressed = lambda: True
    car.clock.advance_ms(1_000)
    car.order(lifted=(first,))
    car.look()
    (second,) = car.book.ids
    assert second != first
    car.guard.desk.is_button_pressed = lambda: False
    car.clock.advance_ms(1_000)
    car.look()
    assert car.is_latched()
    car.order(lifted=(first, second))
    assert not car.is_latched()


def test_released_beside_the_track() -> None:
    """It should release what the car latched by itself, and nothing that race control did."""
    car = Car()
    car.press_button()
    car.look()
    assert car.book.release_own(car.clock())
    assert (car.is_latched(), car.book.ids) == (False, ())
    car.stop("s1")
    assert not car.book.release_own(car.clock())
    assert (car.is_latched(), car.book.ids) == (True, ("s1",))


def test_a_latch_from_before_a_restart_has_its_name() -> None:
    """It should know by the guard's note which stop that was, and be let go with it."""
    before = Car()
    before.stop("s1")
    after = subject.StopBook("red", before.guard, "m")
    after.note_guard(before.guard.status())
    (found,) = after.heeded
    assert (found.stop_id, found.is_own) == ("s1", False)
    after.note_order(HeatOrder(phase="idle", lifted_stop_ids=("s1",)), before.clock())
    assert not before.is_latched()


def test_an_old_word_of_the_guard_brings_no_stop_back() -> None:
    """It should take a guard that hasn't heard of its release yet for that."""
    car = Car()
    car.stop("s1")
    old = car.guard.status()
    car.order(lifted=("s1",))
    car.book.note_guard(old)
    assert car.book.ids == ()
    assert not car.is_latched()


def test_a_guard_that_was_away_is_told_again() -> None:
    """It should latch one that lost a stop, and release one that lost its release."""
    car = Car()
    car.stop("s1")
    car.guard.release("lost")
    car.clock.advance_ms(400)
    car.look()
    assert not car.is_latched()
    car.clock.advance_ms(200)
    car.look()
    assert car.is_latched()
    car.order(lifted=("s1",))
    car.guard.e_stop("[stop s1] race control")
    car.clock.advance_ms(600)
    car.look()
    assert not car.is_latched()


def test_it_knows_when_the_wheels_were_in_neutral() -> None:
    """It should name the guard's instant, and the stop's own for a car that stood already."""
    car = Car()
    car.stop("s1")
    car.look()
    (first,) = car.book.heeded
    assert first.neutral_mono_ns == car.clock()
    car.clock.advance_ms(1_000)
    car.stop("s2")
    car.look()
    second = car.book.heeded[1]
    assert second.neutral_mono_ns == car.clock()


STEPS = st.sampled_from(["all", "own", "button", "look", "old order", "lift first", "lift all"])


@given(st.lists(STEPS, max_size=15))
def test_nothing_but_its_name_lifts_a_stop(steps: list[str]) -> None:
    """It should be latched for as long as one stop was not named as lifted."""
    car = Car()
    for at, step in enumerate(steps):
        car.clock.advance_ms(1_000)
        had = car.book.ids
        if step in {"all", "own"}:
            car.stop(f"s{at}", None if step == "all" else "red")
        elif step == "button":
            car.press_button()
            car.look()
        elif step == "look":
            car.look()
        elif step == "old order":
            car.order(standing=had)
        elif step == "lift first":
            car.order(standing=had[1:], lifted=had[:1])
        else:
            car.order(lifted=had)
            assert car.book.ids == ()
        assert car.is_latched() == bool(car.book.ids)
        if not step.startswith("lift"):
            assert set(had) <= set(car.book.ids)
