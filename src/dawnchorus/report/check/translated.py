"""Rule: a quotation in another language than its post says what some stretch of that post says.

Compares the content words of both in both directions, through the dictionary. Rejects one most of whose words
have no counterpart in any stretch, and one that denies, counts or promises what its stretch does not. One
whose words nearly all have their counterpart passes. Between the two a judge must look: a word altered or a
shade turned can't be told from free translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.content import Coverage, content_coverage
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Claim, Ground, is_chinese
from dawnchorus.report.check.lexicon import entry, pairs_of
from dawnchorus.report.check.names import check_names
from dawnchorus.report.check.numbers import check_numbers
from dawnchorus.segment import sentences

# Shares of content words with a counterpart; evals/groundbench, tune and held.
INVENTED = 0.43  # mean of both directions: below it is no translation of the stretch
SAME, SAME_BACK = 0.65, 0.6  # of the quotation, of the stretch: a translation, whatever the rest
ALIGNED, ALIGNED_BACK = 0.45, 0.5  # enough to speak of the same, so that what is turned is turned
NEAR_ENOUGH = 0.4  # of both: what else is said is not so far off that an opposite could be of something else
SURE = 0.6  # of a clause, both ways: that it denies what its counterpart says is no matter of wording
FEWEST = 3
"""Content words from which on their absence is no free translation of one of them."""
_LONG_HAN, _LONG_WORDS = 8, 4  # characters, words: a quotation so long says more than a term

_QUOTED = re.compile(r'"([^"]{4,})"|(?<![A-Za-z])\'([^\']{4,})\'(?![a-z])')
_CLAUSE = re.compile(r"(?<=[,;:，；：])(?!\d)\s*|\s-+\s|\s(?=(?:but|and|while|because)\b)")
_CONTRACTED = re.compile(r"(?<=[a-z])'(?:ll|re|ve|d|m|s)\b", re.IGNORECASE)
_MOST_TOGETHER = 3  # clauses of a sentence that one quotation may join
_SHORTEST = 3
_NEAR = 24  # characters before a quotation


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a post and how far it and a quotation cover each other."""

    text: str
    forth: Coverage  # of the quotation's words
    back: Coverage  # of the stretch's

    @property
    def both(self) -> float:
        """Harmonic mean of the two shares; 0 where the stretch has no words of content."""
        forth, back = share(self.forth), share(self.back) if self.back.words else 0.0
        return 2 * forth * back / (forth + back) if forth + back else 0.0


def share(coverage: Coverage) -> float:
    """Weighted share of words that are covered; 1 of none."""
    total = sum(word.weight for word in coverage.words)
    return sum(word.weight * word.cover for word in coverage.words) / total if total else 1.0


def check_translated(content: str, ground: Ground, aliases: Aliases, *, before: str = "") -> list[Finding]:
    """An objection to a quotation that may be a translation, [] if all its words have their counterpart.

    Args:
        content: The quoted words, folded.
        ground: The cited posts.
        aliases: Names that are one.
        before: What stands before the quotation, where it may be denied.
    """
    claim = Claim(content, (), ground.window)
    found = [_compared(claim, item, text, ground, aliases) for item, text in _stretches(ground)]
    best = max(found, key=lambda one: (one.both, share(one.forth), -len(one.text)), default=None)
    if best is None or not best.forth.words:
        # Nothing but names, or one of the words that mean little: "should".
        named = best is not None and not check_names(claim, ground, aliases)
        detail = "quotation may be a translation: a judge must compare it"
        return [_doubt(content, detail, "word" if named else "translated")]
    missing = ", ".join(best.forth.uncovered[:3])
    if best.both < INVENTED and _says_much(content, best):
        detail = f"quoted words do not stand in the cited posts, in no language: {missing}"
        return [Finding(rule="quote", words=content[:80], detail=detail)]
    forth, back = share(best.forth), share(best.back)
    if how := _wrong(claim, best, ground, aliases, before):
        detail = f'{how}: the post says "{best.text[:80].strip()}"'
        return [Finding(rule="quote", words=content[:80], detail=detail)]
    same = forth >= SAME and (back >= SAME_BACK or forth == 1) and len(best.forth.uncovered) < 2
    if same and not _other_person(content, best.text) and _denials(content) == _denials(best.text):
        return []
    detail = f"quotation may be a translation, but not of: {missing or 'all of it'}"
    return [_doubt(content, detail, "translated" if _says_much(content, best) else "term")]


def _doubt(content: str, detail: str, signal: str) -> Finding:
    return Finding(
        rule="quote", words=content[:80], detail=detail, level="escalated", signal=f"quote.{signal}"
    )


def _says_much(content: str, best: Stretch) -> bool:
    """Whether a quotation has words enough that their absence says something."""
    words = len(best.forth.words)
    if words != FEWEST - 1:
        return words >= FEWEST
    if _denials(content) and _denials(best.text):
        return False  # what it denies it shares: "Not ready for us."
    return len(content) >= _LONG_HAN if is_chinese(content) else len(content.split()) >= _LONG_WORDS


def _turned(claim: Claim, best: Stretch, ground: Ground, before: str) -> str:
    """How a quotation says something else than its stretch; "" if that can't be seen."""
    negation, implied = entry("quotes", "negation"), entry("quotes", "implied")
    ours, theirs = negation.first(claim.text), negation.first(best.text)
    whole = next((part for text in ground.texts for part in sentences(text) if best.text in part), best.text)
    other = whole if ours else f"{before[-_NEAR:]} {claim.text}"
    if (ours is None) != (theirs is None) and not (implied.first(other) or negation.first(other)):
        return f"{ours or theirs} stands on one side only"
    told = Ground((replace(ground.items[0], text=best.text, raw="", quoted_text=None),), ground.window)
    wrong = [one.words for one in check_numbers(claim, told)]
    if wrong and check_numbers(claim, ground):
        return f"{wrong[0]} is not the post's number"
    for kind in ("certain", "only"):
        word = entry("quotes", kind).first(claim.text)
        if word and not entry("quotes", kind).first(best.text):
            return f"{word} is added"
    return ""


def _wrong(claim: Claim, best: Stretch, ground: Ground, aliases: Aliases, before: str) -> str:
    """How a quotation that translates a stretch turns it; "" if it doesn't, or is too far from it to tell."""
    forth, back = share(best.forth), share(best.back)
    if not best.back.words or min(forth, back) < NEAR_ENOUGH:
        return ""
    aligned = forth >= ALIGNED and back >= ALIGNED_BACK
    how = _turned(claim, best, ground, before) if aligned else ""
    how = how or _opposite(claim.text, best.text)
    return how or (_denied(claim, best.text, ground, aliases) if aligned else "")


def _opposite(said: str, told: str) -> str:
    """The word of a quotation whose opposite stands in the stretch instead; "" if none does."""
    for one, other in pairs_of("quotes", "opposite"):
        for here, there in ((one, other), (other, one)):
            word = here.first(said)
            if word and not there.first(said) and there.first(told) and not here.first(told):
                return f"{word} is the opposite"
    return ""


def _denied(claim: Claim, told: str, ground: Ground, aliases: Aliases) -> str:
    """The word by which one clause of a quotation denies what its clause of the post says, or the reverse."""
    negation, implied = entry("quotes", "negation"), entry("quotes", "implied")
    ours = [one for one in _CLAUSE.split(claim.text) if len(one) > _SHORTEST]
    theirs = [one for one in _CLAUSE.split(told) if len(one) > _SHORTEST]
    if min(len(ours), len(theirs)) < 2:
        return ""
    for clause in ours:
        part = Claim(clause, (), ground.window)
        near = [_compared(part, ground.items[0], one, ground, aliases) for one in theirs]
        best = max(near, key=lambda one: one.both)
        if min(share(best.forth), share(best.back)) < SURE or not (best.forth.words and best.back.words):
            continue
        said, meant = negation.first(clause), negation.first(best.text)
        if (said is None) != (meant is None) and not implied.first(best.text if said else clause):
            return f"{said or meant} stands on one side only"
    return ""


def _denials(text: str) -> int:
    found, place = 0, 0
    while match := entry("quotes", "negation").match(text[place:]):
        found, place = found + 1, place + match.end()
    return found


def _other_person(content: str, told: str) -> bool:
    """Whether the quotation speaks of persons that its stretch does not."""
    kinds = [entry("quotes", f"{kind}_person") for kind in ("first", "second", "third")]
    return any(kind.first(content) and not kind.first(told) for kind in kinds)


def _compared(claim: Claim, item: Evidence, text: str, ground: Ground, aliases: Aliases) -> Stretch:
    told = Ground((replace(item, text=text, raw="", quoted_text=None),), ground.window)
    # Single characters too, for words are cut by guess: 系统|卡里.
    said = Ground((Evidence(id="", text=f"{claim.text} {' '.join(claim.text)}"),), ground.window)
    bare = _CONTRACTED.sub("", text)
    return Stretch(
        text,
        content_coverage(claim, told, aliases),
        content_coverage(Claim(bare, (), ground.window), said, aliases),
    )


def _stretches(ground: Ground) -> Iterator[tuple[Evidence, str]]:
    """What a quotation may translate: words in quotation marks, neighbouring clauses, sentences."""
    for item in ground.items:
        text = fold(item.words)
        found = [first or second for first, second in _QUOTED.findall(text)]
        whole = [part for part in sentences(text) if part.strip()]
        found += whole + [f"{first} {second}" for first, second in pairwise(whole)]
        for part in whole:
            clauses = [one for one in _CLAUSE.split(part) if len(one) > _SHORTEST]
            found += [
                " ".join(clauses[start:end])
                for start in range(len(clauses))
                for end in range(start + 1, min(len(clauses), start + _MOST_TOGETHER) + 1)
            ]
        yield from ((item, one) for one in dict.fromkeys(found))
