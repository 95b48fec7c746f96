"""Several workers in one process, each with a run of its own, that end together."""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from car_agent.worker.work import Rest, Worker

#: Makes a worker, which rests by what it is given.
Hire = Callable[[Rest], Worker]


class EndingError(Exception):
    """A worker of the crew is to end."""


def work_together(hire: Hire, count: int, *, is_once: bool) -> int:
    """Let so many workers drive beside each other; return how many runs they drove.

    A signal ends them all, and so does what one of them raises; each gives its run back.
    """
    ending = threading.Event()

    def rest(wait_s: float) -> None:
        if ending.wait(wait_s):
            raise EndingError

    with ThreadPoolExecutor(count, thread_name_prefix="worker") as pool:
        working = [pool.submit(hire(rest).work, is_once=is_once) for _ in range(count)]
        try:
            wait(working, return_when=FIRST_EXCEPTION)
        finally:
            ending.set()
    faults = [each.exception() for each in working]
    for fault in faults:
        if fault is not None and not isinstance(fault, EndingError):
            raise fault
    return sum(each.result() for each, fault in zip(working, faults, strict=True) if fault is None)
