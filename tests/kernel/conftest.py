"""Prints the run's figures at its end."""

import pytest

from tests.kernel.summary import FIGURES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was shown, as docs/test-kernel.md has it."""
    if not FIGURES:
        return
    terminalreporter.section("What the kernel has shown")
    for what, figure in FIGURES.items():
        terminalreporter.write_line(f"{what:<62} {figure}")
