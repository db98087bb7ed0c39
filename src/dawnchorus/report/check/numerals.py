"""Numbers as people write them in Chinese and English, with scale, unit and rounding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from dawnchorus.report.check.compounds import compounds
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.number import Hedge, Number, Span, number_at, step_of
from dawnchorus.report.check.numeral_words import (
    EN_SCALE,
    EN_WORDS,
    ZH_DIGITS,
    ZH_LARGE,
    ZH_SMALL,
    parse_en,
    parse_zh,
)
from dawnchorus.report.check.shares import fractions, multiples, with_halves
from dawnchorus.report.check.units import MONEY, alternatives, units

# Runs are bounded, so that endless ones cost no more than their length.
_ZH_RUN = re.compile(
    r"[〇零一二两三四五六七八九十百千万亿兆廿卅]{1,24}(?:[多余来几](?=[万亿]{1,2}))?(?:个(?=亿))?[万亿]{0,2}(?:点[〇零一二三四五六七八九]{1,12})?"
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
_SIGNS = alternatives([word for word in units().before if not word.isalpha() or not word.isascii()])
_CODES = alternatives([word for word in units().before if word.isalpha() and word.isascii()])
_SCALED = "伏赫帕比卡焦安"
"""What is counted in thousands and millions by its own name: 千伏, 兆赫."""
_AMOUNT = re.compile(
    rf"(?P<before>(?:{_SIGNS})\s?|(?<![A-Za-z])(?:{_CODES})\s?)?"
    r"(?P<sign>(?<![\w)\]%])-|\+)?"
    r"(?<!\d)(?P<amount>\d{1,3}(?:,\d{3}){1,7}(?!\d)(?:\.\d{1,12})?|\d{1,21}(?!\d)(?:\.\d{1,12})?)"
    r"(?P<few>[多余来几](?=[万亿兆千百十家名个位人年天款项种次条篇倍台]))?"
    rf"(?:(?:\s|个(?=亿))?(?P<zh>{alternatives(list(_ZH_SCALE))})(?![瓦字兆])(?!(?<=[千兆])[{_SCALED}])"
    r"|[\s-]?(?P<en>(?i:thousand|million|billion|trillion|hundred|dozen|grand|mn|mln|bn|bln|tn|trn))(?![A-Za-z])"
    r"|(?P<letter>[KkMBbTm])(?![A-Za-z0-9])|(?P<w>[wW])(?=\+|[多余粉人条次元块点播下用赞]))?"
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
    + r")(?P<point>\spoint(?:\s(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)(?![a-z])){1,4})?"
    r"(?P<rest>(?:(?:[\s-]|(?<=undred|ousand|illion)\sand\s)(?:"
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
_COUPLE = re.compile(
    r"(?<![\w'])(?:a\s)?couple(?:\sof|\smore)?(?=\s(?:years|months|weeks|days|hours|minutes|quarters|decades|percent|points|people|dozen|more|other)(?![a-z]))",
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
_ZH_VAGUE = re.compile(
    r"(?<![〇零一二两三四五六七八九十百千\d])(?P<n>数|上|成|几)(?P<scale>十万|百万|千万|百亿|千亿|十亿|万亿|十|百|千|万|亿)"
)
# "Under-16s", "T-38 s": the hyphen does not make a name.
_BEFORE_HYPHEN = frozenset(
    [
        "under",
        "over",
        "sub",
        "non",
        "top",
        "pre",
        "post",
        "mid",
        "plus",
        "minus",
        "roughly",
        "nearly",
        "of",
        "t",
    ]
)
_WARM = re.compile(r"°|(?<![A-Za-z])(?:degrees?|temp|celsius|warm|heat|hot|cold)|[温热冷]", re.IGNORECASE)
_LONE = re.compile(
    r"(?P<g>\sg(?![A-Za-z\d]))|\"(?=\s(?:inner|outer|main|cover|screen|display|oled|lcd|panel|wafers?|laptop|tv)\b)"
)
_AGES = re.compile(r"(?:under|over)[\s-]?$", re.IGNORECASE)
_RANGE_ZH = re.compile(r"[-~至到][一二两三四五六七八九十百千万]{1,5}")
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
    for reader in (compounds, with_halves, fractions, multiples, _vague, _digits, _zh_runs, _en_runs):
        if reader is _vague:  # 之一 is an idiom, but not in 三分之一
            for idiom in units().idioms.finditer(text):
                taken[idiom.start() : idiom.end()] = b"\1" * len(idiom.group())
        for number in reader(text):
            if not any(taken[number.start : number.end]):
                found.append(number)
                taken[number.start : number.end] = b"\1" * (number.end - number.start)
    found.sort(key=lambda number: (number.start, number.end))
    return tuple(_share_units(text, found))


def _tail(text: str, end: int) -> tuple[str, float, int]:
    """Unit class, factor and end of the unit that follows, or ("", 1, end)."""
    match = units().tail.match(text, end)
    if not match:
        return "", 1.0, end
    unit, factor = units().after[(match["other"] or match["latin"]).casefold()]
    return unit, factor, match.end()


def _vague(text: str) -> Iterator[Number]:
    for match in _ZH_VAGUE.finditer(text):
        scale = _ZH_SCALE[match["scale"]]
        unit, factor, end = _tail(text, match.end())
        low = scale if match["n"] in "上成" else 2 * scale
        yield number_at(
            text,
            match.start(),
            end,
            low * factor,
            scale * factor,
            high=10 * scale * factor,
            unit=unit,
            worded=True,
        )
    for match in _COUPLE.finditer(text):
        unit, factor, end = _tail(text, match.end())
        yield number_at(
            text,
            match.start(),
            end,
            2 * factor,
            factor,
            high=3 * factor,
            unit=unit,
            worded=True,
            small=not unit,
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
        yield number_at(
            text, match.start(), end, low * factor, low * factor, high=high * factor, unit=unit, worded=True
        )


def _digits(text: str) -> Iterator[Number]:  # noqa: PLR0912
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
                (
                    re.search(r"[A-Za-z]", left.group())
                    and not re.search(r"\d[KkMBbTm]?$", left.group())
                    and left.group().casefold() not in _BEFORE_HYPHEN
                )
                or text[digits - 1] == "."
            ):
                continue
        if text.startswith("后", match.end("amount")) and re.fullmatch("[05-9][05]", match["amount"]):
            continue  # 90后: people, by the decade of their birth
        if digits > 1 and text[digits - 1] == ":" and text[digits - 2].isdigit():
            continue
        if re.match(
            r"(?:st|nd|rd|th)(?![a-z])|[.:]\d",
            text[match.end("amount") : match.end("amount") + 3],
            re.IGNORECASE,
        ):
            continue  # ordinals; 10.1.2, 15:30
        scale_text = ("万" if match["w"] else match["zh"]) or match["en"] or match["letter"] or ""
        end = match.end()
        if not scale_text and re.match(r"[A-Za-z]", text[match.end("amount") : match.end("amount") + 1]):
            unit, factor, tail_end = _tail(text, match.end("amount"))
            if re.match(r"s(?![A-Za-z0-9])", text[match.end("amount") :]) and _AGES.search(text[:digits]):
                yield number_at(
                    text, start, end + 1, float(match["amount"].replace(",", "")), 1.0, unit="age"
                )
                continue
            if tail_end == match.end("amount"):
                continue  # 4o, 3D, 5th: a name
        scale = _ZH_SCALE.get(scale_text) or EN_SCALE.get(scale_text.casefold(), 1.0) if scale_text else 1.0
        amount = float(match["amount"].replace(",", ""))
        unit, factor, end = _tail(text, end)
        if not unit and (lone := _LONE.match(text, end)):
            unit, factor, end = ("g", 1.0, lone.end()) if lone["g"] else ("m", 0.0254, lone.end())
        if (
            unit == "C"
            and text[end - 1] == "度"
            and text[end - 2] in "0123456789万亿"
            and "电" in text
            and not _WARM.search(text)
        ):
            unit, factor = "Wh", 1000.0
        if unit == "C" and text[end - 1] == "c" and not _WARM.search(text):
            unit, factor = "USD", 0.01  # "EPS 61c"
        if match["before"]:
            # "$5 m" are millions, "5 m" are metres.
            scale = 1e6 if unit == "m" and not scale_text else scale
            if unit not in ("%", "pp", "x"):  # "SEK -0.8%": not so many crowns
                unit, factor = units().before[match["before"].strip()], 1.0
        step = step_of(match["amount"]) * scale * factor
        value = amount * scale * factor
        few = match["few"] or (match["more"] if match["more"] != "+" else None)
        hedge: Hedge = "over" if few or match["more"] == "+" else ""
        yield number_at(text, start, end, value, step, unit=unit, hedge=hedge)


def _zh_runs(text: str) -> Iterator[Number]:
    known = units()
    for match in _ZH_RUN.finditer(text):
        run, start, end = match.group(), match.start(), match.end()
        if start and text[start - 1] in "第初周":
            continue
        if run[-1] in "千兆" and text[end : end + 1] in f"瓦克米字{_SCALED}" and end < len(text):
            run, end = run[:-1], end - 1  # 每千瓦, 一百五十四千伏: a unit
            if not run:
                continue
        if run == "百" and text.startswith("分", end):
            continue  # 百分点
        if run == "二" and text[end : end + 1] not in ("人", "者", "成"):
            continue  # 二楼, 二级, 二层: which one, not how many
        few = text[end : end + 1] in ("多", "余", "几") and end < len(text)
        unit, factor, tail_end = _tail(text, end + few)
        follows = text.startswith(known.classifiers, end + few) or unit != "" or _opens_range(text, end)
        high: float | None = None
        value = parse_zh(re.sub("[多余来几个]", "", run))
        if value is None:
            span = re.fullmatch(r"([一二两三四五六七八九])([二三四五六七八九])([十百千万亿兆]*)", run)
            if not span or not follows:
                continue
            scale = parse_zh("一" + span[3]) or 1.0
            value, high = ZH_DIGITS[span[1]] * scale, ZH_DIGITS[span[2]] * scale * factor
            step = scale
        else:
            step = _zh_step(run, value)
        if (
            not follows
            and text[start - 1 : start] != "前"
            and unit != "pp"
            and (len(run) < 2 or (value < 100 and not run.startswith("十") and "十" not in run))
        ):
            continue
        if (run == "一" and unit != "pp") or (
            run == "十" and not follows and text[start - 1 : start] != "前"
        ):
            continue
        small = unit == "" and value <= 10
        yield number_at(
            text,
            start,
            tail_end if unit else end,
            value * factor,
            step * factor,
            high=high,
            unit=unit,
            hedge="over" if few or re.search("[多余来几]", run) else "",
            worded=True,
            small=small,
        )


def _opens_range(text: str, end: int) -> bool:
    """Whether another number follows: 六 of 六到九个月."""
    second = _RANGE_ZH.match(text, end)
    return second is not None and (
        text.startswith(units().classifiers, second.end()) or _tail(text, second.end())[0] != ""
    )


def _en_runs(text: str) -> Iterator[Number]:
    for match in _EN_RUN.finditer(text):
        value = parse_en(match.group())
        if value is None:
            continue
        unit, factor, end = _tail(text, match.end())
        if value == 1 and not match["rest"] and not match["point"] and unit != "pp":
            continue
        step = max(10.0 ** (len(str(int(value))) - len(str(int(value)).rstrip("0") or "0")), 1.0)
        if match["point"]:
            step = 10.0 ** -len(match["point"].split()[1:]) * (parse_en(match["rest"]) or 1.0)
        if "dozen" in match.group().casefold():
            step = 6.0
        yield number_at(
            text,
            match.start(),
            end,
            value * factor,
            step * factor,
            unit=unit,
            worded=True,
            small=unit == "" and value <= 10,
        )


def _zh_step(run: str, value: float) -> float:
    if "点" in run:
        return step_of(run) * (parse_zh("一" + run[-1]) or 1.0 if run[-1] in ZH_LARGE else 1.0)
    last = run[-1]
    if last in ZH_SMALL or last in ZH_LARGE:
        return float(ZH_SMALL.get(last) or ZH_LARGE[last]) if value >= 100 else 1.0
    return 1.0


def _share_units(text: str, found: list[Number]) -> Iterable[Number]:
    """In 3-5亿, "$2 to 3 million" or 10至12% both numbers have one scale and one unit."""
    changed = dict(enumerate(found))
    for index in range(len(found) - 1):
        first, second = changed[index], changed[index + 1]
        between = text[first.end : second.start]
        if len(between) > 5 or not _RANGE.fullmatch(between):
            continue
        if between.strip() == "and" and not _one_size(first, second):
            continue  # "22,000 and 4%": two things
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


def _one_size(first: Number, second: Number) -> bool:
    """Whether the figures shown may be two of one kind, as in "between 5 and 8%"."""
    one, other = _plain_value(first), _plain_value(second)
    return not one or not other or max(one, other) <= 20 * min(one, other)


def _plain_value(number: Number) -> float | None:
    if number.worded and number.text[0].isascii():
        words = re.match(r"[a-z]+(?:[\s-][a-z]+)?", number.text, re.IGNORECASE)
        return (
            next(
                (value for run in (words.group(), words.group().split()[0]) if (value := parse_en(run))), None
            )
            if words
            else None
        )
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", fold(number.text))
    if digits:
        return float(digits.group().replace(",", ""))
    run = re.match(r"[〇零一二两三四五六七八九十]+", number.text)
    return parse_zh(run.group()) if run else None
