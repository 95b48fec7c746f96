"""What can go wrong while a race is started for somebody, each as one sentence."""

from timing_server.contract.errors import PaddockError


class LauncherError(PaddockError):
    """Root of the launcher's errors."""


class ProcessFailedError(LauncherError, RuntimeError):
    """A process ended by itself and said why, or kept crashing."""


class NotReadyError(LauncherError, TimeoutError):
    """Something that should have happened did not, within a generous time."""


class RefusedError(LauncherError, ValueError):
    """The server refused what the launcher asked for."""


class PortTakenError(LauncherError, OSError):
    """Somebody else listens where the demo should."""


class DemoFolderError(LauncherError, OSError):
    """The folder for the demo's data can't be used."""
