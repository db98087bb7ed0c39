"""Shares and multiples as people write them: 三分之一, "two in five", half, doubled, 快了一倍."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dawnchorus.report.check.number import Number, number_at, step_of, value_of
from dawnchorus.report.check.numeral_words import EN_SCALE, EN_WORDS, ZH_DIGITS
from dawnchorus.report.check.units import units

_ZH_FRACTION = re.compile(
    r"(?<![\d〇零一二两三四五六七八九十百千万])(?P<below>[〇零一二两三四五六七八九十百千万]{1,12}|\d{1,6})分之"
    r"(?P<above>[〇零一二两三四五六七八九十百千]{1,12}(?:点[〇零一二三四五六七八九]{1,12})?|\d{1,9}(?:\.\d{1,9})?)(?!决赛)"
    r"|每(?P<of>[二两三四五六七八九十百千]{1,4}|\d{1,6})[个人名家位条张篇][^\d。,;，；]{0,6}?有(?P<are>[一两二三四五六七八九]|\d{1,4})(?=[个人名家位条张篇])"
    r"|(?P<whole>[二两三四五六七八九十百]{1,3}|\d{1,4})[个人名家位][人]?(?:里|中|当中|之中)有?(?P<part>[一两二三四五六七八九]|\d{1,4})[个人名家位]"
    r"|每[^\d,。;一二两三四五六七八九十百]{0,4}(?P<of3>一?[二两三四五六七八九十百]{1,3}|\d{1,4})(?P<thing>美元|元|块钱?|度电?|吨|辆|台|户|家|人|票|个|位|名|支|件|单|篇|次|条)"
    r"[^。;\d一二两三四五六七八九十]{0,8}(?P<are3>[一两二三四五六七八九]|\d{1,4})(?P=thing)"
    r"|(?<![\d/.])(?P<up>[1-4])/(?P<low>[2-5]|10)(?![\d/.年月日])"
)
_ZH_TENTHS = re.compile(
    r"(?:(?<!、)|(?!一))(?P<a>[一二两三四五六七八九])成(?P<b>[一二三四五六七八九半])?多?(?![为立功本交员果长就熟绩效因分型品人都年])"
)
_EN_FRACTION = re.compile(
    r"(?<![\w'])(?:(?P<above>a|one|two|three|four|five|six|seven|eight|nine|\d+)[\s-])(?P<below>third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|half)(?P<s>s)?(?![a-z]|-final)"
    r"|(?<![\w'])(?P<half>(?<!first )(?<!second )(?<!first-)(?<!second-)(?<!latter )half|halved|"
    r"halving|halves)(?![a-z-])",
    re.IGNORECASE,
)
_BELOW = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_RATIO = re.compile(
    r"(?<![\w.])(?P<above>\d+|one|two|three|four|five|six|seven|eight|nine)(?:\sin\s(?:every\s)?|\sout\sof\s(?:every\s)?)"
    r"(?P<below>\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred)(?!\w|\.\d)",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(
    r"(?<![\w'])(?P<word>doubl(?:ed?|es|ing)|tripl(?:ed?|es|ing)|quadrupl(?:ed?|es|ing)|twice|twofold|threefold|fourfold|fivefold|tenfold)(?![a-z])"
    r"|(?P<zh>翻了?[一两三四]番|翻番|翻了?[一两三四]倍|翻倍|翻了倍|减半|腰斩|过半|一半|半数)",
    re.IGNORECASE,
)
_FACTOR = re.compile(
    rf"(?<![a-z])(?:a |by )?factor of (?:about |around |roughly |nearly |almost |over )?"
    rf"(?P<n>\d{{1,6}}(?:\.\d{{1,3}})?|{'|'.join(EN_WORDS)})(?![\w]|\.\d)",
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
    r"(?<![一二两三四五六七八九十\d年天月])半(?P<zh>年|天|个月|小时|个小时|个?世纪)"
    r"|(?<![\w'])half(?: an? |-)(?P<en>year|day|month|hour|decade|century)(?![a-z])"
    r"|(?P<quarter>a quarter of an hour)"
    r"|(?<![\w'])(?P<one>a (?:decade|century|fortnight))(?![a-z])",
    re.IGNORECASE,
)
_TENS_EN = "|".join(word for word, value in EN_WORDS.items() if value >= 20)
# 一年半, 两个半月, "a year and a half", "two and a half years", 两块五.
_AND_HALF = re.compile(
    r"(?P<n>[一二两三四五六七八九十]|\d{1,3})(?:(?P<zh>年|天|周|倍|个月|小时|个小时)半|(?P<zh2>个)半(?P<zh3>月|小时|星期|钟头))"
    rf"|(?<![\w'-])(?P<a>an?|(?:(?:{_TENS_EN})-)?(?:{'|'.join(EN_WORDS)})|\d{{1,3}})\s"
    r"(?:(?P<en>year|month|week|day|hour|decade)s?\sand\sa\shalf|and\sa\s(?:half|quarter)\s"
    r"(?P<en2>years|months|weeks|days|hours|times|percentage points|percent|per cent|points|hundred|thousand"
    r"|million|billion|trillion|dozen))(?![a-z])"
    r"|(?P<yuan>[一二两三四五六七八九十]{1,3}|\d{1,5})块(?P<jiao>[一二三四五六七八九]|[1-9])(?![\d个名家人])",
    re.IGNORECASE,
)
_POINT = re.compile(
    r"(?<![\w'])(?P<part>half|a quarter|quarter|three[\s-]quarters|a full|a)(?:\sof)?(?:\sa)?[\s-]"
    r"(?:percentage[\s-])?point(?![a-z])|(?P<zh>半)个(?:百分点|点)",
    re.IGNORECASE,
)
# 四分之一个世纪 is 25 years, "three quarters of an hour" 45 minutes.
_PART_OF_TIME = re.compile(
    r"(?P<below>[二三四五十])分之(?P<above>[一二三四])个?(?P<zh>世纪|小时|钟头|月|年(?!代|级|龄)|天)"
    r"|(?<![\w'])(?P<part>an? |three[\s-])?(?P<of>quarter|third)s?(?:[\s-]of an?)?[\s-]"
    r"(?P<en>century|decade|year)(?![a-z])",
    re.IGNORECASE,
)
_TIME = {
    "世纪": (1200.0, "mo"),
    "century": (1200.0, "mo"),
    "decade": (120.0, "mo"),
    "年": (12.0, "mo"),
    "year": (12.0, "mo"),
    "月": (30.0 * 86400, "s"),
    "天": (86400.0, "s"),
    "小时": (3600.0, "s"),
    "钟头": (3600.0, "s"),
}
_POINT_VALUE = {
    "a": 1.0,
    "a full": 1.0,
    "half": 0.5,
    "a quarter": 0.25,
    "quarter": 0.25,
    "three quarters": 0.75,
    "three-quarters": 0.75,
}
_HALF_UNIT = {
    "a quarter of an hour": (900.0, "s"),
    "a decade": (120.0, "mo"),
    "a century": (1200.0, "mo"),
    "a fortnight": (1209600.0, "s"),
    "decade": (60.0, "mo"),
    "century": (600.0, "mo"),
    "世纪": (600.0, "mo"),
    "个世纪": (600.0, "mo"),
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


_COUNT = re.compile(
    rf"\d+(?:\.\d+)?|[一二两三四五六七八九十百千]+|(?<![a-z])(?:{'|'.join(EN_WORDS)})(?![a-z])", re.IGNORECASE
)


def parts_of(share: Number) -> list[Number]:
    """The two counts of a share told as such: 12 and 9 of 12人中有9人."""
    found = _COUNT.findall(share.text) if share.worded and share.unit == "%" else []
    values = [value for text in found if (value := value_of(text)) is not None]
    return [
        replace(share, low=value, high=value, step=1.0, unit="", hedge="", small=value <= 10)
        for value in values
        if len(values) == 2
    ]


def fractions(text: str) -> Iterator[Number]:
    """Fractions and ratios of a folded ``text``, in percent."""
    for match in _ZH_FRACTION.finditer(text):
        above, below = (
            value_of(match["above"] or match["are"] or match["are3"] or match["part"] or match["up"]),
            value_of(match["below"] or match["of"] or match["of3"] or match["whole"] or match["low"]),
        )
        if above is not None and below and above <= below:
            step = 100 / below * step_of(match["above"] or "1") if below >= 100 else 4.0
            yield number_at(text, *match.span(), above / below * 100, step, unit="%", worded=True)
    for match in _ZH_TENTHS.finditer(text):
        value = 10.0 * ZH_DIGITS[match["a"]] + (
            {"半": 5}.get(match["b"]) or ZH_DIGITS[match["b"]] if match["b"] else 0
        )
        yield number_at(text, *match.span(), value, 1.0 if match["b"] else 8.0, unit="%", worded=True)
    for match in _EN_FRACTION.finditer(text):
        if _HALF_TIME.match(text, match.start()):
            continue
        if match["half"]:
            yield number_at(text, *match.span(), 50.0, 4.0, unit="%", worded=True)
            continue
        above = {"a": 1.0}.get(match["above"].casefold()) or value_of(match["above"])
        if match["below"].casefold() == "quarter" and above not in (1, 3):
            continue  # two quarters are half a year
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


_TENS = {f"{word[:-1]}ies": value for word, value in EN_WORDS.items() if value >= 20}  # "twenties"
_AGE = re.compile(
    r"(?<=\bin )(?:his|her|their|my|your) (?:early |mid-?\s?|late )?"
    rf"(?:(?P<tens>[2-9]0)s|(?P<word>{'|'.join(_TENS)}))(?![a-z])",
    re.IGNORECASE,
)


def with_halves(text: str) -> Iterator[Number]:
    """Numbers that end on a half, and tenths of a yuan: 一年半, "a year and a half", 两块五, half a point."""
    for match in _AGE.finditer(text):
        age = float(match["tens"] or _TENS[match["word"].casefold()])
        yield number_at(text, *match.span(), age, 1.0, high=age + 9, unit="age", worded=True)
    for match in _PART_OF_TIME.finditer(text):
        if match["zh"]:
            share = ZH_DIGITS[match["above"]] / (10 if match["below"] == "十" else ZH_DIGITS[match["below"]])
        elif " of" not in match.group().casefold() and match["en"].casefold() != "century":
            continue  # "a third year" is one more
        else:
            share = (3 if (match["part"] or "").casefold().startswith("three") else 1) / _BELOW[
                match["of"].casefold()
            ]
        whole, unit = _TIME[(match["zh"] or match["en"]).casefold()]
        yield number_at(text, *match.span(), share * whole, share * whole / 12, unit=unit, worded=True)
    for match in _POINT.finditer(text):
        value = _POINT_VALUE[(match["part"] or "half").casefold()]
        yield number_at(text, *match.span(), value, 0.05, unit="pp", worded=True)
    for match in _AND_HALF.finditer(text):
        if match["jiao"]:
            value = (value_of(match["yuan"]) or 0.0) + (value_of(match["jiao"]) or 0.0) / 10
            yield number_at(text, *match.span(), value, 0.1, unit="CNY", worded=True)
            continue
        count = {"a": 1.0, "an": 1.0}.get((match["a"] or "").casefold()) or value_of(match["n"] or match["a"])
        word = (match["zh"] or match["en"] or match["en2"] or (match["zh2"] + match["zh3"])).casefold()
        unit, factor = _COUNTED.get(word) or units().after[word]
        part = 0.25 if match["en2"] and "quarter" in match.group().casefold().split(" and ")[1] else 0.5
        value = ((count or 0.0) + part) * factor
        yield number_at(text, *match.span(), value, 0.25 * factor, unit=unit, worded=True)


_COUNTED = {word: ("", scale) for word, scale in EN_SCALE.items() if len(word) > 3}


def multiples(text: str) -> Iterator[Number]:
    """Multiples of a folded ``text``, halves of something, and half a year."""
    for match in _HALF_TIME.finditer(text):
        value, unit = _HALF_UNIT[(match["zh"] or match["en"] or match["quarter"] or match["one"]).casefold()]
        yield number_at(text, *match.span(), value, value / 3, unit=unit, worded=True)
    for match in _TIMES_MORE.finditer(text):
        count = value_of(match["n"]) or 1.0
        yield number_at(
            text, *match.span(), count if count > 1 else 2.0, 1.0, high=count + 1, unit="x", worded=True
        )
    for match in _FACTOR.finditer(text):
        if factor := value_of(match["n"]):
            yield number_at(text, *match.span(), factor, step_of(match["n"]), unit="x")
    for match in _MULTIPLE.finditer(text):
        zh = match["zh"]
        if zh in ("减半", "腰斩", "过半", "一半", "半数"):
            yield number_at(
                text,
                *match.span(),
                50.0,
                4.0,
                unit="%",
                hedge="over" if zh in ("过半", "腰斩") else "",
                worded=True,
            )
        elif zh:
            count = next((ZH_DIGITS[char] for char in zh if char in ZH_DIGITS), 1)
            value = 2.0**count if "番" in zh else float(count + 1)
            yield number_at(text, *match.span(), value, 1.0, high=value, unit="x", worded=True)
        else:
            value = float(_MULTIPLE_VALUE[match["word"][:4].casefold()])
            yield number_at(text, *match.span(), value, 1.0, unit="x", worded=True)
