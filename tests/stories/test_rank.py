from __future__ import annotations

import polars as pl
import pytest

from dawnchorus.stories.build import build_stories
from dawnchorus.tables import THREADS, empty

TURBINE = (
    "Velmora unveils the Kestrel turbine",
    "Kestrel is the turbine Velmora unveiled",
    "Velmora: Kestrel turbine is here",
)
STRIKE = (
    "Dockers strike in Lankport over pensions, cranes idle since dawn",
    "My uncle joined the Lankport dockers on strike; pensions were cut twice",
    "Lankport dockers strike about pensions, ferries to the islands cancelled",
)


@pytest.fixture
def build(kept, day):
    return lambda rows: build_stories(kept(rows), earlier=empty(THREADS), day=day)


def order(stories: pl.DataFrame, **heads: str) -> list[str]:
    """Names of ``heads`` in the order of the stories that hold those posts."""
    found = []
    for posts in stories["posts"]:
        found += [name for name, post in heads.items() if post in posts]
    return found


def test_three_voices_beat_one_author_posting_two_hundred_times(build):
    rows = [{"id": f"many{i}", "author": "loud", "text": f"{TURBINE[i % 3]} number {i}"} for i in range(200)]
    rows += [{"id": f"few{i}", "text": text} for i, text in enumerate(STRIKE)]

    assert order(build(rows).stories, many="many0", few="few0") == ["few", "many"]


def test_five_hundred_accounts_with_one_text_are_not_five_hundred_voices(build):
    rows = [{"id": "bot0", "text": TURBINE[0]}]
    rows += [
        {"id": f"bot{i}", "text": TURBINE[0], "duplicate_of": "bot0", "duplicate_kind": "exact"}
        for i in range(1, 500)
    ]
    rows += [{"id": f"few{i}", "text": text} for i, text in enumerate(STRIKE)]

    built = build(rows)

    assert order(built.stories, bots="bot0", few="few0") == ["few", "bots"]
    bots = built.stories.filter(pl.col("posts").list.contains("bot0")).row(0, named=True)
    assert (bots["post_count"], bots["author_count"], bots["voice_count"]) == (500, 500, 1)


def test_copies_that_were_not_recognised_count_little(build):
    rows = [{"id": f"bot{i}", "text": TURBINE[0]} for i in range(20)]
    rows += [{"id": f"few{i}", "text": text} for i, text in enumerate(STRIKE)]

    stories = build(rows).stories.with_columns(bots=pl.col("posts").list.contains("bot0"))
    voices = {row["bots"]: row["reasons"] for row in stories.iter_rows(named=True)}
    weight = {
        bots: next(r["weight"] for r in reasons if r["measure"] == "voices")
        for bots, reasons in voices.items()
    }

    assert weight[True] < 2 * weight[False]


def test_day_without_authors_ranks_by_posts_networks_and_list_place(build):
    rows = [
        {
            "id": f"hn{i}",
            "author": None,
            "source": "hackernews",
            "text": text,
            "extra": f'{{"rank": {i + 1}}}',
        }
        for i, text in enumerate(
            (
                "Moss survives nine months outside orbital station",
                "Rewriting kernels with borrow checkers considered pleasant",
                "Lighthouse keepers wanted, remote Scottish island",
                "Tiny compilers for forgotten calculators",
                "Beekeeping sensors detect swarming early",
                "Medieval manuscripts digitised by volunteers",
                "Sailing freighters return across Atlantic",
                "Volcano lightning photographed close",
                "Braille displays become affordable",
                "Fermented garlic chemistry explained simply",
            )
        )
    ]
    rows.append(
        {
            "id": "rss", "author": None, "source": "rss:lobsters",
            "text": "Sailing freighters return, crossing Atlantic",
        }
    )  # fmt: skip

    stories = build(rows).stories

    assert stories["posts"][0].to_list() == ["hn6", "rss"]
    assert stories["head"].to_list()[1:3] == ["hn0", "hn1"]
    strongest = stories["reasons"][0].to_list()[0]
    assert (strongest["measure"], strongest["value"]) == ("posts", 2)


def test_unknown_counts_are_not_zero(build):
    rows = [{"id": f"{i}", "text": text, "like_count": 5} for i, text in enumerate(STRIKE)]
    known = build(rows).stories
    unknown = build([{**row, "like_count": None} for row in rows]).stories

    assert "likes" not in {reason["measure"] for reason in unknown["reasons"][0]}
    assert known["score"][0] == unknown["score"][0]


def test_engagement_is_measured_against_what_the_author_gets(build):
    star = ("Sourdough rising since breakfast", "Bicycle stolen outside cinema", "Vinyl pressing sounds warm")
    quiet = ("Lanterns lit along canals", "Hedgehog sleeping under ferns", "Reactor vented steam overnight")
    rows = [
        {"id": f"{author}{i}", "author": author, "text": text, "like_count": likes}
        for author, texts, counts in (("star", star, (50_000, 49_000, 51_000)), ("quiet", quiet, (3, 4, 900)))
        for i, (text, likes) in enumerate(zip(texts, counts, strict=True))
    ]

    assert build(rows).stories["head"][0] == "quiet2"


def test_reasons_are_strongest_first_and_explain_the_score(build):
    rows = [
        {"text": STRIKE[0], "source": "x"},
        {"text": STRIKE[1], "source": "bluesky", "urls": ["https://harbour.example/strike"]},
        {"text": "Lankport 码头工人罢工 dockers strike pensions", "source": "weibo", "language": "zh"},
    ]

    story = build(rows).stories.row(0, named=True)
    weights = [reason["weight"] for reason in story["reasons"]]

    assert weights == sorted(weights, reverse=True)
    assert {r["measure"]: r["value"] for r in story["reasons"] if r["measure"] != "form"} == {
        "voices": 3, "networks": 3, "languages": 2, "new": 1,
    }  # fmt: skip
    assert story["score"] == pytest.approx(sum(weights))


REPORTS = (
    ("en", "Ferrystone raises $40M and opens second tidal plant near Lankport"),
    ("zh", "渡石能源完成 3 亿元融资，第二座潮汐电站在兰港投产"),
)
TALK = (
    "How do I get my tidal plant licence approved before winter?",
    "[D] Any advice on moving from ferries into tidal energy?",
    "I made a free playground for comparing ten tide calculators",
    "I love tidal plants so much lol",
    "有没有人知道潮汐电站怎么申请？求助",
    "我做了一个潮汐计算器，欢迎试用",
)


@pytest.mark.parametrize("talk", TALK)
@pytest.mark.parametrize(("language", "report"), REPORTS)
def test_single_report_outranks_question_meme_and_self_promotion(build, language, report, talk):
    rows = [
        {"id": "report", "text": report, "language": language, "like_count": 10},
        {"id": "talk", "text": talk, "language": language, "like_count": 60},
    ]

    heads = build(rows).stories["head"].to_list()

    assert heads[0] == "report"


def test_talk_alone_is_no_story_on_a_quiet_day(build):
    built = build([{"id": f"talk{i}", "text": text} for i, text in enumerate(TALK)])

    assert built.stories.filter(pl.col("post_count") == 1).is_empty()
    assert len(built.assigned) == len(TALK)


def test_form_cannot_lift_one_post_over_many_voices(build):
    rows = [{"id": f"few{i}", "text": text} for i, text in enumerate(STRIKE)]
    rows.append({"id": "one", "text": REPORTS[0][1], "urls": ["https://ferrystone.example/news"]})

    stories = build(rows).stories

    assert order(stories, many="few0", one="one") == ["many", "one"]
