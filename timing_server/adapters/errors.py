"""What can go wrong between the server and this machine, each as one sentence."""

from timing_server.contract.errors import PaddockError


class AdapterError(PaddockError):
    """Root of the adapters' errors."""


class DataFolderError(AdapterError, OSError):
    """The data folder can't be used."""


class AlreadyRunningError(AdapterError, RuntimeError):
    """Another server works on the same data folder."""


class DatabaseError(AdapterError, OSError):
    """The database file can't be opened or brought up to date."""


class AddressTakenError(AdapterError, OSError):
    """The server can't listen where it was told to."""


class SnapshotError(AdapterError, OSError):
    """A backup can't be made, isn't one, or can't be put back."""
