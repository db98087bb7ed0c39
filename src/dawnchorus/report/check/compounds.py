"""Numbers written in two pieces: 36h40, 1亿5000万, 9万五, "half a million"; and discounts: 八折."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dawnchorus.report.check.number import Number, number_at, step_of, value_of
from dawnchorus.report.check.numeral_words import EN_SCALE, ZH_LARGE
from dawnchorus.report.check.units import units

_ZH = "[一二两三四五六七八九十百千]"
_N = rf"(?:\d{{1,4}}|{_ZH}{{1,4}})"
_DURATION = re.compile(
    rf"(?<![\d.:])(?P<h>{_N})(?:个?小时|个?钟头)(?:零|又)?(?P<m>\d{{1,2}}|{_ZH}{{1,4}})(?:分钟?|$|(?![\d.个多万亿天]))"
    r"|(?<![\w.:])(?P<h2>\d{1,3})\s?(?:h|hrs?|hours?)\s?(?:and\s|,\s)?(?P<m2>\d{1,2})(?:\s?(?:m|min|mins|minutes?))?(?![\w%]|\.\d)"
    r"|(?<![\w'])(?P<h3>an|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}) hours?(?: and|,)? "
    r"(?P<m3>\d{1,2}|five|ten|fifteen|twenty|thirty|forty|fifty)[ -]minutes?(?![a-z])"
    rf"|(?<![\d.:])(?P<m4>{_N})分钟?(?P<s4>\d{{1,2}}|{_ZH}{{1,4}})秒"
    r"|(?<![\w.:])(?P<m5>\d{1,3})\s?(?:m|min|mins|minutes?)\s?(?:and\s|,\s)?(?P<s5>\d{1,2})\s?(?:s|secs?|seconds?)(?!\w|\.\d)",
    re.IGNORECASE,
)
# 1亿5000万, 3万2千, 6万1000; 9万五 and 9万5 are 95,000: a last digit counts a tenth of the scale before it.
_SUM = re.compile(
    r"(?<![\d.,])(?P<a>\d{1,4})(?P<big>[万亿])(?:零)?"
    r"(?:(?P<b>\d{1,4}(?:\.\d{1,2})?)(?P<small>[万千百])|(?<=万)(?P<rest>\d{3,4})(?![\d年万亿千百%]|[.,]\d)|(?P<last>(?!一[吨公斤平台辆部件张盒瓶片次晚克股块位人桶升米亩只本套枚把度周])[一二三四五六七八九]|[1-9])(?!\d|[.,]\d|[万亿千百十个年月日成倍分]))"
)
# 百八万, 千二: as spoken in the south.
_SPOKEN = re.compile(
    r"(?<![〇零一二两三四五六七八九十百千万亿\d])(?P<unit>[百千])(?P<digit>[二三四五六七八九])(?P<scale>万)?(?![十百千佳])"
)
_HALF_OF = re.compile(
    r"(?<![\w'])(?P<part>half an?|a quarter(?: of an?)?|a quarter-|three[\s-]quarters of an?|half-)\s?"
    r"(?P<scale>million|billion|trillion|dozen|hour)(?![a-z])"
    r"|(?<![\w'])(?P<a>an?|one|two|three|four|five|\d{1,3}) "
    r"(?P<scale2>million|billion|trillion|hundred|thousand) and a half(?![a-z])",
    re.IGNORECASE,
)
_HALF_VALUE = {"half": 0.5, "a qu": 0.25, "thre": 0.75}
_DISCOUNT = re.compile(
    r"(?<![\d.第])(?P<digits>\d(?:\.\d)?|\d{2})折(?![叠扣旧算腾磨射返断])"
    r"|(?P<zh>[一二三四五六七八九])(?P<zh2>[一二三四五六七八九])?折(?![叠旧算腾磨射返断])"
)
_QUARTERS = re.compile(r"(?P<n>[一三两])刻钟")


def compounds(text: str) -> Iterator[Number]:
    """Numbers of a folded ``text`` that are written in two pieces."""
    yield from _durations(text)
    for match in _SUM.finditer(text):
        scale = float(ZH_LARGE[match["big"]])
        value = float(match["a"]) * scale
        if match["last"]:
            step = scale / 10
            value += (value_of(match["last"]) or 0.0) * step
        else:
            unit = {"万": 1e4, "千": 1e3, "百": 1e2}.get(match["small"], 1.0)
            part = match["b"] or match["rest"]
            if unit >= scale:
                continue
            value, step = value + float(part) * unit, unit * step_of(part)
        yield _with_unit(text, match, value, step)
    for match in _SPOKEN.finditer(text):
        tens = 10.0 if match["unit"] == "百" else 100.0
        if not match["scale"] and match["unit"] == "千":
            continue
        scale = 1e4 if match["scale"] else 1.0
        value = (10 * tens + tens * (value_of(match["digit"]) or 0.0)) * scale
        yield _with_unit(text, match, value, tens * scale)
    for match in _HALF_OF.finditer(text):
        if match["part"]:
            part, scale_word = _HALF_VALUE[match["part"][:4].casefold()], match["scale"].casefold()
        else:
            head = match["a"].casefold()
            part, scale_word = (1.0 if head in ("a", "an") else value_of(head) or 1.0) + 0.5, match["scale2"]
        if scale_word == "hour":
            if part == 0.75:
                yield number_at(text, *match.span(), 2700.0, 60.0, unit="s", worded=True)
            continue
        scale = EN_SCALE[scale_word.casefold()]
        yield _with_unit(text, match, part * scale, scale / 10)
    for match in _QUARTERS.finditer(text):
        yield number_at(
            text, *match.span(), 900.0 * (value_of(match["n"]) or 1.0), 60.0, unit="s", worded=True
        )
    yield from _discounts(text)


def _durations(text: str) -> Iterator[Number]:
    for match in _DURATION.finditer(text):
        large = match["h"] or match["h2"] or match["h3"]
        fine = match["m"] or match["m2"] or match["m3"]
        factor = 60.0
        if large is None:
            large, fine, factor = match["m4"] or match["m5"], match["s4"] or match["s5"], 1.0
        hours = 1.0 if large.casefold() == "an" else value_of(large)
        minutes = value_of(fine)
        if hours is not None and minutes is not None and minutes < 60:
            yield number_at(text, *match.span(), (hours * 60 + minutes) * factor, factor, unit="s")


def _discounts(text: str) -> Iterator[Number]:
    """八折 is 20 % off."""
    for match in _DISCOUNT.finditer(text):
        if match["digits"]:
            paid = float(match["digits"]) * (10 if float(match["digits"]) < 10 else 1)
        else:
            paid = 10 * (value_of(match["zh"]) or 0.0) + (
                value_of(match["zh2"]) or 0.0 if match["zh2"] else 0.0
            )
        yield number_at(text, *match.span(), 100 - paid, 1.0, unit="%", worded=True)


def _with_unit(text: str, match: re.Match[str], value: float, step: float) -> Number:
    """The number with the unit that stands behind or before it."""
    known = units()
    tail = known.tail.match(text, match.end())
    start, end, unit, factor = match.start(), match.end(), "", 1.0
    if tail:
        unit, factor = known.after[(tail["other"] or tail["latin"]).casefold()]
        end = tail.end()
    return number_at(text, start, end, value * factor, step * factor, unit=unit)
