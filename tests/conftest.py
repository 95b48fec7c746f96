"""Settings of every test: no test asserts how long anything takes, also not one example of many.

How many examples a property is tried with depends on the profile: a few in every run of the tests,
many with ``--hypothesis-profile=thorough``, which is what 'make soak' does.
"""

import gc
import os
from functools import cache

import httpcore2
from hypothesis import settings

# Processes that tests start tell nobody on this machine's networks that they are there.
for table in ("SERVER", "NODE", "CAR"):
    os.environ.setdefault(f"PADDOCK_{table}_ANNOUNCES", "false")

settings.register_profile("paddock", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("paddock")

# Nothing here trusts a certificate; to read the machine's anew for each client takes 50 ms.
httpcore2.default_ssl_context = cache(httpcore2.default_ssl_context)

# To collect seven thousand tests makes millions of objects that stay: to search them for refuse
# again and again takes a third of the time, and would at each search to come.
gc.disable()


def pytest_collection_finish() -> None:
    """Search from here on, and among what comes from here on."""
    gc.freeze()
    gc.enable()
