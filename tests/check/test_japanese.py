"""A third language by data alone: what is read of Japanese, and that other languages stay as they were."""

from __future__ import annotations

from datetime import date

import evals.japanese.__main__ as japanese
import pytest

from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.moments import moments_in
from dawnchorus.report.check.numerals import numbers_in
from dawnchorus.report.check.spellings import respell

TUESDAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def found():
    return japanese.outcomes()


def test_sentences_stay_above_their_floors(found):
    assert japanese.below(found) == []
    assert japanese.rejected(found, "supported").number >= 60
    assert sum(japanese.rejected(found, kind).number for kind in japanese.FAULTS) >= 60


def test_run_that_falls_under_a_floor_fails(found, monkeypatch, capsys):
    monkeypatch.setattr(japanese, "outcomes", lambda: found)
    monkeypatch.setattr(japanese, "LEAST_REJECTED", 1.01)

    assert japanese.main([]) == 1
    assert "number: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("売上は16億ドルだった。", 1.6e9, "USD"),
        ("約1200億円を投じる。", 1.2e11, "JPY"),
        ("4500万クローネの赤字。", 4.5e7, "crown"),
        ("便の3割が欠航した。", 30.0, "%"),
        ("価格は2割5分下がった。", 25.0, "%"),
        ("三割の人が答えた。", 30.0, "%"),
        ("回答者の半分が答えた。", 50.0, "%"),
        ("会議は3時間続いた。", 10800.0, "s"),
        ("3カ月で終わる。", 3.0, "mo"),
        ("蓄電は1.2ギガワット時になった。", 1.2e9, "Wh"),
        ("コメを21万トン放出する。", 2.1e11, "g"),
    ],
)
def test_numbers_are_read_with_their_units(text, value, unit):
    found = [(number.low, number.unit) for number in numbers_in(fold(text))]

    assert (pytest.approx(value), unit) in found


def test_fractions_and_hedges_are_read():
    [share, *_] = numbers_in(fold("センサーの3分の2が故障した。"))
    [over, *_] = numbers_in(fold("再生数が200万回を超えた。"))
    [under, *_] = numbers_in(fold("利用者は500人未満だという。"))
    [vague, *_] = numbers_in(fold("数十人がロビーにいた。"))

    assert share.low == pytest.approx(66.7, abs=0.1)
    assert (over.low, over.hedge) == (2e6, "over")
    assert (under.low, under.hedge) == (500.0, "under")
    assert (vague.low, vague.high) == (20.0, 100.0)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("きのう発表した。", (2026, 3, 9), (2026, 3, 9)),
        ("おととい発表した。", (2026, 3, 8), (2026, 3, 8)),
        ("あす決める。", (2026, 3, 11), (2026, 3, 11)),
        ("先週の金曜日に終えた。", (2026, 3, 6), (2026, 3, 6)),
        ("来週月曜に始める。", (2026, 3, 16), (2026, 3, 16)),
        ("来月から始める。", (2026, 4, 1), (2026, 4, 30)),
        ("令和8年3月に始めた。", (2026, 3, 1), (2026, 3, 31)),
        ("平成元年に始めた。", (1989, 1, 1), (1989, 12, 31)),
        ("昨年10月に始めた。", (2025, 10, 1), (2025, 10, 31)),
        ("4〜6月期に発行する。", (2026, 4, 1), (2026, 6, 30)),
        ("3日前に始めた。", (2026, 3, 7), (2026, 3, 7)),
    ],
)
def test_days_are_read(text, first, last):
    found = moments_in(fold(text), TUESDAY)

    assert (date(*first), date(*last)) in {span for moment in found for span in moment.spans}


@pytest.mark.parametrize(
    ("japanese_name", "name"),
    [
        ("グーグル", "Google"),
        ("エヌビディア", "Nvidia"),
        ("トヨタ", "Toyota"),
        ("厚労省", "Ministry of Health, Labour and Welfare"),
        ("農協", "Japan Agricultural Cooperatives"),
        ("北海道", "Hokkaido"),
        ("ノルウェー", "Norway"),  # of CLDR
        ("ストックホルム", "Stockholm"),  # of CLDR
    ],
)
def test_names_are_the_same_in_both_scripts(japanese_name, name):
    assert squash(name) in standard_aliases().same(japanese_name)


def test_numbers_days_and_names_are_looked_up_in_posts_of_either_language():
    english = ["Nvidia puts $1.6 billion into Helioform, a third of it by 15 May."]
    own = ["エヌビディア、Helioformに16億ドルを出資。うち3分の1は5月15日までに。"]
    for posts in (english, own):
        assert check_claim("エヌビディアはHelioformに16億ドルを出資する。", posts).verdict != "rejected"
        assert check_claim("出資の3分の1は5月15日までに行われる。", posts).verdict != "rejected"
        assert check_claim("出資の3分の1は5月25日までだ。", posts).verdict != "supported"
        for wrong in ("インテルは16億ドルを出資する。", "出資額は16億円だ。"):
            assert check_claim(wrong, posts).verdict == "rejected", wrong


def test_words_that_hold_a_unit_are_not_taken_for_it():
    assert respell("アイドルの時間割を見た") == "アイドルの時間割を見た"


def test_text_without_kana_is_not_touched():
    for text in ("他割让了3割土地", "前年同期12円", "plain words", ""):
        assert respell(text) == text


@pytest.mark.parametrize("run", ["1", "1,", "千", "十万", "1人", "月", "分の", "1日"])
def test_endless_runs_of_numerals_take_no_more_than_their_length(run):
    text = run * (300_000 // len(run))

    assert len(respell(f"{text}を超えた")) >= len(text) // 2


def test_respelled_text_is_not_respelled_again():
    for text in ("先週金曜日に16億ドル", "令和8年3月に2割を超えた", "一昨年の第3四半期は3分の1だった"):
        once = fold(text)

        assert respell(once) == once


def test_quotation_in_japanese_is_found_verbatim_and_altered_ones_are_not():
    post = ["大雪で便の3割が欠航し、先週金曜日は16億ドルの損が出たと聞いた。"]

    assert check_claim("「先週金曜日は16億ドルの損が出た」という。", post).verdict != "rejected"
    assert check_claim("「先週木曜日は16億ドルの損が出た」という。", post).verdict == "rejected"
