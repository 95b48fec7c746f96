"""Kernel PWM: the real file writes, into a folder like /sys/class/pwm."""

import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from hardware.actuators.command import Actuators, CarReading, Command
from hardware.actuators.devices.kernel_pwm import DEEPRACER_DEVICE, find_chip
from hardware.actuators.errors import ActuatorError, CalibrationError
from hardware.actuators.registry import ActuatorRequest, open_actuators, set_neutral
from hardware.actuators.settings import WheelsSettings
from hardware.calibration.file import DEFAULT, save_calibration
from tests.hardware.actuators.pwm_tree import CHIP, PwmTree

LEFT_AND_FORWARD = Command(1.0, 0.5, 0, 0, 300_000_000)


@pytest.fixture
def tree(tmp_path: Path) -> PwmTree:
    return PwmTree(tmp_path / "pwm")


def request_of(tree: PwmTree, calibration: Path | None = None) -> ActuatorRequest:
    return ActuatorRequest("red", wheels=tree.settings(calibration))


def opened(tree: PwmTree) -> Actuators:
    return open_actuators("pwm", request_of(tree))


def test_pulses_of_a_command(tree: PwmTree) -> None:
    """It should write period and pulses in ns, and switch each channel on with its first pulse."""
    with closing(opened(tree)) as subject:
        assert subject.description == f"{CHIP} (kernel PWM)"
        assert tree.value(0, "enable") == 0
        subject.apply(LEFT_AND_FORWARD)
        assert (tree.steering_ns(), tree.throttle_ns()) == (1_700_000, 1_378_500)
        for channel in (0, 1):
            assert (tree.value(channel, "period"), tree.value(channel, "enable")) == (20_000_000, 1)
        assert subject.reading() == CarReading()


def test_neutral_keeps_the_steering(tree: PwmTree) -> None:
    """It should take the throttle to its middle and leave the wheels turned."""
    with closing(opened(tree)) as subject:
        subject.apply(LEFT_AND_FORWARD)
        subject.neutral()
        assert (tree.steering_ns(), tree.throttle_ns()) == (1_700_000, 1_446_000)


def test_close_leaves_pulses_of_neutral(tree: PwmTree) -> None:
    """It should go on to tell the motor controller neutral, rather than nothing."""
    subject = opened(tree)
    subject.apply(LEFT_AND_FORWARD)
    subject.close()
    assert (tree.throttle_ns(), tree.value(0, "enable")) == (1_446_000, 1)


def test_a_shorter_number_leaves_nothing_of_a_longer_one(tree: PwmTree, tmp_path: Path) -> None:
    """It should write numbers that the kernel reads as they were meant."""
    path = tmp_path / "c.json"
    save_calibration(DEFAULT.with_servo(min_ns=900_000), path)
    with closing(open_actuators("pwm", request_of(tree, path))) as subject:
        subject.apply(Command(1.0, 0.0, 0, 0, 1))
        subject.apply(Command(-1.0, 0.0, 0, 0, 1))
        assert tree.steering_ns() == 900_000


def test_a_calibration_counts_from_the_next_command(tree: PwmTree) -> None:
    """It should use other pulses without being opened anew, and refuse what is none."""
    with closing(opened(tree)) as subject:
        subject.calibrate(DEFAULT.with_motor(mid_ns=1_460_000).to_json())
        subject.neutral()
        assert tree.throttle_ns() == 1_460_000
        with pytest.raises(CalibrationError):
            subject.calibrate("{}")


def test_another_period_is_set_with_the_pulse_out_of_its_way(tree: PwmTree) -> None:
    """It should not ask for a period shorter than the pulse of another program."""
    (tree.chip / "pwm0" / "period").write_text("40000000\n", encoding="ascii")
    (tree.chip / "pwm0" / "duty_cycle").write_text("30000000\n", encoding="ascii")
    with closing(opened(tree)):
        assert tree.value(0, "duty_cycle") == 0
        assert tree.value(0, "period") == 20_000_000


def test_a_channel_is_exported_first(tmp_path: Path) -> None:
    """It should ask the kernel for the channel and wait until its files are there."""
    tree = PwmTree(tmp_path / "pwm", channels=(1,))
    export = tree.chip / "export"
    export.unlink()
    os.mkfifo(export)

    def kernel() -> None:
        tree.export(int(export.read_text(encoding="ascii")))

    thread = threading.Thread(target=kernel)
    thread.start()
    with closing(opened(tree)) as subject:
        thread.join()
        subject.neutral()
        assert tree.throttle_ns() == 1_446_000


def test_one_guard_at_a_time(tree: PwmTree) -> None:
    """It should refuse a second one, until the first is gone; neutral is always let through."""
    first = opened(tree)
    first.apply(LEFT_AND_FORWARD)
    with pytest.raises(ActuatorError, match="Another guard holds pwmchip0"):
        opened(tree)
    set_neutral("pwm", request_of(tree))
    assert tree.throttle_ns() == 1_446_000
    first.close()
    opened(tree).close()


def test_a_missing_channel_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should name the folder, and not keep the chip's lock."""
    monkeypatch.setattr("hardware.actuators.devices.kernel_pwm.EXPORT_PATIENCE_S", 0.0)
    tree = PwmTree(tmp_path / "pwm", channels=(0,))
    with pytest.raises(ActuatorError, match=r"pwm1 can't be used \(no permission"):
        opened(tree)
    tree.export(1)
    opened(tree).close()


def test_the_deepracers_chip_is_found_by_its_place(tmp_path: Path) -> None:
    """It should take the board's chip among several, whatever number the kernel gave it."""
    root = tmp_path / "pwm"
    PwmTree(root)
    device = tmp_path / "devices" / DEEPRACER_DEVICE / "pwm" / "pwmchip4"
    device.mkdir(parents=True)
    (root / "pwmchip4").symlink_to(device)
    assert find_chip(WheelsSettings(pwm_root=root)) == root / "pwmchip4"


def test_which_chip_is_a_question_where_there_are_several(tmp_path: Path) -> None:
    """It should ask, take the one that is named, and say where there is none."""
    root = tmp_path / "pwm"
    with pytest.raises(ActuatorError, match="has no PWM chip"):
        find_chip(WheelsSettings(pwm_root=root))
    for name in ("pwmchip0", "pwmchip2"):
        (root / name).mkdir(parents=True)
    with pytest.raises(ActuatorError, match=r"several PWM chips \(pwmchip0, pwmchip2\)"):
        find_chip(WheelsSettings(pwm_root=root))
    assert find_chip(WheelsSettings(pwm_root=root, pwm_chip="pwmchip2")) == root / "pwmchip2"
    with pytest.raises(ActuatorError, match="There is no"):
        find_chip(WheelsSettings(pwm_root=root, pwm_chip="pwmchip9"))


def test_a_board_that_keeps_its_pulses_in_is_told_to_let_them_out(
    tree: PwmTree, tmp_path: Path
) -> None:
    """It should pull its line low, in one step, and say where there is no such line."""
    line = tmp_path / "gpio" / "gpio436"
    line.mkdir(parents=True)
    (line / "direction").write_text("in\n", encoding="ascii")
    wheels = tree.settings().model_copy(update={"enable_gpio": 436, "gpio_root": tmp_path / "gpio"})
    actuators = open_actuators("pwm", ActuatorRequest("red", wheels=wheels))
    # The chip still has the pulse of who died here: it stays in until neutral is written.
    assert (line / "direction").read_text(encoding="ascii") == "in\n"
    actuators.close()
    assert tree.throttle_ns() == DEFAULT.motor.mid_ns
    assert (line / "direction").read_text(encoding="ascii") == "low\n"
    elsewhere = wheels.model_copy(update={"gpio_root": tmp_path / "none"})
    with pytest.raises(ActuatorError, match="export can't be used"):
        open_actuators("pwm", ActuatorRequest("red", wheels=elsewhere)).neutral()
