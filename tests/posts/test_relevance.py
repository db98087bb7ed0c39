import polars as pl

from dawnchorus.posts.relevance import keep_relevant
from dawnchorus.query import parse_query
from dawnchorus.tables import CLEANED, DROPPED, conform


def posts(*rows: tuple[str, str]) -> pl.DataFrame:
    frame = pl.DataFrame({"id": [str(i) for i in range(len(rows))], "clean_text": [row[0] for row in rows]})
    return conform(frame, CLEANED).with_columns(
        pl.Series("language", [row[1] for row in rows], dtype=pl.String)
    )


def test_posts_stay_with_the_term_that_let_them_in_and_the_rest_leave_with_a_reason():
    frame = posts(("大模型发布", "zh"), ("lunch", "en"), ("AI est là", "fr"), ("AI", "und"))
    kept, dropped = keep_relevant(frame, parse_query("AI OR 大模型"), languages=frozenset({"zh", "en"}))
    assert kept.select("id", "matched").rows() == [("0", "大模型"), ("3", "AI")]
    assert dropped.rows() == [
        ("1", "relevance", "off topic", None),
        ("2", "relevance", "other language", "fr"),
    ]
    assert dropped.schema == DROPPED


def test_without_query_or_languages_all_stay():
    kept, dropped = keep_relevant(posts(("x", "en"), ("y", "zh")), None)
    assert (kept["matched"].to_list(), len(dropped)) == ([None, None], 0)


def test_no_posts_give_no_posts():
    kept, dropped = keep_relevant(posts(), parse_query("a"))
    assert (len(kept), len(dropped)) == (0, 0)
