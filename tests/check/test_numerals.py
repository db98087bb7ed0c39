"""Numbers in Chinese and English: one value, however written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.numeral_words import parse_en, parse_zh
from dawnchorus.report.check.numerals import numbers_in


def values(text):
    return [(number.low, number.unit) for number in numbers_in(fold(text))]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("16亿美元", 1.6e9, "USD"),
        ("$1.6B", 1.6e9, "USD"),
        ("1,600 million dollars", 1.6e9, "USD"),
        ("１６億美元", 1.6e9, "USD"),
        ("人民币3.5万亿", 3.5e12, "CNY"),
        ("NT$367.5B", 367.5e9, "TWD"),
        ("C$900 million", 9e8, "CAD"),
        ("百分之六十四", 64, "%"),
        ("64 percent", 64, "%"),
        ("64％", 64, "%"),
        ("六成五", 65, "%"),
        ("3个百分点", 3, "pp"),
        ("四年", 48, "mo"),
        ("four years", 48, "mo"),
        ("24 hours", 86400, "s"),
        ("两天", 172800, "s"),
        ("300 MW", 3e8, "W"),
        ("30万千瓦", 3e8, "W"),
        ("12×", 12, "x"),
        ("tenfold", 10, "x"),
        ("一亿五千万", 1.5e8, ""),
        ("two dozen", 24, ""),
        ("-5%", 5, "%"),
    ],
)
def test_one_number_is_read_with_scale_and_unit(text, value, unit):
    assert values(text) == [(pytest.approx(value), unit)]


@pytest.mark.parametrize("text", ["a third", "三分之一", "one in three", "1 out of 3"])
def test_a_third_is_a_third_in_both_languages(text):
    assert values(text) == [(pytest.approx(100 / 3), "%")]


@pytest.mark.parametrize(
    "text",
    [
        "GPT-5.1",
        "H100",
        "用 Qwen3-235B-A22B 的 A22B",
        "统一",
        "唯一之一",
        "进一步",
        "第三",
        "3rd",
        "15:30",
        "v2.0.1",
        "百度和三星",
    ],
)
def test_names_ordinals_and_idioms_are_no_numbers(text):
    assert [value for value in values(text) if value[0] != 235e9] == []


def test_a_version_after_a_name_is_a_number():
    assert values("Gemini 3 Pro") == [(3, "")]


@pytest.mark.parametrize(
    "text", ["$3-5 billion", "3-5 billion dollars", "30亿至50亿美元", "3 to 5 billion dollars"]
)
def test_a_range_shares_scale_and_unit(text):
    assert values(text) == [(3e9, "USD"), (5e9, "USD")]


def test_vague_numbers_are_spans():
    (dozens,) = numbers_in("dozens of users")
    (tens,) = numbers_in("数十名用户")
    (about,) = numbers_in("两三年")
    assert dozens.low <= 36 <= dozens.high
    assert tens.low <= 36 <= tens.high
    assert (about.low, about.high) == (24, 36)


def test_hedges_are_read_before_and_after():
    hedges = [
        numbers_in(text)[0].hedge
        for text in ("超过30家", "30多家", "about 30 firms", "约30家", "近30家", "nearly 30")
    ]
    assert hedges == ["over", "over", "about", "about", "under", "under"]


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_round_trip(number):
    assert parse_zh(chinese(number)) == number


@given(st.integers(1, 999_999))
def test_english_words_round_trip(number):
    assert parse_en(english(number)) == number


@given(st.integers(2, 99_999))
def test_digits_with_scales_agree_across_languages(number):
    assert values(f"{number}亿美元")[0] == values(f"${number * 100:,} million")[0]


@given(st.text(max_size=200))
def test_any_text_is_read_without_error_and_in_order(text):
    folded = fold(text)
    found = numbers_in(folded)
    assert [number.start for number in found] == sorted(number.start for number in found)
    assert all(number.low <= number.high and folded[number.start : number.end] for number in found)


@pytest.mark.parametrize("unit", ["1,", "一", "million ", "两三", "1.1", "$", "half a ", "第", "9" * 9, "- "])
def test_endless_runs_are_read_to_their_end(unit):
    text = unit * (40_000 // len(unit))
    assert all(0 <= number.start < number.end <= len(text) for number in numbers_in(text))


def chinese(number):
    digits, found = "零一二三四五六七八九", ""
    if number >= 10_000:
        head, rest = divmod(number, 10_000)
        return chinese(head) + "万" + (("零" if rest < 1000 else "") + chinese(rest) if rest else "")
    zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            found += ("零" if zero and found else "") + digits[digit] + name
            zero = False
        else:
            zero = True
    return found


def english(number):
    ones = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if number < 20:
        return ones[number]
    if number < 100:
        return tens[number // 10] + (f"-{ones[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{ones[number // 100]} hundred" + (f" and {english(number % 100)}" if number % 100 else "")
    return f"{english(number // 1000)} thousand" + (f" {english(number % 1000)}" if number % 1000 else "")
