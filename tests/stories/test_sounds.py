"""Katakana finds the Latin name it sounds like, and no other."""

from __future__ import annotations

import polars as pl
import pytest

from dawnchorus.stories.sounds import heard, heard_as

NAMES = [
    ("ベルモラ", "Velmora"), ("ソーンビル", "Thornbill"), ("ブラックソーン", "Blackthorne"),
    ("ケスターミア", "Kestermere"), ("ヴェルストラーテン", "Verstraten"), ("フェンウィック", "Fenwick"),
    ("ドラムリン", "Drumlin"), ("ラザフォード", "Rutherford"), ("ザッカーバーグ", "Zuckerberg"),
    ("アンソロピック", "Anthropic"), ("ゼレンスキー", "Zelensky"), ("ヘリオフォーム", "Helioform"),
]  # fmt: skip


@pytest.mark.parametrize(("kana", "latin"), NAMES)
def test_a_name_is_found_among_all_others(kana, latin):
    assert heard_as([kana], [other for _, other in NAMES]) == {kana: latin.lower()}


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("ベルモット", "Velmora"),  # vermouth
        ("オーストリア", "Ghostly"),
        ("データ", "Dote"),  # two consonants say too little
        ("カンパニー", "Champion"),
        ("ハルデン", "Holding"),
        ("アルトマン", "Lotman"),  # one begins with a vowel
    ],
)
def test_what_only_looks_alike_is_not_heard(kana, latin):
    assert heard_as([kana], [latin]) == {}


def test_the_order_of_words_is_no_matter():
    kana, latin = [kana for kana, _ in NAMES], [latin for _, latin in NAMES]

    assert heard_as(kana, [*latin, "Fenwicke"]) == heard_as(kana[::-1], ["Fenwicke", *latin[::-1]])


def test_a_word_that_is_written_small_as_well_is_no_name():
    texts = pl.Series(["ドラムリンの値上げ", "Drumlin Cloud raises prices"])

    assert heard(texts) == {"ドラムリン": "drumlin"}
    assert heard(pl.concat([texts, pl.Series(["a drumlin is a hill"])])) == {}
    assert heard(pl.Series(["no kana", None], dtype=pl.String)) == {}
