"""``report.json``: the report as data, and the JSON Schema it keeps to."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from dawnchorus.errors import InputError, PublishError
from dawnchorus.model import Lang, Report

VERSION = "1"
"""Of the schema; raised when a reader of the old one could go wrong with the new one."""

SCHEMA_FILE = "report.schema.json"


def dump(report: Report) -> bytes:
    """``report`` as JSON in UTF-8, keys in the model's order, names of sets sorted, a line a value.

    Raises:
        PublishError: A text holds half of a character (a lone surrogate).
    """
    try:
        packed = msgspec.json.encode(report, order="deterministic")
    except UnicodeEncodeError as error:
        raise PublishError(
            f"report.json: {report.slug} holds text that is not Unicode ({error.reason}); clean its posts"
        ) from error
    return msgspec.json.format(packed, indent=1) + b"\n"


def load(data: bytes) -> Report:
    """The report that :func:`dump` wrote.

    Raises:
        InputError: Not a report, or of another version of the schema.
    """
    try:
        report = msgspec.json.decode(data, type=Report, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not a dawnchorus report: {error}") from error
    if report.version != VERSION:
        raise InputError(
            f"the report has schema version {report.version!r}, this program reads {VERSION!r}; "
            "make it again with this version"
        )
    try:
        _ = report.window.start, report.window.end
    except (KeyError, ValueError, OSError, OverflowError) as error:
        raise InputError(f"not a dawnchorus report: its window cannot be: {error}") from error
    return report


def published_language(edition: Path) -> Lang | None:
    """Language of the report in the folder of an edition; None if there is none to read."""
    try:
        found = msgspec.json.decode((edition / "report.json").read_bytes(), type=_Language)
    except (OSError, msgspec.DecodeError):
        return None
    return found.lang


class _Language(msgspec.Struct):
    lang: Lang


def make_schema() -> bytes:
    """The JSON Schema of :class:`dawnchorus.model.Report`, as kept in ``report.schema.json``."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"dawnchorus report, version {VERSION}",
        **msgspec.json.schema(Report),
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"


def schema() -> bytes:
    """The published JSON Schema."""
    return files("dawnchorus.publish").joinpath(SCHEMA_FILE).read_bytes()
