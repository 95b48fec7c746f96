"""``make bench``: prints every table; ratios travel between machines, absolute figures don't."""

import importlib
import os
import platform
import sys
from pathlib import Path

from tests.bench.table import BenchTable

MODULES = (
    "live.bench_live",
    "live.bench_spectators",
    "live.bench_pixels",
    "car.bench_drive",
    "car.bench_guard",
    "car.bench_pace",
    "car.bench_record",
    "server.bench_ingest",
    "server.bench_standings",
    "line.bench_stamps",
    "line.bench_camera_gate",
    "car.bench_models",
    "virtual.bench_simulation",
    "virtual.bench_training",
    "virtual.bench_workers",
)


def machine() -> str:
    """Describe the machine in one line, without naming it."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{os.cpu_count()} cores, {model}, Python {platform.python_version()}"


def main() -> None:
    """Measure what is asked for (module names without 'bench_'), by default everything."""
    wanted = {f"bench_{name}" for name in sys.argv[1:]}
    sys.stdout.write(f"Machine: {machine()}\n\n")
    for module in MODULES:
        if not wanted or module.rpartition(".")[2] in wanted:
            table: BenchTable = importlib.import_module(f"tests.bench.{module}").measure()
            sys.stdout.write(table.markdown() + "\n\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
