"""What the car knows of its own driving: counted while it drives, told once a second."""

import math
import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from car_agent.blackbox.steps import Step
from car_agent.driving.health import LoopHealth
from car_agent.driving.jpeg import encode_jpeg
from car_agent.driving.policy import NEUTRAL, Decision
from hardware.actuators.command import CarReading
from hardware.cameras.frames import Frame
from timing_server.contract.blackbox.rows import RunFigures
from timing_server.contract.machines.devices import ActionSample, CarTelemetry

#: How many inferences the percentiles look back on: about 17 s at 15 Hz.
RING_SIZE = 256

#: How many arrivals the frame rate is taken from.
RATE_FRAMES = 31

#: What is told of the actions since the last report: ten or so of its second.
ACTIONS_SPAN_NS = 1_000_000_000
ACTIONS_TOLD = 12

#: How long commands live where nothing else is said.
COMMAND_TTL_NS = 1_000_000_000

#: No frame for this long means a rate of zero.
RATE_PATIENCE_NS = 2_000_000_000

VIEW_WIDTH_PX = 160
VIEW_HEIGHT_PX = 120
VIEW_QUALITY = 70

_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that other parts of the car keep, and what its sensors say."""

    dropped_frames: int
    stale_commands: int
    reading: CarReading
    is_camera_gone: bool = False
    device_resets: int = 0


class Witness(Protocol):
    """Who keeps all that is driven, and how the run goes (``car_agent.blackbox``)."""

    def see(self, frame: Frame) -> None:
        """Keep a picture; never waits."""

    def note(self, step: Step) -> None:
        """Keep a decision; never waits."""

    @property
    def figures(self) -> RunFigures | None:
        """How the car's run goes, or the last one went."""


class DriveRecord:
    """Written by the drive loop, read by the uplink's thread; a lock keeps the two apart."""

    def __init__(self, model_sha256: str | None, health: LoopHealth | None = None) -> None:
        self._model_sha256 = model_sha256
        self.health = health or LoopHealth(COMMAND_TTL_NS)
        self._lock = threading.Lock()
        self._inference_ns: deque[int] = deque(maxlen=RING_SIZE)
        self._arrivals_ns: deque[int] = deque(maxlen=RATE_FRAMES)
        self._frames = 0
        self._late_frames = 0
        self._frame_age_ns = 0
        self._decision = NEUTRAL
        self._decisions: deque[tuple[int, Decision]] = deque(maxlen=RING_SIZE)
        self._is_driving = False
        self._shows_view = False
        self._newest: Frame | None = None
        #: Put there before the loop begins; None keeps nothing.
        self.witness: Witness | None = None

    @property
    def frames(self) -> int:
        """How many frames reached the drive loop."""
        return self._frames

    @property
    def late_frames(self) -> int:
        """How many of them were too old to drive by."""
        return self._late_frames

    def note_step(self, step: Step) -> None:
        """Hand a decision to whoever keeps them all."""
        if self.witness is not None:
            self.witness.note(step)

    def note_model(self, model_sha256: str) -> None:
        """Note that another model was loaded; what the one before took counts no more."""
        with self._lock:
            self._model_sha256 = model_sha256
            self._inference_ns.clear()

    def note_frame(self, frame: Frame, now_ns: int) -> None:
        """Count a frame that reached the drive loop at ``now_ns``."""
        with self._lock:
            self._frames += 1
            self._arrivals_ns.append(now_ns)
            self._newest = frame
        if self.witness is not None:
            self.witness.see(frame)

    def note_late_frame(self) -> None:
        """Count a frame that was too old to drive by: the car is not driving now."""
        with self._lock:
            self._late_frames += 1
            self._is_driving = False
            self._decision = NEUTRAL

    def note_drive(self, decision: Decision, inference_ns: int, frame_age_ns: int) -> None:
        """Keep one step of driving; the age is the frame's when its command went out."""
        with self._lock:
            self._is_driving = True
            self._decision = decision
            if self._arrivals_ns:
                self._decisions.append((self._arrivals_ns[-1], decision))
            self._inference_ns.append(inference_ns)
            self._frame_age_ns = frame_age_ns

    def note_halt(self) -> None:
        """Note that the car doesn't drive: stopped, or no usable frame."""
        with self._lock:
            self._is_driving = False
            self._decision = NEUTRAL

    def show_view(self, is_wanted: bool) -> None:
        """Say whether people want to see the camera's picture now."""
        self._shows_view = is_wanted

    def view(self) -> Frame | None:
        """Return the newest frame where people want to see it."""
        return self._newest if self._shows_view else None

    def newest(self) -> Frame | None:
        """Return the newest frame, whoever wants to see it."""
        return self._newest

    def report(self, tally: Tally, now_ns: int) -> CarTelemetry:
        """Return the message for the server. A lost frame counts as dropped, and so a late one."""
        self.health.note_resets(tally.device_resets, now_ns)
        with self._lock:
            inference_ms = sorted(duration_ns / _NS_PER_MS for duration_ns in self._inference_ns)
            is_driving = self._is_driving and self._is_command_alive(now_ns)
            decision = self._decision if is_driving else NEUTRAL
            frame_rate_hz = rate_hz(self._arrivals_ns, now_ns)
            return CarTelemetry(
                is_driving=is_driving,
                model_sha256=self._model_sha256,
                frame_rate_hz=frame_rate_hz,
                frames=self._frames,
                dropped_frames=tally.dropped_frames + self._late_frames,
                stale_commands=tally.stale_commands,
                frame_age_ms=max(0, self._frame_age_ns) / _NS_PER_MS,
                inference_p50_ms=percentile(inference_ms, 0.50),
                inference_p95_ms=percentile(inference_ms, 0.95),
                steering_frac=decision.steering_frac,
                throttle_frac=decision.throttle_frac,
                speed_mps=tally.reading.speed_mps,
                battery_frac=tally.reading.battery_frac,
                # Loading a model runs it on test pictures: none is here that wasn't tried.
                is_warm=self._model_sha256 is not None,
                troubles=self.health.troubles(
                    now_ns, frame_rate_hz, is_camera_gone=tally.is_camera_gone
                ),
                run=None if self.witness is None else self.witness.figures,
                actions=action_samples(self._decisions, now_ns),
            )

    def _is_command_alive(self, now_ns: int) -> bool:
        """Say whether the last command can still move the car.

        A loop that waits for a picture or hangs in the model can't take back that it drives.
        """
        if self.health.is_hung(now_ns) or not self._arrivals_ns:
            return False
        return now_ns - self._arrivals_ns[-1] <= self.health.command_ttl_ns


def action_samples(
    decisions: Collection[tuple[int, Decision]], now_ns: int
) -> tuple[ActionSample, ...]:
    """Return a few of the last second's decisions, evenly, the newest among them."""
    newest = [each for each in decisions if 0 <= now_ns - each[0] <= ACTIONS_SPAN_NS]
    stride = -(-len(newest) // ACTIONS_TOLD) or 1
    return tuple(
        ActionSample(
            age_ms=(now_ns - at_ns) // _NS_PER_MS,
            steering_frac=round(decision.steering_frac, 2),
            throttle_frac=round(decision.throttle_frac, 2),
        )
        for at_ns, decision in newest[::-1][::stride][::-1]
    )


def rate_hz(arrivals_ns: Collection[int], now_ns: int) -> float:
    """Return the mean rate of the arrivals, oldest first; 0 where they are few or long ago."""
    instants = list(arrivals_ns)
    if len(instants) < 2 or now_ns - instants[-1] > RATE_PATIENCE_NS:
        return 0.0
    span_ns = instants[-1] - instants[0]
    return min(1000.0, (len(instants) - 1) * _NS_PER_S / span_ns) if span_ns > 0 else 0.0


def percentile(ordered: list[float], frac: float) -> float:
    """Return the nearest-rank percentile of ascending values; 0 where there are none."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(frac * len(ordered)) - 1)]


def encode_view(frame: Frame) -> bytes:
    """Return the frame as a small grey JPEG, at most 160×120, its aspect kept."""
    pixels = frame.pixels
    is_colour = pixels.ndim == 3 and pixels.shape[2] == 3
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint8) if is_colour else pixels
    return encode_jpeg(grey, VIEW_QUALITY, VIEW_WIDTH_PX, VIEW_HEIGHT_PX)
