"""AWS's rules for a car that gets nowhere: it stands still, or goes the wrong way round."""

from typing import Literal

#: In pictures, of which a second has fifteen, and metres from one to the next.
_PATIENCE_PICTURES = 15
_STANDING_M = 0.0003

Lost = Literal["immobilized", "reversed"]


class Patience:
    """Watches one car; begin anew where it is put elsewhere."""

    def __init__(self) -> None:
        self._standing = self._backwards = 0

    def look(self, moved_m: float) -> Lost | None:
        """Look once a picture at how far the car came along the track since the last one."""
        self._standing = self._standing + 1 if abs(moved_m) < _STANDING_M else 0
        self._backwards = self._backwards + 1 if moved_m <= -_STANDING_M else 0
        if self._standing >= _PATIENCE_PICTURES:
            return "immobilized"
        return "reversed" if self._backwards >= _PATIENCE_PICTURES else None
