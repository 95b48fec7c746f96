"""Writes docs/images/wiring/*.svg. Run by ``make docs``; a test fails when one is out of date."""

from collections.abc import Callable
from pathlib import Path

from docs.draw import extras, sensors, signals
from docs.draw.sheet import Sheet

WIRING_DIR = Path(__file__).parents[1] / "images" / "wiring"

PICTURES: dict[str, Callable[[], Sheet]] = {
    "beam-break": sensors.beam_break,
    "ir-reflective": sensors.ir_reflective,
    "reed": sensors.reed,
    "hall": sensors.hall,
    "pressure-strip": sensors.pressure_strip,
    "trip-switch": sensors.trip_switch,
    "two-sensors": extras.two_sensors,
    "divider": extras.divider,
    "barrier-npn": extras.barrier_npn,
    "barrier-pnp": extras.barrier_pnp,
    "loopback": extras.loopback,
    "lights": signals.lights,
}


def write_wiring() -> None:
    """Write every picture."""
    WIRING_DIR.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        (WIRING_DIR / f"{name}.svg").write_text(draw().svg(), encoding="utf-8")
