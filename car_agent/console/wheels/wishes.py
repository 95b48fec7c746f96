"""What a console may ask of the agent, each to the part that does it."""

from dataclasses import dataclass
from typing import assert_never

from car_agent.console.talk import (
    ByHand,
    Calibrate,
    CalibrationWord,
    DriveAlone,
    EmergencyStop,
    EndCalibration,
    GoOn,
    Hold,
    LetGo,
    LoadModel,
    Look,
    RefusalCode,
    ReleaseStop,
    StopAlone,
    Wish,
)
from car_agent.console.wheels.bench import ConsoleBench
from car_agent.console.wheels.choosing import ModelChoice
from car_agent.console.wheels.hand import HandOnWheels
from car_agent.console.wheels.solo import SoloDrive


@dataclass(frozen=True, slots=True)
class Wishes:
    """The parts that a console reaches."""

    hand: HandOnWheels
    solo: SoloDrive
    bench: ConsoleBench
    choice: ModelChoice

    def do(self, wish: Wish) -> RefusalCode | None:  # noqa: C901, PLR0912 - one line for each wish
        """Carry a wish out; return why not."""
        match wish:
            case Look():
                pass
            case ByHand():
                return self.hand.drive(wish)
            case LetGo():
                self.hand.let_go(wish.press)
            case DriveAlone():
                return self.solo.drive(wish)
            case StopAlone():
                self.solo.stop(wish.press)
            case Calibrate():
                return self.bench.do(wish)
            case EndCalibration():
                self.bench.end(wish.press)
            case LoadModel():
                return self.choice.load(wish.key)
            case Hold():
                self.hand.hold()
            case GoOn():
                self.hand.go_on()
            case EmergencyStop():
                self.hand.e_stop(wish.reason)
            case ReleaseStop():
                return self.hand.release_here(wish.who)
            case _:
                assert_never(wish)
        return None

    def let_go(self, press: str) -> None:
        """End what that press holds, whatever it is: its console is gone."""
        self.solo.stop(press)
        self.bench.end(press)
        self.hand.let_go(press)

    def calibration(self, wish: Wish) -> CalibrationWord | None:
        """Return where the calibration of a wish is; None for another wish."""
        return self.bench.word(wish.press) if isinstance(wish, Calibrate) else None
