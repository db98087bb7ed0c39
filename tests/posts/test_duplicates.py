from datetime import UTC, datetime

import polars as pl
import pytest

from dawnchorus.posts.clean import clean
from dawnchorus.posts.duplicates import find_duplicates
from dawnchorus.tables import CLEANED, KEPT, POSTS, conform, empty

NEWS = "Vesper Labs released a new model today, it is much faster than before and cheaper too"
NACHRICHT = "晨星公司今天在上海发布了新一代大模型，速度更快，价格更低，开发者已经可以使用"


def posts(*rows: dict[str, object]) -> pl.DataFrame:
    """One a minute, each by its own author."""
    filled = [
        {
            "id": f"p{i}",
            "source": "x",
            "author": f"a{i}",
            "created_at": datetime(2026, 1, 5, i // 60, i % 60, tzinfo=UTC),
            **row,
        }
        for i, row in enumerate(rows)
    ]
    frame, _ = clean(conform(pl.DataFrame(filled, infer_schema_length=None), POSTS))
    return frame.with_columns(language=pl.lit("en"))


def found(*rows: dict[str, object]) -> list[tuple[str | None, str | None]]:
    return find_duplicates(posts(*rows)).select("duplicate_of", "duplicate_kind").rows()


NONE = (None, None)
DOUBT = "I doubt it, they said the same last year and then nothing came of it for months and months."


@pytest.mark.parametrize(
    ("text", "copy", "kind"),
    [
        (NEWS, f"RT @a0: {NEWS}", "repost"),
        (NEWS, f"RT @a0: {NEWS[:60]}…", "repost"),
        (NEWS, f"{NEWS.upper()} https://t.co/x", "exact"),
        (NEWS, f"wow {NEWS.replace('cheaper', 'simpler')}", "near"),
        (NEWS, f"this is really big {NEWS}", "near"),
        (NACHRICHT, f"转发微博//@a0:{NACHRICHT}", "repost"),
        (NACHRICHT, f"太好了！{NACHRICHT}", "near"),
        (NACHRICHT, NACHRICHT.replace("上海", "北京"), "near"),
    ],
)
def test_copy_points_at_the_earlier_post(text, copy, kind):
    assert found({"text": text}, {"text": copy}) == [NONE, ("p0", kind)]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("gm", "gm"),
        ("lol", "lol"),
        ("转发微博", "转发微博"),
        (
            "Price of the coin is 91,234 dollars now, up 1.2% in an hour",
            "Price of the coin is 92,007 dollars now, up 1.4% in an hour",
        ),
        (
            NEWS,
            "I doubt it, they said the same last year and then nothing came of it for months and months. "
            + NEWS,
        ),
        (NEWS, NACHRICHT),
        ("晨星公司首映礼口碑", "晨星公司首映礼歌单"),
    ],
)
def test_what_only_looks_alike_is_no_copy(text, other):
    assert found({"text": text}, {"text": other}) == [NONE, NONE]


def test_short_text_of_one_author_or_with_one_link_is_a_copy():
    assert found({"text": "gm", "author": "a"}, {"text": "gm", "author": "a"})[1] == ("p0", "exact")
    link = ["https://example.com/1"]
    assert found({"text": "It works", "links": link}, {"text": "It works", "links": link})[1] == (
        "p0",
        "exact",
    )


def test_reposts_fold_into_their_post_or_into_the_earliest_where_it_is_missing():
    assert found({"text": "short"}, {"text": "other", "repost_of": "p0"})[1] == ("p0", "repost")
    gone = found({"text": "one", "repost_of": "gone"}, {"text": "two", "repost_of": "gone"})
    assert gone == [NONE, ("p0", "repost")]


def test_repost_dated_before_its_post_still_points_at_it():
    assert found({"text": NEWS, "repost_of": "p1"}, {"text": NEWS}) == [("p1", "repost"), NONE]


def test_repost_of_a_copy_points_at_the_origin():
    chain = found(
        {"text": NEWS},
        {"text": "so " + NEWS},
        {"text": "x", "repost_of": "p1"},
        {"text": "y", "repost_of": "p2"},
    )
    assert [of for of, _ in chain] == [None, "p0", "p0", "p0"]


def test_posts_that_repost_themselves_or_each_other_have_one_origin():
    assert found({"text": NEWS, "repost_of": "p0"}) == [NONE]
    ring = found({"text": "one", "repost_of": "p1"}, {"text": "two", "repost_of": "p0"})
    assert [of for of, _ in ring].count(None) == 1


def test_small_changes_in_a_row_do_not_join_what_has_nothing_in_common():
    words = [f"word{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(60)]
    drift = [{"text": " ".join(words[2 * i : 2 * i + 12])} for i in range(20)]
    assert len({of or i for i, (of, _) in enumerate(found(*drift))}) > 1


def test_order_of_rows_changes_nothing():
    rows = [
        {"text": text}
        for text in (NEWS, "so " + NEWS, NACHRICHT, "gm", "gm", NACHRICHT + "！", f"RT @x: {NEWS}")
    ]
    frame = posts(*rows)
    told = find_duplicates(frame).sort("id")
    for seed in range(3):
        assert find_duplicates(frame.sample(fraction=1, shuffle=True, seed=seed)).sort("id").equals(told)


def test_rows_come_back_as_they_went_in():
    frame = posts({"text": "b"}, {"text": "a"}).reverse()
    kept = find_duplicates(frame)
    assert kept["id"].to_list() == ["p1", "p0"]
    assert kept.schema == KEPT


def test_no_posts_give_no_posts():
    assert find_duplicates(empty(CLEANED)).shape == (0, len(KEPT))


def test_endless_text_is_taken():
    assert len(found({"text": "词" * 300_000}, {"text": "x " * 300_000})) == 2
