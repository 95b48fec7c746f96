"""The venue's socket: who comes in, what they say, and that they may leave at any moment."""

import asyncio
import errno
import os
import socket
import stat
from pathlib import Path

import structlog

from hardware.virtual.client import check_socket_path
from hardware.virtual.errors import LinkError, SocketPathError
from hardware.virtual.link import JoinActuators, JoinCamera, JoinGates, Refusal, pack, read_frame
from hardware.virtual.process.devices import Device, VenueDevices

_JOIN_PATIENCE_S = 5.0

_log = structlog.get_logger()


class Door:
    """Listens on a Unix-domain socket and hands devices to ``VenueDevices``."""

    def __init__(self, path: Path, devices: VenueDevices) -> None:
        self._path = path
        self._devices = devices
        self._server: asyncio.Server | None = None
        self._visitors: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to listen. Raises SocketPathError with one sentence where that can't be."""
        check_socket_path(self._path)
        _clear_stale(self._path)
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._visit, path=str(self._path))
        except OSError as error:
            raise SocketPathError(
                f"The venue's socket can't be opened at {self._path}: {error.strerror}; "
                "name a place that can be written with --socket."
            ) from error
        finally:
            os.umask(mask)

    async def close(self) -> None:
        """Send everyone away and remove the socket."""
        if self._server is None:
            return
        self._server.close()
        for visitor in tuple(self._visitors):
            visitor.cancel()
        await asyncio.gather(*self._visitors, return_exceptions=True)
        await self._server.wait_closed()
        self._path.unlink(missing_ok=True)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._visitors.add(task)
            task.add_done_callback(self._visitors.discard)
        try:
            await self._serve(reader, writer)
        except (EOFError, OSError, TimeoutError):
            pass  # whoever was there is gone: a killed process says no goodbye
        except LinkError as error:
            _log.warning("visitor_sent_away", reason=str(error))
        except asyncio.CancelledError:
            pass  # the venue closes; a cancelled handler must not reach asyncio's own callback
        finally:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_JOIN_PATIENCE_S):
            join, _ = await read_frame(reader)
        if not isinstance(join, JoinGates | JoinCamera | JoinActuators):
            raise LinkError(f"A visitor began with '{join.kind}' instead of joining.")
        reason = self._devices.why_refused(join)
        if reason is not None:
            writer.write(pack(Refusal(reason=reason)))
            await writer.drain()
            return
        device = Device(join, writer)
        self._devices.add(device)
        _log.info("device_joined", **join.model_dump(include={"kind", "car_id", "gates"}))
        try:
            while True:
                message, _ = await read_frame(reader)
                self._devices.take(device, message)
        finally:
            self._devices.remove(device)
            _log.info("device_left", **join.model_dump(include={"kind", "car_id", "gates"}))


def _clear_stale(path: Path) -> None:
    """Remove the socket of a venue that was killed; refuse one that is alive, or another file."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise SocketPathError(f"{path} can't be looked at: {error.strerror}.") from error
    if not stat.S_ISSOCK(mode):
        raise SocketPathError(f"{path} is a file, not a socket; name another with --socket.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(str(path)) != errno.ECONNREFUSED:
            raise SocketPathError(
                f"Another venue is open at {path}; end it, or name another socket with --socket."
            )
    path.unlink(missing_ok=True)
