"""Names of accounts and sources as a line of a report can hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

NAME_LENGTH: Final = 200
"""Characters; no platform allows more, some feeds list as many authors."""

_UNTIDY = r"\s|[\p{Cc}\p{Cf}]|^[@:]|^$|.{" + str(NAME_LENGTH + 1) + "}"
_UNSEEN = r"[\p{Cc}\p{Cf}&&[^\s]]+"
_UNKNOWN = "unknown"


def tidy_name(value: pl.Expr) -> pl.Expr:
    """A name in one line without spaces around it, cut to NAME_LENGTH; null if nothing is left."""
    return _where_untidy(value, _name)


def tidy_handle(value: pl.Expr) -> pl.Expr:
    """An account as :func:`tidy_name`, without "@" and characters that cannot be seen."""
    return _where_untidy(
        value, lambda name: _name(name.str.replace_all(_UNSEEN, "").str.strip_chars().str.strip_prefix("@"))
    )


def tidy_source(value: pl.Expr) -> pl.Expr:
    """A source as :func:`tidy_name`; what stands before its first ":" is a network, "unknown" if empty."""
    name = tidy_name(value).fill_null(_UNKNOWN)
    return pl.when(name.str.starts_with(":")).then(_UNKNOWN + name).otherwise(name)


def _name(value: pl.Expr) -> pl.Expr:
    line = value.str.replace_all(r"\s+", " ").str.strip_chars().str.slice(0, NAME_LENGTH)
    return pl.when(line.str.len_bytes() > 0).then(line)


def _where_untidy(value: pl.Expr, tidy: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """``tidy`` for batches that need it: looking takes a twelfth of the time of rewriting."""

    def batch(names: pl.Series) -> pl.Series:
        if not names.str.contains(_UNTIDY).any():
            return names
        return names.to_frame("name").select(tidy(pl.col("name"))).to_series().alias(names.name)

    return value.map_batches(batch, return_dtype=pl.String)
