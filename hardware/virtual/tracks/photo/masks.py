"""What may bound a road in a picture from above: narrow white lines, or a ground that is dark.

Masks are 255 where it is, 0 elsewhere.
"""

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]

#: Wider than this no white is a border.
_MOST_BORDER_M = 0.14
#: White that reaches no further than this is a dash, a letter, a glint.
_LEAST_REACH_M = 0.45
#: A road is darker than so much of what is around it within a metre, and larger than a bag.
_DARK_SHARE = 0.8
_AROUND_M = 2.0
_LEAST_DARK_M2 = 0.8


def white_lines(picture: Mask, texels_per_m: float) -> Mask:
    """Return where something narrow is bright in every colour, and brighter than its neighbours."""
    least = cv2.GaussianBlur(picture.min(axis=2), (0, 0), 1.0)
    reach = round(_MOST_BORDER_M * texels_per_m) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    raised = cv2.morphologyEx(least, cv2.MORPH_TOPHAT, kernel)
    # Half of what the whitest parts rise above their surroundings.
    level = max(12.0, float(np.percentile(raised, 99.0)) / 2)
    return np.asarray((raised > level) * np.uint8(255), dtype=np.uint8)


def dark_ground(picture: Mask, texels_per_m: float) -> Mask:
    """Return where a large piece of ground is darker than what is around it."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (0, 0), 1.5)
    side = round(_AROUND_M * texels_per_m) | 1
    around = cv2.blur(grey, (side, side), borderType=cv2.BORDER_REFLECT)
    dark = np.asarray((grey < _DARK_SHARE * around) * np.uint8(255), dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    is_large = stats[:, cv2.CC_STAT_AREA] >= _LEAST_DARK_M2 * texels_per_m**2
    is_large[0] = False
    return _kept(labels, is_large, count)


def long_ones(white: Mask, texels_per_m: float) -> Mask:
    """Return white without what is too short to be a border."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(white, connectivity=8)
    reach = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    is_long = reach >= _LEAST_REACH_M * texels_per_m
    is_long[0] = False
    return _kept(labels, is_long, count)


def _kept(labels: object, is_kept: npt.NDArray[np.bool_], count: int) -> Mask:
    kept = np.zeros(count, dtype=np.uint8)
    kept[is_kept] = 255
    return np.asarray(kept[np.asarray(labels)], dtype=np.uint8)


def wider(mask: Mask, reach: int) -> Mask:
    """Return a mask made wider by so many texels on each side, which shuts holes in it.

    Both borders of a road grow alike, so that half way between them stays where it was.
    """
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.dilate(mask, kernel), dtype=np.uint8)
