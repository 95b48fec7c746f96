"""The server's watchdog is fed by what the writer has done, and by nothing else."""

import asyncio
import socket
import threading
from pathlib import Path

import pytest

from tests.timing_server.service.desk import open_desk
from tests.waiting import PATIENCE_S
from timing_server.adapters.heartbeat import keep_beating


def test_a_wedged_writer_lets_the_watchdog_bite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should say nothing while the writer's thread hangs, and go on once it works again."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    is_stuck, is_freed = threading.Event(), threading.Event()

    def hang(_draft: object) -> None:
        is_stuck.set()
        is_freed.wait(PATIENCE_S)

    async def watch(heard: socket.socket) -> None:
        desk.writer.submit(hang)
        assert await asyncio.to_thread(is_stuck.wait, 20)
        heart = asyncio.create_task(keep_beating(desk.writer))
        for _ in range(20):
            await asyncio.sleep(0)
        with pytest.raises(BlockingIOError):
            heard.recv(100)
        is_freed.set()
        loop = asyncio.get_running_loop()
        assert await asyncio.wait_for(loop.sock_recv(heard, 100), 20) == b"WATCHDOG=1"
        heart.cancel()

    with (
        open_desk(tmp_path) as desk,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard,
    ):
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        asyncio.run(watch(heard))


def test_a_refusal_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should go on beating where the writer answers that it can't: a full disk is no wedge."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

    async def watch(heard: socket.socket) -> None:
        heart = asyncio.create_task(keep_beating(desk.writer))
        loop = asyncio.get_running_loop()
        assert await asyncio.wait_for(loop.sock_recv(heard, 100), 20) == b"WATCHDOG=1"
        heart.cancel()

    with (
        open_desk(tmp_path) as desk,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard,
    ):
        desk.writer.stop()
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        asyncio.run(watch(heard))
