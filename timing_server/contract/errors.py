"""The root of every error that a person should read as one sentence."""


class PaddockError(Exception):
    """An error whose message is one clear sentence that says what to do.

    Each package has its own root below this one; the command line prints the message and ends
    with ``exit_code`` instead of a traceback.
    """

    exit_code = 1


class SettingsError(PaddockError, ValueError):
    """A setting is misspelt, missing or out of range."""

    exit_code = 2
