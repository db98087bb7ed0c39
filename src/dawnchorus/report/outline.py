"""The fixed outline of a report: which sections, in which order, under which headings.

A heading that drifts from day to day is a fault, so no writer may choose one;
only the heading of the topic's own section comes from the topic.
"""

from __future__ import annotations

from collections.abc import Mapping

from dawnchorus.model import Block, Lang, Section, SectionId, Window

OUTLINE: tuple[tuple[SectionId, int, Mapping[Lang, str]], ...] = (
    ("brief", 2, {"zh": "简要部分", "en": "In brief"}),
    ("overview", 3, {"zh": "主要话题与行业趋势概述", "en": "Main topics and trends"}),
    ("key_points", 3, {"zh": "核心信息", "en": "Key points"}),
    ("detail", 2, {"zh": "详细分析部分", "en": "In detail"}),
    ("opinions", 3, {"zh": "重要观点与见解", "en": "Opinions and insights"}),
    ("events", 3, {"zh": "关键事件与发展", "en": "Events and developments"}),
    ("markets", 3, {"zh": "个股与数字货币分析与市场反应", "en": "Stocks and crypto"}),
    ("topic", 3, {}),
    ("finance", 3, {"zh": "金融市场相关内容", "en": "Financial markets"}),
    ("summary", 2, {"zh": "总结", "en": "Summary"}),
    ("wordcloud", 2, {"zh": "词云分析", "en": "Word cloud"}),
    ("method", 2, {"zh": "数据与方法", "en": "Data and method"}),
    ("cited", 2, {"zh": "引用帖文", "en": "Cited posts"}),
)


def sections(
    blocks: Mapping[SectionId, tuple[Block, ...]], *, lang: Lang, topic_heading: str
) -> tuple[Section, ...]:
    """Every section of the outline with its heading and its blocks, if any."""
    return tuple(
        Section(id=id, level=level, heading=headings.get(lang, topic_heading), blocks=blocks.get(id, ()))
        for id, level, headings in OUTLINE
    )


def title(*, lang: Lang, topic: str, source: str) -> str:
    """The H1: what was read, and where."""
    return f"{topic}领域 {source} 推文总结报告" if lang == "zh" else f"{topic} on {source}: report"


def first_line(*, lang: Lang, display_name: str, window: Window) -> str:
    """The line above the H1: display name and window."""
    if lang == "zh":
        return f"{display_name} 报告 ({window.first} 至 {window.last})"
    return f"{display_name} report ({window.first} to {window.last})"
