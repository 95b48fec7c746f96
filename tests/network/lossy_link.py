"""A bad Wi-Fi as TCP shows it: every byte late, and what is lost later still, in order."""

import asyncio
import random
import threading
from contextlib import suppress

#: What a lost segment costs beyond the way there and back: the least that Linux waits.
RETRANSMIT_S = 0.2
_CHUNK = 65_536


class LossyLink:
    """Relays TCP to ``127.0.0.1:port``.

    Each piece takes ``delay_s`` each way; a share of ``loss_frac`` is lost, again and again by the
    same chance, and then takes a retransmission longer each time, twice as long as the last.
    """

    def __init__(self, port: int, delay_s: float, loss_frac: float, seed: int = 7) -> None:
        self._port = port
        self._delay_s = delay_s
        self._loss_frac = loss_frac
        self._chance = random.Random(seed)  # noqa: S311 - a dice, no secret
        self.lost = 0
        self.passed = 0
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._over = asyncio.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._is_up.wait(10)

    @property
    def url(self) -> str:
        """Where the far end finds its server."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Break every connection and stop listening."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        await self._over.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Transports that were broken off close in the loop's next turn.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _relay(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        outs = [near_out]
        both: list[asyncio.Task[None]] = []
        try:
            far, far_out = await asyncio.open_connection("127.0.0.1", self._port)
            outs.append(far_out)
            both = [
                asyncio.create_task(self._carry(near, far_out)),
                asyncio.create_task(self._carry(far, near_out)),
            ]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(2 * self._delay_s)
        except OSError:
            return
        finally:
            for task in both:
                task.cancel()
            for out in outs:
                out.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Read without waiting for what was read before to arrive, and deliver in order."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(self._deliver(under_way, sink))
        try:
            with suppress(OSError):
                while piece := await source.read(_CHUNK):
                    under_way.put_nowait((self._loop.time() + self._way_s(), piece))
                under_way.put_nowait((self._loop.time() + self._delay_s, b""))
                await delivering
        finally:
            delivering.cancel()

    async def _deliver(
        self, under_way: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while True:
                due_s, piece = await under_way.get()
                await asyncio.sleep(max(0.0, due_s - self._loop.time()))
                if not piece:
                    return
                sink.write(piece)
                await sink.drain()

    def _way_s(self) -> float:
        way_s, again_s = self._delay_s, 2 * self._delay_s + RETRANSMIT_S
        self.passed += 1
        while self._chance.random() < self._loss_frac:
            self.lost += 1
            way_s += again_s
            again_s *= 2
        return way_s
