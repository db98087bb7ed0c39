"""A sentence on one author names that author."""

from __future__ import annotations

import pytest

from dawnchorus.report.llm.sourcing import with_source

POSTS = [
    {"text": "Plant open.", "author": "velmora", "author_name": "Velmora"},
    {"text": "Plant open.", "author": "ada_l", "author_name": "Ada Linden"},
    {"text": "开业了。", "author": "kongyu", "author_name": "海峡空域局发布"},
    {"text": "Plant open.", "author": "sab", "author_name": "Strait Airspace Board"},
    {"text": "Plant open.", "author": None, "author_name": "The Ledger", "source": "rss"},
    {"text": "开业。", "author": "weier", "author_name": "维尔莫拉科技"},
    {"text": "Wow.", "author": "bo77", "quoted_text": "It is 9.", "quoted_author": "lowenpost"},
]


@pytest.mark.parametrize(
    ("text", "post", "lang"),
    [
        ("Velmora opened the plant.", "p0", "en"),
        ("@velmora opened the plant.", "p0", "en"),
        ("Linden said the plant is open.", "p1", "en"),
        ("海峡空域局开业。", "p2", "zh"),
        ("The Board opened the plant.", "p3", "en"),
        ("The plant is open.", "p4", "en"),  # nobody to name
        ("Velmora 开业。", "p5", "zh"),  # another spelling
        ("Lowen Post said 9.", "p6", "en"),  # quoted there
    ],
)
def test_who_is_named_is_not_named_again(brief, text, post, lang):
    assert with_source(text, (post,), brief(POSTS, [], None, lang=lang)) == text


@pytest.mark.parametrize(
    ("text", "post", "lang", "made"),
    [
        ("The plant is open.", "p0", "en", "The plant is open (@velmora)."),
        ("The plant is open", "p0", "en", "The plant is open (@velmora)"),
        ("电站开业。", "p2", "zh", "电站开业（@kongyu）。"),
        ("The Verrin Strait is open.", "p3", "en", "The Verrin Strait is open (@sab)."),
        ("Adaptation is over.", "p1", "en", "Adaptation is over (@ada_l)."),
    ],
)
def test_who_is_not_named_stands_behind(brief, text, post, lang, made):
    assert with_source(text, (post,), brief(POSTS, [], None, lang=lang)) == made


def test_two_authors_need_no_name(brief):
    assert with_source("It is open.", ("p0", "p1"), brief(POSTS, [], None)) == "It is open."
