"""What the lab needs from outside: processes that ask reward functions, each in its sandbox."""

from typing import Protocol

from timing_server.service.lab.errors import LabClosedError


class LabBenches(Protocol):
    """A bench for each session that asks, as many as the machine bears; in the event loop."""

    def missing(self) -> LabClosedError | None:
        """Return why there can be no bench here, None where there can."""

    async def ask(self, session: str, question: bytes) -> bytes:
        """Return the answer to a line. Raises LabBusyError, LabFailedError."""

    async def close(self) -> None:
        """End all benches, whatever they do; questions under way raise LabFailedError."""
