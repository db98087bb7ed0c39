"""Whether two numbers of equal value have units that agree."""

from __future__ import annotations

import re
from typing import Literal

from dawnchorus.report.check.counted import counted
from dawnchorus.report.check.ground import Claim, Ground, is_chinese
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.units import BARE, CROWNS, CRYPTO, MONEY

Agreement = Literal["yes", "perhaps", "measured", "no"]
"""Whether units agree; "measured": the sentence counts things with it, the posts measure or pay."""

# A bare decimal before one of these is a figure without its sign; before another word it counts that.
_UNSAID = re.compile(
    r"\s?(?:$|[^\sA-Za-z\u4e00-\u9fff]|(?:to|and|or|vs|versus|from|in|at|on|for|by|but|down|up|with|this|last|next|before|after|than|as|is|was|were|vs\.?|expected|exp|est|ests?|estimates?|estimated|forecasts?|consensus|prior|previously|prev|seen|priced|penciled|pencilled)(?![a-z]))"
)
_YUAN = re.compile(r"元|块|¥|人民币|(?<![A-Za-z])(?:RMB|CNY|yuan)(?![a-z])", re.IGNORECASE)
_DOLLAR = re.compile(r"美元|美金|美刀|刀|\$|(?<![A-Za-z])(?:USD|dollars?)(?![a-z])", re.IGNORECASE)
_OTHER_YUAN = frozenset({"CNY", "TWD", "HKD"})


def agreement(shown: Number, known: Number, claim: Claim, ground: Ground) -> Agreement:  # noqa: PLR0911
    """Whether the units of two equal numbers agree."""
    if shown.small and known.unit == "x" and claim.open_text[shown.end : shown.end + 1] in "次回度遍趟番处":
        return "yes"  # 两次 over "twice"
    if not shown.unit and known.unit in _NO_THINGS and _counts(shown, claim):
        return "measured"  # 12 valves are not $12
    if shown.unit in MONEY and not known.unit:
        return _bare_money(shown, ground)
    if shown.unit == "x" and shown.text.endswith("times") and known.small:
        return "yes"  # "three times" over 三遍
    if shown.unit in ("%", "pp") and not known.unit and known.text[:1] in "+-":
        return "yes"  # "+13% q/q, my model had +9"
    if (
        {shown.unit, known.unit} == {"%", ""}
        and shown.step < 1
        and not _unsaid(known, ground)
        and not any(one.unit == "%" for one in ground.numbers)
    ):
        return "no"  # 0.7 errors are not 0.7 %
    return _units_agree(shown, known, ground)


def _counts(shown: Number, claim: Claim) -> bool:
    """Whether a number of the sentence counts things; "300 million of bonds" is their worth."""
    return counted(claim.open_text, shown.end) != "" and not _WORTH.match(claim.open_text, shown.end)


_WORTH = re.compile(r"\s(?:worth\s)?of\s(?!the\s)")


def _units_agree(shown: Number, known: Number, ground: Ground) -> Agreement:  # noqa: PLR0911
    a, b = shown.unit, known.unit
    if a == b:
        return "yes"
    if a in MONEY and b in MONEY:
        return _currencies_agree(shown, known)
    if {a, b} & CRYPTO:
        return "yes" if "" in (a, b) else "no"
    if {a, b} <= BARE or (a in MONEY and b in BARE) or (a in BARE and b in MONEY):
        return "yes"
    if "pt" in (a, b):  # 点 are percent, points or hundredths of one
        return "yes" if {a, b} - {"pt"} <= {"%", "pp", "score", ""} else "no"
    if {a, b} <= {"%", "pp"}:
        return "perhaps"
    if {a, b} == {"pp", "score"}:
        return "yes"
    if {a, b} == {"%", ""} or {a, b} == {"%", "score"}:
        plain = shown.step < 1 or _unsaid(known, ground)
        if b == "" and shown.step == known.step and shown.step < 1 and _of_shares(known, ground):
            return "yes"  # 2.1% over "80% priced … up to 2.4 from 2.1"
        return "perhaps" if plain and shown.step == known.step else "no"
    if {a, b} & {"x"} and {a, b} & BARE:
        return "perhaps"
    if {a, b} & BARE and shown.step < 1 and known.step < 1:
        return "yes"
    if not b and a in _MEASURES and _counts_things(known, ground):
        return "no"  # 9 m are not "4 of 9 villages"
    return "perhaps" if {a, b} & BARE and a not in {"s", "mo", "pp"} and b not in {"s", "mo", "pp"} else "no"


def _currencies_agree(shown: Number, known: Number) -> Agreement:
    a, b = shown.unit, known.unit
    if ({a, b} <= CROWNS and "crown" in (a, b)) or (known.text[:1] == "¥" and a == "JPY"):
        return "yes"
    # 412億元 of a post from Taipei or Hong Kong are no renminbi.
    plain = known.text.endswith(("元", "块")) or shown.text.endswith(("元", "块"))
    return "perhaps" if plain and {a, b} <= _OTHER_YUAN else "no"


def _bare_money(shown: Number, ground: Ground) -> Agreement:
    """Whether a bare amount of the posts may be of this currency: they say so, or their readers pay in it."""
    if any(other.unit == shown.unit for other in ground.numbers):
        return "yes"
    chinese = is_chinese(ground.text)
    if shown.unit == ("CNY" if chinese else "USD"):
        return "yes"
    if shown.unit == "USD" and chinese and _YUAN.search(ground.text) and not _DOLLAR.search(ground.text):
        return "no"
    return "perhaps"


def _unsaid(known: Number, ground: Ground) -> bool:
    """Whether a bare number of the posts stands without a noun: "if March prints below 2.6,"."""
    return any(
        text.startswith(known.text, known.start) and _UNSAID.match(text, known.start + len(known.text))
        for text in ground.texts
    )


_MEASURES = frozenset({"m", "m2", "g", "W", "Wh", "B", "l", "C", "F"})
_NO_THINGS = MONEY | _MEASURES | {"%", "pp", "age", "s", "mo"}
_THINGS = re.compile(r"\s[a-z]{3,}s(?![a-z])")


def _counts_things(known: Number, ground: Ground) -> bool:
    """Whether a bare number of the posts stands before things in plural."""
    return any(
        text.startswith(known.text, known.start) and _THINGS.match(text, known.start + len(known.text))
        for text in ground.texts
    )


def _of_shares(known: Number, ground: Ground) -> bool:
    """Whether a bare decimal stands without a noun in posts that otherwise speak in percent."""
    return _unsaid(known, ground) and any(one.unit == "%" and one.step < 1 for one in ground.numbers)
