"""Trainings on the disk, where a power cut left half of what was written."""

from pathlib import Path

from timing_server.adapters.folder.trainings import KeptTrainings


def test_half_a_letter_costs_its_own_line_alone(tmp_path: Path) -> None:
    """It should read the training all the same, and each line as it was told."""
    kept = KeptTrainings(tmp_path)
    kept.create("one", b"{}", "def reward_function(params): ...", None)
    kept.write_course("one", b"{}")
    kept.append("one", '{"words":"café\u2028au lait"}')
    with (tmp_path / "one" / "progress.jsonl").open("ab") as lines:
        lines.write('{"words":"café'.encode()[:-1])
    [stored] = kept.stored()
    assert stored.lines[0] == '{"words":"café\u2028au lait"}'
    assert len(stored.lines) == 2
