from hashlib import sha256
from pathlib import Path

import pytest

from timing_server.adapters.folder.models import KeptModels
from timing_server.service.errors import StorageFailedError

CONTENT = b"a model that drives"
HASH = sha256(CONTENT).hexdigest()


def keep(subject: KeptModels, content: bytes = CONTENT, called: str = HASH) -> int:
    with subject.receiving() as parcel:
        parcel.made.write_bytes(content)
        return subject.keep(parcel.made, called)


def test_a_model_is_found_by_its_hash(tmp_path: Path) -> None:
    """It should keep the file once under its hash, and nothing of the upload beside it."""
    subject = KeptModels(tmp_path / "models")
    assert subject.find(HASH) is None
    assert keep(subject) == keep(subject) == len(CONTENT)
    found = subject.find(HASH)
    assert found is not None
    assert found.read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "models" / "incoming").iterdir()] == []


@pytest.mark.parametrize("called", ["0" * 64, "../../etc/passwd", "", HASH.upper()])
def test_other_bytes_than_their_name_says_are_refused(tmp_path: Path, called: str) -> None:
    """It should take nothing whose hash is another one, nor what is no hash."""
    subject = KeptModels(tmp_path / "models")
    with pytest.raises(StorageFailedError):
        keep(subject, called=called)
    assert subject.find(called) is None
    assert list(tmp_path.rglob("*.onnx")) == []


def test_what_nobody_knows_is_swept_away(tmp_path: Path) -> None:
    """It should delete unknown hashes, and what a killed server left half received."""
    subject = KeptModels(tmp_path / "models")
    keep(subject)
    subject.sweep(frozenset({HASH}))
    assert subject.find(HASH) is not None
    subject.sweep(frozenset())
    assert subject.find(HASH) is None
    (tmp_path / "models" / "incoming" / "half").mkdir()
    KeptModels(tmp_path / "models")
    assert not (tmp_path / "models" / "incoming").exists()


def test_an_archive_is_kept_beside(tmp_path: Path) -> None:
    """It should be under its own hash, checked as models are, and swept as they are."""
    subject = KeptModels(tmp_path / "models")
    with subject.receiving() as parcel:
        parcel.model.write_bytes(CONTENT)
        with pytest.raises(StorageFailedError):
            subject.keep_archive(parcel.model, "0" * 64)
        assert subject.keep_archive(parcel.model, HASH) == len(CONTENT)
    found = subject.find_archive(HASH)
    assert found is not None
    assert found.read_bytes() == CONTENT
    assert subject.find(HASH) is None
    subject.sweep(frozenset({HASH}))
    assert subject.find_archive(HASH) is not None
    subject.sweep(frozenset())
    assert subject.find_archive(HASH) is None


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    """It should raise the service's error and not the system's."""
    (tmp_path / "models").write_text("a file is in the way")
    with (
        pytest.raises(StorageFailedError, match="can't be kept"),
        KeptModels(tmp_path / "models").receiving(),
    ):
        pass
