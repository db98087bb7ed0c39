"""docs/topics.md tells of every key, and its examples are topics."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from dawnchorus.settings import Fetching, Finance, Theme, Topic, TopicSection, Watch, parse_topic

DOCS = (Path(__file__).parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")


def test_every_key_has_a_row_and_no_row_is_made_up():
    documented = set(
        re.findall(r"^\| `([a-z_.]+)` \|", DOCS.split("## Keys")[1].split("## Queries")[0], re.M)
    )
    keys = {field.name for field in fields(Topic)} - {"section", "finance", "fetch"}
    for kind, above in (
        (TopicSection, "section"),
        (Theme, "section.themes"),
        (Finance, "finance"),
        (Fetching, "fetch"),
        (Watch, "watch"),
    ):
        keys |= {f"{above}.{field.name}" for field in fields(kind)}
    assert documented == keys


@pytest.mark.parametrize("example", re.findall(r"^```toml\n(.*?)^```", DOCS, re.M | re.S))
def test_examples_are_topics(example):
    assert parse_topic(example, file="docs/topics.md", id="kites").id == "kites"
