"""Takes the pictures: opens pages in a real browser, and writes what it shows as small files."""

import io
from dataclasses import replace
from functools import cache
from math import radians
from pathlib import Path
from typing import Any, Final

import cv2
from PIL import Image
from playwright.sync_api import Browser, StorageState

from docs.screenshots.day import Day
from docs.screenshots.scene import PHONE, Scene
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.looks import PLAIN_LOOKS
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from tests.e2e.browsing import watched_page

PATIENCE_MS: Final = 30_000
#: What a page needs for its last picture or curve to come; nothing else is waited for by time.
SETTLE_MS: Final = 400
#: How far two shades lie apart; 255, white, is one of them.
SHADE: Final = 3
LOCALES: Final = {"en": "en-GB", "es": "es-ES"}
#: All that is to be seen is there: faces and pictures. One further down may wait to be fetched.
COMPLETE: Final = """() => document.fonts.status === "loaded"
  && [...document.images].every((image) => image.complete || image.loading === "lazy")"""


class Photographer:
    """Takes pictures of one day with one browser."""

    def __init__(self, browser: Browser, day: Day, folder: Path) -> None:
        self._browser = browser
        self._day = day
        self._folder = folder
        self._logged_in: dict[str | int, StorageState] = {}

    def take(self, scene: Scene) -> Path:
        """Take the picture; returns its file."""
        self._day.venue.desk.report([])  # a node that is silent for long is asked after
        picture = self._shot(scene, scene.path, is_clear=bool(scene.over))
        if scene.over:
            layers = [picture, *(self._shot(scene, path, is_clear=True) for path in scene.over)]
            picture = track_picture(scene.size)
            for layer in layers:
                picture.alpha_composite(layer)
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{scene.name}.png"
        save(picture, file)
        return file

    def _shot(self, scene: Scene, path: str, *, is_clear: bool) -> Image.Image:
        options: dict[str, Any] = {"locale": LOCALES[scene.lang], "timezone_id": "Europe/Madrid"}
        if scene.size == PHONE:
            options |= {"is_mobile": True, "has_touch": True}
        if scene.who is not None:
            options["storage_state"] = self._state_of(scene.who)
        with watched_page(self._browser, scene.size, is_loopback=True, **options) as page:
            page.set_default_timeout(PATIENCE_MS)
            page.goto(scene.address(self._day, path))
            if scene.act is not None:
                scene.act(page, self._day)
            page.locator(scene.shows).first.wait_for()
            page.wait_for_function(COMPLETE)
            page.wait_for_timeout(max(SETTLE_MS, scene.open_s * 1000))
            part: Any = page.locator(scene.of).first if scene.of else page
            return Image.open(io.BytesIO(part.screenshot(omit_background=is_clear))).convert("RGBA")

    def _state_of(self, who: str | int) -> StorageState:
        """Log in once; returns what a browser remembers of it."""
        if who not in self._logged_in:
            if isinstance(who, int):
                code = self._day.venue.code("driver", self._day.drivers[who])
            else:
                code = self._day.venue.code(who)
            with watched_page(self._browser, (800, 600)) as page:
                page.goto(f"{self._day.venue.site}/control#code={code}")
                page.get_by_test_id("notice").filter(has_text="You are logged in.").wait_for()
                self._logged_in[who] = page.context.storage_state()
        return self._logged_in[who]


def save(picture: Image.Image, file: Path) -> None:
    """Write a picture with 86 shades a channel: two thirds of the size, and looks the same.

    A browser dithers gradients, and noise can't be packed; a palette would lose small colours.
    """
    picture.convert("RGB").point([round(shade / SHADE) * SHADE for shade in range(256)] * 3).save(
        file, optimize=True
    )


@cache
def _track_pixels(width_px: int, height_px: int) -> Any:
    track = track_named("demo")
    right_m, middle_m = track.centre.max(axis=0)[0], track.centre.mean(axis=0)[1]
    pose = CameraPose(pitch_rad=radians(22), height_m=1.3, ahead_m=0)
    # Twice as large first, for smooth edges.
    scenery = paint(track, replace(PLAIN_LOOKS, barrier=None))
    renderer = Renderer(scenery, 2 * width_px, 2 * height_px, pose=pose)
    seen = renderer.render(right_m + 1.6, middle_m - 1, radians(169))
    small = cv2.resize(seen, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2RGBA)


def track_picture(size: tuple[int, int]) -> Image.Image:
    """Return what a camera on a tripod sees of the virtual track."""
    return Image.fromarray(_track_pixels(*size)).copy()
