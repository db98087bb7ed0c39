"""A small edition: posts, window and report to check."""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import polars as pl
import pytest

from dawnchorus.model import Block, CitedPost, Coverage, Fact, Quote, Report, Sentence, Story, Term, Window
from dawnchorus.report.outline import sections
from dawnchorus.tables import KEPT, conform

WINDOW = Window(first=date(2025, 11, 21), last=date(2025, 11, 21), tz="Asia/Shanghai")

ROWS = [
    ("x:1", "lena", "Lena Okafor", "Helioform closed a $1.6B Series D today.\nBrightwater led.", "en", 2, 40),
    ("x:2", "wu", "小吴", "Helioform 融资16亿美元，我不信这个估值。", "zh", 3, 5),
    ("x:3", "lena", "Lena Okafor", "Plans to hire 2,000 people in Tucson, {{ site.time }}", "en", 3, None),
    ("bluesky:4", "kai", "Kai", "RT Helioform closed a $1.6B Series D today.", "en", 9, 1),
]


@pytest.fixture
def window():
    return WINDOW


@pytest.fixture
def posts():
    rows = [
        {
            "id": post, "source": post.split(":")[0], "text": text, "clean_text": text, "author": author,
            "author_name": name, "created_at": datetime(2025, 11, 21, hour, 30, tzinfo=UTC), "language": language,  # noqa: E501
            "like_count": likes, "url": f"https://x.com/{author}/status/{post[-1]}00",
            "duplicate_of": "x:1" if post == "bluesky:4" else None, "domains": ["helioform.example"],
        }
        for post, author, name, text, language, hour, likes in ROWS
    ]  # fmt: skip
    return conform(pl.DataFrame(rows), KEPT)


@pytest.fixture
def report(posts):
    cited = tuple(
        CitedPost(
            number=number, id=row["id"], url=row["url"], author=row["author"], author_name=row["author_name"],
            source=row["source"], created_at=row["created_at"], day=None, text=row["clean_text"],
            sha256=sha256(row["clean_text"].encode()).hexdigest(),
        )
        for number, row in enumerate(posts.head(2).iter_rows(named=True), start=1)
    )  # fmt: skip
    quotation = Sentence(
        text="@lena 写道：“Helioform closed a $1.6B Series D today.”",
        kind="quotation",
        citations=("x:1",),
        quotes=(Quote(post="x:1", text="Helioform closed a $1.6B Series D today."),),
    )
    computed = Sentence(
        text="4 条帖文，3 位作者，其中 3 条（75%）谈到 Helioform，最早 10:30。",
        kind="computed",
        citations=("x:2",),
        facts=(
            Fact(measure="posts", of="kept", value=4),
            Fact(measure="authors", of="kept", value=3),
            Fact(measure="posts", of="story:a", value=3),
            Fact(measure="share", of="story:a", within="kept", value=0.75),
            Fact(measure="first_at", of="kept", value="2025-11-21T10:30:00+08:00"),
        ),
    )
    blocks = {"key_points": (Block(kind="item", story="a", status="new", sentences=(quotation, computed)),)}
    story = Story(
        id="a",
        thread="a",
        status="new",
        posts=("x:1", "x:2", "bluesky:4"),
        head="x:1",
        score=2.0,
        terms=(),
        reasons=(),
    )
    return Report(
        version="1", slug="x_ai_20251121_20251121", label="x_ai", topic="ai", lang="zh", window=WINDOW,
        first_line="X Ai 报告 (2025-11-21 至 2025-11-21)", title="人工智能领域 X 推文总结报告",
        headline=None, description="", writer="extractive",
        ai_generated=False,
        coverage=Coverage(read=5, in_window=4, dropped=(("off topic", 1),), kept=4, authors=3,
                          languages=(("en", 3), ("zh", 1)), networks=(("x", 3), ("bluesky", 1)), stories=1, cited=2),  # noqa: E501
        sections=sections(blocks, lang="zh", topic_heading="人工智能相关内容"), stories=(story,), cited=cited,
        names=("人工智能", "X"),
        hourly=tuple((f"2025-11-21T{10 + at}:00+08:00", posts) for at, posts in enumerate((1, 2, 0, 0, 0, 0, 0, 1))),  # noqa: E501
        sets={"kept": ("x:1", "x:2", "x:3", "bluesky:4"), "story:a": ("x:1", "x:2", "bluesky:4")},
        terms=(Term(text="Helioform", weight=1.0, posts=3, example="x:1"),),
    )  # fmt: skip


@pytest.fixture
def with_sentence(report):
    """The report with another sentence in the place of its first."""

    def changed(sentence):
        first = next(section for section in report.sections if section.blocks).blocks[0]
        block = replace(first, sentences=(sentence, *first.sentences[1:]))
        changed = (replace(one, blocks=(block,)) if one.blocks else one for one in report.sections)
        return replace(report, sections=tuple(changed))

    return changed
