"""docs/topics.md tells of every key, and its examples are topics."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from dawnchorus.llm.endpoints import Endpoint
from dawnchorus.llm.keys import Secret
from dawnchorus.pipeline.models import address_of, price
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Fetching, Finance, Llm, Theme, Topic, TopicSection, Watch, parse_topic

MODELS = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
DOCS = (Path(__file__).parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")


def test_every_key_has_a_row_and_no_row_is_made_up():
    documented = {
        name
        for cell in re.findall(r"^\| (`[^|]+`) \|", DOCS.split("## Keys")[1].split("## Queries")[0], re.M)
        for name in re.findall(r"`([a-z_.]+)`", cell)
    }
    keys = {field.name for field in fields(Topic)} - {"section", "finance", "fetch"}
    for kind, above in (
        (TopicSection, "section"),
        (Theme, "section.themes"),
        (Finance, "finance"),
        (Fetching, "fetch"),
        (Watch, "watch"),
        (Llm, "llm"),
    ):
        keys |= {f"{above}.{field.name}" for field in fields(kind)}
    assert documented == keys


@pytest.mark.parametrize("example", re.findall(r"^```toml\n(.*?)^```", DOCS, re.M | re.S))
def test_examples_are_topics(example):
    assert parse_topic(example, file="docs/topics.md", id="kites").id == "kites"


@pytest.mark.parametrize("example", re.findall(r"^```toml\n(.*?)^```", MODELS, re.M | re.S))
def test_examples_of_models_are_settings_of_known_endpoints(example):
    topic = parse_topic(
        f'languages = ["en"]\nnames = {{ en = "Kites" }}\n{example}', file="docs/models.md", id="kites"
    )
    assert topic.llm is not None
    address = address_of(topic.llm)
    assert address
    local = Endpoint(base_url=address, key=Secret("")).local
    assert local or price(topic.llm, topic.llm.model, Traffic())
