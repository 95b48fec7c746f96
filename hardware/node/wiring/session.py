"""``paddock node test`` from the settings on: opens the pins, leads, measures, keeps the result."""

from collections.abc import Callable
from contextlib import closing

from hardware.gates.pins import PinSource, SensorWiring
from hardware.node.errors import LoopbackError
from hardware.node.main import LOOPBACK_FILE, locked_folder, open_pins, wirings
from hardware.node.stopping import StopFlag
from hardware.node.wiring.guide import PATIENCE_S, Say, WiringGuide
from hardware.node.wiring.loopback import PULSES, LoopbackTest, line_sentence
from hardware.node.wiring.signals_guide import ButtonGuide, check_lamps
from hardware.settings import NodeSettings

OpenSource = Callable[[], PinSource]


def check_wiring(settings: NodeSettings, say: Say, patience_s: float = PATIENCE_S) -> int:
    """Lead a person through sensors, lamps and buttons; return how many have a fault.

    Raises NodeRunningError while the node itself runs, PinError where a pin can't be opened.
    """
    wired = wirings(settings)
    with (
        locked_folder(settings.data_dir) as folder,
        closing(open_pins(settings, folder, wired, StopFlag())) as source,
    ):
        with closing(WiringGuide(source, wired, say, patience_s)) as guide:
            faulty = guide.run()
        return faulty + _check_signals(settings, source, say, patience_s)


def _check_signals(settings: NodeSettings, source: PinSource, say: Say, patience_s: float) -> int:
    """Lead through lamps, buzzer and buttons, where there are any; return how many have a fault."""
    faulty = 0
    if settings.start_lights is not None:
        faulty += check_lamps(settings.start_lights, source.factory, say)
    if settings.buttons:
        with closing(ButtonGuide(source, settings.buttons, say, patience_s)) as guide:
            pressed = guide.run()
        n = len(settings.buttons)
        verdict = f"{pressed} of {n} buttons need a hand" if pressed else f"All buttons ({n}) work"
        say(f"\n{verdict}.")
        faulty += pressed
    return faulty


def measure_line(
    settings: NodeSettings, output_pin: int, sensor: str | None, say: Say, pulses: int = PULSES
) -> None:
    """Run the loop-back test of one sensor and keep its result for the node's health report.

    ``sensor`` as GATE/SENSOR, None for the first one. Raises LoopbackError with what to do.
    """
    wiring = _chosen(wirings(settings), sensor)
    with (
        locked_folder(settings.data_dir) as folder,
        closing(open_pins(settings, folder, (wiring,), StopFlag())) as source,
        closing(LoopbackTest(source, wiring, output_pin)) as test,
    ):
        say(f"Pulsing GPIO {wiring.pin} from GPIO {output_pin}, {pulses} times …")
        result = test.run(pulses)
        (folder / LOOPBACK_FILE).write_text(result.model_dump_json(), encoding="utf-8")
    say(line_sentence(result))


def _chosen(wired: tuple[SensorWiring, ...], sensor: str | None) -> SensorWiring:
    for wiring in wired:
        if sensor in {None, f"{wiring.gate}/{wiring.sensor}"}:
            return wiring
    names = ", ".join(f"{wiring.gate}/{wiring.sensor}" for wiring in wired)
    raise LoopbackError(f"There is no sensor '{sensor}'; there are {names}.")
