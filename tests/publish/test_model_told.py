"""What a language model wrote, what it took and what it left is told in the report, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from dawnchorus.model import Cost
from dawnchorus.publish import markdown
from dawnchorus.publish.escape import markdown as escape
from dawnchorus.publish.html import render_page
from dawnchorus.publish.view import view_of


def front_matter(text):
    return yaml.safe_load(text.split("---\n")[1])


@pytest.fixture
def written(zh_report, en_report):
    """The same model in both languages, and the first story left to quotations."""

    def make(lang, **changes):
        report = {"zh": zh_report, "en": en_report}[lang]
        block = next(b for s in report.sections for b in s.blocks if b.story and b.kind != "subheading")
        told = {"writer": "llm", "ai_generated": True, "cost": en_report.cost, "fallback": (block.story,)}
        return replace(report, **(told | changes))

    return make


def rows(report, kind):
    part = next(part for part in view_of(report).parts if part.id == "method")
    return [
        tuple(cell.text for cell in row) for table in part.tables if table.kind == kind for row in table.rows
    ]


def test_the_front_matter_has_the_cost_by_stage(written):
    front = front_matter(markdown.render(written("en")))
    assert front["ai_generated"] is True
    cost = front["cost"]
    assert (cost["calls"], cost["tokens_in"], cost["tokens_out"]) == (14, 55120, 7904)
    assert (cost["money_usd"], cost["model"], cost["stories_quoted"]) == (0.0123, "example-small", 1)
    assert cost["stages"]["judge"] == {
        "calls": 3,
        "tokens_in": 7120,
        "tokens_out": 704,
        "money_usd": 0.0013,
    }


@pytest.mark.parametrize(("lang", "first"), [("zh", "话题"), ("en", "Stories")])
def test_the_method_has_a_row_a_stage_in_their_order(written, lang, first):
    stages = rows(written(lang), "model")
    assert [row[1] for row in stages] == ["7", "4", "3"]
    assert stages[0] == (first, "7", "40,000", "6,000", "0.0090")


@pytest.mark.parametrize(
    ("lang", "share", "model"),
    [
        ("zh", "用于改写与复核的词元占比", "语言模型"),
        ("en", "Share of tokens spent on repairs and judgements", "Language model"),
    ],
)
def test_the_method_has_the_share_that_checking_took(written, lang, share, model):
    told = dict(rows(written(lang), "coverage"))
    assert told[share] == "27%"  # (8,000 + 1,200 + 7,120 + 704) of 63,024
    assert told[model] == "example-small"


@pytest.mark.parametrize(
    ("lang", "mark", "note"),
    [
        ("zh", "引文，非模型撰写", "1 个话题为引文，非模型撰写"),
        ("en", "quoted, not written by the model", "1 story is quoted, not written by the model"),
    ],
)
def test_a_story_that_the_model_did_not_write_is_marked_where_it_stands(written, lang, mark, note):
    report = written(lang)
    (story,) = report.fallback
    blocks = [b for s in report.sections for b in s.blocks if b.story == story and b.kind != "subheading"]
    told = f"<small>{escape(mark)}</small>"
    assert markdown.render(report).count(told) == len(blocks) > 0
    assert render_page(report, {}).count(f"<small>{mark}</small>") == len(blocks)
    assert note in view_of(report).notice
    assert told not in markdown.render(replace(report, fallback=()))


@pytest.mark.parametrize(
    ("lang", "label", "nothing", "degraded"),
    [
        ("zh", "部分内容由人工智能生成", "其句子均未采用", "降级：模型有 2 次调用未作答"),
        (
            "en",
            "AI-generated in part",
            "none of its sentences is printed",
            "degraded: the model left 2",
        ),
    ],
)
def test_the_top_says_that_a_model_wrote_it_or_was_asked_in_vain(written, lang, label, nothing, degraded):
    report = written(lang)
    assert label in view_of(report).notice
    assert "example-small" in view_of(report).notice
    vain = replace(report, ai_generated=False, cost=replace(report.cost, unanswered=2))
    assert label not in view_of(vain).notice
    assert nothing in view_of(vain).notice
    assert degraded in view_of(vain).notice
    assert view_of(vain).model == ""


def test_without_a_model_nothing_of_one_is_told(zh_report):
    front = front_matter(markdown.render(zh_report))
    assert front["cost"] == {"calls": 0, "tokens_in": 0, "tokens_out": 0, "money_usd": 0.0}
    assert not rows(zh_report, "model")
    told = dict(rows(zh_report, "coverage"))
    assert not {"语言模型", "用于改写与复核的词元占比"} & told.keys()
    assert "未使用语言模型" in view_of(replace(zh_report, cost=Cost())).notice
