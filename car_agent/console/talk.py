"""What the car's console and its agent say to each other, over a local socket of packets.

The console asks, the agent answers each question once. All instants are of ``time.monotonic_ns``,
which both processes share.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from car_agent.console.errors import ConsoleTalkError
from hardware.calibration.session import Step
from timing_server.contract.base import Message, MonoNs

MAX_PACKET_BYTES = 160 * 1024

#: Why something wasn't done; each is a ``problem.car_…`` of the page's catalogues.
RefusalCode = Literal[
    "car_race_control_drives",
    "car_emergency_stop",
    "car_race_control_stopped",
    "car_held",
    "car_let_go",
    "car_another_hand",
    "car_model_drives",
    "car_calibrating",
    "car_start_anew",
    "car_no_model",
    "car_model_loading",
    "car_no_such_model",
    "car_race_control_loads",
    "car_no_pulses",
    "car_calibration_file",
    "car_link_too_slow",
    "car_guard_away",
]

CalibrationAct = Literal["begin", "stay", "nudge", "flip", "confirm", "back"]
Frac = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
ModelKey = Annotated[str, Field(min_length=1, max_length=300)]
Percent = Annotated[int, Field(ge=1, le=100)]
Press = Annotated[str, Field(pattern=r"^[0-9a-f]{8,48}$")]
Reason = Annotated[str, Field(min_length=1, max_length=200)]


class Look(Message):
    """How is the car, and what does it see?"""

    kind: Literal["look"] = "look"
    wants_picture: bool = False


class ByHand(Message):
    """Drive like this. ``press`` is one holding of the button, ``tick_mono_ns`` what it answers.

    A tick is the instant of an earlier answer of the agent's, so that a command is as old as what
    the person's screen had heard of the car, however long it lay in the network's buffers.
    """

    kind: Literal["by_hand"] = "by_hand"
    press: Press
    tick_mono_ns: MonoNs
    steering_frac: Frac
    throttle_frac: Frac


class LetGo(Message):
    """The button was let go."""

    kind: Literal["let_go"] = "let_go"
    press: Press


class DriveAlone(Message):
    """Let the car's model drive, or go on; ``press`` and ``tick_mono_ns`` as in ``ByHand``.

    ``speed_percent`` multiplies every throttle.
    """

    kind: Literal["drive_alone"] = "drive_alone"
    press: Press
    tick_mono_ns: MonoNs
    speed_percent: Percent


class StopAlone(Message):
    """End what that press let off."""

    kind: Literal["stop_alone"] = "stop_alone"
    press: Press


class Calibrate(Message):
    """Begin a calibration, stay in it or do something in it; ``press`` is the whole of it.

    ``begin`` says that all wheels are off the ground. ``by_us`` is how far a nudge goes.
    """

    kind: Literal["calibrate"] = "calibrate"
    press: Press
    tick_mono_ns: MonoNs
    act: CalibrationAct
    by_us: Annotated[int, Field(ge=-200, le=200)] = 0


class EndCalibration(Message):
    """End that calibration without saving."""

    kind: Literal["end_calibration"] = "end_calibration"
    press: Press


class LoadModel(Message):
    """Load a model that lies on the car; ``key`` as ``car_agent.fleet.offered`` names it."""

    kind: Literal["load_model"] = "load_model"
    key: ModelKey


class Hold(Message):
    """Stop, and stand until ``GoOn``, whatever race control wants."""

    kind: Literal["hold"] = "hold"


class GoOn(Message):
    """Drive again where race control lets the car."""

    kind: Literal["go_on"] = "go_on"


class EmergencyStop(Message):
    """Latch the emergency stop."""

    kind: Literal["emergency_stop"] = "emergency_stop"
    reason: Reason


class ReleaseStop(Message):
    """A person wants the emergency stop unlatched."""

    kind: Literal["release_stop"] = "release_stop"
    who: Reason


class GuardWord(Message):
    """What the guard says; see ``hardware.guard.handle.GuardStatus``."""

    device: str
    why_neutral: str | None
    e_stop: str | None
    fault: str | None
    steering_frac: float
    throttle_frac: float


class CalibrationWord(Message):
    """Where a calibration is: see ``hardware.calibration.session``.

    ``pulse_us``: the step's pulse; None where it is about none. ``is_saved``: the last step was
    confirmed, and the file is written.
    """

    press: Press
    step: Step
    pulse_us: float | None
    spins_wheels: bool
    is_saved: bool


class AgentWord(Message):
    """How the agent sees the car. ``why_not``: why its model doesn't drive; None while it may.

    ``is_own_heat``: a heat of this car is under way, and race control alone lets it drive.
    ``is_held``: it was stopped at this console. ``is_by_hand``: a person drives it from here.
    ``model_key``: which of the offered models is loaded; ``loading`` is the file that is on its
    way, ``load_trouble`` why the last one wasn't loaded; each empty for none.
    ``is_alone``: its model was let off from here. ``has_pulses``: its wheels can be calibrated.
    ``is_paired``: it was let into a server, whether that answers or not.
    """

    car_id: str
    model_name: str
    model_sha256: str
    model_key: str | None
    loading: str
    load_trouble: str
    is_driving: bool
    why_not: str | None
    is_own_heat: bool
    is_held: bool
    is_by_hand: bool
    is_alone: bool
    has_pulses: bool
    is_paired: bool
    frame_rate_hz: float
    is_camera_gone: bool
    battery_frac: float | None
    guard: GuardWord


class Answer(Message):
    """The agent's answer; ``picture_bytes`` of a JPEG follow in a packet of their own, 0 for none.

    ``refusal`` says why the wish wasn't done; ``tick_mono_ns`` is the instant of this answer.
    """

    tick_mono_ns: MonoNs
    refusal: RefusalCode | None = None
    word: AgentWord | None = None
    calibration: CalibrationWord | None = None
    picture_bytes: Annotated[int, Field(ge=0, le=MAX_PACKET_BYTES)] = 0


Wish = Annotated[
    Look
    | ByHand
    | LetGo
    | DriveAlone
    | StopAlone
    | Calibrate
    | EndCalibration
    | LoadModel
    | Hold
    | GoOn
    | EmergencyStop
    | ReleaseStop,
    Field(discriminator="kind"),
]

_WISH: TypeAdapter[Wish] = TypeAdapter(Wish)


def read_wish(packet: bytes) -> Wish:
    """Read a console's packet. Raises ConsoleTalkError where it is no message."""
    try:
        return _WISH.validate_json(packet)
    except ValidationError as error:
        raise ConsoleTalkError("The console said something that is no message.") from error


def read_answer(packet: bytes) -> Answer:
    """Read an agent's packet. Raises ConsoleTalkError where it is no message."""
    try:
        return Answer.model_validate_json(packet)
    except ValidationError as error:
        raise ConsoleTalkError("The agent said something that is no message.") from error
