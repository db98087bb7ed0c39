import random
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dawnchorus import tables
from dawnchorus.report import terms as terms_module
from dawnchorus.report.terms import key_terms
from dawnchorus.report.tokens import term_pattern

TODAY = datetime(2025, 11, 21, 3, tzinfo=UTC)

EVERYDAY = re.findall(
    r"\w+",
    "people models code team weeks training search company money paper school cluster tools users phones "
    "write build read test buy sell use move learn share find keep ask open close run",
)
ALLTAG = re.findall(r"\w+", "公司 产品 模型 数据 团队 用户 手机 市场 研究 学校 工具 价格 问题 机会 城市")


def frame(*texts, at=TODAY, prefix="x", **columns):
    rows = {
        "id": [f"{prefix}:{i}" for i in range(len(texts))],
        "source": ["x"] * len(texts),
        "text": list(texts),
        "clean_text": list(texts),
        "author": [f"{prefix}{i}" for i in range(len(texts))],
        "created_at": [at] * len(texts),
    }
    return tables.conform(pl.DataFrame(rows | columns, strict=False), tables.KEPT)


def filler(count, *always, seed=0):
    """Posts of everyday words that never meet the same way twice."""
    rng = random.Random(seed)
    lines = []
    for i in range(count):
        words = rng.choices(ALLTAG, k=6) if i % 5 == 0 else [*rng.choices(EVERYDAY, k=8), *always]
        lines.append("，".join(words) if i % 5 == 0 else " ".join(words))
    return lines


def around(name, count, *, seed=1):
    """Posts that speak of ``name``, each in its own words."""
    heads, tails = filler(count, seed=seed), filler(count, seed=seed + 100)
    return [f"{head} {name} {tail}" for head, tail in zip(heads, tails, strict=True)]


def found(posts, *, background=None, stop_words=frozenset(), aliases=None, limit=120):
    return key_terms(posts, background=background, stop_words=stop_words, aliases=aliases or {}, limit=limit)


def texts_of(terms):
    return [term.text for term in terms]


def test_what_is_new_today_beats_what_is_said_every_day():
    before = frame(*filler(120, "model"), at=TODAY - timedelta(days=1), prefix="y")
    today = frame(*filler(60, "model"), *around("Kestrel", 9))

    got = found(today, background=before)

    assert got[0].text == "Kestrel"
    model = next((term.weight for term in got if term.text == "model"), 0.0)
    assert got[0].weight > 2 * model
    assert sum("model" in text for text in today["clean_text"]) > 40


def test_without_earlier_days_general_language_is_the_measure():
    got = found(frame(*filler(40), *around("Kestrel", 6)))

    kestrel = next(term for term in got if term.text == "Kestrel")
    as_frequent = [term for term in got if term.text != "Kestrel" and term.posts <= kestrel.posts]
    assert as_frequent
    assert all(term.weight < kestrel.weight for term in as_frequent)


@pytest.mark.parametrize("score", [0.0004, 0.0, -0.2])
def test_a_word_that_hardly_marks_a_quiet_day_has_a_weight_above_zero(monkeypatch, score):
    monkeypatch.setattr(terms_module, "_scores", lambda candidates, *_: dict.fromkeys(candidates, score))
    terms = found(frame("Kites near Obrel Bay", "风筝在潍坊放飞"))
    assert terms
    assert all(term.weight > 0 for term in terms)


def test_copies_count_once():
    texts = [*filler(40), *["Zorgcoin moons tonight"] * 30, *around("Kestrel", 4)]
    copies = [None] * 41 + ["x:40"] * 29 + [None] * 4

    got = found(frame(*texts, duplicate_of=copies))

    assert "Zorgcoin" not in texts_of(got)
    assert "Kestrel" in texts_of(got)


def test_one_author_is_one_voice_however_often_they_say_it():
    texts = [*filler(40), *[f"Zorgcoin moons, part {i}" for i in range(20)], *around("Kestrel", 4)]
    authors = [f"a{i}" for i in range(40)] + ["spammer"] * 20 + list("bcde")

    got = found(frame(*texts, author=authors))

    assert "Zorgcoin" not in texts_of(got)
    assert "Kestrel" in texts_of(got)


def test_posts_without_author_count_as_one_voice_each():
    texts = [*filler(40), *around("Kestrel", 5)]

    got = found(frame(*texts, author=[None] * 45))

    assert "Kestrel" in texts_of(got)


@pytest.mark.parametrize(
    "name",
    ["Nano Mango Pro", "Claudius Opal 4.5", "KX-5.1-Codex-Max", "星海之门", "狂野年代", "data trust"],
)
def test_words_that_belong_together_are_one_term(name):
    got = texts_of(found(frame(*filler(60), *around(name, 6))))

    assert name in got
    assert not [text for text in got if text != name and text in name]


def test_neighbours_that_also_go_with_others_stay_apart():
    firsts, seconds = ("Kestrel", "Osprey", "Merlin", "Heron"), ("Labs", "Cloud", "Chips", "Maps", "Pay")
    pairs = [f"{a} {b}" for a in firsts for b in seconds]
    texts = [text for i, pair in enumerate(pairs) for text in around(pair, 3, seed=i)]

    got = texts_of(found(frame(*filler(60), *texts)))

    assert {*firsts, *seconds} <= set(got)
    assert not [text for text in got if " " in text]


def test_a_name_does_not_take_in_the_verb_beside_it():
    texts = [f"{head} tried Kestrel" for head in filler(6)] + [f"Kestrel lands {tail}" for tail in filler(6)]

    got = texts_of(found(frame(*filler(60), *texts)))

    assert [text for text in got if "Kestrel" in text] == ["Kestrel"]


def test_short_and_long_forms_of_a_name_are_shown_once():
    texts = around("Opal 4.5", 8) + around("Claudius Opal 4.5", 3, seed=2) + around("Opal", 2, seed=3)

    got = texts_of(found(frame(*filler(60), *texts)))

    assert [text for text in got if "Opal" in text] == ["Opal 4.5"]


def test_no_links_handles_numbers_letters_or_stop_words():
    noise = (
        "RT @kestrel_fan: https://kestrel.example/x see www.osprey.example merlin.com/shop mail me@falcon.io "
        "said heron_fan x 2025 4.5 275M 10x 1,000 &amp; amp via 😀🚀 we don't it’s "
        "的 了 我们 今天 the and of 转发微博"
    )

    got = texts_of(found(frame(*filler(40), *[noise] * 8)))

    junk = r"heron.*|kestrel|osprey|merlin|falcon|https?|www|amp|rt|via|\W+|[\d.,]+\w?|.|我们|今天|转发|don.t"
    assert not [text for text in got if re.fullmatch(junk, text.lower())]


def test_stop_words_of_the_topic_are_left_out():
    posts = frame(*filler(40), *around("Kestrel", 6))

    assert "Kestrel" not in texts_of(found(posts, stop_words=frozenset({"KESTREL"})))


def test_the_most_frequent_casing_is_shown():
    texts = [*around("kestrelOS", 2), *around("KestrelOS", 5, seed=2), *around("KESTRELOS", 1, seed=3)]

    got = texts_of(found(frame(*filler(40), *texts)))

    assert [text for text in got if text.lower() == "kestrelos"] == ["KestrelOS"]


def test_singular_and_plural_are_one_term():
    got = texts_of(found(frame(*filler(40), *around("ospreys", 5), *around("osprey", 3, seed=2))))

    assert [text for text in got if text.startswith("osprey")] == ["ospreys"]


def test_posts_are_counted_with_copies_as_the_docstring_says():
    texts = [*filler(40), *["we saw KESTREL fly"] * 2, *["we saw Kestrel fly"] * 6, "kestrels", "@kestrel hi"]
    posts = frame(*texts, duplicate_of=[None] * 46 + ["x:45"] * 2 + [None] * 2)

    for term in found(posts):
        pattern = term_pattern(term.text)
        holding = posts.filter(pl.Series([bool(pattern.search(text)) for text in posts["clean_text"]]))
        assert term.posts == holding.height
        example = holding.row(by_predicate=pl.col("id") == term.example, named=True)
        assert example["duplicate_of"] is None
    assert next(term.posts for term in found(posts) if term.text == "Kestrel") == 9


def test_aliases_are_one_term_under_their_name():
    texts = ["隼芯今天大涨"] * 4 + ["$KSTL up again"] * 3 + ["we bought Kestrel Chips today"] * 2
    aliases = {"隼芯": "Kestrel Chips", "$kstl": "Kestrel Chips"}

    got = found(frame(*filler(40), *texts), aliases=aliases)

    assert got[0].text == "Kestrel Chips"
    assert got[0].posts == 9
    assert not {"隼芯", "KSTL"} & set(texts_of(got))


@pytest.mark.parametrize(
    ("surface", "text", "holds"),
    [
        ("AI", "she said so", False),
        ("AI", "AI大模型", True),
        ("ai", "(AI)", True),
        ("GPT-5", "GPT-5.1 is out", False),
        ("GPT-5", "GPT-5. Out now", True),
        ("GPT-5.1", "GPT-5.1-Codex", True),
        ("4.5", "14.5", False),
        ("Opal 4.5", "opal  4.5!", True),
        ("星海", "新星海之门", True),
        ("C++", "in C++, of course", True),
        ("$KSTL", "buy $kstl", True),
        ("Kestrel", "Kestrel’s", True),
        ("", "anything", False),
    ],
)
def test_a_term_is_found_as_a_word_of_its_own(surface, text, holds):
    assert bool(term_pattern(surface).search(text)) is holds


def test_of_other_languages_only_names_are_read():
    texts = [*filler(40), *["Voilà, pour vous avec Kestrel dans les nuages"] * 6]

    got = texts_of(found(frame(*texts, language=["en"] * 40 + ["fr"] * 6)))

    assert "Kestrel" in got
    assert not {"pour", "vous", "avec", "dans", "les", "nuages", "Voilà"} & set(got)


def test_order_of_rows_does_not_matter():
    posts = frame(
        *filler(60), *around("Opal 4.5", 5), *around("Kestrel", 4, seed=2), *around("星海之门", 3, seed=3)
    )

    assert found(posts) == found(posts.reverse()) == found(posts.sample(fraction=1, shuffle=True, seed=3))


def test_weights_fall_and_limit_holds():
    got = found(
        frame(*filler(60), *around("Opal 4.5", 5), *around("Kestrel", 4), *around("Osprey", 4)), limit=2
    )

    assert len(got) == 2
    assert [term.weight for term in got] == sorted((term.weight for term in got), reverse=True)
    assert got[-1].weight > 0


def test_of_large_windows_a_part_is_read_but_all_is_counted(monkeypatch):
    monkeypatch.setattr(terms_module, "MOST_READ", 80)
    texts = [*filler(300), *around("Kestrel", 50)]
    posts = frame(*texts).sample(fraction=1, shuffle=True, seed=1)

    assert next(term.posts for term in found(posts) if term.text == "Kestrel") == 50


def test_no_posts_have_no_terms_and_few_have_some():
    assert found(tables.empty(tables.KEPT), background=tables.empty(tables.POSTS)) == ()
    assert "Kestrel" in texts_of(found(frame("Kestrel landed", "港口的 Kestrel 起飞了")))


def test_hostile_text_is_only_text():
    bad = [
        "{{ site.x }} <script>alert(1)</script> \\u202e ((((",
        "a" * 50_000,
        "",
        "\n\n",
        "．．．",
        "'’'’",
        "++ --",
    ]

    got = found(frame(*filler(40), *bad * 2), aliases={"((((": "]]]]", " ": "x", "": "y"})

    assert all(term.posts >= 2 for term in got)


def test_same_terms_under_another_hash_seed():
    script = (
        "import sys; sys.path.insert(0, 'tests/report'); from test_terms import *; "
        "print(found(frame(*filler(60), *around('Claudius Opal 4.5', 5), *around('星海之门', 3))))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]

    assert "Claudius Opal 4.5" in runs[0]
    assert runs[0] == runs[1]
