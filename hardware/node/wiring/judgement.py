"""Says what a sensor's edges tell of its wiring, for the person who has just waved a hand: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardware.gates.edges import Edge
from hardware.gates.pins import SensorWiring

_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000
#: A hand that passes once gives two edges, a hesitant one a few more.
WAVE_EDGES_MAX = 10
#: What the hand itself can't do: pulses as short as this are noise or contacts that bounce.
GLITCH_NS = 200_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was seen; a fault says what to do about it."""

    sentence: str
    is_fault: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """A beam that was broken at ``mono_ns`` for ``width_ns``."""

    mono_ns: int
    width_ns: int


def pulses_of(edges: Sequence[Edge]) -> tuple[Pulse, ...]:
    """Return the whole pulses among one sensor's edges, which come in their order."""
    found: list[Pulse] = []
    broken_ns: int | None = None
    for edge in edges:
        if edge.level == 1:
            broken_ns = edge.mono_ns if broken_ns is None else broken_ns
        elif broken_ns is not None:
            found.append(Pulse(broken_ns, edge.mono_ns - broken_ns))
            broken_ns = None
    return tuple(found)


def judge(
    wiring: SensorWiring, edges: Sequence[Edge], *, was_broken: bool, is_broken: bool
) -> tuple[Finding, ...]:
    """Return what one wave of a hand showed; ``was_broken`` before it, ``is_broken`` after.

    ``edges`` are this sensor's alone. At least one finding, and none that is a fault where the
    sensor can time a lap.
    """
    if not edges:
        return (_nothing_seen(wiring, is_broken),)
    pulses = pulses_of(edges)
    findings = [_rest(wiring, was_broken=was_broken, is_broken=is_broken)]
    if not pulses and not (was_broken or is_broken):
        findings.append(_fault("The beam was never seen to close again; wave once more."))
    if pulses:
        findings.append(_width(wiring, pulses))
    if len(edges) > WAVE_EDGES_MAX:
        span_ns = max(1, edges[-1].mono_ns - edges[0].mono_ns)
        rate_hz = (len(edges) - 1) * _NS_PER_S // span_ns
        findings.append(
            _fault(
                f"{len(edges)} edges in one wave ({rate_hz} a second): check for a loose wire, a "
                "missing ground, or sunlight and lamps on the receiver."
            )
        )
    seen = [each for each in findings if each is not None]
    return tuple(seen) or (Finding("The beam was broken and closed again.", is_fault=False),)


def _fault(sentence: str) -> Finding:
    return Finding(sentence, is_fault=True)


def _nothing_seen(wiring: SensorWiring, is_broken: bool) -> Finding:
    if is_broken:
        return _fault(
            f"GPIO {wiring.pin} says 'broken' all the time: align transmitter and receiver, check "
            "the transmitter's supply, or set is_inverted where the output is the other way round."
        )
    return _fault(
        f"No edge on GPIO {wiring.pin}: check that OUT is on that pin, GND on a ground pin and VCC "
        "on 3.3 V, and that the hand crosses the beam."
    )


def _rest(wiring: SensorWiring, *, was_broken: bool, is_broken: bool) -> Finding | None:
    if not (was_broken and is_broken):
        return None
    return _fault(
        f"GPIO {wiring.pin} says 'broken' at rest and 'clear' for the hand: set is_inverted for "
        f"sensor '{wiring.sensor}' of gate '{wiring.gate}'."
    )


def _width(wiring: SensorWiring, pulses: Sequence[Pulse]) -> Finding:
    widest_ns = max(pulse.width_ns for pulse in pulses)
    widest_ms = widest_ns / _NS_PER_MS
    if widest_ns < GLITCH_NS:
        return _fault(
            f"The longest pulse is {widest_ms:.3f} ms, too short for a hand: check the wiring for "
            "a loose contact."
        )
    least_ms = wiring.profile.pulse_min_ns / _NS_PER_MS
    if widest_ns < wiring.profile.pulse_min_ns:
        return _fault(
            f"The longest pulse is {widest_ms:.1f} ms, but a {wiring.profile.name} gives at least "
            f"{least_ms:.1f} ms: name the sensor's own profile."
        )
    return Finding(f"Broken for {widest_ms:.1f} ms: that can time a lap.", is_fault=False)
