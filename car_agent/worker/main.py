"""A worker put together: its token, its way to the server, the signals that end it."""

import signal
from collections.abc import Callable
from contextlib import ExitStack, closing
from types import FrameType
from typing import Protocol

import typer

from car_agent.cluster.errors import ClusterError
from car_agent.worker.crew import work_together
from car_agent.worker.errors import WorkerRefusedError
from car_agent.worker.limited.nursery import Nursery
from car_agent.worker.link import ServerLink
from car_agent.worker.settings import WorkerSettings
from car_agent.worker.work import Rest, Worker
from hardware.discovery import with_server
from hardware.errors import TokenFileError
from hardware.pairing import pair_into, paired_scope
from hardware.server_access import read_token
from timing_server.contract.people.pairing import PairingRequest


def run_worker(settings: WorkerSettings, *, is_pairing: bool, is_once: bool) -> None:
    """Work until a signal ends it, or with ``is_once`` until nothing waits.

    Raises WorkerRefusedError, WorkerUnfitError, ClusterError, TokenFileError or
    PairingRefusedError.
    """
    token = None if is_pairing else _own_token(settings)
    settings = with_server(settings, typer.echo, token)
    if is_pairing:
        request = PairingRequest(role="worker", name=settings.name)
        pair_into(settings.token_path, settings.server_url, request, typer.echo)
        token = read_token(settings.token_path)
    name = paired_scope(settings.token_path) or settings.name
    signal.signal(signal.SIGTERM, _interrupt)

    def link() -> ServerLink:
        return ServerLink(settings.server_url, name, token or "")

    work = _work_here if settings.workers is None else _work_on(settings.workers)
    try:
        driven = work(link, is_once=is_once)
        typer.echo(f"Nothing waits; {driven} runs were driven.")
    except KeyboardInterrupt:
        typer.echo("The worker has ended.")


class _Work(Protocol):
    def __call__(self, link: Callable[[], ServerLink], *, is_once: bool) -> int: ...


def _work_here(link: Callable[[], ServerLink], *, is_once: bool) -> int:
    with closing(link()) as opened, Nursery() as nursery:
        return Worker(opened, typer.echo, nursery=nursery).work(is_once=is_once)


def _work_on(address: str) -> _Work:
    """Return how to let the machines of a cluster work, one run on each processor at a time."""
    try:
        from car_agent.cluster import connection, trial  # noqa: PLC0415 - Ray is an extra
    except ModuleNotFoundError as error:
        raise ClusterError(
            f"A cluster needs Ray, which is not installed ({error.name} is missing): "
            "make setup-cluster."
        ) from error

    def work(link: Callable[[], ServerLink], *, is_once: bool) -> int:
        count = connection.connect(address)
        typer.echo(f"The cluster at {address} drives {count} runs at a time.")
        with ExitStack() as opened:
            opened.callback(connection.disconnect)

            def hire(rest: Rest) -> Worker:
                own = opened.enter_context(closing(link()))
                begin, duel = trial.ClusterTrial, trial.ClusterDuelTrial
                return Worker(own, typer.echo, rest, begin, begin_duel=duel)

            return work_together(hire, count, is_once=is_once)

    return work


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
