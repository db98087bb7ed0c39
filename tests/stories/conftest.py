"""Small KEPT frames: a test says only what matters to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from dawnchorus.tables import KEPT, conform

DAY = date(2026, 3, 10)


@pytest.fixture
def day() -> date:
    return DAY


@pytest.fixture
def kept() -> Callable[[Sequence[dict[str, Any]]], pl.DataFrame]:
    """A KEPT frame from rows; ids, authors and times are numbered in order if not given."""

    def build(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
        made = []
        for number, row in enumerate(rows):
            text = row["text"]
            urls = row.get("urls", re.findall(r"https?://\S+", text))
            made.append(
                {
                    "id": f"x:{number:05}",
                    "source": "x",
                    "author": f"author{number}",
                    "created_at": datetime(
                        DAY.year, DAY.month, DAY.day, 1 + number // 60 % 22, number % 60, tzinfo=UTC
                    ),
                    "language": "en",
                    "clean_text": text,
                    "domains": list(dict.fromkeys(url.split("/")[2] for url in urls)),
                    "hashtags": [tag.lower() for tag in re.findall(r"#(\w+)", text)],
                    "mentions": [name.lower() for name in re.findall(r"@(\w+)", text)],
                    "cashtags": [tag.upper() for tag in re.findall(r"\$([A-Za-z]{1,6})\b", text)],
                    **row,
                    "urls": urls,
                }
            )
        return conform(pl.DataFrame(made, schema_overrides=dict(KEPT), infer_schema_length=None), KEPT)

    return build


@pytest.fixture
def chatter() -> tuple[str, ...]:
    """Posts that belong to nothing."""
    return (
        "My sourdough finally rose this weekend, tiny victories",
        "Does anybody recommend a waterproof jacket for cycling?",
        "堵车两个小时，晚饭又凉了",
        "Finished a marathon training block, knees complaining",
        "猫把键盘当枕头，谁来救救我",
        "Library fines abolished in our borough, neighbours thrilled",
        "Looking for vinyl pressings of seventies Ethiopian jazz",
        "春天的樱花树下人山人海",
        "Gutters leaking again, plumber arrives Thursday afternoon",
        "Chess club meets beneath the old cinema tonight",
    )
