"""What can stop a timing node, each as one sentence for the person who starts it."""

from hardware.errors import HardwareError


class NodeError(HardwareError):
    """Root of the timing node's errors."""


class DataFolderError(NodeError, OSError):
    """The node's folder can't be used: not writable, or not a folder."""


class NodeRunningError(NodeError, RuntimeError):
    """Another node works on the same folder."""


class JournalError(NodeError, OSError):
    """The journal's file is damaged or was made by a later release."""


class TokenError(NodeError, PermissionError):
    """The node was given no token, or the server refuses it."""


class ResendError(NodeError, ConnectionError):
    """The server didn't take records that were sent once more by hand."""


class LoopbackError(NodeError, RuntimeError):
    """The loop-back self-test couldn't measure its line."""
