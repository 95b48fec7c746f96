from pathlib import Path

import pytest

from car_agent.worker import simulator as subject


def test_versions_are_of_this_process() -> None:
    """It should say twice the same, and name the processor first."""
    subject.versions.cache_clear()
    first = subject.versions()
    subject.versions.cache_clear()
    assert subject.versions() == first
    assert first.architecture.split("+", maxsplit=1)[0] in {"x86_64", "aarch64"}


def test_source_that_decides_changes_the_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should be another one once any of the files that decide is another."""
    for name in (*subject._FILES, "hardware/virtual/world/vehicle.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a")
    monkeypatch.setattr(subject, "_ROOT", tmp_path)
    before = subject.source_sha256()
    assert subject.source_sha256() == before
    (tmp_path / "hardware/virtual/world/vehicle.py").write_text("b")
    assert subject.source_sha256() != before
