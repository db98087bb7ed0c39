"""Faults made by code: the smallest change that makes a supported sentence false.

They measure that the mechanism works, not how well real faults are found: code changes what code can
see. So they are counted apart from the sentences that people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from evals.groundbench.scenarios import Scenario, Sentence

DERIVED_KINDS = ("number", "unit", "date", "foreign_name", "quote_altered", "negation")

_Change = Callable[[re.Match[str]], str | None]
_Swap = tuple[re.Pattern[str], _Change]


def derive(scenarios: Sequence[Scenario]) -> list[Sentence]:
    """At most one faulty sentence of each kind for each supported one, in the order of the scenarios."""
    names = [post.name for scenario in scenarios for post in scenario.posts.values()]
    found = []
    for scenario in scenarios:
        own = [post.name for post in scenario.posts.values()]
        start = names.index(own[-1]) + 1
        others = [name for name in names[start:] + names[:start] if name not in own]
        for base in scenario.sentences:
            if base.group != "supported":
                continue
            for kind, text in _faults(base, others):
                made = replace(base, id=f"{base.id}~{kind}", group="derived", kind=kind, text=text)
                found.append(made)
    return found


def _faults(base: Sentence, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    told = "\n".join(f"{post.name} {post.text}" for post in base.posts)
    for kind, swaps in (("number", _NUMBERS), ("unit", _UNITS), ("date", _DATES)):
        if text := _changed(base.text, swaps, told):
            yield kind, text
    if text := _changed(base.text, _NEGATIONS):
        yield "negation", text
    if text := _renamed(base, others, told):
        yield "foreign_name", text
    if text := _changed(base.text, _OPPOSITES, quoted=True):
        yield "quote_altered", text


# Shorter ones are names and single words as often as they are quotations.
_QUOTED = re.compile(r"“[^”]{6,}”|「[^」]{6,}」|\"[^\"]{6,}\"")


def _changed(text: str, swaps: Sequence[_Swap], told: str = "", *, quoted: bool = False) -> str | None:
    """``text`` with the first thing changed that a swap finds and that ``told`` does not hold as changed.

    Swaps go in the order given; ``quoted``: inside quotation marks alone, otherwise outside of them.
    """
    spans = [match.span() for match in _QUOTED.finditer(text)]
    for pattern, change in swaps:
        for match in pattern.finditer(text):
            inside = any(start < match.start() < end for start, end in spans)
            new = change(match) if inside == quoted else None
            if new is not None and not (told and new in told):
                return text[: match.start()] + new + text[match.end() :]
    return None


def _table(pattern: str, pairs: str) -> _Swap:
    """A swap of words: "one → other; this ↔ that"; ``pattern`` says %s where the word stands."""
    words: dict[str, str] = {}
    for pair in pairs.split("; "):
        first, arrow, second = re.split(" (→|↔) ", pair)
        words[first] = second
        if arrow == "↔":
            words[second] = first
    either = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

    def change(match: re.Match[str]) -> str:
        start, end = (place - match.start() for place in match.span("word"))
        return match[0][:start] + words[match["word"]] + match[0][end:]

    return re.compile(pattern % f"(?P<word>{either})"), change


def _more(match: re.Match[str]) -> str | None:
    """The numeral with its first digit that counts one higher: never a rounding of what it was."""
    numeral = match[0]
    if re.fullmatch(r"(19|20)\d\d", numeral) or not numeral.strip("0.,"):
        return None
    place = next(place for place, digit in enumerate(numeral) if digit in "123456789")
    digit = "8" if numeral[place] == "9" else str(int(numeral[place]) + 1)
    return numeral[:place] + digit + numeral[place + 1 :]


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# Of "more than 5" and "多达 5" one higher may be as true; days, hours, versions and scores are no counts.
_BEFORE = "".join(
    f"(?<!{word} )(?<!{word})"
    for word in (*_MONTHS.split("|"), "than", "least", "to", "over", "under", "nearly")
) + "".join(
    f"(?<!{word})(?<!{word} )" for word in ("超过", "至少", "最多", "不到", "多达", "近", "逾", "不足", "第")
)
_NUMBERS = (
    (
        re.compile(
            rf"(?<![A-Za-z0-9.,:/#@·–—~-]){_BEFORE}\d+(?:[.,]\d+)*"
            rf"(?![A-Za-z0-9:/–—~-]|[.,]\d| ?(?:[年月日号號點点时時多余]|[ap]\.?m|以上|以下|{_MONTHS}))"
        ),
        _more,
    ),
)

_AMOUNT = r"\d+(?:[.,]\d+)*"
_UNITS = (
    _table(_AMOUNT + " ?%s(?![万亿億])", "万 ↔ 亿; 萬 ↔ 億"),
    _table(_AMOUNT + r"[ -]%s\b", "million ↔ billion; thousand → million"),
    _table(_AMOUNT + r"%s\b", "M ↔ B; m ↔ bn; k → M; K → M"),
    _table(_AMOUNT + r"[ -]%s\b", "hours ↔ minutes; weeks ↔ months; kg → tonnes"),
    _table(_AMOUNT + " ?个?%s", "小时 ↔ 分钟; 公斤 → 吨; 周 → 年"),
    _table(_AMOUNT + " ?[万亿]?%s", "美元 ↔ 欧元"),
    _table("%s" + _AMOUNT, "$ ↔ €; £ → $"),
)


def _next_day(match: re.Match[str]) -> str | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    start, end = match.start("day") - match.start(), match.end("day") - match.start()
    return match[0][:start] + str(day + 1 if day < 28 else day - 1) + match[0][end:]


def _year_before(match: re.Match[str]) -> str:
    return str(int(match[0]) - 1)


_DATES = (
    (re.compile(r"\d{1,2} ?月 ?(?P<day>\d{1,2}) ?[日号號]"), _next_day),
    (re.compile(rf"\b(?:{_MONTHS}) (?P<day>\d{{1,2}})\b"), _next_day),
    (re.compile(rf"\b(?P<day>\d{{1,2}}) (?:{_MONTHS})\b"), _next_day),
    _table("(?<=[周週])%s", "一 → 二; 二 → 三; 三 → 四; 四 → 五; 五 → 六; 六 → 日; 日 → 一"),
    _table(r"\b%s\b", "Monday → Tuesday; Tuesday → Wednesday; Wednesday → Thursday; Thursday → Friday"),
    _table(r"\b%s\b", "Friday → Saturday; Saturday → Sunday; Sunday → Monday"),
    _table("%s", "昨天 → 三天前; 前天 → 昨天; 明天 → 后天; 昨日 → 三日前"),
    _table(r"\b%s\b", "yesterday → three days ago; tomorrow → next week"),
    _table("%s", "明年 → 后年; 去年 → 前年; 今年 → 去年; 下个月 → 上个月; 下周 → 上周"),
    _table(r"\b%s\b", "next month ↔ last month; next week ↔ last week; last year → two years ago"),
    _table(r"\b%s\b", "next year → this year; this year → last year"),
    (re.compile(r"(?<![\d.,$€])20[0-3]\d(?![\d.,%])(?= ?年|\b)"), _year_before),
)

_NEGATIONS = (
    _table(
        "%s",
        "没有透露 → 已透露; 没有公布 → 已公布; 没有给出 → 给出了; 没有说明 → 说明了; 并未 → 已; "
        "並未 → 已; 尚未 → 已经; 尚無 → 已有; 尚无 → 已有; 尚无法 → 已能; 未能 → 成功; 并没有 → 确实; "
        "还没有人 → 已经有人; 还没有 → 已经; 还没 → 已经; 并无 → 确有; 并非 → 正是; 不会 → 会; "
        "不能 → 能; 无法 → 能够; 無法 → 能夠; 不是 → 是; 没有 → 有",
    ),
    (re.compile("(?<=[^除从还])未(?=[被获经作公提])"), lambda _: "已"),
    _table(
        r"\b%s\b",
        "has yet to be → has been; have yet to be → have been; has not yet → has already; "
        "have not yet → have already; is not yet → is already; are not yet → are already; cannot → can; "
        "can't → can; can’t → can; won’t → will; won't → will; did not → did; does not → does; do not → do; "
        "is not → is; are not → are; was not → was; were not → were; has not → has; have not → have; "
        "had not → had; would not → would; will not → will; isn’t → is; aren’t → are; didn’t → did; "
        "doesn’t → does; hasn’t → has; fails to → manages to; failed to → managed to; unable to → able to",
    ),
)

_OPPOSITES = (
    _table(
        "%s",
        "没有 ↔ 已有; 不会 ↔ 会; 不能 ↔ 能; 永远 ↔ 从不; 更多 ↔ 更少; 最好 ↔ 最差; 第一 ↔ 最后; "
        "所有 ↔ 部分; 便宜 ↔ 昂贵; 提前 ↔ 推迟; 上涨 ↔ 下跌",
    ),
    (re.compile("不(?=[是等要想需考再用让给太])|(?<=[也都并还])不(?=[^过同])"), lambda _: ""),
    (re.compile("没(?=[人法])"), lambda _: "有"),
    _table("%s", "我们 → 他们; 一个月 → 一年; 今年 → 去年; 都 → 很少; 一台 → 两台"),
    _table(
        r"\b%s\b",
        "never ↔ always; more ↔ less; first ↔ last; good ↔ bad; faster ↔ slower; before ↔ after; "
        "better ↔ worse; big ↔ small; best ↔ worst; all ↔ some; not → indeed; every → hardly any; "
        "cheap → dear; two → three",
    ),
    _table(r"\b%s\b", "is → isn’t; are → aren’t; was → wasn’t; can → can’t; will → may; We → They; I → We"),
)


def _renamed(base: Sentence, others: Sequence[str], told: str) -> str | None:
    """The sentence with one of its posts' authors under the name of another scenario's."""
    for post in base.posts:
        parts = post.name.split()
        edge = r"\b" if post.name.isascii() else ""
        named = re.compile(f"{edge}{re.escape(post.name)}{edge}")
        if not named.search(base.text):
            continue
        for other in others:
            likely = other.isascii() == post.name.isascii() and len(other.split()) == len(parts)
            if not likely or any(part in base.text or part in told for part in other.split()):
                continue
            text = other.join(named.split(base.text))
            if len(parts) == 2 and post.name.isascii():
                text = re.sub(rf"\b{re.escape(parts[1])}\b", other.split()[1], text)
            return text
    return None
