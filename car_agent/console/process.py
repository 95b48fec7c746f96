"""``paddock car console``: the process beside agent and guard that serves the car's own page."""

import ipaddress
import socket
from contextlib import closing, suppress

import structlog
import uvicorn

from car_agent.console.car_side import CarSide
from car_agent.console.errors import ConsoleAddressError
from car_agent.console.web.access import Access, Say
from car_agent.console.web.app import build_app
from car_agent.fleet.offered import offered_by
from car_agent.guarding import guard_request
from car_agent.settings import CarSettings
from display.pages.routes import create_console_routes
from timing_server.contract.log import configure_log

_log = structlog.get_logger()

_GRACE_S = 2


def run_console(settings: CarSettings, host: str, port: int, say: Say) -> None:
    """Serve until SIGTERM or SIGINT. Raises ConsoleAddressError where the port isn't free."""
    configure_log()
    with (
        _listening(host, port) as listener,
        closing(
            CarSide(
                settings.console_socket,
                guard_request(settings),
                settings.guard_socket,
                offered_by(settings),
            )
        ) as car,
    ):
        address = _address(host, listener.getsockname()[1])
        access = Access(lambda code: say(f"Car console: open {address} and type {code}"))
        app = build_app(car, access, create_console_routes())
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            log_level="warning",
            # Nobody tells this console who its visitors are: X-Forwarded-For is anyone's claim.
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=_GRACE_S,
        )
        with suppress(KeyboardInterrupt):  # uvicorn has ended, and passes Ctrl-C on
            uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise ConsoleAddressError(
            f"The console can't listen at {host}:{port} ({error.strerror}); say where with "
            "--host and --port."
        ) from error


def _address(host: str, port: int) -> str:
    """Return what a person types; a console that listens everywhere is found by its name."""
    try:
        is_everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        is_everywhere = False
    if not is_everywhere:
        return f"http://{host}:{port}"
    return f"http://{socket.gethostname().removesuffix('.local')}.local:{port}"
