"""The child process in which a driver's reward function runs; the standard library is all it has.

Talks by lines of JSON: the first one brings the driver's source, what stays the same and the
limits, and is answered once when the limits hold and again when the source has run; each further
one brings the parameters of a step. An answer is a reward, or what went wrong and in which line of
the driver's file. What the driver's code prints goes nowhere.
"""

import faulthandler
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, TextIO

#: The driver's file under a name of our own, which tracebacks show.
SOURCE_NAME = "<reward>"
FUNCTION = "reward_function"
MAX_REWARD = 1e5

_PACKAGES = "/packages"

Answer = dict[str, Any]


def main() -> None:
    """Answer until standard input ends."""
    asked = os.fdopen(os.dup(0), "r", encoding="utf-8")
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    cries = os.fdopen(os.dup(2), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    first = json.loads(asked.readline())
    # Written by C code, also where the driver's never gives Python a chance to.
    faulthandler.register(signal.SIGALRM, file=cries, all_threads=False, chain=False)
    confine(first)
    _answered(told, 0.0, lambda: 0.0)
    function = _answered(told, first["load_s"], lambda: load(first["source"]))
    if function is None:
        return
    lasting, call_s = first["lasting"], first["call_s"]
    for line in asked:
        params = {**lasting, **json.loads(line)}
        given = _answered(told, call_s, partial(reward_of, function, params))
        if given is None and not first["goes_on"]:
            return


def confine(first: Answer) -> None:
    """Give up what isn't needed; the packages that drivers use are seen first."""
    # Beside this file, in the sandbox as outside of it.
    sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - pathlib takes 20 ms to import
    import confine as limits  # type: ignore[import-not-found] # noqa: PLC0415 - likewise

    sys.path[0] = _PACKAGES
    sys.path += first["packages"]
    limits.limit(first["memory_bytes"], first["cpu_s"])
    limits.refuse_calls()
    sys.modules.pop("confine")


def _answered(told: TextIO, within_s: float, work: Callable[[], Any]) -> Any:
    """Do some of the driver's work in time, tell how it went, and return what it gave."""
    given: Any = None
    answer: Answer
    signal.setitimer(signal.ITIMER_REAL, within_s)
    try:
        given = work()
        answer = {"reward": given if isinstance(given, float) else 0.0}
    except Fault as fault:
        answer = {"fault": fault.words, "line": fault.line}
    except BaseException as error:  # noqa: BLE001 - whatever strangers' code may raise ends here
        answer = {"fault": words_of(error), "line": line_of(error)}
    signal.setitimer(signal.ITIMER_REAL, 0)
    told.write(json.dumps(answer) + "\n")
    told.flush()
    return None if "fault" in answer else given


class Fault(Exception):  # noqa: N818 - it is the driver's
    """What is wrong with a reward, in words that follow the line's number."""

    def __init__(self, words: str, line: int | None) -> None:
        super().__init__(words)
        self.words, self.line = words, line


def load(source: str) -> Callable[[Any], Any]:
    """Run the driver's file and return its function."""
    names: dict[str, Any] = {"__name__": "reward", "__builtins__": __builtins__}
    exec(compile(source, SOURCE_NAME, "exec"), names)  # noqa: S102 - what this process is for
    function = names.get(FUNCTION)
    if not callable(function):
        raise Fault(f"has no function {FUNCTION}(params)", None)
    return function  # type: ignore[no-any-return] # callable, and so declared


def reward_of(function: Callable[[Any], Any], params: Answer) -> float:
    """Call the driver's function on a copy that it may change; return what counts as a reward."""
    wrong = why_not(given := function(own(params)))
    if wrong is None:
        return float(given)
    raise Fault(wrong, last_line(function, params))


def own(params: Answer) -> Answer:
    """Return parameters whose lists the driver may change; places are pairs as drivers know."""
    copied = {
        key: list(value) if isinstance(value, list) else value for key, value in params.items()
    }
    for name in ("waypoints", "objects_location"):
        copied[name] = [tuple(point) for point in params[name]]
    return copied


def why_not(given: Any) -> str | None:
    """Say why something is no reward, or nothing."""
    if given is None:
        return "returned nothing (None); every way through the function must return a number"
    try:
        value = float("text" if isinstance(given, str | bytes) else given)
    except OverflowError:
        return "returned a number that is too large"
    except Exception:  # noqa: BLE001 - a stranger's object
        return f"returned a {type(given).__name__[:40]}, not a number"
    if abs(value) <= MAX_REWARD:
        return None
    if value != value:  # noqa: PLR0124 - NaN alone
        return "returned NaN, which is not a number"
    return f"returned {value:g}; a reward must lie between -100,000 and 100,000"


def last_line(function: Callable[[Any], Any], params: Answer) -> int | None:
    """Return the line from which the function returns, found by calling it once more."""
    code = getattr(function, "__code__", None)
    line = getattr(code, "co_firstlineno", None)

    def watch(frame: Any, _event: str, _value: Any) -> Any:
        nonlocal line
        if frame.f_code is code:
            line = frame.f_lineno
            return watch
        return None

    sys.settrace(watch)
    try:
        function(own(params))
    except BaseException:  # noqa: BLE001, S110 - the line is all that is wanted
        pass
    finally:
        sys.settrace(None)
    return line


def words_of(error: BaseException) -> str:
    """Return what a driver's code raised, in words that follow the line's number."""
    kind = type(error).__name__[:60]
    if isinstance(error, SyntaxError):
        return f"is no Python: {error.msg}"
    if isinstance(error, MemoryError):
        return "asked for more memory than a reward function may"
    try:
        said = str(error)[:200]
    except BaseException:  # noqa: BLE001 - a stranger's exception
        said = ""
    return f"raised {kind}: {said}" if said else f"raised {kind}"


def line_of(error: BaseException) -> int | None:
    """Return the deepest line of the driver's own file that an exception came through."""
    if isinstance(error, SyntaxError) and error.filename == SOURCE_NAME:
        return error.lineno
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == SOURCE_NAME]
    return lines[-1] if lines else None


if __name__ == "__main__":
    main()
