"""Rule: every number, date and name of a computed sentence is the value of one of its facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from babel import Locale

from dawnchorus.model import Fact
from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.calendar import Days
from dawnchorus.report.check.facts import NotAtHand, Population, Unknown, recompute, same_value
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.names import check_names
from dawnchorus.report.check.number import Number, Span
from dawnchorus.report.check.rounding import within_rounding

NETWORKS = (
    "X",
    "Twitter",
    "推特",
    "Bluesky",
    "Mastodon",
    "Hacker News",
    "Reddit",
    "RSS",
    "Weibo",
    "微博",
    "Threads",
    "YouTube",
)

_COUNTS = frozenset(
    {
        "posts",
        "authors",
        "voices",
        "languages",
        "networks",
        "domains",
        "stories",
        "tickers",
        "before",
        "likes",
        "reposts",
        "containing",
    }
)
_UP = re.compile(
    r"增加|增长|上升|上涨|多了|多出|高出|\bmore\b|\bup\b|\bris(?:e|en|ing)\b|\bincreas|\bgrew\b|\bhigher\b|\brose\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"减少|下降|下跌|少了|回落|降低|\bless\b|\bfewer\b|\bdown\b|\bfell\b|\bdrop|\bdecreas|\blower\b|\bdeclin",
    re.IGNORECASE,
)
_BEYOND = 1e18  # no count, share or ratio is as large; an integer of JSON may not even fit a float
_SLUG_DATE = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")


def check_facts(facts: Sequence[Fact], population: Population) -> list[Finding]:
    """Objections to facts whose value is not what the posts give."""
    found = []
    for fact in facts:
        words = f"{fact.measure}({fact.of})"
        try:
            counted = recompute(fact, population)
        except NotAtHand as error:
            detail = f"{words} can't be counted: {error}"
            found.append(Finding(rule="fact", words=words, detail=detail, level="escalated"))
            continue
        except Unknown as error:
            found.append(Finding(rule="fact", words=words, detail=f"{words} can't be counted: {error}"))
            continue
        if not same_value(fact.value, counted, fact.measure):
            found.append(
                Finding(
                    rule="fact", words=words, detail=f"{words} is {counted}, the sentence says {fact.value}"
                )
            )
    return found


def check_computed(
    claim: Claim, facts: Sequence[Fact], ground: Ground, population: Population, aliases: Aliases
) -> list[Finding]:
    """Objections to what a computed sentence says beyond its facts and quotes."""
    found: list[Finding] = []
    claim = replace(claim, quoted=(*claim.quoted, *_held_words(claim.open_text, facts)))
    for number in claim.numbers:
        if not any(_shows(number, fact, claim.open_text) for fact in facts):
            found.append(
                Finding(
                    rule="number",
                    words=number.text,
                    detail=f"number {number.text} is none of the sentence's facts",
                )
            )
    times = [moment for fact in facts if (moment := _time(fact))]
    hours = [int(fact.value) for fact in facts if fact.measure == "peak_hour"]
    for clock in claim.clocks:
        shown = any(clock.hour == time.hour and clock.minute in (None, time.minute) for time in times)
        shown = shown or any(clock.hour in (hour, (hour + 1) % 24) and not clock.minute for hour in hours)
        shown = shown or any(clock.hour == hour and clock.minute == 59 for hour in hours)
        if not shown:
            found.append(
                Finding(
                    rule="date", words=clock.text, detail=f"time {clock.text} is none of the sentence's facts"
                )
            )
    spans = [*_slug_days(facts), *((time.date(), time.date()) for time in times), *ground.days]
    if claim.window:
        spans.append((claim.window.first, claim.window.last))
    for item in claim.moments:
        if item.grain != "loose" and not any(
            a[0] <= b[1] and b[0] <= a[1] for a in item.spans for b in spans
        ):
            found.append(
                Finding(
                    rule="date",
                    words=item.text,
                    detail=f"date {item.text} is neither the edition's nor an earlier one's",
                )
            )
    return found + _names(claim, facts, ground, population, aliases)


def _held_words(text: str, facts: Sequence[Fact]) -> list[Span]:
    """Where the sentence names words that posts of its sets hold, and the values of sets and ranks."""
    words = {word for fact in facts if fact.measure == "containing" and fact.value for word in fact.words}
    words |= {str(fact.value) for fact in facts if fact.measure == "top"}
    words |= {fact.of.partition(":")[2] for fact in facts}
    folded = sorted(
        (fold(word) for word in words if len(fold(word)) > 1), key=lambda word: (-len(word), word)
    )
    if not folded:
        return []
    pattern = re.compile(
        rf"(?<![A-Za-z0-9.,])(?:{'|'.join(map(re.escape, folded))})(?![A-Za-z0-9])", re.IGNORECASE
    )
    return [match.span() for match in pattern.finditer(text)]


def _shows(number: Number, fact: Fact, text: str) -> bool:  # noqa: PLR0911
    """Whether ``number`` is the fact's value in one of the ways it may be written."""
    if isinstance(fact.value, str):
        # Digits of a value such as a domain or hashtag: "36kr.com".
        return number.text.strip() in fact.value
    if not abs(fact.value) < _BEYOND:
        return False
    value = float(fact.value)
    if fact.measure in _COUNTS:
        return number.unit in ("", "score", "token", "param") and within_rounding(number, _known(value, ""))
    if fact.measure == "share":
        return number.unit == "%" and within_rounding(number, _known(100 * value, "%"))
    if fact.measure == "change":
        if number.unit == "x":
            return within_rounding(number, _known(value + 1, "x"))
        if value > 0 and _DOWN.search(text) and not _UP.search(text):
            return False
        if value < 0 and _UP.search(text) and not _DOWN.search(text):
            return False
        return number.unit == "%" and within_rounding(number, _known(100 * abs(value), "%"))
    if fact.measure == "ratio":
        return number.unit in ("x", "") and within_rounding(number, _known(value, "x"))
    return False


def _known(value: float, unit: str) -> Number:
    return Number(low=value, high=value, step=0.0, unit=unit, text="", start=0, end=0)


def _time(fact: Fact) -> datetime | None:
    return datetime.fromisoformat(str(fact.value)) if fact.measure in ("first_at", "last_at") else None


def _slug_days(facts: Sequence[Fact]) -> list[Days]:
    """Days of the earlier editions that facts compare with, as their slugs name them."""
    found: list[Days] = []
    for fact in facts:
        days = [
            date(int(y), int(m), int(d))
            for y, m, d in _SLUG_DATE.findall(fact.basis or "")
            if _is_date(y, m, d)
        ]
        if days:
            found.append((min(days), max(days)))
    return found


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _names(
    claim: Claim, facts: Sequence[Fact], ground: Ground, population: Population, aliases: Aliases
) -> list[Finding]:
    """Names that neither the facts, the report's own words nor the posts counted hold."""
    own: list[str] = [*NETWORKS, *ground.names]
    for fact in facts:
        own += [*fact.words, fact.basis or "", str(fact.value), fact.within or ""]
        for name in (fact.of, fact.within or ""):
            kind, _, value = name.partition(":")
            own += [value, value.replace("_", " ").replace("-", " ")]
            if kind in ("lang", "language"):
                own += _language_names(value)
        if fact.measure == "top" and fact.basis == "language":
            own += _language_names(str(fact.value))
    wide = Ground(ground.items, ground.window, tuple(own))
    # A capital at the start of a template's sentence says nothing.
    unknown = [finding for finding in check_names(claim, wide, aliases) if finding.level == "rejected"]
    if not unknown:
        return []
    counted = {post for fact in facts for post in population.sets.get(fact.of, ())}
    remaining = []
    for finding in unknown:
        forms = aliases.same(finding.words)
        if not any(_holds(population, post, forms) for post in counted):
            remaining.append(finding)
    return remaining


def _holds(population: Population, post: str, forms: Sequence[str]) -> bool:
    item = population.posts.get(post)
    if item is None:
        return False
    text = squash(
        "|".join([item.text, item.author or "", item.author_name or "", *item.domains, *item.hashtags])
    )
    return any(form in text for form in forms)


def _language_names(code: str) -> list[str]:
    names = []
    for tag in ("en", "zh_Hans"):
        name = Locale.parse(tag).languages.get(code)
        if name:
            names.append(name)
    return names
