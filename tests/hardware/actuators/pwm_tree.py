"""A folder like /sys/class/pwm: the real driver writes its files, the test reads them."""

from pathlib import Path

from hardware.actuators.settings import WheelsSettings

CHIP = "pwmchip0"


class PwmTree:
    """One chip with channels that are exported already; one that is there stays as it is."""

    def __init__(self, root: Path, channels: tuple[int, ...] = (0, 1)) -> None:
        self.root = root
        self.chip = root / CHIP
        if self.chip.exists():
            return
        self.chip.mkdir(parents=True)
        (self.chip / "export").touch()
        (self.chip / "npwm").write_text("16\n", encoding="ascii")
        for channel in channels:
            self.export(channel)

    def export(self, channel: int) -> None:
        """Let a channel appear, as the kernel does: off, and without a period."""
        folder = self.chip / f"pwm{channel}"
        folder.mkdir()
        for name in ("duty_cycle", "period", "enable"):
            (folder / name).write_text("0\n", encoding="ascii")

    def settings(self, calibration: Path | None = None) -> WheelsSettings:
        """Return the settings of wheels on this chip: throttle on 0, steering on 1."""
        return WheelsSettings(pwm_root=self.root, calibration=calibration)

    def value(self, channel: int, name: str) -> int:
        """Return what a file says; the kernel reads the first line of what is written."""
        text = (self.chip / f"pwm{channel}" / name).read_text(encoding="ascii")
        return int(text.split("\n", 1)[0] or 0)

    def throttle_file(self) -> Path:
        """Return the file with the throttle's pulse."""
        return self.chip / "pwm0" / "duty_cycle"

    def throttle_ns(self) -> int:
        """Return the throttle's pulse."""
        return self.value(0, "duty_cycle")

    def steering_ns(self) -> int:
        """Return the steering's pulse."""
        return self.value(1, "duty_cycle")
