"""By what the limited process's runs are driven in tests."""

from timing_server.contract.machines.workers import RunRules

RULES = RunRules(
    objects=0,
    bots=0,
    bots_change_lanes=False,
    laps=2,
    resets_max=3,
    lap_limit_ns=60_000_000_000,
    reset_penalty_ns=2_000_000_000,
    collision_penalty_ns=5_000_000_000,
)
