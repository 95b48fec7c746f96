"""A race that a camera watches: a real server, node and ``paddock node camera``, cars on video."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardware.virtual.world.gate_camera import GateCamera, GateCar, GateLight, GateView
from tests.faults.siege import PULSE_NS, MortalNode, MortalServer
from tests.hardware.camera_gate.scenes import MARKS, NS
from tests.hardware.cameras.videos import coloured, record_video
from tests.network.loopback import free_port
from tests.priority import go_first
from tests.timing_server.web.live_server import Organiser
from tests.waiting import PATIENCE_S, wait_until
from timing_server.launcher.processes import paddock_command

NODE_ID = "node-finish"
CARS = ("Flash", "Comet")
CAR_IDS = ("car-flash", "car-comet")
VIEW = GateView(frame_rate_hz=30.0)
VIDEO_NS = 3_600_000_000
#: How many pictures of before a pass are kept, where all are there.
BEFORE_N = 5
TRIES = 20
#: When each nose breaks the beam, from the video's begin; the third roof is bare.
FLASH_NS, COMET_NS, BARE_NS = 700_000_000, 1_800_000_000, 2_900_000_000
ON_VIDEO = (
    GateCar(7, FLASH_NS, 350, 1.5),
    GateCar(8, COMET_NS, 800, 1.8),
    GateCar(None, BARE_NS, 600, 1.6),
)


@dataclass(frozen=True)
class Video:
    """When the first picture was due, on this machine's monotonic clock, and a round's length."""

    began_ns: int
    round_ns: int


@dataclass(frozen=True)
class CameraRace:
    """A heat of two under way; ``passes`` are those of Flash, of Comet and of a bare roof."""

    organiser: Organiser
    path: str
    heat_id: str
    entries: list[str]
    passes: list[dict[str, Any]]

    def words(self, pass_ref: str) -> Any:
        """Return what the camera says of a pass."""
        return self.organiser.get(f"{self.path}/passes/{pass_ref}/cameras")

    def frames(self, pass_ref: str) -> Any:
        """Return the pictures around a pass."""
        return self.organiser.get(f"{self.path}/passes/{pass_ref}/evidence")["frames"]

    def is_told(self) -> bool:
        """Whether every pass has pictures of before and after; the words come before them."""
        frames = [self.frames(each["pass_ref"]) for each in self.passes]
        return all(shown and shown[-1]["offset_us"] > 0 for shown in frames)

    def is_filmed(self) -> bool:
        """Whether the camera read each mark, and kept pictures of before and after each pass.

        On a busy machine a video's pictures are left out or not read in time, and then nobody can
        know who passed.
        """
        marked = [each["pass_ref"] for each, _ in zip(self.passes, CARS, strict=False)]
        if any(word["outcome"] != "identified" for ref in marked for word in self.words(ref)):
            return False
        kept = [self.frames(each["pass_ref"]) for each in self.passes]
        return all(
            len(frames) > BEFORE_N
            and frames[BEFORE_N - 1]["offset_us"] <= 0 < frames[BEFORE_N]["offset_us"]
            for frames in kept
        )


def record(path: Path) -> int:
    """Write the video that the camera plays over and over; return how long a round takes, ns."""
    camera = GateCamera(VIEW, MARKS, GateLight(), seed=3)
    pictures = [coloured(frame.pixels) for frame in camera.frames(ON_VIDEO, 0, VIDEO_NS)]
    record_video(path, pictures, VIEW.frame_rate_hz)
    return len(pictures) * int(NS / VIEW.frame_rate_hz)


@contextmanager
def camera_race(folder: Path) -> Iterator[CameraRace]:
    """Let three cars cross under the camera, each as the beam breaks."""
    data = folder / "server"
    data.mkdir()
    round_ns = record(folder / "line.avi")
    server = MortalServer(data, free_port())
    wait_until(server.is_answering, "the server")
    organiser = Organiser(server.url, data)
    for name, car_id in zip(CARS, CAR_IDS, strict=True):
        organiser.post("/cars", {"car_id": car_id, "name": name})
    token = organiser.token("node", NODE_ID)
    node = MortalNode(server.url.removesuffix("/api/v1"), folder / "node", token)
    camera = _start_camera(folder, server.url.removesuffix("/api/v1"), token)
    try:
        wait_until(lambda: bool(organiser.get("/cameras/unclaimed")), "the camera to see a mark")
        yield _filmed_race(organiser, node, Video(_video_began_ns(folder), round_ns))
    finally:
        camera.terminate()
        camera.wait(PATIENCE_S)
        node.close()
        organiser.close()
        server.close()


def _filmed_race(organiser: Organiser, node: MortalNode, video: Video) -> CameraRace:
    """Race until the camera kept its pace through a heat."""
    for _ in range(TRIES):
        race = _race(organiser, node, video)
        if race.is_filmed():
            return race
    raise AssertionError(f"the camera left out pictures in each of {TRIES} heats")


def _race(organiser: Organiser, node: MortalNode, video: Video) -> CameraRace:
    path, heat_id, entries = _plan(organiser)
    organiser.post(f"{path}/heats/{heat_id}/start")
    _drive(node, video)
    wait_until(lambda: len(organiser.get(f"{path}/passes")) == len(ON_VIDEO), "the passes")
    race = CameraRace(organiser, path, heat_id, entries, organiser.get(f"{path}/passes"))
    wait_until(race.is_told, "the camera's words and pictures")
    return race


def _plan(organiser: Organiser) -> tuple[str, str, list[str]]:
    plan = organiser.plan(drivers=2, cars_max=2, dead_time_s=0)
    path = plan["path"]
    body = {"stage_id": plan["stage_id"], "entry_ids": plan["entries"]}
    heat_id = organiser.post(f"{path}/heats", body)["heat_id"]
    for car_id, entry_id, mark in zip(CAR_IDS, plan["entries"], (7, 8), strict=True):
        organiser.post(f"{path}/marks", {"mark": f"mark-{mark}", "car_id": car_id})
        equipped = {"entry_id": entry_id, "car_id": car_id}
        organiser.post(f"{path}/heats/{heat_id}/equip", equipped)
    organiser.post(f"{path}/next", {"heat_id": heat_id})
    return path, heat_id, plan["entries"]


def _start_camera(folder: Path, url: str, token: str) -> "subprocess.Popen[bytes]":
    """Set the line as a person would, then watch."""
    config, token_file = folder / "paddock.toml", folder / "node.token"
    token_file.write_text(token)
    config.write_text(
        "[node]\n"
        f'cameras = [{{ gate = "finish", source = "file:{folder}/line.avi", '
        f"line_mm = {VIEW.width_mm:.0f} }}]\n"
    )
    node = (*paddock_command(), "node", "--config", str(config), "--data", str(folder / "node"))
    node = (*node, "--server", url, "--token-file", str(token_file), "camera")
    middle = VIEW.height_px // 2
    line = (*node, "--line", f"0,{middle},{VIEW.width_px},{middle}")
    assert b"The line is kept" in subprocess.run(line, check=True, capture_output=True).stdout
    with (folder / "camera.log").open("ab") as log:
        camera = subprocess.Popen(node, stdout=log, stderr=log)
    go_first(camera.pid)
    return camera


def _video_began_ns(folder: Path) -> int:
    """Return when the video's first picture was due, on this machine's monotonic clock."""
    found = re.search(r"camera_sees.*capture_mono_ns\D+(\d+)", (folder / "camera.log").read_text())
    assert found is not None
    return int(found[1])


def _drive(node: MortalNode, video: Video) -> None:
    """Break the beam as each car of the video's next round crosses."""
    rounds = (time.monotonic_ns() - video.began_ns) // video.round_ns + 1
    for car in ON_VIDEO:
        at_ns = video.began_ns + rounds * video.round_ns + car.nose_ns
        time.sleep(max(0, at_ns - time.monotonic_ns()) / NS)
        node.say(f"B {at_ns}")
        node.say(f"C {at_ns + PULSE_NS}")
