"""Benches as processes of this machine: one a session, bounded, ended in time."""

import asyncio
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from timing_server.adapters.processes import lab_benches
from timing_server.adapters.processes.lab_benches import MOST_BENCHES, CommandBenches
from timing_server.service.lab.errors import LabBusyError, LabFailedError

#: A bench that does as it is told, and tells its process.
OBEDIENT = """
import os, subprocess, sys, time
for line in sys.stdin:
    word = line.strip()
    if word == "hang":
        time.sleep(1000)
    if word == "end":
        sys.exit(3)
    if word == "flood":
        print("x" * 10**7, flush=True)
    if word == "child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        print(child.pid, flush=True)
    else:
        print(os.getpid(), flush=True)
"""


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "bench.py"
    script.write_text(textwrap.dedent(OBEDIENT))
    return sys.executable, str(script)


def run(work: Callable[[CommandBenches], Awaitable[None]], subject: CommandBenches) -> None:
    async def whole() -> None:
        try:
            await work(subject)
        finally:
            await subject.close()

    asyncio.run(whole())


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def gone(pid: int) -> None:
    """Look until it is: waiting for it would take its end from whoever started it."""
    async with asyncio.timeout(60):
        while is_alive(pid):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


def test_each_session_has_one_bench_that_lives_on(command: tuple[str, ...]) -> None:
    """It should ask the same process again, and another one for somebody else."""

    async def work(benches: CommandBenches) -> None:
        first = await benches.ask("a", b"x\n")
        assert await benches.ask("a", b"x\n") == first
        assert await benches.ask("b", b"x\n") != first

    run(work, CommandBenches(command))


def test_one_that_hangs_or_ends_is_told_and_replaced(command: tuple[str, ...]) -> None:
    """It should end a silent one with all its children, and have a new one the next time."""

    async def work(benches: CommandBenches) -> None:
        first = int(await benches.ask("a", b"x\n"))
        child = int(await benches.ask("a", b"child\n"))
        with pytest.raises(LabFailedError, match="did not answer"):
            await benches.ask("a", b"hang\n")
        await gone(first)
        await gone(child)
        second = int(await benches.ask("a", b"x\n"))
        with pytest.raises(LabFailedError, match="ended without an answer"):
            await benches.ask("a", b"end\n")
        with pytest.raises(LabFailedError):
            await benches.ask("a", b"flood\n")
        assert len({first, second, int(await benches.ask("a", b"x\n"))}) == 3

    run(work, CommandBenches(command, patience_s=3.0))


def test_an_idle_one_is_ended(command: tuple[str, ...]) -> None:
    """It should give the memory back when nobody asks any more."""

    async def work(benches: CommandBenches) -> None:
        await gone(int(await benches.ask("a", b"x\n")))

    run(work, CommandBenches(command, idle_s=0.2))


def test_who_goes_away_ends_the_work(command: tuple[str, ...]) -> None:
    """It should not go on for nobody."""

    async def work(benches: CommandBenches) -> None:
        process = int(await benches.ask("a", b"x\n"))
        asking = asyncio.create_task(benches.ask("a", b"hang\n"))
        await asyncio.sleep(0.2)
        asking.cancel()
        await gone(process)

    run(work, CommandBenches(command))


def test_the_machine_bears_only_so_many(command: tuple[str, ...]) -> None:
    """It should take the bench that was idle longest, and refuse where all are fresh."""

    async def full(benches: CommandBenches) -> None:
        for number in range(MOST_BENCHES):
            await benches.ask(str(number), b"x\n")
        with pytest.raises(LabBusyError, match="full"):
            await benches.ask("late", b"x\n")

    async def stale(benches: CommandBenches) -> None:
        processes = [int(await benches.ask(str(each), b"x\n")) for each in range(MOST_BENCHES)]
        await benches.ask("0", b"x\n")
        await benches.ask("late", b"x\n")
        await gone(processes[1])
        assert int(await benches.ask("0", b"x\n")) == processes[0]

    run(full, CommandBenches(command))
    run(stale, CommandBenches(command, fresh_s=0.0))


def test_a_session_that_asks_too_fast_is_refused(command: tuple[str, ...]) -> None:
    """It should let a few questions wait, and no more."""

    async def work(benches: CommandBenches) -> None:
        asking = [
            asyncio.create_task(benches.ask("a", b"hang\n"))
            for _ in range(lab_benches.MOST_WAITING)
        ]
        await asyncio.sleep(0.05)
        with pytest.raises(LabBusyError, match="last questions"):
            await benches.ask("a", b"x\n")
        await benches.close()
        done = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(each, LabFailedError) for each in done)

    run(work, CommandBenches(command))
