"""The real server in a process of its own that also says when each commit was done.

``python -m tests.bench.live.stamped_server FOLDER BYTES``: prints the port, then one
CLOCK_MONOTONIC nanosecond stamp a line, taken when a transaction has reached the disk (decision:
fan-out is measured from the commit). BYTES: what the kernel may hold for a client that doesn't
read; 0 for the system's own.
"""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from timing_server.adapters.listening import listen
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.adapters.sqlite.transaction import SqlTransaction
from timing_server.main import create_app, server_config, tune_process
from timing_server.settings import ServerSettings


def say(line: str) -> None:
    """Print at once; the reader waits for it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def stamp_commits() -> None:
    """Wrap the store's transaction so that each commit is stamped right after it is done."""
    commit = SqlStore.transaction

    @contextmanager
    def stamped(self: SqlStore) -> Iterator[SqlTransaction]:
        with commit(self) as transaction:
            yield transaction
        say(str(time.monotonic_ns()))

    # Replacing the method is the measurement.
    SqlStore.transaction = stamped  # type: ignore[method-assign]


def main() -> None:
    """Serve until the parent ends this process."""
    listener = listen("127.0.0.1", 0)
    if buffer_bytes := int(sys.argv[2]):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer_bytes)
    say(str(listener.getsockname()[1]))
    stamp_commits()
    tune_process()
    app = create_app(ServerSettings(data_dir=Path(sys.argv[1]), host="127.0.0.1", port=0))
    uvicorn.Server(server_config(app)).run(sockets=[listener])


if __name__ == "__main__":
    main()
