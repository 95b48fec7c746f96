"""Settings of every test: no test asserts how long anything takes, also not one example of many."""

from hypothesis import settings

settings.register_profile("paddock", deadline=None)
settings.load_profile("paddock")
