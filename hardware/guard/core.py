"""What the wheels should do now: the newest command, as far as lease, link and e-stop allow it.

Pure: every question comes with its instant, and the answer to one asked later, with nothing said
in between, can only be closer to neutral. The process around it (``hardware.guard.process``) asks
at each message and at each ``due_ns``.
"""

import math
from dataclasses import dataclass, replace

from hardware.actuators.command import Command
from hardware.guard.lease import DriveLease, LeaseBook, Verdict

#: The agent says something at least every ``BEAT_EVERY_NS``; silent for longer than this it has
#: been stopped, or can't be trusted to stop the car. Three beats may be lost.
BEAT_EVERY_NS = 40_000_000
SILENCE_NS = 150_000_000

#: No command is believed for longer, whatever it says.
MAX_TTL_NS = 2_000_000_000

#: In this order the reasons for neutral are looked for, and told.
NO_AGENT = "no agent is connected"
SILENT_AGENT = "the agent is silent"
NO_COMMAND = "no command"
HALTED = "halted"
EXPIRED = "no newer command came in time"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the device should do: carry ``command`` out, or with None go to neutral.

    ``why_neutral`` is None while the throttle is the command's own. ``cause_mono_ns`` is the
    instant that made it neutral: a deadline, or when somebody asked for it.
    """

    command: Command | None
    why_neutral: str | None
    cause_mono_ns: int


class GuardCore:
    """The guard's memory. One thread at a time."""

    def __init__(self, e_stop: str | None = None) -> None:
        """Begin in neutral; ``e_stop`` is the reason of one that was latched before."""
        self.lease = LeaseBook(e_stop)
        self.stale_commands = 0
        self._command: Command | None = None
        self._expires_ns = 0
        self._heard_ns: int | None = None
        self._lease_until_ns: int | None = None
        self._why_none = NO_COMMAND
        self._wanted = Wanted(None, NO_AGENT, 0)

    def connect(self, now_ns: int) -> None:
        """Note that an agent is there."""
        self._heard_ns = now_ns

    def disconnect(self, now_ns: int) -> None:
        """Note that the agent is gone: killed, ended, or its pipe broken. Its lease goes too."""
        self._heard_ns = None
        self._forget(NO_COMMAND)
        self.lease.forget()
        self.settle(now_ns, now_ns)

    def hear(self, now_ns: int) -> None:
        """Note a sign of life of the agent."""
        if self._heard_ns is not None:
            self._heard_ns = now_ns

    def is_agent_alive(self, now_ns: int) -> bool:
        """Say whether an agent is there and gave a sign of life lately."""
        return self._heard_ns is not None and now_ns - self._heard_ns < SILENCE_NS

    def submit(self, command: Command, now_ns: int) -> bool:
        """Take a command; False where it came too late, or is no command, and neutral follows."""
        is_sane = math.isfinite(command.steering_frac) and math.isfinite(command.throttle_frac)
        # A capture in the future is a stamp of another clock; such a command would never expire.
        expires_ns = min(command.capture_mono_ns, now_ns) + min(command.ttl_ns, MAX_TTL_NS)
        if not is_sane or now_ns >= expires_ns:
            self.stale_commands += 1
            self._forget(EXPIRED)
            self.settle(now_ns, now_ns)
            return False
        self._command = replace(
            command,
            steering_frac=max(-1.0, min(1.0, command.steering_frac)),
            throttle_frac=max(-1.0, min(1.0, command.throttle_frac)),
        )
        self._expires_ns = expires_ns
        self.settle(now_ns, now_ns)
        return True

    def halt(self, now_ns: int, cause_ns: int) -> None:
        """Forget the command under way; ``cause_ns`` is when that was asked for."""
        self._forget(HALTED)
        self.settle(now_ns, cause_ns)

    def grant(self, lease: DriveLease, now_ns: int) -> bool:
        """Take a lease; False where it can't count."""
        is_taken = self.lease.grant(lease, now_ns)
        self.settle(now_ns, now_ns)
        return is_taken

    def revoke(self, reason: str, now_ns: int, cause_ns: int) -> None:
        """Take the lease away."""
        self.lease.revoke(reason)
        self.settle(now_ns, cause_ns)

    def e_stop(self, reason: str, now_ns: int, cause_ns: int) -> None:
        """Latch the emergency stop."""
        self.lease.e_stop(reason)
        self._forget(HALTED)
        self.settle(now_ns, cause_ns)

    def release(self, now_ns: int) -> None:
        """Unlatch it."""
        self.lease.release()
        self.settle(now_ns, now_ns)

    def settle(self, now_ns: int, cause_ns: int | None = None) -> Wanted:
        """Return what the device should do at ``now_ns``.

        ``cause_ns``: when that was asked for which is settled now, if it is no deadline that
        has passed.
        """
        passed = [due_ns for due_ns in self._deadlines() if due_ns <= now_ns]
        if self._command is not None and now_ns >= self._expires_ns:
            self.stale_commands += 1
            self._forget(EXPIRED)
        elif self._command is not None and not self.is_agent_alive(now_ns):
            # An agent that comes to itself again decides anew.
            self._forget(SILENT_AGENT)
        verdict = self.lease.verdict(now_ns)
        self._lease_until_ns = verdict.until_mono_ns
        command, why = self._allowed(verdict, now_ns)
        since_ns = self._wanted.cause_mono_ns
        if why is not None and self._wanted.why_neutral is None:
            since_ns = min([*passed, now_ns if cause_ns is None else min(cause_ns, now_ns)])
        self._wanted = Wanted(command, why, since_ns)
        return self._wanted

    def due_ns(self) -> int | None:
        """Return the next instant at which something may end by itself; None where nothing can."""
        return min(self._deadlines(), default=None)

    def _deadlines(self) -> list[int]:
        if self._command is None or self._heard_ns is None:
            return []
        lease = [] if self._lease_until_ns is None else [self._lease_until_ns]
        return [self._expires_ns, self._heard_ns + SILENCE_NS, *lease]

    def _allowed(self, verdict: Verdict, now_ns: int) -> tuple[Command | None, str | None]:
        is_stopped = self.lease.e_stop_reason is not None
        if not is_stopped and not self.is_agent_alive(now_ns):
            return None, NO_AGENT if self._heard_ns is None else SILENT_AGENT
        if verdict.may == "stand":
            return None, verdict.why
        if self._command is None:
            return None, self._why_none
        if verdict.may == "coast":
            return replace(self._command, throttle_frac=0.0), verdict.why
        return self._command, None

    def _forget(self, why: str) -> None:
        self._command = None
        self._why_none = why
