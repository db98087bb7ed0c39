"""Shares and multiples as people write them: 三分之一, "two in five", half, doubled, 快了一倍."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dawnchorus.report.check.number import Number, number_at, step_of, value_of
from dawnchorus.report.check.numeral_words import ZH_DIGITS

_ZH_FRACTION = re.compile(
    r"(?<![\d〇零一二两三四五六七八九十百千万])(?P<below>[〇零一二两三四五六七八九十百千万]{1,12}|\d{1,6})分之"
    r"(?P<above>[〇零一二两三四五六七八九十百千]{1,12}(?:点[〇零一二三四五六七八九]{1,12})?|\d{1,9}(?:\.\d{1,9})?)"
)
_ZH_TENTHS = re.compile(
    r"(?P<a>[一二两三四五六七八九])成(?P<b>[一二三四五六七八九])?多?(?![为立功本交员果长就熟绩效因分型品人都年])"
)
_EN_FRACTION = re.compile(
    r"(?<![\w'])(?:(?P<above>a|one|two|three|four|five|\d+)[\s-])(?P<below>third|quarter|fifth|tenth|half)(?P<s>s)?(?![a-z])"
    r"|(?<![\w'])(?P<half>half|halved|halving|halves)(?![a-z-])",
    re.IGNORECASE,
)
_BELOW = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10, "half": 2}
_RATIO = re.compile(
    r"(?<![\w.])(?P<above>\d+|one|two|three|four|five|six|seven|eight|nine)(?:\sin\s(?:every\s)?|\sout\sof\s(?:every\s)?)"
    r"(?P<below>\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred)(?![\w.])",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(
    r"(?<![\w'])(?P<word>doubl(?:ed?|es|ing)|tripl(?:ed?|es|ing)|quadrupl(?:ed?|es|ing)|twice|twofold|threefold|fourfold|fivefold|tenfold)(?![a-z])"
    r"|(?P<zh>翻了?[一两三四]番|翻番|翻了?[一两三四]倍|翻倍|翻了倍|减半|腰斩|过半|一半|半数)",
    re.IGNORECASE,
)
# 快了一倍 is twice as fast; whether 增长两倍 is two or three times, writers disagree.
_TIMES_MORE = re.compile(
    r"(?:快|慢|增长|增加|高|多|提升|提高|上升|扩大|上涨|涨|增)(?:出|了)*近?(?P<n>[一两二三四五六七八九十]|\d+(?:\.\d+)?)多?倍"
)
_MULTIPLE_VALUE = {
    "doub": 2,
    "trip": 3,
    "quad": 4,
    "twic": 2,
    "twof": 2,
    "thre": 3,
    "four": 4,
    "five": 5,
    "tenf": 10,
}
_HALF_TIME = re.compile(
    r"半(?P<zh>年|天|个月|小时|个小时)|(?<![\w'])half (?:a|an) (?P<en>year|day|month|hour)(?![a-z])",
    re.IGNORECASE,
)
_HALF_UNIT = {
    "年": (6.0, "mo"),
    "year": (6.0, "mo"),
    "天": (43200.0, "s"),
    "day": (43200.0, "s"),
    "个月": (0.5, "mo"),
    "month": (0.5, "mo"),
    "小时": (1800.0, "s"),
    "个小时": (1800.0, "s"),
    "hour": (1800.0, "s"),
}


def fractions(text: str) -> Iterator[Number]:
    """Fractions and ratios of a folded ``text``, in percent."""
    for match in _ZH_FRACTION.finditer(text):
        above, below = value_of(match["above"]), value_of(match["below"])
        if above is not None and below:
            step = 100 / below * step_of(match["above"]) if below in (100, 1000) else 4.0
            yield number_at(text, *match.span(), above / below * 100, step, unit="%", worded=True)
    for match in _ZH_TENTHS.finditer(text):
        value = 10.0 * ZH_DIGITS[match["a"]] + (ZH_DIGITS[match["b"]] if match["b"] else 0)
        yield number_at(text, *match.span(), value, 1.0 if match["b"] else 8.0, unit="%", worded=True)
    for match in _EN_FRACTION.finditer(text):
        if _HALF_TIME.match(text, match.start()):
            continue
        if match["half"]:
            yield number_at(text, *match.span(), 50.0, 4.0, unit="%", worded=True)
            continue
        above = {"a": 1.0}.get(match["above"].casefold()) or value_of(match["above"])
        if above and (match["s"] or above == 1) and not re.match(r"\s(?:of\s20|20\d\d)", text[match.end() :]):
            yield number_at(
                text,
                *match.span(),
                above / _BELOW[match["below"].casefold()] * 100,
                4.0,
                unit="%",
                worded=True,
            )
    for match in _RATIO.finditer(text):
        above, below = value_of(match["above"]), value_of(match["below"])
        if above and below and above < below <= 100:
            yield number_at(text, *match.span(), above / below * 100, 4.0, unit="%", worded=True)


def multiples(text: str) -> Iterator[Number]:
    """Multiples of a folded ``text``, halves of something, and half a year."""
    for match in _HALF_TIME.finditer(text):
        value, unit = _HALF_UNIT[(match["zh"] or match["en"]).casefold()]
        yield number_at(text, *match.span(), value, value / 3, unit=unit, worded=True)
    for match in _TIMES_MORE.finditer(text):
        count = value_of(match["n"]) or 1.0
        yield number_at(
            text, *match.span(), count if count > 1 else 2.0, 1.0, high=count + 1, unit="x", worded=True
        )
    for match in _MULTIPLE.finditer(text):
        zh = match["zh"]
        if zh in ("减半", "腰斩", "过半", "一半", "半数"):
            yield number_at(
                text, *match.span(), 50.0, 4.0, unit="%", hedge="over" if zh == "过半" else "", worded=True
            )
        elif zh:
            count = next((ZH_DIGITS[char] for char in zh if char in ZH_DIGITS), 1)
            value = 2.0**count if "番" in zh else float(count + 1)
            yield number_at(text, *match.span(), value, 1.0, high=value, unit="x", worded=True)
        else:
            value = float(_MULTIPLE_VALUE[match["word"][:4].casefold()])
            yield number_at(text, *match.span(), value, 1.0, unit="x", worded=True)
