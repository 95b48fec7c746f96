"""A worker put together: its token, its way to the server, the signals that end it."""

import signal
from types import FrameType

import typer

from car_agent.worker.errors import WorkerRefusedError
from car_agent.worker.link import ServerLink
from car_agent.worker.settings import WorkerSettings
from car_agent.worker.work import Worker
from hardware.discovery import with_server
from hardware.errors import TokenFileError
from hardware.pairing import pair_into, paired_scope
from hardware.server_access import read_token
from timing_server.contract.people.pairing import PairingRequest


def run_worker(settings: WorkerSettings, *, is_pairing: bool, is_once: bool) -> None:
    """Work until a signal ends it, or with ``is_once`` until nothing waits.

    Raises WorkerRefusedError, WorkerUnfitError, TokenFileError or PairingRefusedError.
    """
    token = None if is_pairing else _own_token(settings)
    settings = with_server(settings, typer.echo, token)
    if is_pairing:
        request = PairingRequest(role="worker", name=settings.name)
        pair_into(settings.token_path, settings.server_url, request, typer.echo)
        token = read_token(settings.token_path)
    name = paired_scope(settings.token_path) or settings.name
    link = ServerLink(settings.server_url, name, token or "")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        driven = Worker(link, typer.echo).work(is_once=is_once)
        typer.echo(f"Nothing waits; {driven} runs were driven.")
    except KeyboardInterrupt:
        typer.echo("The worker has ended.")
    finally:
        link.close()


def _own_token(settings: WorkerSettings) -> str:
    try:
        return read_token(settings.token_path)
    except TokenFileError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise
        raise WorkerRefusedError(
            "The worker has no token: start it once with --pair, or give --token-file FILE with "
            f"one of role 'worker' and scope '{settings.name}'."
        ) from error


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
