"""The calibration at a terminal: asks, shows, takes what the person types, saves."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from hardware.actuators.errors import ActuatorNameError
from hardware.actuators.pulses import calibration_of
from hardware.actuators.registry import holds_last_pulse
from hardware.calibration.bench import CalibrationBench
from hardware.calibration.file import save_calibration
from hardware.calibration.session import CalibrationSession, Step
from hardware.guard.client import GuardClient
from hardware.guard.settings import GuardRequest

Say = Callable[[str], None]
Ask = Callable[[str], str]

_NS_PER_US = 1000
_SMALL_US, _LARGE_US = 10, 50

_HELP = (
    f"  + and - move the pulse by {_SMALL_US} µs, ++ and -- by {_LARGE_US} µs, +35 by 35 µs; "
    "f turns the direction round;\n"
    "  Enter goes on, b goes back, q ends without saving."
)
_QUESTIONS: dict[Step, str] = {
    "steering_mid": "Steering, middle: move it until the front wheels point straight ahead.",
    "steering_left": "Steering, full left: as far as the wheels turn without the servo humming.",
    "steering_right": "Steering, full right: likewise. If the wheels point left, type f.",
    "throttle_neutral": "Throttle, neutral: move it until the wheels stand still and nothing hums.",
    "throttle_forward": (
        "Throttle, full forward: each + or - lets the wheels spin for a second, at full speed. If "
        "they turn backwards, type f."
    ),
    "throttle_backward": "Throttle, full backward: likewise.",
}


def guide_calibration(request: GuardRequest, path: Path, say: Say, ask: Ask) -> bool:
    """Lead a person through; return whether the calibration was saved to ``path``.

    Raises ActuatorNameError where these actuators have no pulses, GuardRefusedError where the guard
    can't have them, CalibrationError where the result can't be saved.
    """
    if not holds_last_pulse(request.actuators):
        raise ActuatorNameError(
            f"Actuators '{request.actuators}' have no pulses to calibrate: say which with "
            "--actuators pwm, pca9685 or gpiozero, or in paddock.toml."
        )
    say("Put the car on a stand: all wheels off the ground, nothing near them.")
    if ask("Type 'up' once they are:").strip().lower() != "up":
        say("Nothing was moved.")
        return False
    with closing(GuardClient(request)) as guard:
        guard.start()
        bench = CalibrationBench(guard, calibration_of(request.wheels.calibration))
        bench.start()
        is_done = False
        try:
            is_done = _lead(bench, say, ask)
        finally:
            bench.close(is_kept=is_done)
    if is_done:
        save_calibration(bench.session.calibration, path)
        say(f"Saved to {path}; the next 'paddock car' uses it.")
    else:
        say("Nothing was saved.")
    return is_done


def _lead(bench: CalibrationBench, say: Say, ask: Ask) -> bool:
    """Go through the steps; False where the person ended it."""
    say(_HELP)
    bench.change(CalibrationSession.confirmed)
    told: Step | None = None
    while not bench.session.is_done:
        session = bench.session
        if session.step != told:
            told = session.step
            say(f"\n{_QUESTIONS.get(session.step, 'Wheels off the ground?')}")
        pulse_ns = session.pulse_ns()
        now = "" if pulse_ns is None else f"[{pulse_ns // _NS_PER_US} µs]"
        typed = ask(now).strip().lower()
        if typed == "q":
            return False
        act = _meant(typed)
        if act is None:
            say(_HELP)
            continue
        bench.change(act)
    return True


def _meant(typed: str) -> Callable[[CalibrationSession], CalibrationSession] | None:
    """Return what somebody means; None where it isn't understood."""
    if typed in {"", "f", "b"}:
        return {
            "": CalibrationSession.confirmed,
            "f": CalibrationSession.flipped,
            "b": CalibrationSession.back,
        }[typed]
    steps_us = {"+": _SMALL_US, "-": -_SMALL_US, "++": _LARGE_US, "--": -_LARGE_US}
    by_us = steps_us.get(typed)
    if by_us is None and typed[0] in "+-" and typed[1:].isascii() and typed[1:].isdigit():
        by_us = int(typed[:6])
    if by_us is None:
        return None
    by_ns = by_us * _NS_PER_US
    return lambda session: session.nudged(by_ns)
