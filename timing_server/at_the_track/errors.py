"""What keeps a machine from being set up, each as one sentence that says what to do."""

from timing_server.contract.errors import PaddockError


class InstallError(PaddockError):
    """Root of the installer's errors."""

    exit_code = 2


class UnfitMachineError(InstallError, OSError):
    """This machine lacks something that the wanted parts need."""


class UnfitWishError(InstallError, ValueError):
    """What is asked for can't be set up on any machine."""


class StepFailedError(InstallError, RuntimeError):
    """A command of the installer failed; what was done before it stays, and can be done again."""

    exit_code = 1
