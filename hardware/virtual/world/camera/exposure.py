"""What a sensor makes of a picture: brighter, darker, washed out, brighter on one side, noisy."""

from functools import cached_property

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
        self._chance = self._grain_chance = chance
        self._is_grey = is_grey
        self._grain_of = 0.0
        self._grains: npt.NDArray[np.int16] = np.zeros((0, 0), dtype=np.int16)

    def restart_noise(self, seed: int) -> None:
        """Let the noise from now on depend on ``seed`` alone, not on pictures taken before."""
        self._chance = np.random.default_rng(seed)

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
            grains = self._grain(light.noise)
            top, left = (int(place) for place in self._chance.integers(0, _NOISE_SIDE, 2))
            grain = grains[top : top + height_px, left : left + width_px]
            exposed = np.asarray(cv2.add(exposed, grain, dtype=cv2.CV_8U))
        return np.asarray(exposed, dtype=np.uint8)

    @cached_property
    def _noise(self) -> npt.NDArray[np.float32]:
        """Noise of deviation 1, larger than a picture; many a camera takes none that is noisy."""
        width_px, height_px = self._size_px
        side = (_NOISE_SIDE + height_px, _NOISE_SIDE + width_px)
        return np.asarray(self._grain_chance.standard_normal(side), dtype=np.float32)

    def _grain(self, noise: float) -> npt.NDArray[np.int16]:
        """Return noise to cut from, of that standard deviation, made again only when it changes."""
        if noise != self._grain_of:
            grain = np.rint(self._noise * np.float32(noise)).astype(np.int16)
            self._grains = grain if self._is_grey else np.repeat(grain[:, :, None], 3, axis=2)
            self._grain_of = noise
        return self._grains
