"""The form of every measurement: ours beside a bare baseline, taken in one run, as a ratio."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One comparison; durations in microseconds, one value per repetition."""

    name: str
    baseline_name: str
    baseline_us: Sequence[float]
    ours_us: Sequence[float]

    def ratio(self, percentile: float) -> float:
        """Return ours over baseline at a percentile (50 = median)."""
        ours = float(np.percentile(self.ours_us, percentile))
        return ours / float(np.percentile(self.baseline_us, percentile))

    def markdown(self) -> str:
        """Return the comparison as a row of the table."""
        return (
            f"| {self.name} | {self.baseline_name} | {len(self.ours_us)} "
            f"| {np.percentile(self.baseline_us, 50):.0f} µs "
            f"| {np.percentile(self.ours_us, 50):.0f} µs "
            f"| **{_times(self.ratio(50))}** | {_times(self.ratio(99))} |"
        )


def _times(ratio: float) -> str:
    """Return a ratio with two decimals, or with three digits where it is a small fraction."""
    return f"{ratio:.2f}×" if ratio >= 0.1 else f"{ratio:.3g}×"


@dataclass(frozen=True, slots=True)
class BenchTable:
    """What one bench module measured."""

    title: str
    rows: tuple[BenchRow, ...]
    #: A second table in Markdown, of what isn't a duration.
    rates: str = ""

    def markdown(self) -> str:
        """Return the table as it goes into docs/performance.md."""
        lines = [f"### {self.title}"]
        if self.rows:
            lines += self._row_lines()
        if self.rates:
            lines += ["", self.rates]
        return "\n".join(lines)

    def _row_lines(self) -> list[str]:
        return [
            "",
            "| what | against | n | baseline p50 | ours p50 | **ratio p50** | ratio p99 |",
            "|---|---|---|---|---|---|---|",
            *(row.markdown() for row in self.rows),
        ]
