"""Whose logs they are, and how many."""

from pathlib import Path

import pytest

from tests.timing_server.service.training_logs.logs import episode, log_of
from timing_server.adapters.folder.training_logs import KeptTrainingLogs
from timing_server.service.errors import UnknownIdError
from timing_server.service.training_logs import logs as subject
from timing_server.service.training_logs.errors import LogUnreadableError, TooManyLogsError

NOW = "2026-05-01T10:00:00+00:00"


@pytest.fixture
def logs(tmp_path: Path) -> subject.TrainingLogs:
    return subject.TrainingLogs(KeptTrainingLogs(tmp_path / "logs"))


def test_a_log_is_its_owners_alone(logs: subject.TrainingLogs, tmp_path: Path) -> None:
    """It should keep it for this user of the machine, under no name that anybody chose."""
    card = logs.take("driver-1", "../../My best.csv", log_of(*episode(1)), NOW)
    assert (card.name, card.episodes) == ("My best", 1)
    assert [each.log_id for each in logs.cards("driver-1")] == [card.log_id]
    assert logs.cards("driver-2") == []
    with pytest.raises(UnknownIdError):
        logs.run("driver-2", card.log_id)
    assert len(logs.run("driver-1", card.log_id).laps) == 1
    [folder] = (tmp_path / "logs").iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.suffix for path in folder.iterdir()} == {".csv", ".json"}
    again = subject.TrainingLogs(KeptTrainingLogs(tmp_path / "logs"))
    assert again.run("driver-1", card.log_id) == logs.run("driver-1", card.log_id)


def test_so_many_are_kept(logs: subject.TrainingLogs, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should refuse one more, take the same again, and take another after one was deleted."""
    monkeypatch.setattr(subject, "LOGS_PER_OWNER", 2)
    first, second, third = (log_of(*episode(number)) for number in range(3))
    kept = logs.take("me", "one", first, NOW)
    logs.take("me", "two", second, NOW)
    with pytest.raises(TooManyLogsError):
        logs.take("me", "three", third, NOW)
    logs.take("you", "three", third, NOW)
    assert logs.take("me", "renamed", first, NOW).log_id == kept.log_id
    assert {each.name for each in logs.cards("me")} == {"renamed", "two"}
    logs.delete("me", kept.log_id)
    with pytest.raises(UnknownIdError):
        logs.run("me", kept.log_id)
    with pytest.raises(UnknownIdError):
        logs.delete("me", kept.log_id)
    logs.take("me", "three", third, NOW)


def test_what_is_no_log_is_not_kept(logs: subject.TrainingLogs, tmp_path: Path) -> None:
    """It should leave nothing of it on the disk."""
    with pytest.raises(LogUnreadableError):
        logs.take("me", "bad", b"a,b\n1,2\n", NOW)
    assert not (tmp_path / "logs").exists()


def test_who_is_forgotten_leaves_no_log(logs: subject.TrainingLogs) -> None:
    """It should delete all of one's logs and nobody else's."""
    card = logs.take("me", "one", log_of(*episode(1)), NOW)
    logs.take("you", "one", log_of(*episode(1)), NOW)
    logs.forget("me")
    logs.forget("nobody")
    assert logs.cards("me") == []
    with pytest.raises(UnknownIdError):
        logs.run("me", card.log_id)
    assert len(logs.cards("you")) == 1


def test_an_id_is_no_path(logs: subject.TrainingLogs, tmp_path: Path) -> None:
    """It should read nothing but logs, whatever it is asked for."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "secret.csv").write_bytes(log_of(*episode(1)))
    with pytest.raises(UnknownIdError):
        logs.run("me", "../../secret")
