"""Takes every picture of README and docs anew, with a real race in front of a real browser.

make screenshots                          all of them, in some eight minutes
make screenshots ONLY="board results"     some, of a day that goes on until then
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Error

from docs.screenshots.camera import Photographer
from docs.screenshots.day import Day
from docs.screenshots.moments import MOMENTS, STEPS
from docs.screenshots.scene import Scene
from docs.screenshots.scenes import SCENES
from docs.screenshots.venue import open_venue
from tests.e2e.browsing import chromium

IMAGES_DIR = Path(__file__).parents[1] / "images"


app = typer.Typer(pretty_exceptions_enable=False)


def take_pictures(scenes: Sequence[Scene], folder: Path) -> list[str]:
    """Race the day until the last of the scenes, and take each at its moment.

    Returns the names of those that couldn't be taken; the day goes on without them.
    """
    last = max(MOMENTS.index(scene.moment) for scene in scenes)
    failed: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="paddock-pictures-") as data,
        open_venue(Path(data)) as venue,
        chromium() as browser,
    ):
        day = Day(venue)
        photographer = Photographer(browser, day, folder)
        for moment in MOMENTS[: last + 1]:
            step = STEPS[moment]
            print(f"{time.strftime('%H:%M:%S')}  {step.__doc__}", flush=True)
            step(day)
            now = (scene for scene in scenes if scene.moment == moment)
            failed += [scene.name for scene in now if not _is_taken(photographer, scene)]
    return failed


def _is_taken(photographer: Photographer, scene: Scene) -> bool:
    try:
        file = photographer.take(scene)
    except (Error, AssertionError) as error:
        print(f"          {scene.name} FAILED: {error}", flush=True)
        return False
    print(f"          {file.name}, {file.stat().st_size // 1000} kB", flush=True)
    return True


@app.command()
def main(
    only: Annotated[
        list[str] | None, typer.Option(help="Take this picture alone; may be given again.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = IMAGES_DIR,
) -> None:
    """Take the pictures of README and docs, with a real race in front of a real browser."""
    names = [scene.name for scene in SCENES]
    if unknown := set(only or ()) - set(names):
        told = f"No such picture: {', '.join(sorted(unknown))}. There are: {', '.join(names)}"
        raise typer.BadParameter(told)
    failed = take_pictures([scene for scene in SCENES if not only or scene.name in only], out)
    if failed:
        print(f"Not taken: {', '.join(failed)}", flush=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
