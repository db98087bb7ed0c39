"""A small invented briefing and report, for the contract tests of plug-ins."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Final

import polars as pl

from dawnchorus.model import (
    Block,
    CitedPost,
    Coverage,
    Fact,
    Lang,
    Quote,
    Report,
    Section,
    Sentence,
    Story,
    Term,
    Verdict,
    Window,
)
from dawnchorus.pipeline.sets import named_sets
from dawnchorus.query import parse_query
from dawnchorus.report.briefing import Briefing, Instrument, PostsById, Theme
from dawnchorus.report.instruments import find_instruments
from dawnchorus.tables import KEPT, conform

WINDOW: Final = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="Asia/Shanghai")
_NOON: Final = datetime(2026, 3, 10, 4, tzinfo=UTC)

# author, language, text, id of the post it copies
_POSTS: Final[tuple[tuple[str, str, str, str | None], ...]] = (
    ("ada", "en", "Lumenfold opened its kite factory in Varn today: 240 jobs, 3 shifts.", None),
    (
        "bo",
        "en",
        "I think 240 jobs is far too few for what Varn paid. The council must publish the contract.",
        None,
    ),
    ("chen", "zh", "流明折叠公司今天在瓦恩开工，首批招240人，三班倒。", None),
    ("dee", "en", "Lumenfold opened its kite factory in Varn today: 240 jobs, 3 shifts.", "sample:1"),
    ("ema", "en", "$NVDA shares rose 2% while we all looked at kites.", None),
    ("fang", "zh", "我认为风筝行业的融资还会继续，但估值已经太高了。", None),
    (
        "gil",
        "en",
        "Hostile {{ site.time }} <script>alert(1)</script> [x](javascript:1) *bold* | & “quotes”.",
        None,
    ),
)


def sample_posts() -> pl.DataFrame:
    """Seven invented posts (KEPT), one a copy, one hostile."""
    rows = [
        {
            "id": f"sample:{number}",
            "source": "x" if number % 2 else "mastodon",
            "text": text,
            "clean_text": text,
            "author": author,
            "created_at": _NOON + timedelta(minutes=number),
            "lang": lang,
            "language": lang,
            "url": f"https://example.org/{author}/{number}",
            "like_count": number * 3,
            "links": [],
            "urls": [],
            "domains": [],
            "hashtags": [],
            "mentions": [],
            "cashtags": ["NVDA"] if "$NVDA" in text else [],
            "duplicate_of": copy,
            "duplicate_kind": "exact" if copy else None,
        }
        for number, (author, lang, text, copy) in enumerate(_POSTS, start=1)
    ]
    return conform(pl.DataFrame(rows, infer_schema_length=None), KEPT)


def sample_story() -> Story:
    """The one story of the sample posts."""
    posts = ("sample:1", "sample:2", "sample:3", "sample:4")
    return Story(
        id="lumenfold-varn",
        thread="lumenfold-varn",
        status="new",
        posts=posts,
        head="sample:1",
        score=1.0,
        terms=("Lumenfold", "Varn"),
        reasons=(Fact(measure="voices", of="story:lumenfold-varn", value=3),),
    )


def sample_briefing(lang: Lang) -> Briefing:
    """What a writer is given for the sample posts."""
    posts, story = sample_posts(), sample_story()
    name = "工厂" if lang == "zh" else "Factories"
    return Briefing(
        lang=lang,
        window=WINDOW,
        posts=PostsById(posts),
        stories=(story,),
        sets=named_sets(
            posts,
            stories=(story,),
            themes={"factories": parse_query("factory OR 开工")},
            finance=parse_query("shares OR 融资"),
            mentions=find_instruments(posts),
            window=WINDOW,
        ),
        themes=(Theme(id="factories", name=name),),
        instruments=(Instrument(symbol="NVDA", kind="stock", name="Nvidia"),),
    )


def sample_report() -> Report:
    """A checked report on the sample posts, in English, its hostile post cited."""
    posts = {row["id"]: row for row in sample_posts().iter_rows(named=True)}
    counted = Sentence(
        text="4 posts tell of Lumenfold in Varn.",
        kind="computed",
        citations=("sample:1",),
        facts=(Fact(measure="posts", of="story:lumenfold-varn", value=4),),
        verdict=Verdict(verdict="supported"),
    )
    said = [_quotation(id, str(posts[id]["text"])) for id in ("sample:1", "sample:7")]
    cited = tuple(
        CitedPost(
            number=number,
            id=id,
            url=posts[id]["url"],
            author=posts[id]["author"],
            author_name=None,
            source=posts[id]["source"],
            created_at=posts[id]["created_at"],
            day=None,
            text=posts[id]["text"],
            sha256=hashlib.sha256(posts[id]["text"].encode()).hexdigest(),
        )
        for number, id in enumerate(("sample:1", "sample:7"), start=1)
    )
    block = Block(kind="item", lead=counted, sentences=tuple(said), story="lumenfold-varn", status="new")
    return Report(
        version="1",
        slug="kites_20260310_20260310",
        label="kites",
        topic="kites",
        lang="en",
        window=WINDOW,
        first_line="Kites report (2026-03-10 to 2026-03-10)",
        title="Kites on social media: report",
        headline=said[0],
        description="Kites on 10 March 2026",
        writer="extractive",
        ai_generated=False,
        coverage=Coverage(
            read=8,
            in_window=7,
            dropped=(("off topic", 1),),
            kept=7,
            authors=7,
            languages=(("en", 5), ("zh", 2)),
            networks=(("x", 4), ("mastodon", 3)),
            stories=1,
            cited=2,
        ),
        sections=(
            Section(id="brief", level=2, heading="In brief"),
            Section(id="overview", level=3, heading="Main topics and trends", blocks=(block,)),
            Section(id="key_points", level=3, heading="Key points", blocks=(block,)),
            Section(id="detail", level=2, heading="In detail"),
            Section(id="opinions", level=3, heading="Opinions and insights"),
            Section(id="events", level=3, heading="Events and developments"),
            Section(id="markets", level=3, heading="Stocks and crypto"),
            Section(id="topic", level=3, heading="Kites"),
            Section(id="finance", level=3, heading="Financial markets"),
            Section(id="summary", level=2, heading="Summary"),
            Section(id="wordcloud", level=2, heading="Word cloud"),
            Section(id="method", level=2, heading="Data and method"),
            Section(id="cited", level=2, heading="Cited posts"),
        ),
        stories=(sample_story(),),
        sets={"kept": tuple(posts), "story:lumenfold-varn": sample_story().posts},
        cited=cited,
        terms=(Term(text="Lumenfold", weight=1.0, posts=2, example="sample:1"),),
        hourly=(("2026-03-10T12:00:00+08:00", 7),),
    )


def _quotation(post: str, text: str) -> Sentence:
    return Sentence(
        text=f"“{text}”",
        kind="quotation",
        citations=(post,),
        quotes=(Quote(post=post, text=text),),
        verdict=Verdict(verdict="supported"),
    )
