"""What a black box's record tells of a car's camera and of how late its commands come."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from car_agent.errors import RecordTroubleError
from timing_server.contract.blackbox.reading import Picture, open_record
from timing_server.contract.blackbox.rows import Drive, Wheels
from timing_server.contract.machines.measured import MeasuredLatency

Grey = npt.NDArray[np.float32]

#: So many pictures of the standing car are averaged, the last before it goes.
MOST_STANDING = 24
#: Compared in this width: finer than what models see, coarse enough for JPEG to matter little.
WIDTH_PX = 160
_LEAST_COMMANDS = 20
_NS_PER_S = 1e9


@dataclass(frozen=True, slots=True)
class Seen:
    """``standing``: the mean of ``pictures`` pictures from the grid, in grey levels.

    ``noise``: the deviation from one to the next, in the record's own size.
    """

    standing: Grey
    pictures: int
    noise: float
    latency: MeasuredLatency | None


def read_seen(path: Path) -> Seen:
    """Read a record. Raises RecordTroubleError where it doesn't begin with a standing car.

    Raises RecordDamagedError where the file is no record at all.
    """
    standing: list[npt.NDArray[np.uint8]] = []
    wheels: list[Wheels] = []
    went_ns: int | None = None
    try:
        with path.open("rb") as file:
            for each in open_record(file)[1]:
                if isinstance(each, Picture):
                    grey = _decoded(each.jpeg)
                    if grey is not None and (went_ns is None or each.mono_ns <= went_ns):
                        standing = [*standing, grey][-MOST_STANDING:]
                elif isinstance(each.row, Wheels):
                    wheels.append(each.row)
                elif isinstance(each.row, Drive) and each.row.is_taken and went_ns is None:
                    went_ns = each.row.capture_mono_ns
    except OSError as error:
        raise RecordTroubleError(f"{path} can't be read ({error.strerror}).") from error
    if not standing:
        raise RecordTroubleError(
            f"{path.name} holds no picture of a car that stands on the grid: it needs a heat that "
            "was armed before it began."
        )
    stack = np.stack([each for each in standing if each.shape == standing[-1].shape])
    mean = stack.mean(axis=0)
    noise = float(np.median(stack.std(axis=0, ddof=1))) if len(stack) > 2 else 0.0
    return Seen(_small(mean), len(stack), noise, latency_of(wheels))


def latency_of(wheels: Sequence[Wheels]) -> MeasuredLatency | None:
    """Return how late commands reached the wheels; None where there are too few to tell."""
    if len(wheels) < _LEAST_COMMANDS:
        return None
    late_s = np.array([row.latency_us for row in wheels]) / 1e6
    low_s, middle_s, high_s = np.quantile(late_s, (0.05, 0.5, 0.95))
    captures_ns = np.unique([row.capture_mono_ns for row in wheels])
    period_ns = float(np.median(np.diff(captures_ns)))
    expected = round(float(captures_ns[-1] - captures_ns[0]) / max(1.0, period_ns)) + 1
    return MeasuredLatency(
        latency_s=round(min(2.0, float(middle_s)), 4),
        # Of a spread that is even, nine tenths lie between these two.
        jitter_s=round(min(2.0, float(high_s - low_s) / 1.8), 4),
        loss_frac=round(max(0.0, 1.0 - len(captures_ns) / expected), 4),
        commands=len(wheels),
    )


def _decoded(jpeg: bytes) -> npt.NDArray[np.uint8] | None:
    decoded = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if decoded is None else np.asarray(decoded, dtype=np.uint8)


def _small(grey: npt.NDArray[np.generic]) -> Grey:
    height_px = round(WIDTH_PX * grey.shape[0] / grey.shape[1])
    made = cv2.resize(grey.astype(np.float32), (WIDTH_PX, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(made, dtype=np.float32)
