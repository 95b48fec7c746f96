"""Who may use the console: whoever read the code that the car shows, for twelve hours."""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from hashlib import sha256

SESSION_S = 12 * 3600
CODE_DIGITS = 6
#: Wrong codes within a minute, from anybody: a million codes and five tries a minute.
MAX_WRONG = 5
_WRONG_WINDOW_S = 60
_MAX_SESSIONS = 32

Say = Callable[[str], None]


class WrongCodeError(PermissionError):
    """A code isn't the one that is shown."""


class TooManyTriesError(PermissionError):
    """Too many wrong codes within a minute."""


class Access:
    """Codes and sessions, in memory alone: a console that starts anew asks for a code anew."""

    def __init__(self, say: Say, clock_s: Callable[[], float] = time.monotonic) -> None:
        """``say`` shows each new code where the car's owner sees it."""
        self._say = say
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._sessions: dict[str, float] = {}
        self._wrong: deque[float] = deque(maxlen=MAX_WRONG)
        self._code = ""
        self._renew()

    def log_in(self, code: str) -> str:
        """Return a session's token for a code, which is used up by that.

        Raises WrongCodeError or TooManyTriesError.
        """
        with self._lock:
            now_s = self._clock_s()
            if len(self._wrong) == MAX_WRONG and now_s - self._wrong[0] < _WRONG_WINDOW_S:
                raise TooManyTriesError
            if not secrets.compare_digest(code.strip().encode(), self._code.encode()):
                self._wrong.append(now_s)
                raise WrongCodeError
            self._renew()
            token = secrets.token_urlsafe(32)
            while len(self._sessions) >= _MAX_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[_digest(token)] = now_s + SESSION_S
            return token

    def is_known(self, token: str | None) -> bool:
        """Say whether a session's token is good."""
        if not token:
            return False
        with self._lock:
            until_s = self._sessions.get(_digest(token))
            return until_s is not None and self._clock_s() < until_s

    def log_out(self, token: str | None) -> None:
        """Make a session worthless."""
        with self._lock:
            self._sessions.pop(_digest(token or ""), None)

    def _renew(self) -> None:
        self._code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        self._say(self._code)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
