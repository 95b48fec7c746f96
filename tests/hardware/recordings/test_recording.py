"""Recordings as files: written, read, torn, and not recordings at all."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.edges import Edge
from hardware.recordings.errors import RecordingError
from hardware.recordings.recording import line_of, parse_lines, read_recording
from hardware.recordings.report import report_on
from tests.hardware.recordings.pulses import edge

edges = st.lists(
    st.builds(
        Edge,
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", fullmatch=True),
        st.integers(0, 2**61 - 1),
        st.sampled_from([0, 1]),
    ),
    max_size=20,
)


def test_a_line() -> None:
    """It should look exactly as it is described."""
    assert line_of(edge(81234.56789)) == (
        '{"mono_ns": 81234567890, "gate": "finish", "sensor": "beam", "level": 1}'
    )


@given(edges)
def test_there_and_back(written: list[Edge]) -> None:
    """It should read what was written, in its order."""
    content = "".join(line_of(one) + "\n" for one in written).encode()
    assert parse_lines(content, "it") == tuple(written)


@given(edges, st.integers(1, 200))
def test_torn_by_a_power_cut(written: list[Edge], torn: int) -> None:
    """It should lose at most the line that was being written, wherever the cut was."""
    content = "".join(line_of(one) + "\n" for one in written).encode()
    found = parse_lines(content[: max(0, len(content) - torn)], "it")
    assert found == tuple(written[: len(found)])
    whole = content[: max(0, len(content) - torn)].count(b"\n")
    assert len(found) >= whole
    assert parse_lines(content + b"\0" * torn, "it") == tuple(written)


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "[]",
        "17",
        '"x"',
        "{}",
        '{"mono_ns": -1, "gate": "finish", "sensor": "beam", "level": 1}',
        '{"mono_ns": 1.5, "gate": "finish", "sensor": "beam", "level": 1}',
        '{"mono_ns": "1", "gate": "finish", "sensor": "beam", "level": 1}',
        '{"mono_ns": true, "gate": "finish", "sensor": "beam", "level": 1}',
        '{"mono_ns": 9223372036854775808, "gate": "finish", "sensor": "beam", "level": 1}',
        '{"mono_ns": 1, "gate": "finish line", "sensor": "beam", "level": 1}',
        '{"mono_ns": 1, "gate": "finish", "sensor": "beam", "level": 2}',
        '{"mono_ns": 1, "gate": "finish", "sensor": "beam"}',
        "[" * 5000,
    ],
)
def test_no_edge(line: str, tmp_path: Path) -> None:
    """It should name file and line, and say what a line looks like."""
    path = tmp_path / "day.jsonl"
    path.write_text(line_of(edge(1)) + "\n\n" + line)
    with pytest.raises(RecordingError, match=r"Line 3 of .*day.jsonl is no edge \(.*mono_ns"):
        read_recording(path)


def test_a_key_of_a_later_release() -> None:
    """It should read on where a line says more than it knows."""
    more = json.loads(line_of(edge(1))) | {"volts": 3.3}
    assert parse_lines(json.dumps(more).encode(), "it") == (edge(1),)


def test_no_file(tmp_path: Path) -> None:
    """It should say that a recording isn't there."""
    with pytest.raises(RecordingError, match="can't be read: No such file"):
        read_recording(tmp_path / "none")


@given(st.binary(max_size=400))
def test_anything_at_all(content: bytes) -> None:
    """It should either read bytes as edges or refuse them with a sentence; never break down."""
    with suppress(RecordingError):
        report_on(parse_lines(content, "it"))


@given(st.lists(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=3)))
def test_any_json_in_the_places_of_an_edge(values: list[object]) -> None:
    """It should refuse what only looks like an edge."""
    lines = [
        json.dumps({"mono_ns": value, "gate": value, "sensor": value, "level": value})
        for value in values
    ]
    content = "\n".join(lines).encode()
    if not values:
        assert parse_lines(content, "it") == ()
    else:
        with pytest.raises(RecordingError, match="Line 1 of it"):
            parse_lines(content, "it")


def test_edited_on_another_machine() -> None:
    """It should read lines that end as on Windows, behind a byte order mark."""
    line = line_of(Edge("finish", "beam", 5, 1))
    content = f"\ufeff{line}\r\n{line}\r\n".encode()
    assert parse_lines(content, "day.jsonl") == (Edge("finish", "beam", 5, 1),) * 2


def test_nested_beyond_reason() -> None:
    """It should say which line is no edge, however deep it goes, however long its numbers."""
    for line in ("[" * 100_000 + "]" * 100_000, '{"mono_ns": ' + "9" * 6_000 + "}"):
        with pytest.raises(RecordingError, match=r"Line 1 of day\.jsonl is no edge"):
            parse_lines(f"{line}\n".encode(), "day.jsonl")
