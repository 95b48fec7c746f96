"""Settings of every test: no test asserts how long anything takes, also not one example of many.

How many examples a property is tried with depends on the profile: a few in every run of the tests,
many with ``--hypothesis-profile=thorough``, which is what 'make soak' does.
"""

from hypothesis import settings

settings.register_profile("paddock", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("paddock")
