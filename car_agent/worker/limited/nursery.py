"""Keeps a process that has loaded all that drives; each run's limited process is forked off it.

To load numpy, OpenCV and the runtime takes as long as ten laps. The kept process never reads an
order or a model, so that a run finds nothing of another in it. It ends with whoever started it,
and its runs with it.

``python -m car_agent.worker.limited.nursery`` gets three descriptors at a time on its standard
input, a socket, and answers with the number of the process that has them; asked for that number
later, it waits for the process's end and answers with its code.
"""

import os
import socket
import struct
import subprocess
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO, Self

from car_agent.models.intake.admit import bare_environment
from car_agent.worker.errors import RunLostError, WorkerUnfitError

_MODULE = "car_agent.worker.limited.nursery"
_NUMBER = struct.Struct("<q")
#: Asked for instead of a number: a process of its own for the descriptors that come along.
_NEW = 0


class Nursery:
    """Has runs' processes begun and tells how they ended; to be used in a ``with``."""

    def __init__(self) -> None:
        self._asked, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", _MODULE],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=bare_environment(),
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and what still runs."""
        self.close()

    @property
    def is_alive(self) -> bool:
        """Whether the kept process runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The kept process's number."""
        return self._process.pid

    def close(self) -> None:
        """End it, and what still runs."""
        self._asked.close()
        self._process.kill()
        self._process.wait()

    def begin(self) -> "Forked":
        """Begin a process.

        Raises WorkerUnfitError where none can be begun.
        """
        with ExitStack() as opened:
            theirs_in, ours_in = os.pipe()
            ours_out, theirs_out = os.pipe()
            ours_err, theirs_err = os.pipe()
            own = [
                opened.enter_context(os.fdopen(each, mode))
                for each, mode in ((ours_in, "wb"), (ours_out, "rb"), (ours_err, "rb"))
            ]
            theirs = (theirs_in, theirs_out, theirs_err)
            try:
                socket.send_fds(self._asked, [_NUMBER.pack(_NEW)], theirs)
                pid = self._answer()
            except OSError as error:
                raise WorkerUnfitError("The process that drives models can't be begun.") from error
            finally:
                for each in theirs:
                    os.close(each)
            opened.pop_all()
        return Forked(self, pid, *own)

    def end(self, pid: int) -> int:
        """Wait for a process's end; return its code, negative for a signal.

        Raises RunLostError where nobody knows.
        """
        try:
            self._asked.sendall(_NUMBER.pack(pid))
            return self._answer()
        except OSError as error:
            raise RunLostError("The process that begins runs is gone.") from error

    def _answer(self) -> int:
        content = self._asked.recv(_NUMBER.size)
        if not content:
            raise ConnectionResetError
        return int(_NUMBER.unpack(content)[0])


class Forked:
    """A process that a nursery began, with as much of ``subprocess.Popen`` as runs need."""

    def __init__(
        self, nursery: Nursery, pid: int, stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]
    ) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self._nursery = nursery
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return its code once it was waited for; until then its number is no other's."""
        return self._code

    def wait(self) -> int:
        """Return its code once it has ended. Raises RunLostError where nobody knows."""
        if self._code is None:
            self._code = self._nursery.end(self.pid)
        return self._code


def main() -> None:
    """Begin processes until nobody asks any more."""
    from car_agent.worker.limited import child  # noqa: PLC0415 - whoever asks needs none of it
    from car_agent.worker.simulator import versions  # noqa: PLC0415 - likewise

    child.end_with_parent()
    versions()
    with socket.socket(fileno=os.dup(0)) as asked:
        while True:
            content, descriptors, _, _ = socket.recv_fds(asked, _NUMBER.size, 3)
            if not content:
                return
            (wanted,) = _NUMBER.unpack(content)
            if wanted != _NEW:
                answer = os.waitstatus_to_exitcode(os.waitpid(wanted, 0)[1])
            else:
                answer = os.fork()
                if answer == 0:
                    asked.close()
                    _become(descriptors)
                # Here as well: whoever asked may signal the group at once.
                os.setpgid(answer, answer)
                for each in descriptors:
                    os.close(each)
            asked.sendall(_NUMBER.pack(answer))


def _become(descriptors: Sequence[int]) -> None:
    """Be a run's process until it ends."""
    from car_agent.worker.limited import child  # noqa: PLC0415 - it was loaded long ago

    code = 1
    try:
        os.setpgid(0, 0)
        for number, each in enumerate(descriptors):
            os.dup2(each, number)
            os.close(each)
        child.main()
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may go back to who forks
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
