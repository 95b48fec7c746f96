"""What an answer is: the facts that a command makes, or why it can't be done."""

from collections.abc import Callable, Mapping
from typing import Any

from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.state.event import EventState

Answer = tuple[Fact, ...] | RuleViolation
#: How each command of a room is answered: (state, the command, its race_ns).
Answers = Mapping[type, Callable[[EventState, Any, int], Answer]]
