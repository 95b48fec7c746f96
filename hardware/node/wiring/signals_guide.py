"""Leads a person through lamps, buzzer and buttons: see them lit, press them, hear of faults."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from hardware.gates.edges import Edge
from hardware.gates.errors import PinError
from hardware.gates.pins import GatePins, PinSource, SensorWiring
from hardware.node.wiring.guide import QUIET_S, Say, Waves
from hardware.node.wiring.judgement import Finding
from hardware.signals.buttons import button_wirings
from hardware.signals.lamps import StartLamps
from hardware.signals.settings import ButtonSettings, StartLightsSettings

#: How long each lamp is lit and the buzzer sounds.
LIT_S = 0.5
_NS_PER_MS = 1_000_000
#: What a finger can't do: contacts that bounce give a few edges, a loose wire many.
PRESS_EDGES_MAX = 20

Sleep = Callable[[float], None]


def check_lamps(
    settings: StartLightsSettings, factory: Any, say: Say, sleep: Sleep = time.sleep
) -> bool:
    """Light each lamp by itself and sound the buzzer; return whether a pin has a fault.

    No pin tells whether a lamp is lit: that the person sees.
    """
    try:
        lamps = StartLamps(factory, settings)
    except PinError as error:
        say(f"\n  FAULT: {error}")
        return True
    say("\nStart lights: each comes on by itself for half a second.")
    with closing(lamps):
        for name, pin in settings.pins().items():
            say(f"  {name} (GPIO {pin})")
            with lamps.switched_on(name):
                sleep(LIT_S)
    say(
        "  If one stayed dark: check its wire, the driver's supply and ground. If all are lit but "
        "the named one, set is_active_low the other way."
    )
    return False


class ButtonGuide:
    """Checks buttons one after the other; nothing is journaled or sent."""

    def __init__(
        self, source: PinSource, buttons: Sequence[ButtonSettings], say: Say, patience_s: float
    ) -> None:
        """Open the pins. Raises PinError where one can't be opened."""
        self._wired = tuple(zip(buttons, button_wirings(buttons), strict=True))
        self._say = say
        self._waves = Waves(patience_s)
        self._patience_s = patience_s
        self._pins = GatePins(source, [wiring for _, wiring in self._wired], self._waves.take)

    def close(self) -> None:
        """Stop listening."""
        self._pins.close()

    def run(self, quiet_s: float = QUIET_S) -> int:
        """Check every button; return how many have a fault."""
        return sum(self._check(button, wiring, quiet_s) for button, wiring in self._wired)

    def _check(self, button: ButtonSettings, wiring: SensorWiring, quiet_s: float) -> bool:
        contact = "normally closed" if button.is_inverted else "normally open"
        self._say(
            f"\nButton '{button.button}' ({button.role} on GPIO {button.pin}, set as {contact}): "
            f"press button '{button.button}' and let it go, within {self._patience_s:.0f} s."
        )
        was_pressed = wiring in self._pins.broken()
        seen = self._waves.wave(quiet_s)
        own = [edge for edge in seen if edge.gate == wiring.gate]
        self._show(own, wiring)
        others = sorted({edge.gate for edge in seen} - {wiring.gate})
        is_pressed = wiring in self._pins.broken()
        finding = judge_press(button, own, others, was_pressed=was_pressed, is_pressed=is_pressed)
        self._say(f"  {'FAULT: ' if finding.is_fault else 'ok: '}{finding.sentence}")
        return finding.is_fault

    def _show(self, edges: Sequence[Edge], wiring: SensorWiring) -> None:
        for edge in edges[:PRESS_EDGES_MAX]:
            after_ms = (edge.mono_ns - edges[0].mono_ns) / _NS_PER_MS
            word = "pressed" if edge.level else "let go"
            is_high = edge.level == wiring.profile.broken_pin_level
            self._say(f"  {after_ms:10.3f} ms  pin {'high' if is_high else 'low'}: {word}")


def judge_press(
    button: ButtonSettings,
    edges: Sequence[Edge],
    others: Sequence[str],
    *,
    was_pressed: bool,
    is_pressed: bool,
) -> Finding:
    """Return what one press showed; ``edges`` are this button's, ``others`` those that answered."""
    pin = button.pin
    if was_pressed:
        return _fault(_pressed_before(button, is_answering=bool(edges)))
    if not edges and others:
        names = ", ".join(each.partition(":")[2] for each in others)
        return _fault(f"'{names}' answered instead: the two are swapped, at the pins or in [node].")
    if not edges:
        return _fault(
            f"No edge on GPIO {pin}: check that one side of the contact is on that pin, and the "
            "other on a ground pin."
        )
    if len(edges) > PRESS_EDGES_MAX:
        return _fault(f"{len(edges)} edges in one press: check for a loose wire or contact.")
    if is_pressed and button.role != "e_stop":
        return _fault(f"GPIO {pin} still says 'pressed': the contact sticks, or it wasn't let go.")
    return Finding("It is heard.", is_fault=False)


def _pressed_before(button: ButtonSettings, *, is_answering: bool) -> str:
    if is_answering:
        other_way = "false" if button.is_inverted else "true"
        return (
            "It was pressed before you touched it, and let go by your finger: set is_inverted = "
            f"{other_way} for button '{button.button}'."
        )
    cause = (
        "its wire is open, or the contact is a normally open one"
        if button.is_inverted
        else "the contact is closed or its wire touches ground"
    )
    return (
        f"GPIO {button.pin} says 'pressed' all the time: {cause}; a latching one must be turned "
        "back."
    )


def _fault(sentence: str) -> Finding:
    return Finding(sentence, is_fault=True)
