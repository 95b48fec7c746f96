"""Writes tables as Parquet, which notebooks read; needs the extra ``notebook``."""

import importlib.util
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from timing_server.service.analysis.tables import Column

ParquetWriter = Callable[[Sequence[Column]], bytes]


def installed_parquet() -> ParquetWriter | None:
    """Return what writes Parquet, None where this machine lacks the library."""
    has_it = importlib.util.find_spec("arro3") and importlib.util.find_spec("arro3.io")
    return parquet_of if has_it else None


def parquet_of(table: Sequence[Column]) -> bytes:
    """Return a table as a Parquet file, compressed."""
    # Loaded when somebody first wants such a file, by a server that has it at all.
    from arro3.core import Array, DataType, Table  # noqa: PLC0415
    from arro3.io import write_parquet  # noqa: PLC0415

    kinds = {
        "int": DataType.int64(),
        "float": DataType.float64(),
        "bool": DataType.bool(),
        "text": DataType.string(),
    }
    columns: dict[str, Any] = {
        column.name: Array(list(column.values), type=kinds[column.kind]) for column in table
    }
    file = BytesIO()
    write_parquet(Table.from_pydict(columns), file, compression="zstd(1)")
    return file.getvalue()
