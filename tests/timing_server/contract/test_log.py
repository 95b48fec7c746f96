"""The log: it may be lost, but ends nothing."""

import sys
from pathlib import Path

import pytest
import structlog

from timing_server.contract.log import UnfailingStderr, configure_log


@pytest.fixture(autouse=True)
def _own_configuration() -> None:
    structlog.reset_defaults()


def test_one_line_each_from_info_on(capsys: pytest.CaptureFixture[str]) -> None:
    """It should write what people need, and leave out what is for debugging."""
    configure_log()
    log = structlog.get_logger()
    log.debug("too_fine")
    log.info("node_ready", name="finish")
    structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    assert "node_ready" in line
    assert "name=finish" in line


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should lose the line and raise nothing."""
    full = Path("/dev/full").open("w", buffering=1, encoding="utf-8")  # noqa: SIM115 - see below
    monkeypatch.setattr(sys, "stderr", full)
    subject = UnfailingStderr()
    subject.write("a line\n")
    subject.flush()
    with pytest.raises(OSError, match="No space left"):
        full.close()


def test_a_log_that_is_closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It should not mind either."""
    closed = (tmp_path / "log").open("w", encoding="utf-8")
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    subject = UnfailingStderr()
    subject.write("a line\n")
    subject.flush()


def test_a_traceback_tells_no_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """It should say where something failed, and none of the variables there."""
    configure_log()

    def fail(token: str) -> None:
        raise ValueError(len(token))

    try:
        fail("".join(["never-", "to-be-seen"]))
    except ValueError:
        structlog.get_logger().exception("request_failed")
    structlog.reset_defaults()
    written = capsys.readouterr().err
    assert "ValueError: 16" in written
    assert "never-to-be-seen" not in written
