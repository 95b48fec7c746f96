"""What holds for all tests: none depends on how quick, or how busy, the machine is."""

from hypothesis import settings

settings.register_profile("paddock", deadline=None)
settings.load_profile("paddock")
