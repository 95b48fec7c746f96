"""``python -m hardware.guard.process FD REQUEST``: a guard that an agent starts for itself."""

import os
import sys

from hardware.guard.process.main import serve_agent
from hardware.guard.settings import GuardRequest

if __name__ == "__main__":
    code = serve_agent(int(sys.argv[1]), GuardRequest.model_validate_json(sys.argv[2]))
    # Not by Python's long way out: a thread that waits for a blocked log would hold it up.
    os._exit(code)
