"""What a sensor makes of a picture: brighter, darker, washed out, brighter on one side, noisy."""

from copy import copy
from functools import cached_property
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.world.camera.pose import Light
from hardware.virtual.world.scenery import Image

_NOISE_SIDE = 512


class Exposure:
    """Exposes pictures of one size; ``chance`` drives the noise: same seed, same pictures."""

    def __init__(
        self, width_px: int, height_px: int, chance: np.random.Generator, *, is_grey: bool
    ) -> None:
        self._size_px = (width_px, height_px)
        self._chance = chance
        self._grain = _Grain(width_px, height_px, chance, is_grey=is_grey)

    def apart(self, seed: int) -> Self:
        """Return this sensor again: its noise depends on ``seed`` and on its own pictures alone."""
        own = copy(self)
        own._chance = np.random.default_rng(seed)  # noqa: SLF001 - of this class
        return own

    def expose(self, picture: Image, light: Light) -> Image:
        """Return a new picture as a sensor gives it under that light."""
        levels = np.arange(256, dtype=np.float32) * np.float32(light.gain) + np.float32(light.lift)
        table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
        exposed = np.asarray(cv2.LUT(picture, table))
        width_px, height_px = self._size_px
        if light.slant != 0.0:
            across = np.linspace(1 - light.slant, 1 + light.slant, width_px, dtype=np.float32)
            row = across if picture.ndim == 2 else np.repeat(across, 3)
            flat = exposed.reshape(height_px, -1)
            slanted = cv2.multiply(flat, np.tile(row, (height_px, 1)), dtype=cv2.CV_8U)
            exposed = np.asarray(slanted).reshape(picture.shape)
        if light.noise > 0:
            grains = self._grain.of(light.noise)
            top, left = (int(place) for place in self._chance.integers(0, _NOISE_SIDE, 2))
            grain = grains[top : top + height_px, left : left + width_px]
            exposed = np.asarray(cv2.add(exposed, grain, dtype=cv2.CV_8U))
        return np.asarray(exposed, dtype=np.uint8)


class _Grain:
    """A sensor's noise to cut from, larger than a picture; many a camera takes none that is noisy.

    Conditions know few strengths, so that each is kept.
    """

    def __init__(
        self, width_px: int, height_px: int, chance: np.random.Generator, *, is_grey: bool
    ) -> None:
        self._side = (_NOISE_SIDE + height_px, _NOISE_SIDE + width_px)
        self._chance = chance
        self._is_grey = is_grey
        self._made: dict[float, npt.NDArray[np.int16]] = {}

    def of(self, noise: float) -> npt.NDArray[np.int16]:
        """Return noise of that standard deviation."""
        grains = self._made.get(noise)
        if grains is None:
            grain = np.rint(self._plain * np.float32(noise)).astype(np.int16)
            grains = grain if self._is_grey else np.repeat(grain[:, :, None], 3, axis=2)
            self._made[noise] = grains
        return grains

    @cached_property
    def _plain(self) -> npt.NDArray[np.float32]:
        """Noise of deviation 1."""
        return np.asarray(self._chance.standard_normal(self._side), dtype=np.float32)
