"""The console's client against a console over real TLS: sessions, refusals, certificates."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from car_agent.stock.certificate import CertificatePin
from car_agent.stock.console import MAX_ANSWER_BYTES, StockConsole
from car_agent.stock.errors import (
    CertificateChangedError,
    ConsoleError,
    ConsolePasswordError,
    ConsoleRefusedError,
)
from tests.car_agent.stock.console_emulator import PASSWORD, ConsoleEmulator


@contextmanager
def met(car: ConsoleEmulator, folder: Path, password: str = PASSWORD) -> Iterator[StockConsole]:
    console = StockConsole(car.url, password, CertificatePin(folder / "red.certificate"))
    try:
        yield console
    finally:
        console.close()


def test_it_logs_in_and_drives(tmp_path: Path) -> None:
    """It should start, limit and stop the car, and read its battery and version."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        subject.drive_by_model()
        subject.limit_throttle(40)
        subject.start()
        assert (car.mode, car.throttle_pct, car.is_driving) == ("auto", 40, True)
        subject.stop()
        assert not car.is_driving
        assert subject.battery_frac() == 1.0
        assert subject.software_version() == "2.0.383.0"
        assert car.logins == 1
        assert subject.trouble is None


def test_an_unknown_battery_is_none(tmp_path: Path) -> None:
    """It should not make a full or an empty battery of a gauge that says -1."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        for level in (-1, 12, 10**400, float("nan"), float("inf")):
            car.battery_level = level
            assert subject.battery_frac() is None


def test_a_session_that_is_over_begins_anew(tmp_path: Path) -> None:
    """It should log in again where somebody else did, and still do what it was asked."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        subject.start()
        car.end_session()
        subject.stop()
        assert not car.is_driving
        assert car.logins == 2
        car.end_session()
        subject.upload("lap", io.BytesIO(b"an archive"))
        assert b"an archive" in car.uploads["lap"]


def test_a_wrong_password_is_one_sentence_without_it(tmp_path: Path) -> None:
    """It should name the console, never the password."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path, "wrong-secret") as subject:
        with pytest.raises(ConsolePasswordError, match="doesn't accept the password") as caught:
            subject.log_in()
        assert "wrong-secret" not in str(caught.value)


def test_errors_of_the_console_are_told(tmp_path: Path) -> None:
    """It should say which call failed how, and forget it once one works."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        car.fails["/api/start_stop"] = 502
        with pytest.raises(ConsoleError, match="/api/start_stop with 502"):
            subject.stop()
        assert subject.trouble is not None
        car.fails.clear()
        car.refuses["/api/start_stop"] = "Unable to reach enable state server."
        with pytest.raises(ConsoleRefusedError, match="Unable to reach enable state"):
            subject.stop()
        car.refuses.clear()
        subject.stop()
        assert subject.trouble is None


def test_an_answer_without_an_end_is_given_up(tmp_path: Path) -> None:
    """It should wait for the whole as long as for a part, keep little, and go on with the next."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        subject.log_in()
        car.endless.add("/api/get_device_info")
        with pytest.raises(ConsoleError, match="without an end"):
            subject._ask("GET", "/api/get_device_info", answer_s=0.3)
        car.models["x" * (2 * MAX_ANSWER_BYTES)] = "model"
        with pytest.raises(ConsoleError, match="without an end"):
            subject.model_in("lap")
        subject.stop()
        assert subject.trouble is None


def test_what_a_console_says_is_only_text(tmp_path: Path) -> None:
    """It should lead to no other path, and put nothing that steers into logs and pages."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        subject.load("lap", "../../start_stop\x00\n?x#y")
        path, _ = car.calls.get_nowait()
        assert path == "/api/models/lap/..%2F..%2Fstart_stop%00%0A%3Fx%23y"
        car.refuses["/api/start_stop"] = "\x1b[2J\nno"
        with pytest.raises(ConsoleRefusedError) as caught:
            subject.stop()
        assert str(caught.value).endswith("?[2J?no")


def test_a_car_that_is_away_is_told(tmp_path: Path) -> None:
    """It should be one sentence, whatever the network says."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        subject.log_in()
    with pytest.raises(ConsoleError, match="doesn't answer"), met(car, tmp_path) as subject:
        subject.stop()


def test_another_certificate_gets_no_password(tmp_path: Path) -> None:
    """It should accept the first certificate, though long over, and only that one."""
    with ConsoleEmulator(tmp_path) as car, met(car, tmp_path) as subject:
        subject.log_in()
        port = car.port
    with ConsoleEmulator(tmp_path, port) as other, met(other, tmp_path) as subject:
        with pytest.raises(CertificateChangedError, match=r"delete .*red\.certificate"):
            subject.log_in()
        assert other.logins == 0
        (tmp_path / "red.certificate").unlink()
        subject.log_in()
        assert other.logins == 1
