"""How often one client may try something: type a code, sign up, ask to be paired."""

from collections import defaultdict, deque
from collections.abc import Callable

from timing_server.rules.units import NS_PER_S
from timing_server.service.errors import ServiceError, TooManyTriesError

TRIES_A_MINUTE = 5
#: How many addresses are watched before idle ones are forgotten.
MAX_CLIENTS = 1000

#: Makes the refusal of a client who has to wait so many seconds.
Refusal = Callable[[int], ServiceError]


class TryLimiter:
    """Counts what each client tries within a minute of race time: wrong codes, sign-ups."""

    def __init__(self, most: int = TRIES_A_MINUTE, refusal: Refusal | None = None) -> None:
        self._most = most
        self._refusal = refusal or _too_many_codes
        self._tries_ns: defaultdict[str, deque[int]] = defaultdict(deque)

    def admit(self, client: str, now_ns: int) -> Callable[[bool], None]:
        """Count a try; the result is to be told whether it was right, which takes it back.

        Raises TooManyTriesError, or what the refusal makes.
        """
        if len(self._tries_ns) > MAX_CLIENTS:
            self._forget_idle(now_ns)
        tries = self._tries_ns[client]
        while tries and tries[0] <= now_ns - 60 * NS_PER_S:
            tries.popleft()
        if len(tries) >= self._most:
            raise self._refusal(60 - (now_ns - tries[0]) // NS_PER_S)
        tries.append(now_ns)

        def settle(was_right: bool) -> None:
            if was_right and now_ns in tries:
                tries.remove(now_ns)

        return settle

    def _forget_idle(self, now_ns: int) -> None:
        idle = [
            client
            for client, tries in self._tries_ns.items()
            if not tries or tries[-1] <= now_ns - 60 * NS_PER_S
        ]
        for client in idle:
            del self._tries_ns[client]


def _too_many_codes(wait_s: int) -> ServiceError:
    message = f"Too many wrong codes; wait {wait_s} s and try again."
    return TooManyTriesError(message, wait_s=wait_s)
