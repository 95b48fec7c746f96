"""The choice of the pin factory. lgpio itself needs a GPIO chip, so its module is stood in for."""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from gpiozero import PinUnknownPi

from hardware.gates.errors import PinError, PinFactoryError
from hardware.gates.factories import LGPIO_WORK_DIR_VARIABLE, factory_name, open_factory
from hardware.gates.pins import GatePins, HeaderPins, SensorWiring
from hardware.gates.profiles import BEAM_BREAK

WIRING = SensorWiring("finish", "beam", 17, BEAM_BREAK)
KERNEL = "6.6.31+rpt-rpi-v8"


class FakeLgpio(ModuleType):
    """What gpiozero's lgpio pin calls, with the edge callback kept for the test to fire."""

    class error(Exception):  # noqa: N801, N818 - lgpio's name
        """lgpio's own error."""

    SET_PULL_NONE, SET_PULL_UP, SET_PULL_DOWN = 128, 32, 64
    RISING_EDGE, FALLING_EDGE, BOTH_EDGES = 1, 2, 3

    def __init__(self) -> None:
        super().__init__("lgpio")
        self.is_chip_there = True
        self.fire: Any = None

    def gpiochip_open(self, _chip: int) -> int:
        if not self.is_chip_there:
            message = "can not open gpiochip"
            raise self.error(message)
        return 0

    def callback(self, _handle: int, _gpio: int, _edges: int, function: Any) -> Any:
        self.fire = function
        return type("Callback", (), {"cancel": lambda _self: None})()

    def gpio_get_chip_info(self, _handle: int) -> list[Any]:
        return [0, 32, "gpiochip1", "toaster-gpio"]

    def gpio_get_mode(self, _handle: int, _gpio: int) -> int:
        return 32

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("gpio_", "gpiochip_")):
            return lambda *_arguments: 0
        raise AttributeError(name)


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLgpio]:
    fake = FakeLgpio()
    monkeypatch.setitem(sys.modules, "lgpio", fake)
    monkeypatch.setenv(LGPIO_WORK_DIR_VARIABLE, "")
    monkeypatch.delenv(LGPIO_WORK_DIR_VARIABLE)
    for name in ("gpiozero.pins.lgpio", "hardware.gates.kernel_stamp"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", lambda: 0xC03112)
    yield fake
    for name in ("gpiozero.pins.lgpio", "hardware.gates.kernel_stamp"):
        sys.modules.pop(name, None)


def test_kernel_stamp_stays_an_integer(lgpio: FakeLgpio, tmp_path: Path) -> None:
    """It should keep every nanosecond of the kernel's stamp, and ignore the watchdog."""
    edges: list[Any] = []
    source = HeaderPins("lgpio", tmp_path)
    subject = GatePins(source, [WIRING], edges.append)
    odd_ns = 9_007_199_254_740_993  # 2**53 + 1, which no float holds
    lgpio.fire(0, 17, 0, odd_ns)
    lgpio.fire(0, 17, 2, odd_ns + 1)
    assert [(one.mono_ns, one.level) for one in edges] == [(odd_ns, 1)]
    assert os.environ[LGPIO_WORK_DIR_VARIABLE] == str(tmp_path)
    subject.close()
    source.close()


def test_no_chip(lgpio: FakeLgpio, tmp_path: Path) -> None:
    """It should say what is needed where there is no GPIO."""
    lgpio.is_chip_there = False
    with pytest.raises(PinError, match="Raspberry Pi is needed"):
        open_factory("lgpio", tmp_path, KERNEL)


@pytest.fixture
def no_pi(monkeypatch: pytest.MonkeyPatch, lgpio: FakeLgpio) -> FakeLgpio:
    """A machine on which gpiozero finds no Raspberry Pi."""

    def refuse() -> int:
        message = "unable to locate Pi revision"
        raise PinUnknownPi(message)

    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", refuse)
    return lgpio


def test_another_board(no_pi: FakeLgpio, tmp_path: Path) -> None:
    """It should read a line of a named chip where no Raspberry Pi is, with the kernel's stamp."""
    edges: list[Any] = []
    source = HeaderPins("lgpio", tmp_path, chip=1)
    subject = GatePins(source, [WIRING], edges.append)
    no_pi.fire(1, 17, 0, 2**53 + 1)
    assert [(one.mono_ns, one.level) for one in edges] == [(2**53 + 1, 1)]
    assert source.name == "lgpio (gpiochip1)"
    subject.close()
    source.close()


def test_another_board_without_that_line(no_pi: FakeLgpio, tmp_path: Path) -> None:
    """It should say which lines the chip has."""
    source = HeaderPins("lgpio", tmp_path, chip=1)
    with pytest.raises(PinError, match=r"lines 0 to 31 only"):
        GatePins(source, [SensorWiring("finish", "beam", 32, BEAM_BREAK)], lambda _: None)
    source.close()


def test_another_board_unnamed(no_pi: FakeLgpio, tmp_path: Path) -> None:
    """It should say how to name the chip where no Raspberry Pi is found."""
    with pytest.raises(PinError, match="--gpio-chip"):
        open_factory("lgpio", tmp_path, KERNEL)


def test_another_board_without_that_chip(no_pi: FakeLgpio, tmp_path: Path) -> None:
    """It should say where to look for the chip's number."""
    no_pi.is_chip_there = False
    with pytest.raises(PinError, match=r"/dev/gpiochip7 can't be opened .*gpiodetect"):
        open_factory("lgpio", tmp_path, KERNEL, chip=7)


def test_lgpio_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It should name the extra that installs it."""
    monkeypatch.setenv(LGPIO_WORK_DIR_VARIABLE, str(tmp_path))
    monkeypatch.setitem(sys.modules, "lgpio", None)
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
    monkeypatch.delitem(sys.modules, "hardware.gates.kernel_stamp", raising=False)
    with pytest.raises(PinFactoryError, match="make setup-pi"):
        open_factory("lgpio", tmp_path, KERNEL)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("rpigpio", "when Python gets round to it"),
        ("native", "when Python gets round to it"),
        ("pigpio", "can't be related to CLOCK_MONOTONIC"),
        ("mock", "nothing drives its pins"),
        ("toaster", "There is no pin factory 'toaster'"),
    ],
)
def test_refused(name: str, reason: str, tmp_path: Path) -> None:
    """It should refuse what can't time a lap, with the reason."""
    with pytest.raises(PinFactoryError, match=reason) as caught:
        open_factory(name, tmp_path, KERNEL)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("release", ["5.4.0-91-generic", "4.19.66-v7+", "unknown"])
def test_old_kernel(release: str, tmp_path: Path) -> None:
    """It should refuse a kernel that stamps with a clock that can be set."""
    with pytest.raises(PinFactoryError, match=r"5\.7 or later"):
        open_factory("lgpio", tmp_path, release)


def test_order_of_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should prefer the setting, then gpiozero's own variable, then lgpio."""
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    assert factory_name(None) == "lgpio"
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "Native")
    assert factory_name(None) == "native"
    assert factory_name("pigpio") == "pigpio"


def test_nothing_of_lgpio_is_imported_for_others() -> None:
    """It should be possible to time virtual races on a machine without lgpio."""
    importlib.import_module("hardware.gates.factories")
    assert "lgpio" not in sys.modules
