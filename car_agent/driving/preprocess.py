"""From a camera's picture to a model's input: grey first, then made small, in buffers kept for it.

Training saw an antialiased resize. Grey first and then INTER_AREA comes within about one grey
level of it; the bilinear resize of the stock car loses more than two.
"""

import cv2
import numpy as np
import numpy.typing as npt

from car_agent.models.card import DEPTHS, ModelCard
from hardware.cameras.frames import Pixels

Tensor = npt.NDArray[np.float32]

_RESAMPLERS = {"area": cv2.INTER_AREA, "linear": cv2.INTER_LINEAR}


class Preprocessor:
    """Turns pictures of any size into the input that a card describes.

    Returns the same buffer each time: the next call overwrites it. A grey picture that already
    has the model's size costs one pass over its pixels.
    """

    def __init__(self, card: ModelCard) -> None:
        """Make the buffers for ``card``."""
        self._size_px = (card.width_px, card.height_px)
        self._shape_px = (card.height_px, card.width_px)
        self._channels = card.channels
        self._scale = None if card.value_range == "0-255" else np.float32(1 / 255)
        self._resampler = _RESAMPLERS[card.resampler]
        self._tensor: Tensor = np.zeros(card.input_shape, dtype=np.float32)
        # A view of the tensor with the axes as OpenCV has them, whatever the model's layout.
        planes = self._tensor[0] if card.layout == "NHWC" else self._tensor[0].transpose(1, 2, 0)
        self._target = planes[:, :, 0] if card.channels == "luma" else planes
        depth = () if card.channels == "luma" else (DEPTHS[card.channels],)
        self._small: Pixels = np.zeros(self._shape_px + depth, dtype=np.uint8)
        self._grey: Pixels | None = None

    def __call__(self, pixels: Pixels) -> Tensor:
        """Return the model's input for one picture of the shapes that ``Frame`` tells.

        Raises ValueError where the picture has another shape or type, or where a model for one
        camera gets two pictures or the other way round.
        """
        source = self._source(pixels)
        if self._scale is None:
            self._target[...] = source
        else:
            np.multiply(source, self._scale, out=self._target, casting="unsafe")
        return self._tensor

    def _source(self, pixels: Pixels) -> Pixels:
        """Return the picture's planes as the model has them, in its size."""
        depth = pixels.shape[2] if pixels.ndim == 3 else 1
        if pixels.dtype != np.uint8 or pixels.ndim not in {2, 3} or depth > 3:
            raise ValueError(f"A picture must be H×W or H×W×3 uint8, not {pixels.shape}.")
        if (self._channels == "stereo") != (depth == 2):
            raise ValueError(f"The model sees {self._channels}, not a picture of {depth} planes.")
        if self._channels == "stereo":
            return self._pair(pixels)
        return self._luma(pixels) if self._channels == "luma" else self._rgb(pixels)

    def _pair(self, pixels: Pixels) -> Pixels:
        if pixels.shape[:2] == self._shape_px:
            return pixels
        cv2.resize(pixels, self._size_px, dst=self._small, interpolation=self._resampler)
        return self._small

    def _luma(self, pixels: Pixels) -> Pixels:
        if pixels.ndim == 3:
            if self._grey is None or self._grey.shape != pixels.shape[:2]:
                self._grey = np.empty(pixels.shape[:2], dtype=np.uint8)
            cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY, dst=self._grey)
            pixels = self._grey
        if pixels.shape == self._shape_px:
            return pixels
        cv2.resize(pixels, self._size_px, dst=self._small, interpolation=self._resampler)
        return self._small

    def _rgb(self, pixels: Pixels) -> Pixels:
        if pixels.ndim == 2:
            small = self._luma_sized(pixels)
            cv2.cvtColor(small, cv2.COLOR_GRAY2RGB, dst=self._small)
            return self._small
        if pixels.shape[:2] != self._shape_px:
            cv2.resize(pixels, self._size_px, dst=self._small, interpolation=self._resampler)
            pixels = self._small
        cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB, dst=self._small)
        return self._small

    def _luma_sized(self, pixels: Pixels) -> Pixels:
        if pixels.shape == self._shape_px:
            return pixels
        resized = cv2.resize(pixels, self._size_px, interpolation=self._resampler)
        return np.asarray(resized, dtype=np.uint8)
