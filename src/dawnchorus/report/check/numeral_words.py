"""Numbers in Chinese characters and in English words."""

from __future__ import annotations

import re

ZH_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
ZH_SMALL = {"十": 10, "百": 100, "千": 1000}
ZH_LARGE = {"万": 10**4, "亿": 10**8, "兆": 10**12}
EN_SCALE = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
    "grand": 1e3,
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "t": 1e12,
    "tn": 1e12,
    "trn": 1e12,
}
EN_WORDS = {
    word: value
    for value, word in enumerate(
        [
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
    )
} | {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}


def parse_zh(text: str) -> float | None:  # noqa: PLR0912
    """Value of a numeral in Chinese characters ("三百二十", "二〇二五", "一亿五千万"), None if it is none."""
    whole, _, fraction = text.translate(_TENS).partition("点")
    if not whole:
        return None
    if not any(char in ZH_SMALL or char in ZH_LARGE for char in whole):
        if len(whole) == 1 or len(whole) == 4 or (len(whole) > 1 and "〇" in whole) or fraction:
            value = 0.0
            for char in whole:
                value = value * 10 + ZH_DIGITS[char]
        else:
            return None  # 两三, 三四: a span, read by the caller
    else:
        total = section = 0.0
        digit: float | None = None
        unit = 0.0
        for char in whole:
            if char in ZH_DIGITS:
                if digit:
                    return None
                digit = float(ZH_DIGITS[char])
                if digit == 0:
                    unit, digit = 0.0, None
            elif char in ZH_SMALL:
                unit = ZH_SMALL[char]
                section += (1.0 if digit is None else digit) * unit
                digit = None
            else:
                unit = ZH_LARGE[char]
                section += digit or 0.0
                if section == 0.0 and total == 0.0:
                    return None
                total = (total + section) * unit if total and total < unit else total + section * unit
                section, digit = 0.0, None
        # 一万二 is 12,000, 三百五 is 350: a last digit counts a tenth of the unit before it.
        total += section + (digit or 0.0) * (unit / 10 if unit >= 100 else 1.0)
        value = total
    return value + (float("0." + "".join(str(ZH_DIGITS[char]) for char in fraction)) if fraction else 0.0)


def parse_en(text: str) -> float | None:
    """Value of a cardinal in English words ("two hundred and five", "a dozen"), None if it is none."""
    total = current = 0.0
    seen = False
    place = 0.0  # of the next decimal, behind "point"
    for word in re.findall(r"[a-z]+", text.casefold()):
        if word in ("and", "a", "an"):
            continue
        seen = True
        if word == "point":
            place = 0.1
            continue
        if place and (word == "oh" or EN_WORDS.get(word, 10) < 10):
            current += EN_WORDS.get(word, 0) * place
            place /= 10
            continue
        if word in EN_WORDS:
            current += EN_WORDS[word]
        elif word in ("hundred", "dozen"):
            current = round((current or 1.0) * EN_SCALE[word], 6)
        elif word in EN_SCALE:
            total += round((current or 1.0) * EN_SCALE[word], 6)
            current = 0.0
        else:
            return None
    return total + current if seen else None
