"""Where partial results lie: a folder, or a place of an object store, of Parquet files."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

Columns = Mapping[str, pl.Series | NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Tables by name under ``root``: a path, or an address that Polars can write to ("s3://bucket/run").

    A table is there in full or not at all, and writing it again with the same
    content changes nothing: a task may be killed and run once more.
    """

    root: str
    options: Mapping[str, str] = field(default_factory=dict)  # Polars' storage options

    def write(self, name: str, table: pl.DataFrame | Columns) -> None:
        """Put a table in its place."""
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(dict(table))
        if "://" in self.root:  # an object appears when its upload is complete
            frame.write_parquet(
                f"{self.root}/{name}.parquet", compression="lz4", storage_options=dict(self.options)
            )
            return
        path = Path(self.root, f"{name}.parquet")
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
        frame.write_parquet(part, compression="lz4")
        part.replace(path)

    def read(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table, or some of its columns."""
        place = f"{self.root}/{name}.parquet"
        options = dict(self.options) if "://" in self.root else None
        return pl.read_parquet(place, columns=list(columns) if columns else None, storage_options=options)

    def column(self, name: str, column: str) -> NDArray[Any]:
        """One column of a table."""
        return self.read(name, [column])[column].to_numpy(writable=True)

    def write_matrix(self, name: str, matrix: Any, **of_rows: NDArray[Any]) -> None:
        """Put a CSR matrix in its place, with further columns of its rows."""
        self.write(f"{name}/rows", {"size": np.diff(matrix.indptr).astype(np.int32), **of_rows})
        self.write(f"{name}/entries", {"column": matrix.indices.astype(np.int32), "value": matrix.data})

    def read_matrix(self, name: str, width: int) -> tuple[Any, pl.DataFrame]:
        """A CSR matrix of ``width`` columns, and the table of its rows."""
        rows, entries = self.read(f"{name}/rows"), self.read(f"{name}/entries")
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(rows["size"].to_numpy(), out=starts[1:])
        data = (entries["value"].to_numpy(writable=True), entries["column"].to_numpy(writable=True), starts)
        return sparse.csr_matrix(data, shape=(len(rows), width)), rows
