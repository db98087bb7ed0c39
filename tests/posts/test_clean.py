import re
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dawnchorus.posts.characters import _PLAIN, _made_visible
from dawnchorus.posts.clean import MOST_CHARACTERS, _one_plain_link, clean
from dawnchorus.posts.links import canonical, domain, without_links
from dawnchorus.tables import CLEANED, POSTS, conform


def posts(*rows: dict[str, object]) -> pl.DataFrame:
    return conform(pl.DataFrame([{"id": str(i), **row} for i, row in enumerate(rows)], strict=False), POSTS)


def cleaned(text: str, **post: object) -> dict[str, object]:
    kept, _ = clean(posts({"text": text, **post}))
    return kept.row(0, named=True)


def shown(text: str) -> str:
    return str(cleaned(text)["clean_text"])


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("cafe\u0301", "café"),
        ("1\u200b6亿", "16亿"),
        ("soft\u00adware", "software"),
        ("pay \u202e001\u202c now", "pay 001 now"),
        ("a\u2066b\u2069\u200f", "ab"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("a\x00b\x07\x9f", "ab"),
        ("x\ufe01\U000e0100", "x"),
        ("👨\u200d👩\u200d👧 a\u200db", "👨\u200d👩\u200d👧 ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a" + "\u0316" * 200, "a" + "\u0316" * 4),
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
        ("&amp;amp;lt;", "<"),
        ("&l&#116;;", "<"),
        ("x&#8238;y", "xy"),
        ("AT&T; a & b;", "AT&T; a & b;"),
        ("１２３％", "１２３％"),
        ("a\r\n\r\n\r\n\r\nb \t c\u2028d", "a\n\nb c\nd"),
        ("{{ site.time }} {% raw %} *x*{: onclick=y}", "{{ site.time }} {% raw %} *x*{: onclick=y}"),
    ],
)
def test_text_is_as_a_reader_sees_it(text, seen):
    assert shown(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("news https://t.co/a https://t.co/b", "news"),
        ("https://t.co/a news", "news"),
        (
            "see https://www.example.com/2025/11/21/a-long-title?x=1 now",
            "see example.com/2025/11/21/a-long-title… now",
        ),
        ("看https://t.co/abc你好", "看t.co/abc你好"),
        ("(https://en.wikipedia.org/wiki/A_(b)).", "(en.wikipedia.org/wiki/A_(b))."),
        ("cut https://t.c…", "cut"),
        ("photo pic.twitter.com/Ab1", "photo"),
        ("https://https://x and javascript:alert(1)", "https://https://x and javascript:alert(1)"),
        ("到https://пример.рф/a看", "到xn--e1afmkfd.xn--p1ai/a看"),
    ],
)
def test_links_are_cut_off_the_ends_and_short_inside(text, seen):
    assert shown(text) == seen


def test_links_hashtags_accounts_and_tickers_are_listed_once():
    got = cleaned(
        "@Ann.bsky.social @x@mastodon.social 感谢@OpenAI的 #AI #ai #GPT5 #1 C# ＃大模型 "
        "$NVDA涨 $brk.b $1.6K US$AI $NVDA "
        "mail@example.com https://example.com/#part https://EXAMPLE.com/?utm_source=x http://blog.example.org",
        links=["https://twitter.com/a/status/1?s=20", "javascript:alert(1)"],
    )
    assert got["mentions"] == ["ann.bsky.social", "x@mastodon.social", "openai"]
    assert got["hashtags"] == ["ai", "gpt5", "大模型"]
    assert got["cashtags"] == ["NVDA", "BRK.B"]
    assert got["urls"] == ["https://x.com/a/status/1", "https://example.com", "https://blog.example.org"]
    assert got["domains"] == ["x.com", "example.com", "example.org"]


def test_shortened_links_yield_to_those_the_platform_gives():
    assert cleaned("a https://t.co/x", links=["https://example.com/1"])["urls"] == ["https://example.com/1"]
    alone = cleaned("a https://t.co/x")
    assert (alone["urls"], alone["domains"]) == (["https://t.co/x"], [])


def test_names_and_quotes_lose_hidden_characters_and_text_stays():
    got = cleaned("a\u200bb", author_name="Ann\u202e\nLee", quoted_text="x\u200by\nz")
    assert (got["author_name"], got["quoted_text"], got["text"]) == ("Ann Lee", "xy\nz", "a\u200bb")


def test_posts_without_text_are_dropped_with_the_reason():
    kept, dropped = clean(
        posts({"text": "https://t.co/a"}, {"text": None}, {"text": " \u200b"}, {"text": "ok"})
    )
    assert kept["id"].to_list() == ["3"]
    assert dropped["reason"].to_list() == ["no text"] * 3
    assert kept.schema == CLEANED


def test_no_posts_give_no_posts():
    kept, dropped = clean(posts().clear())
    assert (kept.shape[0], dropped.shape[0]) == (0, 0)


# fmt: off
PIECES = [
    " ", "\n", "\t", "&amp;", "&", "#", ";", "lt;", "&l", "&#38;", "&#x200b;", "\u037e", "\u200d", "\u200c",
    "👩", "\ufe0f", "\u202e", "https://", "http://a.co/x", "example.com", "pic.x.com/a", "…", "@", "$A", "#b",
    "(", ")", "e", "\u0301", "\u034f", "\u1160", "RT",
]
# fmt: on
HOSTILE = st.lists(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(PIECES)),
    max_size=40,
).map("".join)
MANY = st.lists(HOSTILE, min_size=1, max_size=20)
STEERING = {
    chr(c) for c in (0x200B, 0x2028, *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080))
}


@settings(max_examples=25, deadline=None)
@given(MANY)
def test_cleaning_twice_is_cleaning_once(texts):
    once = clean(posts(*({"text": text} for text in texts)))[0]["clean_text"].to_list()
    assert clean(posts({"text": "ok"}, *({"text": text} for text in once)))[0]["clean_text"].to_list() == [
        "ok",
        *once,
    ]


@settings(max_examples=25, deadline=None)
@given(MANY)
def test_no_hidden_character_is_left(texts):
    for seen in clean(posts(*({"text": text} for text in texts)))[0]["clean_text"]:
        assert not STEERING & set(seen)
        assert {c for c in seen if unicodedata.category(c) == "Cc"} <= {"\n"}
        assert unicodedata.is_normalized("NFC", seen)


@pytest.mark.parametrize(
    "text",
    [
        "&amp;" * 20_000,
        "&l&#116;;" * 10_000,
        "http://a.co/" + ")" * 100_000,
        "https://" * 12_000,
        "a\u0301" * 50_000,
    ],
)
def test_long_hostile_texts_end(text):
    assert clean(posts({"text": text}))[0].height <= 1


def test_a_post_longer_than_any_platform_takes_is_looked_at_in_part():
    row = cleaned("word " * 30_000)

    assert len(str(row["clean_text"])) <= MOST_CHARACTERS
    assert len(str(row["text"])) == 150_000


def test_what_is_taken_for_plain_text_would_stay_as_it_is():
    plain = re.compile(f"[{_PLAIN}]".replace(r"\U0001f300-\U0001faff", "\U0001f300-\U0001faff"))
    texts = pl.Series([f"e{c}{c}a" for c in map(chr, range(0x110000)) if plain.match(c) and c != " "])
    assert len(texts) > 40_000
    assert _made_visible(texts).equals(texts)
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)


LINKS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "so ", "read this\n", "a\u3000", "“", "x", "pic.x.com/a ", "http "]),
    st.sampled_from(["https://", "http://", "HTTPS://", "https:"]),
    st.sampled_from(
        ["a.example", "www.b.example", "m.c.example", "t.co", "x.com", "www.twitter.com", "youtu.be",
         "old.reddit.com", "arxiv.org", "google.de", "xn--a.example", "localhost", "A.example"]
    ),
    st.sampled_from(["", "/", "/a", "/a/b-c_1/", "/amp", "/a/amp/", "/a.amp", "/a?b=1", "/a-", "/pdf/1"]),
    st.sampled_from(["", "", "", " and more", " ", ".", ")", "\nhttps://t.co/z"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(LINKS, min_size=1, max_size=20))
def test_the_quick_way_with_links_finds_what_the_slow_one_does(texts):
    frame = pl.DataFrame({"row": range(len(texts)), "clean_text": texts}).with_columns(
        pl.col("row").cast(pl.UInt32), links=pl.lit([], pl.List(pl.String)), look=pl.lit(value=True)
    )
    for row, text, urls, domains in _one_plain_link(frame).iter_rows():
        cut, written = without_links(texts[row])
        assert (text, urls) == (cut, [canonical(link) for link in written])
        assert domains == [name for url in urls if (name := domain(url))]
