"""Numbers as people write them in Chinese and English, with scale, unit and rounding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.numeral_words import (
    EN_SCALE,
    EN_WORDS,
    ZH_DIGITS,
    ZH_LARGE,
    ZH_SMALL,
    parse_en,
    parse_zh,
)
from dawnchorus.report.check.units import MONEY, alternatives, units

Hedge = Literal["", "about", "over", "under"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A value or a span of values in a folded text.

    ``step`` is what one unit of the last digit shown is worth: 100,000,000 in 16亿, 0.1 in 3.5.
    """

    low: float
    high: float
    step: float
    unit: str  # class as in data/units.toml, "" for a plain count
    text: str  # as written
    start: int
    end: int
    hedge: Hedge = ""
    worded: bool = False  # in words or characters, not digits
    small: bool = False  # a worded count such as 三家, "two": may be the writer's own counting


# Runs are bounded, so that endless ones cost no more than their length.
_ZH_RUN = re.compile(r"[〇零一二两三四五六七八九十百千万亿兆]{1,24}(?:点[〇零一二三四五六七八九]{1,12})?")
_ZH_FRACTION = re.compile(
    r"(?<![\d〇零一二两三四五六七八九十百千万])(?P<below>[〇零一二两三四五六七八九十百千万]{1,12}|\d{1,6})分之"
    r"(?P<above>[〇零一二两三四五六七八九十百千]{1,12}(?:点[〇零一二三四五六七八九]{1,12})?|\d{1,9}(?:\.\d{1,9})?)"
)
_ZH_TENTHS = re.compile(
    r"(?P<a>[一二两三四五六七八九])成(?P<b>[一二三四五六七八九])?多?(?![为立功本交员果长就熟绩效因分型品人都年])"
)
_ZH_SCALE = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "十亿": 1e9,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "十万": 1e5,
    "万": 1e4,
    "兆": 1e12,
    "千": 1e3,
    "百": 1e2,
    "十": 10.0,
}
_AMOUNT = re.compile(
    r"(?P<before>(?:US|HK|NT|A|C|S)?\$|[€£¥₩₹]|(?<![A-Za-z])(?:USD|RMB|CNY|EUR|GBP|JPY|HKD|KRW|INR|TWD|CAD|AUD|SGD|CHF)\s?|人民币\s?)?"
    r"(?P<sign>(?<![\w)\]])-|\+)?"
    r"(?<!\d)(?P<amount>\d{1,3}(?:,\d{3}){1,7}(?!\d)(?:\.\d{1,12})?|\d{1,21}(?!\d)(?:\.\d{1,12})?)"
    r"(?P<few>[多余来几](?=[万亿兆千百十家名个位人年天款项种次条篇倍台]))?"
    rf"(?:\s?(?P<zh>{alternatives(list(_ZH_SCALE))})(?![瓦字兆])"
    r"|[\s-]?(?P<en>thousand|million|billion|trillion|hundred|dozen|mn|mln|bn|bln|tn|trn)(?![A-Za-z])"
    r"|(?P<letter>[KkMBbTm])(?![A-Za-z0-9]))?"
    r"(?P<more>[多余来]|\+)?"
)
_EN_RUN = re.compile(
    r"(?<![\w'])(?:(?:a|an)[\s-])?(?P<first>"
    + "|".join(
        [
            *sorted(EN_WORDS, key=len, reverse=True),
            "dozen",
            "hundred",
            "thousand",
            "million",
            "billion",
            "trillion",
        ]
    )
    + r")(?P<rest>(?:(?:[\s-]|\sand\s)(?:"
    + "|".join(
        [
            *sorted(EN_WORDS, key=len, reverse=True),
            "hundred",
            "thousand",
            "million",
            "billion",
            "trillion",
            "dozen",
        ]
    )
    + r")(?![a-z]))*)(?![a-z])",
    re.IGNORECASE,
)
_EN_VAGUE = re.compile(
    r"(?<![\w'])(?:(?P<tens>tens of|dozens of|hundreds of|several|a few)\s)?"
    r"(?P<word>dozens|tens of thousands|hundreds|thousands|millions|billions|trillions|dozen|hundred|thousand|million|billion)(?![a-z])",  # noqa: E501
    re.IGNORECASE,
)
_VAGUE_VALUE = {
    "dozens": 12.0,
    "hundreds": 1e2,
    "thousands": 1e3,
    "millions": 1e6,
    "billions": 1e9,
    "trillions": 1e12,
    "dozen": 12.0,
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
}
_ZH_VAGUE = re.compile(r"(?P<n>数|上|成|几)(?P<scale>十万|百万|千万|百亿|千亿|十亿|万亿|十|百|千|万|亿)")
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
_OVER_BEFORE = re.compile(
    r"(?:超过|超|逾|突破|高于|大于|不止|至少|不少于|以上|more than|over|above|at least|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|upwards of|greater than|>)\s?(?:了\s?)?$",  # noqa: E501
    re.IGNORECASE,
)
_UNDER_BEFORE = re.compile(
    r"(?:近|接近|将近|不到|不足|少于|低于|至多|最多|最高|多达|高达|nearly|almost|less than|under|below|fewer than|up to|as much as|as many as|close to|at most|<)\s?$",  # noqa: E501
    re.IGNORECASE,
)
_ABOUT_BEFORE = re.compile(
    r"(?:约|大约|约为|大概|左右|约合|差不多|about|around|roughly|approximately|approx\.?|some|circa|an estimated|~|≈)\s?$",  # noqa: E501
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|or so)")
_OVER_AFTER = re.compile(r"\s?(?:以上|or more|\+|plus)")
_RANGE = re.compile(r"\s?(?:-|~|至|到|to|and|or|or even|/)\s?", re.IGNORECASE)


def numbers_in(text: str, *, skip: Sequence[Span] = ()) -> list[Number]:
    """Numbers of a folded ``text`` in order; those that begin within a span of ``skip`` are left out.

    Digits inside names ("GPT-5.1", "H100") are not numbers; "Gemini 3" gives 3.
    Time is linear in the length of the text.
    """
    if not skip:
        return list(_all_numbers(text))
    taken = bytearray(len(text))
    for start, end in skip:
        taken[start:end] = b"\1" * (end - start)
    return [number for number in _all_numbers(text) if not taken[number.start]]


@lru_cache(maxsize=4096)
def _all_numbers(text: str) -> tuple[Number, ...]:
    taken = bytearray(len(text))  # characters that belong to a number or an idiom already
    found: list[Number] = []
    for reader in (_fractions, _multiples, _vague, _digits, _zh_runs, _en_runs):
        if reader is _vague:  # 之一 is an idiom, but not in 三分之一
            for idiom in units().idioms.finditer(text):
                taken[idiom.start() : idiom.end()] = b"\1" * len(idiom.group())
        for number in reader(text):
            if not any(taken[number.start : number.end]):
                found.append(number)
                taken[number.start : number.end] = b"\1" * (number.end - number.start)
    found.sort(key=lambda number: (number.start, number.end))
    return tuple(_share_units(text, found))


def _make(
    text: str,
    start: int,
    end: int,
    value: float,
    step: float,
    *,
    high: float | None = None,
    unit: str = "",
    hedge: Hedge = "",
    worded: bool = False,
    small: bool = False,
) -> Number:
    before = text[max(0, start - 16) : start]
    if not hedge:
        if _OVER_BEFORE.search(before):
            hedge = "over"
        elif _UNDER_BEFORE.search(before):
            hedge = "under"
        elif _ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(text, end):
            hedge = "about"
        elif _OVER_AFTER.match(text, end) or re.search(r"[多余]", text[start:end]):
            hedge = "over"
    return Number(
        low=value,
        high=value if high is None else high,
        step=step,
        unit=unit,
        text=text[start:end].strip(),
        start=start,
        end=end,
        hedge=hedge,
        worded=worded,
        small=small,
    )


def _tail(text: str, end: int) -> tuple[str, float, int]:
    """Unit class, factor and end of the unit that follows, or ("", 1, end)."""
    match = units().tail.match(text, end)
    if not match:
        return "", 1.0, end
    unit, factor = units().after[(match["other"] or match["latin"]).casefold()]
    return unit, factor, match.end()


def _fractions(text: str) -> Iterator[Number]:
    for match in _ZH_FRACTION.finditer(text):
        above, below = _value(match["above"]), _value(match["below"])
        if above is not None and below:
            step = 100 / below * _step(match["above"]) if below in (100, 1000) else 4.0
            yield _make(text, *match.span(), above / below * 100, step, unit="%", worded=True)
    for match in _ZH_TENTHS.finditer(text):
        value = 10.0 * ZH_DIGITS[match["a"]] + (ZH_DIGITS[match["b"]] if match["b"] else 0)
        yield _make(text, *match.span(), value, 1.0 if match["b"] else 8.0, unit="%", worded=True)
    for match in _EN_FRACTION.finditer(text):
        if _HALF_TIME.match(text, match.start()):
            continue
        if match["half"]:
            yield _make(text, *match.span(), 50.0, 4.0, unit="%", worded=True)
            continue
        above = {"a": 1.0}.get(match["above"].casefold()) or _value(match["above"])
        if above and (match["s"] or above == 1) and not re.match(r"\s(?:of\s20|20\d\d)", text[match.end() :]):
            yield _make(
                text,
                *match.span(),
                above / _BELOW[match["below"].casefold()] * 100,
                4.0,
                unit="%",
                worded=True,
            )
    for match in _RATIO.finditer(text):
        above, below = _value(match["above"]), _value(match["below"])
        if above and below and above < below <= 100:
            yield _make(text, *match.span(), above / below * 100, 4.0, unit="%", worded=True)


def _multiples(text: str) -> Iterator[Number]:
    for match in _HALF_TIME.finditer(text):
        value, unit = _HALF_UNIT[(match["zh"] or match["en"]).casefold()]
        yield _make(text, *match.span(), value, value / 3, unit=unit, worded=True)
    for match in _TIMES_MORE.finditer(text):
        count = _value(match["n"]) or 1.0
        yield _make(
            text, *match.span(), count if count > 1 else 2.0, 1.0, high=count + 1, unit="x", worded=True
        )
    for match in _MULTIPLE.finditer(text):
        zh = match["zh"]
        if zh in ("减半", "腰斩", "过半", "一半", "半数"):
            yield _make(
                text, *match.span(), 50.0, 4.0, unit="%", hedge="over" if zh == "过半" else "", worded=True
            )
        elif zh:
            count = next((ZH_DIGITS[char] for char in zh if char in ZH_DIGITS), 1)
            value = 2.0**count if "番" in zh else float(count + 1)
            yield _make(text, *match.span(), value, 1.0, high=value, unit="x", worded=True)
        else:
            value = float(_MULTIPLE_VALUE[match["word"][:4].casefold()])
            yield _make(text, *match.span(), value, 1.0, unit="x", worded=True)


def _vague(text: str) -> Iterator[Number]:
    for match in _ZH_VAGUE.finditer(text):
        scale = _ZH_SCALE[match["scale"]]
        unit, factor, end = _tail(text, match.end())
        low = scale if match["n"] in "上成" else 2 * scale
        yield _make(
            text,
            match.start(),
            end,
            low * factor,
            scale * factor,
            high=10 * scale * factor,
            unit=unit,
            worded=True,
        )
    for match in _EN_VAGUE.finditer(text):
        word, tens = match["word"].casefold(), (match["tens"] or "").casefold()
        if not tens and not word.endswith("s"):
            continue
        if word == "tens of thousands":
            low, high = 1e4, 1e5
        else:
            scale = _VAGUE_VALUE[word] * {"tens of": 10.0, "dozens of": 12.0, "hundreds of": 100.0}.get(
                tens, 1.0
            )
            low, high = scale, (100.0 if word == "dozens" and not tens else 10 * scale)
        unit, factor, end = _tail(text, match.end())
        yield _make(
            text, match.start(), end, low * factor, low * factor, high=high * factor, unit=unit, worded=True
        )


def _digits(text: str) -> Iterator[Number]:
    for match in _AMOUNT.finditer(text):
        start, digits = match.start(), match.start("amount")
        # A letter, or a letter and a hyphen, before the digits: part of a name (H100, GPT-5).
        if not match["before"] and digits and re.match(r"[A-Za-z_@#]", text[digits - 1]):
            continue
        if (
            not match["before"]
            and digits > 1
            and text[digits - 1] in "-."
            and text[digits - 2].isascii()
            and text[digits - 2].isalnum()
        ):
            left = re.search(r"[A-Za-z0-9.]*$", text[max(0, digits - 24) : digits - 1])
            if left and (
                (re.search(r"[A-Za-z]", left.group()) and not re.search(r"\d[KkMBbTm]?$", left.group()))
                or text[digits - 1] == "."
            ):
                continue
        if digits > 1 and text[digits - 1] == ":" and text[digits - 2].isdigit():
            continue
        if re.match(
            r"(?:st|nd|rd|th)(?![a-z])|[.:]\d",
            text[match.end("amount") : match.end("amount") + 3],
            re.IGNORECASE,
        ):
            continue  # ordinals; 10.1.2, 15:30
        scale_text = match["zh"] or match["en"] or match["letter"] or ""
        end = match.end()
        if not scale_text and re.match(r"[A-Za-z]", text[match.end("amount") : match.end("amount") + 1]):
            unit, factor, tail_end = _tail(text, match.end("amount"))
            if tail_end == match.end("amount"):
                continue  # 4o, 3D, 5th: a name
        scale = _ZH_SCALE.get(scale_text) or EN_SCALE.get(scale_text.casefold(), 1.0) if scale_text else 1.0
        amount = float(match["amount"].replace(",", ""))
        unit, factor, end = _tail(text, end)
        if match["before"]:
            unit, factor = units().before[match["before"].strip()], 1.0
        step = _step(match["amount"]) * scale * factor
        value = amount * scale * factor
        few = match["few"] or (match["more"] if match["more"] != "+" else None)
        hedge: Hedge = "over" if few or match["more"] == "+" else ""
        yield _make(text, start, end, value, step, unit=unit, hedge=hedge)


def _zh_runs(text: str) -> Iterator[Number]:
    known = units()
    for match in _ZH_RUN.finditer(text):
        run, start, end = match.group(), match.start(), match.end()
        if start and text[start - 1] in "第初周":
            continue
        few = text[end : end + 1] in ("多", "余", "几") and end < len(text)
        unit, factor, tail_end = _tail(text, end + few)
        follows = text.startswith(known.classifiers, end + few) or unit != ""
        high: float | None = None
        value = parse_zh(run)
        if value is None:
            span = re.fullmatch(r"([一二两三四五六七八九])([二三四五六七八九])([十百千万亿兆]*)", run)
            if not span or not follows:
                continue
            scale = parse_zh("一" + span[3]) or 1.0
            value, high = ZH_DIGITS[span[1]] * scale, ZH_DIGITS[span[2]] * scale * factor
            step = scale
        else:
            step = _zh_step(run, value)
        if not follows and (len(run) < 2 or (value < 100 and not run.startswith("十") and "十" not in run)):
            continue
        if run == "一" or (run == "十" and not follows):
            continue
        small = unit == "" and value <= 10
        yield _make(
            text,
            start,
            tail_end if unit else end,
            value * factor,
            step * factor,
            high=high,
            unit=unit,
            hedge="over" if few else "",
            worded=True,
            small=small,
        )


def _en_runs(text: str) -> Iterator[Number]:
    for match in _EN_RUN.finditer(text):
        value = parse_en(match.group())
        if value is None or (value == 1 and not match["rest"]):
            continue
        unit, factor, end = _tail(text, match.end())
        step = max(10.0 ** (len(str(int(value))) - len(str(int(value)).rstrip("0") or "0")), 1.0)
        if "dozen" in match.group().casefold():
            step = 6.0
        yield _make(
            text,
            match.start(),
            end,
            value * factor,
            step * factor,
            unit=unit,
            worded=True,
            small=unit == "" and value <= 10,
        )


def _value(text: str) -> float | None:
    if text[0].isdigit():
        return float(text.replace(",", ""))
    return parse_en(text) if text[0].isascii() else parse_zh(text)


def _step(amount: str) -> float:
    _, point, decimals = amount.partition("点" if "点" in amount else ".")
    return 10.0 ** -len(decimals) if point else 1.0


def _zh_step(run: str, value: float) -> float:
    if "点" in run:
        return _step(run) * (parse_zh("一" + run[-1]) or 1.0 if run[-1] in ZH_LARGE else 1.0)
    last = run[-1]
    if last in ZH_SMALL or last in ZH_LARGE:
        return float(ZH_SMALL.get(last) or ZH_LARGE[last]) if value >= 100 else 1.0
    return 1.0


def _share_units(text: str, found: list[Number]) -> Iterable[Number]:
    """In 3-5亿, "$2 to 3 million" or 10至12% both numbers have one scale and one unit."""
    changed = dict(enumerate(found))
    for index in range(len(found) - 1):
        first, second = changed[index], changed[index + 1]
        if second.start - first.end > 5 or not _RANGE.fullmatch(text[first.end : second.start]):
            continue
        shown = _plain_value(second)
        if shown and first.low < 1000 and first.unit in {"", second.unit} | MONEY and second.low / shown != 1:
            factor = second.low / shown
            if not (first.unit == second.unit and first.text[-1:].isalpha()):
                first = replace(
                    first, low=first.low * factor, high=first.high * factor, step=first.step * factor
                )
        if not first.unit and second.unit:
            first = replace(first, unit=second.unit)
        elif not second.unit and first.unit in MONEY:
            second = replace(second, unit=first.unit)
        changed[index], changed[index + 1] = first, second
    return changed.values()


def _plain_value(number: Number) -> float | None:
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", fold(number.text))
    if digits:
        return float(digits.group().replace(",", ""))
    run = re.match(r"[〇零一二两三四五六七八九十]+", number.text)
    return parse_zh(run.group()) if run else None
