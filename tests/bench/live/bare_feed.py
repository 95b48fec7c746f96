"""The baseline of the live stream: a bare asyncio server that writes given bytes to all clients.

``python -m tests.bench.live.bare_feed``: prints the port; for each line ``BYTES`` on standard input
it writes an event of that many bytes to every client and prints the CLOCK_MONOTONIC nanoseconds at
which it began. ``/page`` is the smallest page that shows how long the newest event is.
"""

import asyncio
import sys
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
PAGE = b"""HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<!doctype html>
<title>waits</title><link rel=icon href=data:><p></p><script>
const feed = new EventSource("/");
feed.onopen = () => { document.title = "open"; };
feed.onmessage = (event) => { document.querySelector("p").textContent = event.data.length; };
</script>"""


async def serve() -> None:
    """Accept clients, and write when told to."""
    clients: list[asyncio.StreamWriter] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if request.startswith(b"GET /page "):
            writer.write(PAGE)
            writer.close()
            return
        writer.write(HEAD)
        clients.append(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        frame = b"data: " + b"x" * (int(line) - 8) + b"\n\n"
        began_ns = time.monotonic_ns()
        for client in clients:
            client.write(frame)
        sys.stdout.write(f"{began_ns}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())
