"""The baseline of a hall full of spectators: ``broadcast`` of the websockets library, as it comes.

``python -m tests.bench.live.bare_broadcast``: prints the port; for each line ``BYTES`` on standard
input it sends a text of that many bytes to every client and prints the CLOCK_MONOTONIC nanoseconds
at which it began.
"""

import asyncio
import sys
import time

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main() -> None:
    """Accept clients, and send when told to."""
    clients: set[ServerConnection] = set()

    async def accept(client: ServerConnection) -> None:
        clients.add(client)
        await client.send("welcome\n\n")
        await client.wait_closed()

    async with serve(accept, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        (listener,) = server.sockets
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        orders = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        while line := await orders.readline():
            text = "x" * (int(line) - 2) + "\n\n"
            began_ns = time.monotonic_ns()
            broadcast(clients, text)
            sys.stdout.write(f"{began_ns}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
