"""The venue as a process, with the real drivers of cameras, wheels and pins at its socket."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import pytest

from hardware.actuators.command import Command
from hardware.actuators.devices.virtual import VirtualActuators
from hardware.actuators.registry import ActuatorRequest
from hardware.cameras.registry import CameraRequest
from hardware.cameras.virtual import VirtualCamera
from hardware.virtual.pins import VenuePins
from tests.command_line import Done, assert_one_sentence, paddock
from tests.hardware.virtual.order_server import TOKEN, OrderServer
from tests.waiting import PATIENCE_S, wait_until
from timing_server.contract.machines.devices import HeatOrder, PositionReport, TripOrder, VenueTally

HAIR_NS = 1_000_000
TTL_NS = 300_000_000


class VenueProcess:
    """``paddock venue`` with a socket and a tally in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "v.sock"
        self.tally_file = folder / "tally.json"
        self.log_file = folder / "venue.log"
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        with self.log_file.open("ab") as log:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "timing_server", *self._words(arguments)],
                stdout=log,
                stderr=log,
                cwd=self.socket.parent,
            )

    def refuse(self, *arguments: str) -> Done:
        """Start what must end by itself."""
        return paddock(*self._words(arguments), folder=self.socket.parent)

    def _words(self, arguments: tuple[str, ...]) -> tuple[str, ...]:
        files = ("--socket", str(self.socket), "--tally-file", str(self.tally_file))
        return ("venue", *files, *arguments)

    def end(self, number: signal.Signals) -> int:
        assert self._popen is not None
        if self._popen.poll() is None:
            os.kill(self._popen.pid, number)
        code = self._popen.wait(timeout=PATIENCE_S)
        self._popen = None
        return code

    def wait(self) -> int:
        assert self._popen is not None
        return self._popen.wait(timeout=PATIENCE_S)

    def tally(self) -> VenueTally:
        return VenueTally.model_validate_json(self.tally_file.read_text())

    def close(self) -> None:
        if self._popen is not None:
            self.end(signal.SIGKILL)


class PassListener:
    """What a node does with its pin."""

    def __init__(self, pins: VenuePins) -> None:
        self.changes: SimpleQueue[tuple[int, int]] = SimpleQueue()
        pins.pin("finish").when_changed = self.take

    def take(self, ticks: int, state: int) -> None:
        self.changes.put((ticks, state))


@pytest.fixture
def subject(tmp_path: Path) -> Iterator[VenueProcess]:
    process = VenueProcess(tmp_path)
    yield process
    process.close()


def camera(venue: VenueProcess) -> VirtualCamera:
    return VirtualCamera(CameraRequest("", 15.0, 640, 480, "car-1", venue.socket))


def wheels(venue: VenueProcess) -> VirtualActuators:
    return VirtualActuators(ActuatorRequest("car-1", venue.socket))


def drive_until(eyes: VirtualCamera, car: VirtualActuators, is_met: Callable[[], bool]) -> None:
    """Drive straight on, slowly, answering every picture, until something has happened."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_met():
        assert time.monotonic() < deadline_s
        frame = eyes.read(0.2)
        if frame is not None:
            now_ns = time.monotonic_ns()
            car.apply(Command(0.0, 0.25, frame.capture_mono_ns, now_ns, TTL_NS))


def test_car_drives_over_the_line_and_the_node_senses_it(subject: VenueProcess) -> None:
    """It should go all the way: picture, command, dynamics, beam, pin, tally."""
    subject.start("--no-server")
    with (
        VenuePins(subject.socket, {"finish": 17}) as pins,
        closing(camera(subject)) as eyes,
        closing(wheels(subject)) as car,
    ):
        listener = PassListener(pins)
        assert pins.wait_connected(PATIENCE_S)
        before_ns = time.monotonic_ns()
        drive_until(eyes, car, lambda: listener.changes.qsize() >= 2)
        (broken_ns, broken), (whole_ns, whole) = (listener.changes.get() for _ in range(2))
        assert (broken, whole) == (1, 0)
        assert before_ns < broken_ns < whole_ns < time.monotonic_ns()
        assert 100_000_000 < whole_ns - broken_ns < 1_500_000_000
        assert (car.reading().speed_mps or 0.0) > 0.1
        wait_until(lambda: subject.tally().crossings == 1)
        assert subject.tally().unsensed == 0
    assert subject.end(signal.SIGTERM) == 0
    assert not subject.socket.exists()


def test_pictures_are_fresh_and_numbered(subject: VenueProcess) -> None:
    """It should stamp them with this machine's monotonic clock, and count on."""
    subject.start("--no-server")
    with closing(camera(subject)) as eyes:
        wait_until(lambda: eyes.read(0.2) is not None)
        one, other = eyes.read(PATIENCE_S), eyes.read(PATIENCE_S)
        assert one is not None
        assert other is not None
        assert one.pixels.shape == (240, 320, 3)
        assert one.pixels.std() > 10
        assert other.seq > one.seq
        # The venue's instants are those of its beat, which a timer may meet a hair early.
        assert one.capture_mono_ns < other.capture_mono_ns <= time.monotonic_ns() + HAIR_NS


def test_crossing_that_nobody_senses_is_told_apart(subject: VenueProcess) -> None:
    """It should not claim that a node saw what happened without one."""
    subject.start("--no-server")
    with closing(camera(subject)) as eyes, closing(wheels(subject)) as car:
        wait_until(subject.tally_file.exists)
        drive_until(eyes, car, lambda: subject.tally().unsensed == 1)
        assert subject.tally().crossings == 0


def test_killed_venue_comes_back_to_its_drivers(subject: VenueProcess) -> None:
    """It should take up its old socket, and its drivers should find it again by themselves."""
    subject.start("--no-server")
    with closing(camera(subject)) as eyes, VenuePins(subject.socket, {"finish": 17}) as pins:
        wait_until(lambda: eyes.read(0.2) is not None)
        subject.end(signal.SIGKILL)
        wait_until(lambda: not pins.is_connected)
        assert subject.socket.exists()
        subject.start("--no-server")
        assert pins.wait_connected(PATIENCE_S)
        wait_until(lambda: eyes.read(0.2) is not None)


def test_crew_follows_the_servers_heat(subject: VenueProcess, tmp_path: Path) -> None:
    """It should put the called car down, report where it is, and wave when it is told to."""
    token_file = tmp_path / "token"
    token_file.write_text(TOKEN)
    with OrderServer() as server, VenuePins(subject.socket, {"finish": 17}) as pins:
        listener = PassListener(pins)
        subject.start("--server", server.url, "--token-file", str(token_file))
        server.opened.get(timeout=PATIENCE_S)
        assert server.received.get(timeout=PATIENCE_S)[0] == "/api/v1/venue/track"
        server.order("heat", HeatOrder(phase="called", heat_id="h1", car_id="car-1"))
        path, body = server.received.get(timeout=PATIENCE_S)
        assert path == "/api/v1/venue/positions"
        report = PositionReport.model_validate_json(body)
        assert [car.car_id for car in report.cars] == ["car-1"]
        assert not report.cars[0].is_off_track
        assert pins.wait_connected(PATIENCE_S)
        server.order("trip", TripOrder(gate="finish"))
        assert listener.changes.get(timeout=PATIENCE_S)[1] == 1
        assert listener.changes.get(timeout=PATIENCE_S)[1] == 0
        wait_until(lambda: subject.tally().crossings == 1)
        assert subject.end(signal.SIGTERM) == 0


def test_refused_token_ends_the_venue_with_a_sentence(
    subject: VenueProcess, tmp_path: Path
) -> None:
    """It should not go on as if the server listened."""
    (tmp_path / "token").write_text("not-the-token")
    with OrderServer() as server:
        subject.start("--server", server.url, "--token-file", str(tmp_path / "token"))
        assert subject.wait() == 1
    assert "doesn't accept the venue's token" in subject.log_file.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--no-server", "--track", "moon"), 2, "There is no track named 'moon'"),
        (("--server", "http://127.0.0.1:9"), 1, "The venue has no token"),
        (("--server", "somewhere"), 2, "server_url"),
        (("--no-server", "--socket", "/proc/v.sock"), 2, "can't be opened at /proc/v.sock"),
        (("--no-server", "--socket", "/tmp/" + "a" * 120), 2, "the kernel allows 107"),  # noqa: S108
        (("--no-server", "--tally-file", "/proc/t.json"), 2, "can't be written"),
    ],
)
def test_wrong_settings_are_one_sentence(
    subject: VenueProcess, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    """It should end at once, say what is wrong, and show no traceback."""
    done = subject.refuse(*arguments)
    assert done.returncode == code
    assert_one_sentence(done, sentence)


def test_socket_of_a_living_venue_is_not_taken(subject: VenueProcess) -> None:
    """It should refuse to push another venue out."""
    subject.start("--no-server")
    wait_until(subject.socket.exists)
    done = subject.refuse("--no-server")
    assert done.returncode == 2
    assert "Another venue is open" in done.stderr


def test_file_in_the_sockets_place_is_left_alone(subject: VenueProcess) -> None:
    """It should not delete what isn't its own."""
    subject.socket.write_text("precious")
    assert subject.refuse("--no-server").returncode == 2
    assert subject.socket.read_text() == "precious"


def test_nothing_comes_from_the_future(subject: VenueProcess) -> None:
    """It should stamp no picture, and so no edge, with an instant that hasn't come yet."""
    subject.start("--no-server")
    wait_until(subject.socket.exists)
    with closing(camera(subject)) as eyes:
        ages_ns: list[int] = []
        while len(ages_ns) < 40:
            frame = eyes.read(PATIENCE_S)
            assert frame is not None
            ages_ns.append(time.monotonic_ns() - frame.capture_mono_ns)
    assert min(ages_ns) >= 0
