"""The way to a Ray cluster: by its client's address, with one sentence for what goes wrong."""

import signal
import socket
import threading
from urllib.parse import urlsplit

import ray
from ray._private import auto_init_hook

from car_agent.cluster.errors import ClusterError

SCHEME = "ray://"
AWAY = "The cluster doesn't answer any more"
_USUAL_PORT = 10001
_REACH_S = 5.0
_TRIES = 3

# Asked for anything once a cluster is gone, Ray would start another one, on this machine.
auto_init_hook.enable_auto_connect = False


def connect(address: str) -> int:
    """Connect to a cluster by its client's address (``ray://HOST:10001``); return its processors.

    Raises ClusterError with one sentence.
    """
    _reach(address)
    try:
        _begin(address)
        processors = int(ray.cluster_resources().get("CPU", 0))
    except Exception as error:  # its client raises whatever its transport does
        raise ClusterError(_why_not(address, error)) from error
    if processors < 1:
        raise ClusterError(f"The cluster at {address} has no processor to drive with.")
    return processors


def disconnect() -> None:
    """Leave the cluster; what still runs there for this process ends."""
    ray.shutdown()


def _reach(address: str) -> None:
    """Find out whether anything listens there: Ray's own client tries for a minute."""
    if not address.startswith(SCHEME):
        raise ClusterError(f"'{address}' is no cluster's address; it begins with {SCHEME}.")
    try:
        parts = urlsplit(address)
        where = parts.hostname or "", parts.port or _USUAL_PORT
    except ValueError as error:
        raise ClusterError(f"'{address}' is no cluster's address: {error}.") from error
    try:
        socket.create_connection(where, _REACH_S).close()
    except OSError as error:
        raise ClusterError(
            f"No cluster answers at {address}: start one (ray start --head), and give the port of "
            f"its client server, {_USUAL_PORT} unless it was told otherwise."
        ) from error


def _begin(address: str) -> None:
    # Ray puts a handler of its own in the place of ours, by which nothing ends in order.
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGTERM)
    _init(address)
    if is_main and handler is not None:
        signal.signal(signal.SIGTERM, handler)


def _init(address: str) -> None:
    for tried in range(1, _TRIES + 1):
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        except ConnectionAbortedError:
            # The head had no time to start a process for this client, which is another try's luck.
            if tried == _TRIES:
                raise
        else:
            return


def _why_not(address: str, error: Exception) -> str:
    if "ersion mismatch" in str(error):
        return (
            f"The cluster at {address} runs another version of Ray or Python than this machine: "
            "install the same on all of them (make setup-cluster)."
        )
    return f"The cluster at {address} doesn't take this machine: {first_line(error)}."


def first_line(error: object) -> str:
    """Return the beginning of what a library says, without a full stop."""
    return str(error).strip().split("\n", 1)[0][:200].rstrip(". ")
