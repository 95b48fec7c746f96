"""A Ray cluster of one machine, for tests: started by Ray's own command, ended by its process."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: Ray takes 127.0.0.1 for 'find my own address'; this one is of loopback as well.
HOST = "127.0.0.2"
PATIENCE_S = 120.0


@contextmanager
def ray_cluster(processors: int, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield the address of a cluster with so many processors, and what is else in its environment.

    Its machines find Paddock where this is, unless ``PYTHONPATH`` says otherwise.
    """
    client_port = _free_port()
    # Ray keeps sockets in there, whose paths must be short.
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        command = [
            *(str(Path(sys.executable).with_name("ray")), "start", "--head", "--block"),
            *(f"--node-ip-address={HOST}", f"--port={_free_port()}", f"--temp-dir={folder}"),
            *(f"--ray-client-server-port={client_port}", f"--num-cpus={processors}"),
            *("--min-worker-port=0", "--max-worker-port=0", "--include-dashboard=false"),
        ]
        own = {"PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
        head = subprocess.Popen(
            command,
            env=os.environ | own | dict(environment or {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_for(client_port, head)
            yield f"ray://{HOST}:{client_port}"
        finally:
            head.terminate()
            with suppress(subprocess.TimeoutExpired):
                head.wait(PATIENCE_S)
            with suppress(ProcessLookupError):
                os.killpg(head.pid, signal.SIGKILL)
            head.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, head: "subprocess.Popen[bytes]") -> None:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        assert head.poll() is None, "Ray ended at once"
        with suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.2)
    raise AssertionError("Ray's client server didn't come up")
