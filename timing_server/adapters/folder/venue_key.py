"""The venue's key pair in its data folder: made once, readable by this user alone."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from timing_server.adapters.errors import DataFolderError
from timing_server.adapters.folder.data_folder import DataFolder


class FileVenueKey:
    """Implements ``service.results.seals.VenueKey``."""

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self._public_key = private_key.public_key().public_bytes_raw()

    @property
    def public_key(self) -> bytes:
        """The public half, 32 raw bytes."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of a signature."""
        return self._private_key.sign(message)


def open_venue_key(folder: DataFolder) -> FileVenueKey:
    """Return the folder's key pair, made the first time.

    Raises DataFolderError where the file can't be written, or isn't such a key: a damaged key is
    never replaced by itself, since bundles would then be another venue's.
    """
    pem = folder.read_venue_key()
    if pem is None:
        fresh = Ed25519PrivateKey.generate()
        pem = fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        folder.write_venue_key(pem)
    try:
        private_key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(folder) from error
    if not isinstance(private_key, Ed25519PrivateKey):
        raise _damaged(folder)
    return FileVenueKey(private_key)


def _damaged(folder: DataFolder) -> DataFolderError:
    return DataFolderError(
        f"{folder.venue_key_file} isn't an Ed25519 key: put back the venue's own from a backup, or "
        "delete it to become another venue."
    )
