"""Tables to take away, and what a machine says that can't write one of them."""

import csv
from io import BytesIO, StringIO

import pytest
from arro3.io import read_parquet

from tests.timing_server.service.analysis.laps import lap_of, run_of, samples_of
from tests.timing_server.service.training_logs.logs import driven_log
from timing_server.adapters.parquet import parquet_of
from timing_server.service.analysis import tables as subject
from timing_server.service.analysis.desk import AnalysisDesk, ParquetMissingError
from timing_server.service.training_logs.simtrace import read_simtrace


def test_both_files_hold_the_same() -> None:
    """It should write the same rows as CSV and as Parquet, nothing for what isn't known."""
    table = subject.table_of(read_simtrace(driven_log()))
    rows = list(csv.DictReader(StringIO(subject.csv_of(table).decode())))
    read = read_parquet(BytesIO(parquet_of(table))).read_all()
    assert read.column_names == [column.name for column in table] == list(rows[0])
    assert read.num_rows == len(rows) > 200
    for column in table:
        values = read[column.name].to_pylist()
        assert values == list(column.values)
        told = [row[column.name] for row in rows]
        assert [text == "" for text in told] == [value is None for value in values]
        if column.kind == "float":
            known = [(float(t), v) for t, v in zip(told, values, strict=True) if t]
            assert all(text == pytest.approx(value, abs=1e-6) for text, value in known)


def test_names_carry_units() -> None:
    """It should call a car's steering a share and a log's degrees."""
    lap = lap_of(1, 1_000_000, samples=samples_of(1_000_000))
    names = {column.name for column in subject.table_of(run_of(lap))}
    assert {"steering_frac", "throttle_frac", "latency_us", "speed_mps"} <= names
    named = {column.name for column in subject.table_of(read_simtrace(driven_log()))}
    assert {"steering_deg", "throttle_mps"} <= named


def test_a_machine_without_parquet_says_what_to_install() -> None:
    """It should refuse in a sentence, and still give CSV."""
    desk = AnalysisDesk(None, None, None, None)  # type: ignore[arg-type]
    run = run_of(lap_of(1, 1_000_000))
    assert not desk.has_parquet
    with pytest.raises(ParquetMissingError, match=r"pip install 'paddock\[notebook\]'"):
        desk.parquet(run)
    assert desk.csv(run).startswith(b"lap,")
