"""The bridge as its command runs it: a process between a race server and a console over TLS."""

import signal
from hashlib import sha256
from pathlib import Path

from tests.car_agent.models.intake.archives import packed
from tests.car_agent.race_server import RaceServer
from tests.car_agent.stock.bridge import PATIENCE_S, bridge
from tests.car_agent.stock.console_emulator import PASSWORD, ConsoleEmulator
from tests.waiting import wait_until
from timing_server.contract.machines.fleet import (
    ArchiveWanted,
    CarErrand,
    CarOrders,
    ModelWanted,
)


def test_a_heat_through_the_console(tmp_path: Path) -> None:
    """It should load the model, drive, tell what it is, and answer a stop."""
    archive = tmp_path / "My lap (2).tar.gz"
    archive.write_bytes(packed({"agent/model.pb": b"graph"}))
    with (
        ConsoleEmulator(tmp_path) as car,
        RaceServer() as server,
        bridge(car.url, server.url, tmp_path, "--model", str(archive)),
    ):
        wait_until(lambda: car.loaded == "My-lap-2")
        server.order("running", model_sha256="ab" * 32)
        wait_until(lambda: car.is_driving)
        assert (car.mode, car.throttle_pct) == ("auto", 50)
        _wait_for_report(server, is_driving=True)
        server.say("stop", '{"stop_id": "s1"}')
        path, report = server.stops.get(timeout=PATIENCE_S)
        assert not car.is_driving
        assert (path, report["stop_id"]) == ("/api/v1/cars/red/stops/obeyed", "s1")


def test_race_controls_archive_comes_to_the_car(tmp_path: Path) -> None:
    """It should fetch it, load it while the car stands, tell so, and send the bridge's log."""
    archive = packed({"agent/model.pb": b"graph"})
    wanted = ArchiveWanted(
        sha256=sha256(archive).hexdigest(), size_bytes=len(archive), name="My lap"
    )
    model = ModelWanted(sha256="ab" * 32, size_bytes=5, archive=wanted)
    errand = CarErrand(errand_id="log-1", kind="send_log")
    with ConsoleEmulator(tmp_path) as car, RaceServer() as server:
        server.files[f"/api/v1/models/{model.sha256}/archive"] = archive
        server.orders = CarOrders(load_sha256=model.sha256, fetch=(model,), errands=(errand,))
        with bridge(car.url, server.url, tmp_path):
            assert b"stock_car_ready" in server.logs.get(timeout=PATIENCE_S)
            folder = f"My-lap-{wanted.sha256[:8]}"
            wait_until(lambda: car.loaded == folder)
            assert archive in car.uploads[folder]
            _wait_for_model(server, folder)


def _wait_for_model(server: RaceServer, folder: str) -> None:
    while True:
        report = server.reports.get(timeout=PATIENCE_S)
        if report.console is not None and report.console.model_name == folder:
            return


def _wait_for_report(server: RaceServer, *, is_driving: bool) -> None:
    while True:
        report = server.reports.get(timeout=PATIENCE_S)
        is_loaded = report.console is not None and report.console.model_name == "My-lap-2"
        if report.is_driving == is_driving and report.battery_frac is not None and is_loaded:
            break
    assert not report.has_guard
    assert report.model_sha256 is None


def test_a_lost_server_stops_the_car(tmp_path: Path) -> None:
    """It should stop the car once its lease is over, drive by a new one, and park it at its end."""
    with (
        ConsoleEmulator(tmp_path) as car,
        RaceServer() as server,
        bridge(car.url, server.url, tmp_path) as process,
    ):
        server.order("running", contact_limit_ms=1000)
        wait_until(lambda: car.is_driving)
        server.has_lease = False
        wait_until(lambda: not car.is_driving)
        server.renew()
        while server.reports.get(timeout=PATIENCE_S).lost_lease_id != "lease-1":
            pass
        assert not car.is_driving
        server.order("running", lease_id="lease-2", contact_limit_ms=1000)
        wait_until(lambda: car.is_driving)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, said
        assert not car.is_driving
        assert PASSWORD not in said


def test_a_wrong_password_ends_it(tmp_path: Path) -> None:
    """It should end with one sentence."""
    with ConsoleEmulator(tmp_path) as car, RaceServer() as server:
        (tmp_path / "wrong").write_text("nothing like it")
        arguments = ("--password-file", str(tmp_path / "wrong"))
        with bridge(car.url, server.url, tmp_path, *arguments) as process:
            said, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1
        assert "doesn't accept the password" in said
        assert "Traceback" not in said
