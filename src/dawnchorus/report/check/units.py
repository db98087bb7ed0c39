"""Units that stand before or behind a number, out of data/units.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MONEY = frozenset(
    {
        *("USD", "HKD", "TWD", "AUD", "CAD", "EUR", "GBP", "CNY", "JPY", "KRW", "INR", "SGD", "CHF", "NZD"),
        *("NOK", "SEK", "DKK", "crown", "BRL", "RUB", "THB", "VND", "IDR", "TRY", "ZAR", "MXN", "PLN", "ILS"),
        *("AED", "SAR", "MYR"),
    }
)
CROWNS = frozenset({"crown", "NOK", "SEK", "DKK"})
"""Currencies that are called crowns."""
CRYPTO = frozenset({"BTC", "ETH", "SOL", "USDT", "USDC"})
BARE = frozenset({"", "token", "param", "score", "age", "bbl"})
"""Units that writers leave out."""


def one_kind(*numbers: str) -> bool:
    """Whether numbers of these units may be added: but for units that writers leave out there is one."""
    named = set(numbers) - BARE
    return len(named) < 2 and (not named or len(set(numbers)) == 1 or bool(named - _NEVER_BARE))


_NEVER_BARE = frozenset({"s", "mo", "pp", "%", "x"})
_NUMERALS = r"〇零一二两三四五六七八九十百千万亿几数\d"  # 十分 says no number, 九十分 does


@dataclass(frozen=True, slots=True)
class Units:
    """Unit words, and patterns that find them."""

    after: dict[str, tuple[str, float]]
    before: dict[str, str]
    tail: re.Pattern[str]
    classifiers: tuple[str, ...]
    things: re.Pattern[str]  # a classifier of things or people, as group "word", and the "noun" behind it
    idioms: re.Pattern[str]
    periods: tuple[tuple[str, float, re.Pattern[str]], ...]  # unit, value, any of its words
    words: dict[tuple[str, float], re.Pattern[str]]  # unit and factor -> any of its words


def alternatives(words: Sequence[str]) -> str:
    """A pattern of any of ``words``, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """A pattern of any of ``words``, Latin ones as whole words."""
    return re.compile(
        "|".join(
            rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word[0].isascii() else re.escape(word)
            for word in sorted(words)
        ),
        re.IGNORECASE,
    )


@cache
def units() -> Units:
    """The units of data/units.toml, read once."""
    data = tomllib.loads((files(__package__) / "data" / "units.toml").read_text("utf-8"))
    after: dict[str, tuple[str, float]] = {}
    for name, words in data["after"].items():
        unit, _, factor = name.partition("*")
        after.update(dict.fromkeys(words, (unit, float(factor or 1))))
    before = {word: unit for unit, words in data["before"].items() for word in words}
    latin = [word for word in after if word[-1].isascii() and word[-1].isalpha()]
    other = [word for word in after if word not in latin]
    tail = rf"\s?-?(?:个?[多余来])?[枚颗]?\s?(?:(?:extra|more|fewer|less|full|whole|straight|further|additional|consecutive|other)\s)?(?:(?P<other>{alternatives(other)})|(?P<latin>{alternatives(latin)})(?![a-z\d]))"  # noqa: E501
    return Units(
        after,
        before,
        re.compile(tail, re.IGNORECASE),
        tuple(data["classifiers"]["zh"]),
        re.compile(
            rf"(?P<word>[{''.join(data['classifiers']['things'])}])(?:的|の)?(?P<noun>[\u3400-\u9fff]{{2}}|[\u30a1-\u30fc]+)?"
        ),
        re.compile(
            rf"(?<![{_NUMERALS}])(?:{alternatives([word for words in data['not_numbers'].values() for word in words])})"  # noqa: E501
        ),
        tuple(
            (unit.partition("*")[0], float(unit.partition("*")[2]), _any_of(words))
            for unit, words in data["periods"].items()
        ),
        {
            key: _any_of(
                [word for word in after if after[word] == key and len(word) > 1 - (not word.isascii())]
            )
            for key in sorted(set(after.values()))
        },
    )
