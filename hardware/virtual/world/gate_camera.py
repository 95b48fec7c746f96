"""What a camera above the line sees: cars with marks on their roofs, blurred, dim or in glare.

The view is from straight above; the line lies across the picture's middle and cars drive upwards.
Every picture follows from the scene and its seed alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
import numpy.typing as npt

from hardware.camera_gate.line import Line
from hardware.camera_gate.reading.dictionaries import MarkSet, mark_picture
from hardware.cameras.frames import Frame, Pixels

_NS_PER_S = 1_000_000_000
#: Cars are drawn this much finer than the picture, so that they stand between pixels.
_FINER = 2
_MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class GateView:
    """The camera's make: how much it sees, how often, and how long each row takes in light."""

    width_px: int = 640
    height_px: int = 480
    width_mm: float = 1200.0
    frame_rate_hz: float = 60.0
    exposure_ns: int = 1_000_000
    readout_ns: int = 10_000_000

    @property
    def px_per_mm(self) -> float:
        """The picture's scale."""
        return self.width_px / self.width_mm

    @property
    def line(self) -> Line:
        """The line as it would be calibrated."""
        middle = self.height_px / 2
        return Line((0.0, middle), (float(self.width_px), middle), self.width_mm)


@dataclass(frozen=True, slots=True)
class GateCar:
    """A car that drives straight over the line, its nose breaking the beam at ``nose_ns``.

    ``lead_mm``: how far behind the nose its mark's middle is; ``mark`` None is a bare roof.
    """

    mark: int | None
    nose_ns: int
    along_mm: float
    speed_mps: float
    acceleration_mps2: float = 0.0
    lead_mm: float = 100.0
    length_mm: float = 300.0
    width_mm: float = 190.0
    mark_mm: float = 90.0
    body: int = 70

    def nose_mm(self, mono_ns: int) -> float:
        """How far the nose is ahead of the line."""
        gone_s = (mono_ns - self.nose_ns) / _NS_PER_S
        return 1000 * (self.speed_mps * gone_s + self.acceleration_mps2 * gone_s**2 / 2)


@dataclass(frozen=True, slots=True)
class GateLight:
    """``gain`` 1 is a lit hall; ``glare`` whitens a patch of ``glare_mm``; noise in grey levels."""

    gain: float = 1.0
    noise: float = 2.0
    glare: float = 0.0
    glare_at: tuple[float, float] = (0.5, 0.5)
    glare_mm: float = 150.0


class GateCamera:
    """Renders pictures of one scene."""

    def __init__(self, view: GateView, marks: MarkSet, light: GateLight, seed: int) -> None:
        self._view = view
        self._marks = marks
        self._light = light
        self._chance = np.random.default_rng(seed)
        self._ground = self._paint_ground()
        self._glare = self._paint_glare()
        self._sprites: dict[GateCar, Pixels] = {}

    def frames(self, cars: Sequence[GateCar], from_ns: int, to_ns: int) -> Iterator[Frame]:
        """Yield the pictures between two instants."""
        period_ns = int(_NS_PER_S / self._view.frame_rate_hz)
        for seq, mono_ns in enumerate(range(from_ns, to_ns, period_ns), start=1):
            yield Frame(self.picture(cars, mono_ns), mono_ns, seq)

    def picture(self, cars: Sequence[GateCar], mono_ns: int) -> Pixels:
        """Return what is stamped with the instant at which the first row ends its light."""
        picture = self._ground.copy()
        for car in cars:
            self._draw(picture, car, mono_ns)
        lit = picture * self._light.gain + self._glare
        grain = self._chance.standard_normal(lit.shape, dtype=np.float32)
        lit += grain * np.float32(self._light.noise)
        return np.asarray(np.clip(np.rint(lit), 0, 255), dtype=np.uint8)

    def _draw(self, picture: npt.NDArray[np.float32], car: GateCar, mono_ns: int) -> None:
        view = self._view
        # The rows of the car are read later than the first: its row says by how much.
        row = view.height_px / 2 - car.nose_mm(mono_ns) * view.px_per_mm
        light_ns = mono_ns + int(min(1.0, max(0.0, row / view.height_px)) * view.readout_ns)
        start_mm, end_mm = car.nose_mm(light_ns - view.exposure_ns), car.nose_mm(light_ns)
        steps = min(_MOST_STEPS, max(1, ceil(abs(end_mm - start_mm) * view.px_per_mm)))
        sprite = self._sprite(car)
        part = self._part(picture, sprite, (start_mm, end_mm), car)
        if part is None:
            return
        (left, top), patch = part
        blurred, cover = np.zeros_like(patch), np.zeros_like(patch)
        for step in range(steps):
            nose_mm = start_mm + (end_mm - start_mm) * (step + 0.5) / steps
            shift = self._placement(car, nose_mm) - np.array([[0, 0, left], [0, 0, top]])
            size = (patch.shape[1], patch.shape[0])
            body = cv2.warpAffine(sprite, shift, size, flags=cv2.INTER_AREA)
            mask = cv2.warpAffine(np.full_like(sprite, 255), shift, size, flags=cv2.INTER_AREA)
            blurred += body.astype(np.float32) / steps
            cover += mask.astype(np.float32) / 255 / steps
        patch *= 1 - cover
        patch += blurred

    def _part(
        self,
        picture: npt.NDArray[np.float32],
        sprite: Pixels,
        noses_mm: tuple[float, float],
        car: GateCar,
    ) -> tuple[tuple[int, int], npt.NDArray[np.float32]] | None:
        """Return the rectangle of the picture that the car touches, and where it begins."""
        ends = [self._placement(car, nose_mm)[:, 2] for nose_mm in noses_mm]
        left, top = (max(0, int(min(end[axis] for end in ends)) - 1) for axis in (0, 1))
        right = int(max(end[0] for end in ends) + sprite.shape[1] / _FINER) + 2
        bottom = int(max(end[1] for end in ends) + sprite.shape[0] / _FINER) + 2
        patch = picture[top : max(top, bottom), left : max(left, right)]
        return None if patch.size == 0 else ((left, top), patch)

    def _placement(self, car: GateCar, nose_mm: float) -> npt.NDArray[np.float64]:
        k = self._view.px_per_mm
        left = (car.along_mm - car.width_mm / 2) * k
        top = self._view.height_px / 2 - nose_mm * k
        return np.array([[1 / _FINER, 0, left], [0, 1 / _FINER, top]])

    def _sprite(self, car: GateCar) -> Pixels:
        if car not in self._sprites:
            k = self._view.px_per_mm * _FINER
            body = np.full((round(car.length_mm * k), round(car.width_mm * k)), car.body, np.uint8)
            body[: max(1, round(15 * k))] = 40
            if car.mark is not None:
                self._stick_mark(body, car, k)
            self._sprites[car] = body
        return self._sprites[car]

    def _stick_mark(self, body: Pixels, car: GateCar, k: float) -> None:
        side = round(car.mark_mm * k)
        rim = max(2, side // self._marks.cells)
        sheet = np.full((side + 2 * rim, side + 2 * rim), 235, np.uint8)
        ink = np.maximum(mark_picture(self._marks, car.mark or 0, side), 20)
        sheet[rim:-rim, rim:-rim] = np.minimum(ink, 235)
        top = round(car.lead_mm * k) - sheet.shape[0] // 2
        left = (body.shape[1] - sheet.shape[1]) // 2
        body[top : top + sheet.shape[0], left : left + sheet.shape[1]] = sheet

    def _paint_ground(self) -> npt.NDArray[np.float32]:
        height_px, width_px = self._view.height_px, self._view.width_px
        ground = np.full((height_px, width_px), 120, np.float32)
        coarse = self._chance.normal(0, 6, (height_px // 16, width_px // 16)).astype(np.float32)
        ground += cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_LINEAR)
        middle = height_px // 2
        ground[middle - 3 : middle + 3] = 200
        return ground

    def _paint_glare(self) -> npt.NDArray[np.float32]:
        height_px, width_px = self._view.height_px, self._view.width_px
        rows, columns = np.mgrid[0:height_px, 0:width_px].astype(np.float32)
        across, down = self._light.glare_at
        apart = (columns - across * width_px) ** 2 + (rows - down * height_px) ** 2
        sigma_px = self._light.glare_mm * self._view.px_per_mm
        glare = 255 * self._light.glare * np.exp(-apart / (2 * sigma_px**2))
        return np.asarray(glare, dtype=np.float32)
