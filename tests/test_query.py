import polars as pl
import pytest

from dawnchorus.errors import UsageError
from dawnchorus.query import parse_query
from dawnchorus.tables import CLEANED, conform, empty


def posts(*rows: dict[str, object]) -> pl.DataFrame:
    return conform(pl.DataFrame([{"id": str(i), **row} for i, row in enumerate(rows)], strict=False), CLEANED)


def matches(query: str, **post: object) -> bool:
    return bool(parse_query(query).matches(posts(post))[0])


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ai", "AI is here"),
        ("AI", "我们用ai写代码"),
        ("gpt-5", "用GPT‑5写代码"),
        ("ai", "ＡＩ ever"),
        ("gemini", "Gemini™ 3 is out"),
        ("C++", "c++ 26"),
        ("robot*", "Robots' day"),
        ('"machine learning"', "Machine\nlearning"),
        ('"machine learning"', "machine-learning"),
        ("人工智能", "谈人工智能大会"),
        ("인공지능", "인공지능이 온다"),
        ("don't", "don’t stop"),
        ("naïve", "so NAÏVE"),
    ],
)
def test_term_is_found(query, text):
    assert matches(query, clean_text=text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ai", "said again"),
        ("ai", "naïai ai_x"),
        ("robot", "robots"),
        ("sum", "résumé"),
        ('"machine learning"', "learning machine"),
        ("人工智能", "人工和智能"),
        ("a.b", "axb"),
    ],
)
def test_term_is_not_found(query, text):
    assert not matches(query, clean_text=text)


def test_quoted_text_counts_since_a_comment_is_about_it():
    assert matches("olmo", clean_text="this is big", quoted_text="Olmo 3 released")


@pytest.mark.parametrize(
    ("query", "post"),
    [
        ("#ai", {"hashtags": ["ml", "ai"]}),
        ("#M*", {"hashtags": ["ai", "ml"]}),
        ("@OpenAI", {"author": "openai"}),
        ("@openai", {"mentions": ["x", "openai"]}),
        ("$nvda", {"cashtags": ["NVDA"]}),
        ("domain:www.example.com", {"urls": ["https://news.example.com/a"]}),
        ("lang:zh-Hans", {"lang": "zh-TW"}),
    ],
)
def test_field_is_found(query, post):
    assert matches(query, clean_text="…", **post)


@pytest.mark.parametrize(
    ("query", "post"),
    [
        ("#ai", {"hashtags": ["aida"]}),
        ("@open", {"mentions": ["openai"]}),
        ("$NV", {"cashtags": ["NVDA"]}),
        ("domain:example.com", {"urls": ["https://notexample.com/", "https://x.org/example.com"]}),
        ("lang:en", {"lang": None}),
    ],
)
def test_field_is_not_found(query, post):
    assert not matches(query, clean_text="…", **post)


@pytest.mark.parametrize(
    ("query", "text", "holds"),
    [
        ("a b", "b a", True),
        ("a AND b", "a", False),
        ("a OR b c", "a", True),
        ("(a OR b) c", "a", False),
        ("a -b", "a b", False),
        ("a NOT (b OR c)", "a d", True),
        ("NOT a", "b", True),
        ("（甲 OR 乙）－丙", "乙", True),
        ("（甲 OR 乙）－丙", "乙丙", False),
    ],
)
def test_operators(query, text, holds):
    assert matches(query, clean_text=text) is holds


def test_reasons_name_terms_as_written():
    found = parse_query('("Machine Learning" OR GPT-5 OR #AI) -spam').reasons(
        posts(
            {"clean_text": "machine learning"},
            {"clean_text": "gpt 5"},
            {"clean_text": "x", "hashtags": ["ai"]},
            {"clean_text": "gpt-5 spam"},
        )
    )
    assert found.to_list() == ['"Machine Learning"', "GPT-5", "#AI", None]


def test_reason_of_exclusions_alone_is_the_query():
    assert parse_query("-spam").reasons(posts({"clean_text": "news"})).to_list() == ["-spam"]


def test_language_found_by_us_goes_before_the_platforms():
    frame = posts({"clean_text": "x", "lang": "en"}).with_columns(language=pl.lit("zh"))
    assert parse_query("lang:zh").matches(frame).to_list() == [True]


def test_no_posts_give_no_rows():
    assert len(parse_query("a OR #b OR (c -d)").reasons(empty(CLEANED))) == 0


def test_hundreds_of_terms_are_one_pass():
    words = [f"word{i}" for i in range(300)] + [f"词语{i}" for i in range(100)]
    frame = posts(
        {"clean_text": "about word299 only"}, {"clean_text": "关于词语77的"}, {"clean_text": "word3000"}
    )
    assert parse_query(" OR ".join(words)).reasons(frame).to_list() == ["word299", "词语77", None]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "query: it is empty"),
        ("ai AND", "column 7: expected a term"),
        ("(ai", 'column 4: expected ")", found the end'),
        ("ai)", "column 3: expected the end, since no parenthesis is open"),
        ('ai "open', "column 4: expected a closing quotation mark"),
        ("site:x.com", "column 1: expected domain: or lang:"),
        ("ai OR OR ml", "column 7: expected a term"),
        ("ai\nOR )", "line 2, column 4: expected a term"),
        ("a*b", 'with "*" last'),
        ("#", "something to look for"),
        ("$NVDA*", '"*" only after a word'),
        ('""', "words between the quotation marks"),
        ("(" * 500 + "a" + ")" * 500, "too many nested parentheses"),
    ],
)
def test_mistake_is_named_with_its_place(query, message):
    with pytest.raises(UsageError) as raised:
        parse_query(query)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
